"""A change of many leads by keys: told first, meant by typing, and what others did left alone."""

from __future__ import annotations

from uuid import UUID

import pytest
from psycopg2.extensions import connection as PsycopgConnection

from tests.support import fetch, run, scalar
from tests.tui.support import (
    DACH,
    column,
    on_leads,
    on_top,
    page,
    press,
    row_of,
    settled,
    status_line,
    status_of,
    table_of,
    title_line,
    type_in,
    until,
)
from tui.screens.bulk import BulkScreen
from tui.screens.help import HelpScreen
from tui.screens.leads import LeadsScreen
from tui.screens.menus import PromptScreen

END_ALL = "UPDATE leads SET status = 'won' WHERE status NOT IN ('unsubscribed', 'do_not_contact')"


BATCHES = (
    "SELECT count(DISTINCT batch_id), count(DISTINCT row_id) FROM changes"
    " WHERE batch_id IS NOT NULL"
)


NUMBER = (
    "SELECT count(*) FROM leads JOIN campaigns c USING (campaign_id)"
    " WHERE c.name = %s AND leads.status = %s"
)


def number(connection: PsycopgConnection, status: str) -> int:
    """How many leads of the first campaign are in a status."""
    return int(scalar(connection, NUMBER, DACH, status))


def rows(connection: PsycopgConnection) -> dict[UUID, str]:
    """The status of each lead of the first campaign."""
    query = "SELECT lead_id, l.status FROM leads l JOIN campaigns c USING (campaign_id)"
    return dict(fetch(connection, f"{query} WHERE c.name = %s", DACH))


# The question


async def test_a_summary_comes_first_and_nothing_is_written_before_the_answer(
    untouched_url: str, reader: PsycopgConnection
) -> None:
    before = rows(reader)
    async with on_leads(untouched_url) as (app, pilot):
        await press(pilot, "asterisk", "1")
        assert on_top(app, BulkScreen)
        shown = page(app)
        assert "→ ready" in shown
        assert f"{number(reader, 'new')} ○ new" in shown
        assert "not allowed from sent" in shown
        assert "must not be written to: do not contact" in shown
        assert rows(reader) == before


@pytest.mark.parametrize("answer", ["enter", "escape", "n", "q"])
async def test_no_is_the_answer_to_a_few(
    untouched_url: str, reader: PsycopgConnection, answer: str
) -> None:
    async with on_leads(untouched_url) as (app, pilot):
        row = row_of(app)
        await press(pilot, "space", "1", answer)
        assert on_top(app, LeadsScreen)
        assert "Nothing was changed." in status_line(app)
        assert status_of(reader, row.id) == row.status
        assert "1 marked" in table_of(app).place


async def test_a_few_are_changed_after_yes(demo_url: str, n8n: PsycopgConnection) -> None:
    async with on_leads(demo_url) as (app, pilot):
        await press(pilot, "j", "v", "j", "j", "v", "1", "y")
        assert on_top(app, LeadsScreen)
        assert column(app, "status")[1:4] == ["◆ ready"] * 3
        assert "3 leads → ready" in status_line(app)
        assert "u undoes" in status_line(app)
        assert "marked" not in table_of(app).place
        assert fetch(n8n, BATCHES) == [(1, 3)]


@pytest.mark.parametrize("typed", ["", "1", "999"])
async def test_more_than_fifty_are_not_changed_without_their_number(
    untouched_url: str, reader: PsycopgConnection, typed: str
) -> None:
    before = rows(reader)
    async with on_leads(untouched_url) as (app, pilot):
        await press(pilot, "asterisk", "1", "y", *typed, "enter")
        assert on_top(app, BulkScreen) is bool(typed)
        await press(pilot, "escape")
        assert rows(reader) == before


