"""A filter is typed in one line: it is completed, explained where it is wrong, and applied."""

from __future__ import annotations

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from textual import events
from textual.pilot import Pilot

from tests.support import fetch, run
from tests.tui.support import (
    DACH,
    column,
    cursor_line,
    insert_lead,
    line_with,
    page,
    painted,
    press,
    running,
    settled,
    status_line,
    table_of,
    title_line,
    to_leads,
    to_triage,
    until,
)
from tui.app import CustomerCenter
from tui.screens.leads import LeadsScreen
from tui.screens.list_screen import SLOW
from tui.widgets.filter_line import LONGEST, FilterInput, FilterLine

NAMES = {":": "colon", '"': "quotation_mark", "<": "less_than_sign", "~": "tilde", "*": "asterisk"}
NAMES |= {" ": "space", "-": "minus", ",": "comma", ".": "full_stop"}


async def type_filter(pilot: Pilot[int], text: str, *then: str) -> None:
    """Press the keys of a filter, then further keys."""
    await pilot.press(*(NAMES.get(char, char) for char in text))
    await press(pilot, *then)


async def filtered(pilot: Pilot[int], text: str) -> None:
    """Apply a filter by keys."""
    await press(pilot, "f")
    await type_filter(pilot, text, "enter")


def typed(app: CustomerCenter) -> str | None:
    """Return the filter that is being typed, None where none is."""
    return next((line.text for line in app.screen.query(FilterLine)), None)


# Applying


async def test_a_filter_shows_the_leads_that_the_database_finds(
    untouched_url: str, reader: PsycopgConnection
) -> None:
    async with running(untouched_url, (118, 40)) as (app, pilot):
        await to_leads(pilot)
        await filtered(pilot, "status:new,ready country:DE")
        expected = fetch(
            reader,
            "SELECT l.lead_id FROM leads l JOIN campaigns c USING (campaign_id)"
            " JOIN organizations o ON o.organization_id = l.company_id WHERE c.name = %s"
            " AND l.status IN ('new', 'ready') AND o.country IN ('Germany', 'DE')"
            " ORDER BY l.created_at DESC, l.lead_id DESC",
            DACH,
        )
        table = table_of(app)
        assert 0 < table.total == len(expected)
        assert [table.window.get(at).id for at in range(table.total)] == [r[0] for r in expected]
        assert typed(app) is None
        assert " · new, ready · country:DE" in title_line(app)


