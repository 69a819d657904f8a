"""Whatever lets the operator wait shows after a moment, and Escape stops it in the database too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg2.extensions import connection as PsycopgConnection
from textual.events import Key

from tests.support import run, scalar
from tests.tui.support import (
    held,
    on_top,
    page,
    press,
    row_of,
    running,
    second_lead,
    settled,
    status_of,
    until,
)
from tui.screens.base import WAITING, AppScreen
from tui.screens.forms import EditScreen
from tui.screens.help import HelpScreen
from tui.screens.lead import LeadScreen
from tui.waiting import PATIENCE

WAITS = {
    "a list": ("g", "l"),
    "the journal": ("g", "h"),
    "an undo": ("u",),
    "duplicates": ("g", "d"),
    "triage": ("g", "i"),
    "a look-up": ("o", "a", "c", "m"),
}
SMALL = (100, 28)
"""A screen on which nothing is counted beside a list."""
BLOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@contextmanager
def locked(connection: PsycopgConnection) -> Iterator[None]:
    """Let nobody read the tables until the end of the block."""
    run(connection, "BEGIN")
    run(connection, "LOCK TABLE leads, organizations, changes IN ACCESS EXCLUSIVE MODE")
    try:
        yield
    finally:
        run(connection, "ROLLBACK")


async def test_escape_stops_what_lets_wait_wherever_it_is(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url, SMALL, lock_timeout=15) as (app, pilot):
        for what, keys in WAITS.items():
            with locked(n8n):
                await pilot.press(*keys)
                await until(pilot, lambda: WAITING in page(app), what)
                screen = app.screen
                await pilot.press("escape")
                await until(pilot, lambda: not scalar(n8n, BLOCKED), f"{what} to be stopped")
                await until(pilot, lambda: WAITING not in page(app), what)
                await until(pilot, lambda: "Stopped" in page(app), what)
                assert app.screen is screen, what
            await settled(pilot)


async def test_a_read_whose_screen_is_left_is_stopped(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url, SMALL, lock_timeout=15) as (app, pilot):
        await press(pilot, "enter")
        with locked(n8n):
            await pilot.press("enter")
            await until(pilot, lambda: WAITING in page(app), "the lead")
            await pilot.press("q")
            await until(pilot, lambda: not scalar(n8n, BLOCKED), "the read to be stopped")
        await settled(pilot)


async def test_an_edit_that_waits_for_a_workflow_is_stopped_and_comes_back_as_it_was_typed(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url, SMALL, lock_timeout=15) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "e", "home", "Z")
        form = app.screen
        with held(demo_url, row.id):
            await pilot.press("f2")
            await until(pilot, lambda: WAITING in page(app), "the edit")
            assert app.screen is not form
            await pilot.press("escape")
            await until(pilot, lambda: not scalar(n8n, BLOCKED), "the edit to be stopped")
            await until(pilot, lambda: "Stopped: nothing was changed" in page(app), "the form")
        assert isinstance(app.screen, EditScreen)
        assert f"Z{row.first_name}" in page(app)
        await press(pilot, "f2")
        await until(pilot, lambda: row_of(app).first_name == f"Z{row.first_name}", "the edit")


async def test_a_status_that_waits_is_painted_as_such_and_lets_nobody_wait(
    demo_url: str,
) -> None:
    async with running(demo_url, SMALL, lock_timeout=15) as (app, pilot):
        row = await second_lead(pilot)
        with held(demo_url, row.id):
            await pilot.press("1")
            await pilot.pause(2 * PATIENCE)
            assert row.id in app.pending
            assert WAITING not in page(app)
        await settled(pilot)
        assert row_of(app).status == "ready"


async def test_keys_typed_ahead_wait_for_the_lead_that_they_are_for(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url, SMALL, lock_timeout=15) as (app, pilot):
        row = await second_lead(pilot)
        shown = app.screen
        with locked(n8n):
            for key in ("enter", "1", "q"):
                app.post_message(Key(key, None))
            await pilot.pause(0.3)
            assert isinstance(app.screen, LeadScreen)
        await until(pilot, lambda: app.screen is shown, "the lead to be left")
        await settled(pilot)
        assert status_of(n8n, row.id) == "ready"


async def test_no_key_waits_long_for_a_list_that_is_not_read(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url, SMALL, lock_timeout=15) as (app, pilot):
        with locked(n8n):
            for key in ("g", "l", "j", "question_mark"):
                app.post_message(Key(key, None))
            await until(pilot, lambda: on_top(app, HelpScreen), "the help")


async def test_a_read_that_another_one_replaced_before_it_began_is_not_kept(
    demo_url: str,
) -> None:
    async with running(demo_url, SMALL) as (app, pilot):
        await second_lead(pilot)
        assert isinstance(app.screen, AppScreen)
        for _ in range(20):
            app.screen.read(lambda: None, lambda _: None, group="again")
        await settled(pilot)
        app.screen.read(lambda: None, lambda _: None, group="again")
        assert len([wait for wait in app._waits if wait.group == "again"]) == 1
        await settled(pilot)


async def test_what_is_told_while_a_screen_is_being_made_waits_for_it(demo_url: str) -> None:
    async with running(demo_url, SMALL) as (app, pilot):
        row = await second_lead(pilot)
        app.open_lead(row.id)
        app.permissions_changed()
        app.link_changed()
        await settled(pilot)
        assert isinstance(app.screen, LeadScreen)
