"""Connections to a server that has fallen silent, or that a pooler stands before."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from sqlalchemy import text

from db import cancelling
from db.connect import connector, set_for_transaction
from db.database import Database, open_database
from db.engine import allow_time
from db.line import Line
from db.settings import Settings
from tests.pgbouncer import PGBOUNCER, pgbouncer
from tests.support import fetch, plain_connection
from tests.tui.proxy import Proxy, proxied

QUICK = {"statement_timeout": 1, "connect_timeout": 2}


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.connect.GRACE", 0.5)
    monkeypatch.setattr("db.engine.GRACE", 0.5)
    monkeypatch.setattr("db.line.LOOK_EVERY", 0.1)


@pytest.fixture
def proxy(database_url: str) -> Iterator[Proxy]:
    with tempfile.TemporaryDirectory() as folder, proxied(database_url, Path(folder)) as made:
        yield made


@pytest.mark.parametrize("statement", ["SELECT 1", "COMMIT"])
def test_a_server_that_falls_silent_is_given_up(proxy: Proxy, statement: str) -> None:
    line = connector(proxy.url, Settings(**QUICK))()
    with line.cursor() as cursor:
        cursor.execute("SELECT 1")
    proxy.silent = True
    began = time.monotonic()
    with pytest.raises(psycopg2.OperationalError, match="no answer for 2 seconds"):
        line.commit() if statement == "COMMIT" else line.cursor().execute(statement)
    assert 1 < time.monotonic() - began < 10
    assert line.closed


@pytest.mark.skipif(not cancelling.AVAILABLE, reason="libpq 17 and later can cancel in peace")
def test_asking_a_silent_server_to_stop_holds_nothing_else_up(proxy: Proxy) -> None:
    line = connector(proxy.url, Settings(**QUICK))()
    proxy.silent = True
    errors: list[psycopg2.Error] = []

    def ask() -> None:
        try:
            line.cancel()
        except psycopg2.Error as error:
            errors.append(error)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    went_on = 0
    while asking.is_alive() and went_on < 1_000:
        time.sleep(0.01)
        went_on += 1
    assert 10 < went_on < 1_000
    assert "timeout" in str(errors[0])


def test_a_transaction_that_may_take_longer_is_waited_for(database_url: str) -> None:
    with (
        open_database(Settings(database_url, **QUICK)) as database,
        database.engine.begin() as connection,
    ):
        allow_time(connection)
        connection.execute(text("SELECT pg_sleep(2.5)"))


def test_the_transaction_after_it_is_not(database: Database) -> None:
    with database.engine.connect() as connection:
        line = connection.connection.driver_connection
        assert isinstance(line, Line)
        allow_time(connection, 60)
        assert line.for_now == 60.5
        connection.rollback()
        assert line.for_now is None


@pytest.mark.skipif(PGBOUNCER is None, reason="PgBouncer is not installed")
def test_behind_a_pooler_nothing_is_set_for_longer_than_a_transaction(database_url: str) -> None:
    ask = "SELECT current_setting('statement_timeout'), current_setting('customer_center.actor', true)"
    settings = Settings(actor="anna", statement_timeout=7)
    with (
        tempfile.TemporaryDirectory() as folder,
        pgbouncer(database_url, Path(folder), processes=1) as url,
        closing(connector(url, settings)()) as line,
        plain_connection(url) as other,
    ):
        set_for_transaction(line)
        assert fetch(line, ask) == [("7s", "anna")]
        line.commit()
        assert fetch(other, ask) in ([("0", None)], [("0", "")])
