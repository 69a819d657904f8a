"""Lists: searching, filtering, reading again, being without rows."""

from __future__ import annotations

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from textual import events

from tests.support import fetch, run
from tests.tui.support import (
    DACH,
    column,
    cursor_line,
    insert_lead,
    on_top,
    page,
    press,
    running,
    settled,
    status_line,
    table_of,
    title_line,
    to_leads,
    type_in,
    until,
)
from tui.screens.history import HistoryScreen
from tui.widgets.prompt_input import PromptInput

# Searching


async def test_a_search_goes_to_the_next_row_that_matches(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "slash")
        await type_in(pilot, "rueegg", "enter")
        assert "Beat Rüegg" in cursor_line(app)


async def test_next_and_previous_walk_over_the_matches_and_round(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "slash")
        await type_in(pilot, "rueegg", "enter")
        table = table_of(app)
        matches = [
            index for index in range(149) if "Rüegg" in getattr(table.window.get(index), "name", "")
        ]
        visited = [table.index]
        for _ in matches[1:]:
            await press(pilot, "n")
            visited.append(table.index)
        assert visited[: len(matches)] == matches
        await press(pilot, "N")
        assert table.index == matches[-2]


async def test_a_match_beyond_what_is_loaded_is_gone_to(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    insert_lead(n8n, DACH, "zebra@example.com", created_at="2020-01-01", last_name="Zebra")
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "slash")
        await type_in(pilot, "zebra", "enter")
        assert "Zebra" in cursor_line(app)
        assert table_of(app).place == "150/150"


async def test_a_search_without_a_match_says_so(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "slash")
        await type_in(pilot, "100%_nobody", "enter")
        assert "No lead holds 100%_nobody." in status_line(app)


async def test_a_prompt_takes_a_pasted_text_whole_or_not_at_all(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "slash")
        line = app.screen.query_one(PromptInput)
        line.post_message(events.Paste("x" * 1_000_000))
        await settled(pilot)
        assert line.value == ""
        assert "Not pasted: at most 500 characters" in page(app)
        line.post_message(events.Paste("\nrueegg\x1b]0;\x07\u202e\r\n"))
        await settled(pilot)
        assert line.value == "rueegg]0;"
        await press(pilot, *["backspace"] * 3, "enter")
        assert "Beat Rüegg" in cursor_line(app)


async def test_next_before_a_search_says_how_to_search(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "n")
        assert "/ searches" in status_line(app)


async def test_a_search_round_the_end_comes_back_to_the_row_it_began_at(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    insert_lead(n8n, DACH, "zebra@example.com", created_at="2020-01-01", last_name="Zebra")
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "slash")
        await type_in(pilot, "zebra", "enter")
        for key in ("n", "N"):
            await press(pilot, key)
            assert table_of(app).place == "150/150"
            assert "zebra: found" in status_line(app)


async def test_escape_stops_a_search_and_leaves_the_list_only_then(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        run(n8n, "BEGIN")
        run(n8n, "LOCK TABLE leads IN ACCESS EXCLUSIVE MODE")
        await pilot.press("slash", *"zebra", "enter")
        await until(pilot, lambda: "Searching zebra" in status_line(app))
        assert "Esc stops" in status_line(app)
        await pilot.press("escape")
        await until(pilot, lambda: "The search was stopped." in status_line(app))
        run(n8n, "COMMIT")
        await press(pilot, "j")
        assert table_of(app).place == "2/149"
        assert "stopped" in status_line(app)


async def test_organizations_are_found_by_their_domain(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await press(pilot, "g", "o", "slash")
        await type_in(pilot, "saentis-kuehl", "enter")
        assert "Säntis Kühltechnik" in cursor_line(app)


# Filter


async def test_a_filter_shows_the_leads_of_its_status_alone(
    untouched_url: str, reader: PsycopgConnection
) -> None:
    async with running(untouched_url, (80, 40)) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "w", "j", "j", "j", "enter")
        number = fetch(
            reader,
            "SELECT count(*) FROM leads l JOIN campaigns c USING (campaign_id)"
            " WHERE c.name = %s AND l.status = 'ready'",
            DACH,
        )[0][0]
        assert column(app, "status") == ["◆ ready"] * number
        assert f"{DACH} · ready" in title_line(app)


async def test_a_cleared_filter_shows_all_leads_again(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "w", "j", "j", "j", "enter", "F")
        assert table_of(app).place == "1/149"


async def test_a_status_that_nobody_knows_can_be_filtered_for(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    insert_lead(n8n, DACH, "odd@example.com", status="\x1b[2Jodd")
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "w", "end", "enter")
        assert column(app, "status") == ["? ^[[2Jodd"]


# Reading again


@pytest.mark.parametrize("keys", [("j", "j", "j"), ("end",)])
async def test_reading_again_keeps_the_cursor_on_its_row(
    demo_url: str, n8n: PsycopgConnection, keys: tuple[str, ...]
) -> None:
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, *keys)
        table = table_of(app)
        row, at = table.row, table.index
        assert row is not None
        for number in range(3):
            insert_lead(n8n, DACH, f"fresh{number}@example.com", created_at="2030-01-01")
        await press(pilot, "R")
        assert (table.row and table.row.id, table.index) == (row.id, at + 3)
        assert row.name in cursor_line(app)
        assert table.place.endswith("/152")


async def test_reading_again_shows_what_others_wrote(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j")
        row = table_of(app).row
        assert row is not None
        run(n8n, "UPDATE leads SET first_name = 'Zoë' WHERE lead_id = %s", row.id)
        await press(pilot, "R")
        assert "Zoë Rüegg" in cursor_line(app)


async def test_a_row_that_is_gone_leaves_the_cursor_in_its_place(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j")
        row = table_of(app).row
        assert row is not None
        run(n8n, "DELETE FROM leads WHERE lead_id = %s", row.id)
        await press(pilot, "R")
        assert table_of(app).place == "2/148"


# Without rows


async def test_a_campaign_without_leads_says_so(demo_url: str, n8n: PsycopgConnection) -> None:
    run(n8n, "INSERT INTO campaigns (name) VALUES ('Empty one')")
    async with running(demo_url) as (app, pilot):
        await press(pilot, "enter")
        assert "No lead here." in page(app)


async def test_keys_work_when_a_list_got_its_first_rows(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    run(n8n, "INSERT INTO campaigns (name) VALUES ('Empty one')")
    async with running(demo_url) as (app, pilot):
        await press(pilot, "enter")
        for name in ("a", "b"):
            insert_lead(n8n, "Empty one", f"{name}@example.com", last_name=name)
        await press(pilot, "R", "j")
        assert table_of(app).place == "2/2"


async def test_a_row_without_a_journal_says_so(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j", "H")
        assert on_top(app, HistoryScreen)
        assert "Nothing was changed yet." in page(app)
