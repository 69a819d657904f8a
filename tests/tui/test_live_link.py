"""How the application hears of changes: cut off, away, past a pooler, paused, closed."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg2.extensions import connection as PsycopgConnection

from tests.support import fetch, plain_connection, run, scalar, wait_for
from tests.tui.living import LISTENERS, call_lead, living, living_on_leads, shows
from tests.tui.proxy import proxied
from tests.tui.support import (
    DACH,
    away,
    insert_lead,
    page,
    press,
    row_of,
    settled,
    status_line,
    table_of,
    to_leads,
    until,
)

pytestmark = pytest.mark.usefixtures("listening_at_once")


OTHERS = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name = 'customer-center'"
)


# The line


async def test_a_listener_that_is_cut_off_listens_again_and_shows_what_it_missed(
    demo_url: str, n8n: PsycopgConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(demo_url) as (app, pilot):
        assert " live " in status_line(app)
        await to_leads(pilot)
        row = row_of(app)
        words: list[str] = []
        show = app.link_changed
        monkeypatch.setattr(app, "link_changed", lambda: words.append(app.link) or show())
        (listener,) = fetch(n8n, LISTENERS)
        run(n8n, "SELECT pg_terminate_backend(%s, 5000)", *listener)
        call_lead(n8n, row.id)
        await until(pilot, lambda: words == ["polling 5 s", "live"], "the word")
        await shows(pilot, "Tester")
        assert row_of(app).id == row.id
        call_lead(n8n, row.id, "Second")
        await shows(pilot, "Second")


async def test_a_database_that_was_away_is_read_again_when_it_is_back(
    demo_url: str, admin: PsycopgConnection
) -> None:
    async with living_on_leads(demo_url) as (app, pilot):
        row = row_of(app)
        with away(admin, demo_url):
            await until(pilot, lambda: app.link == "polling 5 s", "the word")
            await press(pilot, "R")
            assert table_of(app).state == "stale"
        with plain_connection(demo_url) as other:
            call_lead(other, row.id)
        await until(pilot, lambda: app.link == "live", "the word")
        await until(pilot, lambda: row_of(app).first_name == "Tester", "the list")
        await until(pilot, lambda: table_of(app).state == "ready", "the whole list")
        assert "Live again" in status_line(app)


@pytest.fixture
def pooler_url(demo_url: str) -> Iterator[str]:
    """A way to the demo's rows on which no announcement arrives."""
    with (
        tempfile.TemporaryDirectory() as folder,
        proxied(demo_url, Path(folder), pooling=True) as proxy,
    ):
        yield proxy.url


async def test_past_a_pooler_announcements_are_heard(demo_url: str, pooler_url: str) -> None:
    async with living(pooler_url, direct_url=demo_url) as (app, _):
        assert " live " in status_line(app)


async def test_behind_a_pooler_changes_are_looked_for(
    pooler_url: str, n8n: PsycopgConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.listening.ECHO_WITHIN", 0.5)
    monkeypatch.setattr("db.listening.LOOK_EVERY", 0.05)
    async with living(pooler_url) as (app, pilot):
        assert " polling 5 s " in status_line(app)
        await to_leads(pilot)
        row, total = row_of(app), table_of(app).total
        call_lead(n8n, row.id)
        await shows(pilot, "Tester")
        insert_lead(n8n, DACH, "new@acme.com", created_at="2030-01-01", first_name="Newcomer")
        await shows(pilot, "Newcomer")
        await until(pilot, lambda: f"2/{total + 1}" in status_line(app), "the number")


async def test_live_is_paused_and_goes_on_by_a_key(
    demo_url: str, n8n: PsycopgConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living_on_leads(demo_url) as (app, pilot):
        row = row_of(app)
        await press(pilot, "L")
        assert " live off " in status_line(app)
        told = app.live.refreshes
        heard: list[object] = []
        take = app.live.told
        monkeypatch.setattr(app.live, "told", lambda report: heard.append(take(report)))
        call_lead(n8n, row.id)
        await until(pilot, lambda: heard, "the listener")
        await settled(pilot)
        assert "Tester" not in page(app)
        assert app.live.refreshes == told
        await press(pilot, "L")
        await shows(pilot, "Tester")
        assert " live " in status_line(app)


async def test_nothing_moves_but_by_a_key_while_live_is_off(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with living_on_leads(demo_url) as (app, pilot):
        row = row_of(app)
        await press(pilot, "L")
        call_lead(n8n, row.id)
        await press(pilot, "R")
        await shows(pilot, "Tester")


# The end


async def test_no_thread_and_no_connection_is_left_after_quitting(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    before = set(threading.enumerate())
    async with living(demo_url) as (app, pilot):
        assert fetch(n8n, LISTENERS)
        await press(pilot, "q", "q")
        assert app.return_code is not None or not app.is_running
    wait_for(lambda: scalar(n8n, OTHERS) == 0, "for the connections to close")
    assert not [t for t in set(threading.enumerate()) - before if t.name == "listener"]


async def test_the_listener_is_never_in_a_transaction(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with living_on_leads(demo_url) as (app, pilot):
        call_lead(n8n, row_of(app).id)
        await shows(pilot, "Tester")
        query = LISTENERS.replace("pid", "state, xact_start", 1)
        assert fetch(n8n, query) == [("idle", None)]