async def test_the_line_begins_with_the_filter_in_force(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await filtered(pilot, "status:new has:title")
        await press(pilot, "f")
        assert typed(app) == "status:new has:title "


async def test_escape_leaves_the_list_as_it_was(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await filtered(pilot, "status:new")
        await press(pilot, "f")
        await type_filter(pilot, "country:FR", "escape")
        assert typed(app) is None
        assert set(column(app, "status")) == {"· new"} or "· new" in title_line(app)
        assert "country" not in title_line(app)
        await press(pilot, "j")
        assert table_of(app).index == 1


async def test_clearing_shows_all_leads_again(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await filtered(pilot, "status:new -has:title")
        await press(pilot, "F")
        assert table_of(app).place == "1/149"
        assert title_line(app).split("›")[-1].strip().startswith(DACH)


async def test_a_filter_that_nothing_passes_says_so(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await filtered(pilot, "email:nobody")
        assert "No lead here." in page(app)
        await press(pilot, "F")
        assert table_of(app).total == 149


async def test_a_campaign_that_does_not_exist_is_told_and_the_text_stays(
    untouched_url: str,
) -> None:
    async with running(untouched_url) as (app, pilot):
        await press(pilot, "g", "l")
        before = table_of(app).total
        await filtered(pilot, "campaign:nowhere")
        assert "There is no campaign named 'nowhere'; there are: " in page(app)
        assert typed(app) == "campaign:nowhere"
        await press(pilot, "escape")
        assert table_of(app).total == before


async def test_a_status_that_nobody_knows_is_offered_in_quotes(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    insert_lead(n8n, DACH, "odd@example.com", status="odd")
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "f")
        await type_filter(pilot, "status:od", "tab")
        assert typed(app) == 'status:"odd"'
        await press(pilot, "enter")
        assert table_of(app).total == 1


# What is wrong


async def test_an_error_is_marked_under_its_place_with_what_would_be_valid(
    untouched_url: str,
) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await filtered(pilot, "country:DE verification:vald")
        lines = painted(app)
        at = next(at for at, line in enumerate(lines) if "country:DE" in line)
        assert lines[at].index("vald") == lines[at + 1].index("^^^^")
        assert "Valid here:" in page(app)
        assert "catch_all" in page(app)
        assert typed(app) == "country:DE verification:vald"
        await press(pilot, "i")
        assert "^" not in page(app)


async def test_a_day_that_does_not_exist_is_told(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await filtered(pilot, "created:2026-02-30")
        assert "2026-02-30" in line_with(app, "There is no")
        assert typed(app) == "created:2026-02-30"


async def test_a_megabyte_is_not_pasted(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "f")
        await type_filter(pilot, "status:new")
        app.screen.query_one(FilterInput).post_message(events.Paste("x" * 1_000_000))
        await settled(pilot)
        assert typed(app) == "status:new"
        assert f"at most {LONGEST:,} characters" in page(app)
        await press(pilot, "enter")
        assert "· new" in title_line(app)


async def test_pasted_lines_become_one(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "f")
        app.screen.query_one(FilterInput).post_message(events.Paste("status:new\n  has:title\r\n"))
        await settled(pilot)
        assert typed(app) == "status:new has:title"


# Completing


async def test_tab_completes_a_field_and_then_its_value(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "f")
        await type_filter(pilot, "verif", "tab")
        assert typed(app) == "verification:"
        await type_filter(pilot, "cat", "tab")
        assert typed(app) == "verification:catch_all"


async def test_the_names_of_campaigns_are_completed_in_quotes(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await press(pilot, "g", "l", "f")
        await type_filter(pilot, "campaign:dach", "tab")
        assert typed(app) == f'campaign:"{DACH}"'
        await press(pilot, "enter")
        assert table_of(app).total == 149


async def test_statuses_are_offered_with_their_numbers_and_chosen_by_arrows(
    untouched_url: str, reader: PsycopgConnection
) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "f")
        await type_filter(pilot, "status:")
        ((number,),) = fetch(
            reader,
            "SELECT count(*) FROM leads JOIN campaigns c USING (campaign_id)"
            " WHERE c.name = %s AND leads.status = 'ready'",
            DACH,
        )
        assert line_with(app, "  ready").split() == ["ready", str(number)]
        await press(pilot, "down", "down", "down", "enter")
        assert typed(app) == "status:ready"
        await press(pilot, "enter")
        assert table_of(app).total == number


async def test_the_leads_of_what_is_typed_are_counted(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "f")
        await type_filter(pilot, "status:new")
        await until(pilot, lambda: "36 leads" in page(app))
        assert SLOW not in page(app)
        await press(pilot, "escape", "g", "l", "f")
        await type_filter(pilot, "title:~cto")
        await until(pilot, lambda: f"leads   {SLOW}" in page(app))


async def test_filters_typed_before_come_back_by_up(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await filtered(pilot, "country:DE")
        await press(pilot, "F")
        await filtered(pilot, "country:AT")
        await press(pilot, "F", "f", "up")
        assert typed(app) == "country:AT"
        await press(pilot, "up", "up")
        assert typed(app) == "country:DE"
        await press(pilot, "down", "down")
        assert typed(app) == ""


async def test_a_click_into_the_list_leaves_the_line_and_keeps_its_text(
    untouched_url: str,
) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "f")
        await type_filter(pilot, "country:D")
        await pilot.click(table_of(app), offset=(5, 3))
        await settled(pilot)
        assert (typed(app), table_of(app).index) == (None, 3)
        await press(pilot, "f", "up")
        assert typed(app) == "country:D"


async def test_the_language_is_shown_by_a_key(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "f")
        await type_filter(pilot, "country:D", "f1")
        assert "turns it round" in page(app)
        await press(pilot, "escape")
        assert typed(app) == "country:D"


# Beside other things


async def test_a_filtered_list_is_triaged_as_it_is(
    untouched_url: str, reader: PsycopgConnection
) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await filtered(pilot, "status:new country:DE")
        ids = [table_of(app).window.get(at).id for at in range(table_of(app).total)]
        screen = await to_triage(pilot, ())
        assert list(screen.queue.ids) == ids


async def test_a_list_that_takes_long_is_left_by_escape_as_it_was(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j", "j")
        before = cursor_line(app)
        run(n8n, "BEGIN")
        run(n8n, "LOCK TABLE leads IN ACCESS EXCLUSIVE MODE")
        await pilot.press("f", *"xyz", "enter")
        await until(pilot, lambda: "Esc stops" in status_line(app))
        await pilot.press("escape")
        await until(pilot, lambda: "The list is as it was. Stopped." in status_line(app))
        # It was stopped in the database too.
        await until(pilot, lambda: not _waiting(n8n))
        run(n8n, "COMMIT")
        await settled(pilot)
        assert cursor_line(app) == before
        assert isinstance(app.screen, LeadsScreen)
        await press(pilot, "f", "up")
        assert typed(app) == "xyz"


async def test_a_list_that_cannot_be_read_leaves_the_one_before(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url, lock_timeout=1) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j", "j")
        before, title = cursor_line(app), title_line(app)
        run(n8n, "BEGIN")
        run(n8n, "LOCK TABLE leads IN ACCESS EXCLUSIVE MODE")
        await pilot.press("f", *"xyz", "enter")
        await until(pilot, lambda: "The list is as it was." in status_line(app))
        run(n8n, "COMMIT")
        await settled(pilot)
        assert (cursor_line(app), title_line(app)) == (before, title)
        await press(pilot, "f", "up")
        assert typed(app) == "xyz"


def _waiting(connection: PsycopgConnection) -> int:
    rows = fetch(
        connection,
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND state = 'active' AND pid <> pg_backend_pid() AND query LIKE '%%LIMIT%%'",
    )
    return int(rows[0][0])


@pytest.mark.parametrize("text", ["[/red]", "[@click=app.quit]x[/]", '"\x1b[2J"'])
async def test_no_text_of_a_filter_gets_out_of_its_cells(untouched_url: str, text: str) -> None:
    async with running(untouched_url, (140, 24)) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "f")
        app.screen.query_one(FilterInput).value = text
        await press(pilot, "enter")
        assert "\x1b" not in page(app)
        assert text.replace("\x1b", "").strip('"') in page(app)
