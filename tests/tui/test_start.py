"""The way in: what is said where there is no database, or another schema than ours."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from psycopg2.extensions import connection as PsycopgConnection

from db.database import Database, open_database
from db.settings import Settings
from tests.support import on_database, run
from tests.tui.support import application, away, busy, on_top, page, press, settled, until
from tui.app import CustomerCenter
from tui.screens.campaigns import CampaignsScreen
from tui.screens.start import StartScreen

NOWHERE = "postgresql://anna:s3cret@127.0.0.1:1/leads"


async def test_a_server_that_can_not_be_reached_is_told_without_the_password() -> None:
    app = application(NOWHERE)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert on_top(app, StartScreen)
        assert "The database cannot be reached" in page(app)
        assert "R try again   q quit" in page(app)
        assert "s3cret" not in page(app)


async def test_quitting_without_a_database_ends_with_code_3() -> None:
    app = application(NOWHERE)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("q")
    assert app.return_code == 3


@pytest.mark.parametrize("turns", range(4))
async def test_quitting_while_the_first_room_is_being_made_is_no_crash(
    untouched_url: str, turns: int
) -> None:
    app = application(untouched_url)
    try:
        async with app.run_test(size=(80, 24)):
            while on_top(app, StartScreen):  # noqa: ASYNC110 - each turn counts
                await asyncio.sleep(0)
            for _ in range(turns):
                await asyncio.sleep(0)
            app.exit()
    finally:
        app.gateway.close()
    assert app.return_code == 0


async def test_a_database_that_came_back_is_opened_by_a_key(
    demo_url: str, admin: PsycopgConnection
) -> None:
    app = application(demo_url)
    with ExitStack() as gone:
        gone.enter_context(away(admin, demo_url))
        async with app.run_test(size=(80, 24)) as pilot:
            await settled(pilot)
            assert on_top(app, StartScreen)
            gone.close()
            await press(pilot, "R")
            assert on_top(app, CampaignsScreen)
    app.gateway.close()


async def test_keys_pressed_while_the_database_is_being_opened_do_not_open_it_twice(
    untouched_url: str,
) -> None:
    opened, go = [], threading.Event()

    def slowly(settings: Settings) -> Database:
        opened.append(settings)
        assert go.wait(10)
        return open_database(settings)

    app = CustomerCenter(Settings(untouched_url), slowly)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: opened)
        await pilot.press("R", "enter", "r")
        go.set()
        await settled(pilot)
        assert on_top(app, CampaignsScreen)
    app.gateway.close()
    assert len(opened) == 1


async def test_the_first_frame_says_what_is_being_done(untouched_url: str) -> None:
    go = threading.Event()

    def slowly(settings: Settings) -> Database:
        assert go.wait(10)
        return open_database(settings)

    app = CustomerCenter(Settings(untouched_url), slowly)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert busy(app)
        assert "Opening the database …" in page(app)
        go.set()
        await settled(pilot)
    app.gateway.close()


@pytest.fixture
def oddly_named_url(admin: PsycopgConnection, server_url: str) -> Iterator[str]:
    """An empty database whose name is markup to those who take it for such."""
    run(admin, 'CREATE DATABASE "odd[/red]" TEMPLATE template0')
    yield on_database(server_url, "odd%5B%2Fred%5D")
    run(admin, 'DROP DATABASE "odd[/red]" WITH (FORCE)')


async def test_another_schema_ends_the_application_with_a_sentence_and_code_3(
    oddly_named_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    app = CustomerCenter(Settings(oddly_named_url))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.return_code is not None)
    said = " ".join(capfd.readouterr().err.split())
    assert app.return_code == 3
    assert (
        "The database odd[/red] has no Customer Center schema yet. Run: customer-center migrate"
        in said
    )
