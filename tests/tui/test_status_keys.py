"""Status keys in a list: what is pressed, what is painted, what another connection reads."""

from __future__ import annotations

import pytest
from psycopg2.extensions import connection as PsycopgConnection

from db.statuses import LEAD
from tests.support import OPERATOR, journal, run, scalar
from tests.tui.support import (
    cursor_line,
    held,
    on_top,
    press,
    row_of,
    running,
    second_lead,
    set_by_n8n,
    settled,
    status_line,
    status_of,
    to_leads,
    until,
)
from tui.config import QUICK_LEAD
from tui.screens.menus import ConfirmScreen


@pytest.mark.parametrize("number", range(1, 10))
async def test_a_number_key_sets_its_status(
    demo_url: str, n8n: PsycopgConnection, number: int
) -> None:
    target = QUICK_LEAD[number - 1]
    start = "ready" if target == "new" else "new"
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j")
        row = row_of(app)
        set_by_n8n(n8n, row.id, "enriching")
        set_by_n8n(n8n, row.id, start)
        await press(pilot, "R", str(number))
        if on_top(app, ConfirmScreen):
            await press(pilot, "y")
        status = LEAD.get(target)
        assert f"{status.glyph} {status.label} " in cursor_line(app)
        assert status_of(n8n, row.id) == target


async def test_a_committed_change_is_told_with_the_key_that_takes_it_back(demo_url: str) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "1")
        assert status_line(app).split("   ")[:2] == [f" {row.name}: new → ready", "u undoes"]


async def test_a_sentence_stays_on_its_screen_and_the_key_for_undo_goes_along(
    demo_url: str,
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "y", "i")
        assert "Copied: " in status_line(app)
        await press(pilot, "question_mark", "escape")
        assert "Copied: " in status_line(app)
        await press(pilot, "enter")
        assert "Copied" not in status_line(app)
        await press(pilot, "escape")
        assert "Copied" not in status_line(app)
        await press(pilot, "1", "enter")
        assert f"{row.name}: new → ready   u undoes" in status_line(app)
        await press(pilot, "g", "o", "u")
        assert "undone" in status_line(app)


async def test_a_status_that_a_lead_has_already_is_not_written(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "1", "1")
        assert f"{row.name} is ready already." in status_line(app)
        assert len(journal(n8n, row.id)) == 1


async def test_the_actor_of_a_change_is_the_operator(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (_, pilot):
        row = await second_lead(pilot)
        await press(pilot, "1")
        assert scalar(n8n, "SELECT actor FROM changes WHERE row_id = %s", row.id) == OPERATOR


async def test_a_change_on_its_way_has_a_mark_until_the_database_answers(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        with held(demo_url, row.id) as holder:
            await pilot.press("1")
            await until(pilot, lambda: "⋯ ready" in cursor_line(app), "the mark")
            assert status_of(n8n, row.id) == "new"
            holder.rollback()
            await settled(pilot)
        assert "◆ ready" in cursor_line(app)


async def test_a_second_key_on_a_pending_lead_goes_on_from_the_first_ones_target(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        with held(demo_url, row.id) as holder:
            await pilot.press("1", "2")
            await until(pilot, lambda: "⋯ disqualified" in cursor_line(app), "the second mark")
            holder.rollback()
            await settled(pilot)
        assert "⊘ disqualified" in cursor_line(app)
        assert journal(n8n, row.id) == [
            ("status", "new", "ready"),
            ("status", "ready", "disqualified"),
        ]


async def test_a_mark_stays_until_the_last_of_several_keys_was_answered(demo_url: str) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        with held(demo_url, row.id) as holder:
            await pilot.press("1", "9", "1")
            await until(pilot, lambda: app.gateway.writer.unsaved == 3, "three writes")
            first = app.pending.copy()
            holder.rollback()
            seen = []
            while app.gateway.writer.unsaved:
                seen.append(app.pending.get(row.id))
                await pilot.pause()
        assert first == {row.id: "ready"}
        assert set(seen) <= {"ready"}
        await settled(pilot)
        assert app.pending == {}


async def test_a_lead_that_another_program_holds_too_long_is_left_as_it_was(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url, lock_timeout=1) as (app, pilot):
        row = await second_lead(pilot)
        with held(demo_url, row.id):
            await press(pilot, "1")
        assert f"{row.name}: Not changed: another program holds this row" in status_line(app)
        assert "○ new" in cursor_line(app)
        assert status_of(n8n, row.id) == "new"


async def test_another_writers_status_is_painted_and_named_and_stays(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        row = await second_lead(pilot)
        set_by_n8n(n8n, row.id, "enriching")
        await press(pilot, "1")
        told = f"{row.name}: Not changed to ready: n8n changed it from new to enriching meanwhile."
        assert told in status_line(app)
        assert "◌ enriching" in cursor_line(app)
        assert status_of(n8n, row.id) == "enriching"


async def test_another_field_changed_by_a_workflow_is_no_conflict(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (_, pilot):
        row = await second_lead(pilot)
        run(n8n, "UPDATE leads SET title = 'CTO' WHERE lead_id = %s", row.id)
        await press(pilot, "1")
        assert status_of(n8n, row.id) == "ready"


async def test_a_lead_deleted_by_another_program_is_told(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        run(n8n, "DELETE FROM leads WHERE lead_id = %s", row.id)
        await press(pilot, "1")
        assert f"{row.name}: There is no lead" in status_line(app)
