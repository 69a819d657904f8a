"""Undo and redo: what they write, and what they leave to others."""

from __future__ import annotations

import pytest
from psycopg2.extensions import connection as PsycopgConnection

from tests.support import journal
from tests.tui.support import (
    cursor_line,
    held,
    press,
    row_of,
    running,
    second_lead,
    set_by_n8n,
    settled,
    status_line,
    status_of,
)


async def test_undo_takes_the_change_back(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "1", "u")
        assert "○ new" in cursor_line(app)
        assert status_of(n8n, row.id) == "new"


async def test_redo_makes_the_change_again(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "1", "u", "ctrl+r")
        assert "◆ ready" in cursor_line(app)
        assert status_of(n8n, row.id) == "ready"


async def test_undo_while_the_change_is_on_its_way_means_that_change(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        before = await second_lead(pilot)
        await press(pilot, "1", "j")
        row = row_of(app)
        with held(demo_url, row.id) as holder:
            await pilot.press("1", "u")
            holder.rollback()
            await settled(pilot)
        assert [new for _, _, new in journal(n8n, row.id)] == ["ready", "new"]
        assert status_of(n8n, before.id) == "ready"


async def test_undo_does_not_overwrite_what_a_workflow_made_of_the_lead(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "1")
        set_by_n8n(n8n, row.id, "queued")
        await press(pilot, "u")
        assert "◇ queued" in cursor_line(app)
        assert status_of(n8n, row.id) == "queued"


async def test_undo_of_a_suppression_gives_its_reason(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (_, pilot):
        row = await second_lead(pilot)
        await press(pilot, "s", "j", "j", "j", "j", "enter", "u")
        assert journal(n8n, row.id) == [
            ("status", "new", "do_not_contact"),
            ("status", "do_not_contact", "new"),
        ]


@pytest.mark.parametrize(("key", "told"), [("u", "nothing to undo"), ("ctrl+r", "nothing to redo")])
async def test_there_is_nothing_to_undo_or_redo_at_first(
    untouched_url: str, key: str, told: str
) -> None:
    async with running(untouched_url) as (app, pilot):
        await press(pilot, key)
        assert told in status_line(app)
