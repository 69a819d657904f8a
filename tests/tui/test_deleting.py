"""Deleting by a key: nothing goes unless a word or a number is typed, and `u` brings it back."""

from __future__ import annotations

from psycopg2.extensions import connection as PsycopgConnection

from tests.support import fetch, run, scalar
from tests.tui.support import (
    LARGE,
    on_leads,
    on_top,
    page,
    press,
    row_of,
    running,
    status_line,
    table_of,
    type_in,
)
from tui.safe import clip
from tui.screens.bulk import BulkScreen
from tui.screens.campaigns import CampaignsScreen
from tui.screens.lead import LeadScreen
from tui.screens.leads import LeadsScreen
from tui.screens.organization import OrganizationScreen
from tui.screens.organizations import OrganizationsScreen

ALL = "SELECT to_jsonb(l)::text FROM leads l ORDER BY lead_id"


async def test_a_lead_is_deleted_by_a_word_and_comes_back(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    before = fetch(n8n, ALL)
    async with on_leads(demo_url) as (app, pilot):
        await press(pilot, "j")
        row, total = row_of(app), table_of(app).total
        await press(pilot, "D")
        assert on_top(app, BulkScreen)
        assert f"Delete 1 lead: {clip(row.name, 20)}?" in page(app)
        await press(pilot, *"del", "enter")
        assert "del is not the word" in page(app)
        await press(pilot, "escape")
        assert fetch(n8n, ALL) == before
        await press(pilot, "D", *"delete", "enter")
        assert on_top(app, LeadsScreen)
        assert "u undoes" in status_line(app)
        assert table_of(app).total == total - 1
        assert row_of(app).id != row.id
        await press(pilot, "u")
        assert f"Undo: {row.name} deleted" in page(app)
        await press(pilot, "y")
        assert f"Undone: {row.name} deleted" in status_line(app)
        assert table_of(app).total == total
        assert fetch(n8n, ALL) == before


async def test_marked_leads_are_deleted_by_their_number_in_one_step(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    before = fetch(n8n, ALL)
    async with on_leads(demo_url) as (app, pilot):
        await press(pilot, "space", "space", "space", "D", "y", "enter")
        assert fetch(n8n, ALL) == before
        await press(pilot, "D", "3", "enter")
        assert "3 leads deleted" in status_line(app)
        assert len(fetch(n8n, ALL)) == len(before) - 3
        await press(pilot, "u", "y")
        assert fetch(n8n, ALL) == before
        await press(pilot, "ctrl+r", "y")
        assert len(fetch(n8n, ALL)) == len(before) - 3


async def test_a_lead_is_deleted_on_its_page_which_is_left(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with on_leads(demo_url) as (app, pilot):
        row = row_of(app)
        await press(pilot, "enter")
        assert on_top(app, LeadScreen)
        await press(pilot, "D", *"delete", "enter")
        assert on_top(app, LeadsScreen)
        assert fetch(n8n, "SELECT 1 FROM leads WHERE lead_id = %s", row.id) == []


async def test_campaigns_and_organizations_are_deleted_without_leads_only(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    run(n8n, "INSERT INTO campaigns (name) VALUES ('Empty one')")
    run(n8n, "INSERT INTO organizations (name, email_domain) VALUES ('! None', 'none.example')")
    async with running(demo_url, LARGE) as (app, pilot):
        await press(pilot, "g", "c", "end", "D")
        assert on_top(app, CampaignsScreen)
        assert "leads: delete or move them first" in status_line(app)
        await press(pilot, "home", "D")
        await type_in(pilot, "no", "enter")
        assert "Nothing was deleted." in status_line(app)
        await press(pilot, "D")
        await type_in(pilot, "delete", "enter")
        assert "Empty one: deleted" in status_line(app)
        await press(pilot, "u", "y")
        assert scalar(n8n, "SELECT count(*) FROM campaigns WHERE name = 'Empty one'") == 1
        await press(pilot, "g", "o", "enter", "D")
        assert "! None" in page(app)
        assert on_top(app, OrganizationScreen) is False
        await type_in(pilot, "delete", "enter")
        assert on_top(app, OrganizationsScreen)
        assert fetch(n8n, "SELECT 1 FROM organizations WHERE name = '! None'") == []