async def test_more_than_fifty_are_changed_when_their_number_was_typed(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with on_leads(demo_url) as (app, pilot):
        before = number(n8n, "ready")
        await press(pilot, "asterisk", "1")
        screen = app.screen
        assert isinstance(screen, BulkScreen)
        foreseen = screen.foreseen
        assert foreseen.changed > 50
        await type_in(pilot, f"9{foreseen.changed}", *["backspace"] * 3)
        await type_in(pilot, str(foreseen.changed), "enter")
        assert number(n8n, "ready") == before + foreseen.changed
        assert f"{foreseen.changed} leads → ready" in status_line(app)
        assert "skipped: " in status_line(app)
        assert fetch(n8n, BATCHES) == [(1, foreseen.changed)]


async def test_nothing_that_may_be_changed_can_not_be_meant(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    run(n8n, END_ALL)
    async with on_leads(demo_url) as (app, pilot):
        await press(pilot, "space", "1")
        assert "0 leads → ready" in page(app)
        await press(pilot, "y")
        assert on_top(app, BulkScreen)
        await press(pilot, "enter")
        assert number(n8n, "ready") == 0


async def test_nobody_is_asked_who_went_elsewhere_meanwhile(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with on_leads(demo_url) as (app, pilot):
        await press(pilot, "space")
        run(n8n, "BEGIN")
        run(n8n, "LOCK TABLE leads IN ACCESS EXCLUSIVE MODE")
        await pilot.press("e", "8", "question_mark")
        await until(pilot, lambda: on_top(app, HelpScreen))
        run(n8n, "COMMIT")
        await settled(pilot)
        assert on_top(app, HelpScreen)


# Force


async def test_leads_are_forced_with_a_reason_that_the_journal_keeps(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with on_leads(demo_url) as (app, pilot):
        rows_of = [row_of(app).id]
        await press(pilot, "space")
        rows_of.append(row_of(app).id)
        await press(pilot, "space", "R")
        for row, status in zip(rows_of, ("won", "do_not_contact"), strict=True):
            run(n8n, "UPDATE leads SET status = %s WHERE lead_id = %s", status, row)
        await press(pilot, "1", "f")
        assert on_top(app, PromptScreen)
        await type_in(pilot, "they asked", "enter")
        assert "2 leads of these against the rules" in page(app)
        await press(pilot, "y")
        assert [status_of(n8n, row) for row in rows_of] == ["ready", "ready"]
        reasons = fetch(n8n, "SELECT DISTINCT reason FROM changes WHERE batch_id IS NOT NULL")
        assert reasons == [("they asked",)]


async def test_without_a_reason_nothing_is_forced(demo_url: str, n8n: PsycopgConnection) -> None:
    run(n8n, END_ALL)
    async with on_leads(demo_url) as (app, pilot):
        await press(pilot, "space", "1", "f", "enter")
        assert "0 leads → ready" in page(app)
        await press(pilot, "escape")
        assert number(n8n, "ready") == 0


# Other writers


async def test_what_another_writer_changed_after_the_summary_is_left_alone_and_told(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with on_leads(demo_url) as (app, pilot):
        first = row_of(app).id
        await press(pilot, "v", "j", "j", "v", "1")
        run(n8n, "UPDATE leads SET status = 'enriching' WHERE lead_id = %s", first)
        await press(pilot, "y")
        assert status_of(n8n, first) == "enriching"
        assert "2 leads → ready" in status_line(app)
        assert "1 changed by others meanwhile" in status_line(app)
        assert column(app, "status")[:3] == ["◌ enriching", "◆ ready", "◆ ready"]


async def test_a_lead_deleted_after_it_was_marked_is_told(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with on_leads(demo_url) as (app, pilot):
        first = row_of(app).id
        await press(pilot, "space", "space", "1")
        run(n8n, "DELETE FROM leads WHERE lead_id = %s", first)
        await press(pilot, "y")
        assert "1 deleted by others" in status_line(app)
        assert table_of(app).place.endswith("/148")


async def test_all_of_a_filter_are_changed_and_no_others(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    """What leaves the filter before the answer is left alone."""
    async with on_leads(demo_url) as (app, pilot):
        before = rows(n8n)
        new = [row for row, status in before.items() if status == "new"]
        await press(pilot, "w", "j", "enter")
        assert "new" in title_line(app)
        kept = row_of(app).id
        await press(pilot, "asterisk", "space", "1")
        left = next(row for row in new if row != kept)
        run(n8n, "UPDATE leads SET status = 'invalid' WHERE lead_id = %s", left)
        await press(pilot, "y")
        changed = {row for row, status in rows(n8n).items() if status != before[row]}
        assert changed == set(new) - {kept}
        assert (status_of(n8n, kept), status_of(n8n, left)) == ("new", "invalid")
        assert table_of(app).place == "1/1"
