"""What is chosen for many leads by keys and menus, and for the row alone where none is marked."""

from __future__ import annotations

from psycopg2.extensions import connection as PsycopgConnection

from tests.support import run, scalar
from tests.tui.support import (
    DACH,
    LARGE,
    NORDIC,
    OF_BATCHES,
    WAYS,
    insert_lead,
    on_leads,
    on_top,
    page,
    press,
    row_of,
    running,
    status_line,
    status_of,
    table_of,
    type_in,
)
from tui.screens.leads import LeadsScreen
from tui.screens.menus import PickScreen


async def test_a_status_is_chosen_in_the_menu_for_all_marked(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with on_leads(demo_url) as (app, pilot):
        row = row_of(app)
        await press(pilot, "space", "s", "end", "enter", "y")
        assert status_of(n8n, row.id) == "do_not_contact"


async def test_a_field_gets_what_was_typed(demo_url: str, n8n: PsycopgConnection) -> None:
    async with on_leads(demo_url) as (app, pilot):
        await press(pilot, "v", "j", "v", "e", "1")
        await type_in(pilot, "nl", "enter")
        assert "2 leads → language nl" in page(app)
        await press(pilot, "y")
        assert scalar(n8n, "SELECT count(*) FROM leads WHERE language = 'nl'") == 2


async def test_icebreakers_are_cleared(demo_url: str, n8n: PsycopgConnection) -> None:
    run(n8n, "UPDATE leads SET email_icebreaker = 'Hello {{name}}'")
    async with on_leads(demo_url) as (app, pilot):
        await press(pilot, "v", "j", "v", "e", "8", "y")
        assert "2 leads → no icebreaker" in status_line(app)
        assert scalar(n8n, "SELECT count(*) FROM leads WHERE email_icebreaker IS NULL") == 2


async def test_a_verification_is_chosen_from_its_words(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with on_leads(demo_url) as (app, pilot):
        row = row_of(app)
        await press(pilot, "space", "e", "4", "7", "y")
        query = "SELECT email_verification_status FROM leads WHERE lead_id = %s"
        assert scalar(n8n, query, row.id) == "invalid"


async def test_leads_move_to_a_campaign_and_those_it_has_are_skipped(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with on_leads(demo_url) as (app, pilot):
        first = row_of(app)
        insert_lead(n8n, NORDIC, first.email)
        await press(pilot, "v", "j", "j", "v", "c")
        menu = app.screen
        assert isinstance(menu, PickScreen)
        names = [str(label) for _, label in menu.choices]
        assert not any(DACH in name for name in names)
        place = next(at for at, name in enumerate(names) if NORDIC in name)
        await press(pilot, *["j"] * place, "enter")
        assert "1 have an address that the campaign has" in page(app)
        await press(pilot, "y")
        assert f"2 leads → {NORDIC}" in status_line(app)
        assert table_of(app).place.endswith("/147")
        await press(pilot, "g", "g")
        assert row_of(app).id == first.id


async def test_without_a_mark_the_row_alone_moves(demo_url: str, n8n: PsycopgConnection) -> None:
    async with on_leads(demo_url) as (app, pilot):
        row = row_of(app)
        await press(pilot, "c", "enter", "y")
        assert table_of(app).place.endswith("/148")
        query = "SELECT c.name FROM leads JOIN campaigns c USING (campaign_id) WHERE lead_id = %s"
        assert scalar(n8n, query, row.id) != DACH


async def test_without_a_mark_a_status_key_changes_the_row_alone(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with on_leads(demo_url) as (app, pilot):
        row = row_of(app)
        await press(pilot, "space", "U", "k", "1")
        assert on_top(app, LeadsScreen)
        assert status_of(n8n, row.id) == "ready"
        assert scalar(n8n, OF_BATCHES) == 0


async def test_the_leads_of_an_organization_are_marked_on_its_card(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url, LARGE) as (app, pilot):
        await press(pilot, *WAYS["organization"])
        number = table_of(app).total
        assert number > 1
        await press(pilot, "asterisk", "space", "e", "4", "7")
        assert f"{number - 1} leads → verification invalid" in page(app)
        await press(pilot, "y")
        query = "SELECT count(*) FROM leads WHERE email_verification_status = 'invalid'"
        assert scalar(n8n, query) >= number - 1
        assert scalar(n8n, OF_BATCHES) == number - 1
        assert table_of(app).place == f"2/{number}"
