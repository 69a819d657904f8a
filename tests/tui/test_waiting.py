"""Whatever lets the operator wait shows after a moment, and Escape stops it in the database too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg2.extensions import connection as PsycopgConnection

from tests.support import run, scalar
from tests.tui.support import page, press, running, settled, until
from tui.screens.base import WAITING

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
