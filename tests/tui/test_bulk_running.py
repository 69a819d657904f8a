"""A change of many leads while it runs: told, stopped, waited for."""

from __future__ import annotations

import pytest
from psycopg2.extensions import connection as PsycopgConnection

from tests.support import WAITING, scalar
from tests.tui.support import (
    OF_BATCHES,
    held,
    on_leads,
    on_top,
    page,
    press,
    row_of,
    settled,
    status_line,
    status_of,
    table_of,
    until,
)
from tui.screens.leads import LeadsScreen
from tui.screens.marking import Marking


async def test_escape_stops_it_even_while_it_waits_for_another_program(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with on_leads(demo_url) as (app, pilot):
        row = row_of(app)
        await press(pilot, "space", "space", "1")
        with held(demo_url, row.id):
            await pilot.press("y")
            await until(pilot, lambda: scalar(n8n, WAITING), "the change to wait")
            await pilot.press("escape")
            await until(pilot, lambda: "Stopped" in status_line(app), "the change to stop")
        await settled(pilot)
        assert on_top(app, LeadsScreen)
        assert "Stopped: nothing was changed." in status_line(app)
        assert status_of(n8n, row.id) == "new"
        assert "2 marked" in table_of(app).place
        assert scalar(n8n, OF_BATCHES) == 0


async def test_it_goes_on_behind_while_other_keys_are_pressed(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with on_leads(demo_url) as (app, pilot):
        row = row_of(app)
        await press(pilot, "space", "1")
        with held(demo_url, row.id):
            await pilot.press("y")
            await until(pilot, lambda: "goes on behind" in page(app))
            await pilot.press("enter", "j", "j")
            await until(pilot, lambda: table_of(app).place.startswith("4/"))
        await settled(pilot)
        assert "1 lead → ready" in status_line(app)
        assert status_of(n8n, row.id) == "ready"


async def test_its_progress_is_told_in_pieces(
    demo_url: str, n8n: PsycopgConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.services.bulk.PIECE", 1)
    async with on_leads(demo_url) as (app, pilot):
        await press(pilot, "v", "j", "j", "v")
        assert isinstance(app.screen, Marking)
        last = max(app.screen.marks.ids)
        await press(pilot, "1")
        with held(demo_url, last):
            await pilot.press("y")
            await until(pilot, lambda: "2 of 3" in page(app), "two of three")
        await settled(pilot)
        assert "3 leads → ready" in status_line(app)


async def test_a_lead_that_another_program_holds_for_long_stops_it_whole(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with on_leads(demo_url, lock_timeout=1) as (app, pilot):
        row = row_of(app)
        await press(pilot, "v", "j", "j", "v", "1")
        with held(demo_url, row.id):
            await press(pilot, "y")
            assert "another program holds" in status_line(app)
        assert "3 marked" in table_of(app).place
        assert scalar(n8n, OF_BATCHES) == 0
