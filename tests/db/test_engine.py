"""Connections: their settings, what a failed one tells, and errors as sentences."""

from __future__ import annotations

import logging
import socket
import time
import traceback
from collections.abc import Iterator
from uuid import uuid4

import psycopg2
import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from db.connect import actor, connector
from db.database import Database, open_database
from db.engine import label_transaction, make_engine, translate
from db.errors import (
    ConfigurationError,
    CustomerCenterError,
    DatabaseUnavailable,
    NotFound,
    Refused,
    SchemaMismatch,
    StaleRow,
)
from db.settings import Settings
from tests.support import OPERATOR, add_campaign, add_lead, fetch, plain_connection, run, wait_for

SECRET = "c4n4ry"


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port on which nobody listens, kept from others for the while."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def failure(session: Session, statement: str) -> CustomerCenterError:
    """Return the error that a failing statement is translated to."""
    with pytest.raises(DBAPIError) as failed:
        session.execute(text(statement))
    session.rollback()
    return translate(failed.value)


def test_time_outs_and_names_are_in_force(database_url: str) -> None:
    settings = Settings(
        database_url, actor=OPERATOR, statement_timeout=16, lock_timeout=4, idle_timeout=31
    )
    names = (
        *("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"),
        *("client_connection_check_interval", "application_name", "customer_center.actor"),
    )
    with open_database(settings) as database, database.sessions() as session:
        found = [session.scalar(text(f"SHOW {name}")) for name in names]
    assert found == ["16s", "4s", "31s", "2s", "customer-center", OPERATOR]


def test_settings_outlive_a_rolled_back_transaction(session: Session) -> None:
    session.rollback()
    assert session.scalar(text("SHOW statement_timeout")) == "15s"


def test_libpq_watches_the_line(database_url: str) -> None:
    connection = connector(database_url, Settings())()
    try:
        told = connection.info.dsn_parameters
    finally:
        connection.close()
    names = ("keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout")
    assert [told[name] for name in names] == ["10", "5", "3", "20000"]
    assert told["connect_timeout"] == "5"


def test_what_the_connection_string_says_wins(database_url: str) -> None:
    connection = connector(f"{database_url}&application_name=mine&connect_timeout=9", Settings())()
    try:
        told = connection.info.dsn_parameters
    finally:
        connection.close()
    assert (told["application_name"], told["connect_timeout"]) == ("mine", "9")


def test_a_statement_that_takes_too_long_is_stopped(database_url: str) -> None:
    with (
        open_database(Settings(database_url, statement_timeout=1)) as database,
        database.sessions() as session,
    ):
        error = failure(session, "SELECT pg_sleep(30)")
    assert isinstance(error, DatabaseUnavailable)
    assert str(error) == "The database took too long and the query was stopped."


def test_another_s_lock_is_not_waited_for_long(
    database_url: str, other: PsycopgConnection, session: Session
) -> None:
    add_campaign(session)
    run(other, "BEGIN; UPDATE campaigns SET name = 'held'")
    with open_database(Settings(database_url, lock_timeout=1)) as database:
        started = time.monotonic()
        with database.sessions() as mine:
            error = failure(mine, "UPDATE campaigns SET name = 'mine'")
    assert isinstance(error, Refused)
    assert "another program holds this row" in str(error)
    assert time.monotonic() - started < 5


def test_a_connection_that_died_in_the_pool_is_replaced(
    database: Database, other: PsycopgConnection
) -> None:
    with database.sessions() as session:
        process = session.scalar(text("SELECT pg_backend_pid()"))
    fetch(other, "SELECT pg_terminate_backend(%s, 5000)", process)
    with database.sessions() as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) != process


def test_labels_are_those_of_one_transaction(session: Session) -> None:
    names = ("change_id", "batch", "reason")
    label_transaction(session, client_id=uuid4(), batch_id=uuid4(), reason="cleaned up")
    query = "SELECT current_setting('customer_center.{}', true)"
    assert all(session.scalar(text(query.format(name))) for name in names)
    session.commit()
    assert not any(session.scalar(text(query.format(name))) for name in names)


def test_the_actor_of_the_settings_is_taken() -> None:
    assert actor(Settings(actor="ada")) == "ada"


def test_the_actor_is_else_the_login_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "grace")
    assert actor(Settings()) == "grace"


@pytest.mark.parametrize(
    "form",
    [
        f"postgresql://u:{SECRET}@127.0.0.1:{{port}}/db",
        f"postgresql://127.0.0.1:{{port}}/db?user=u&password={SECRET}",
        f"host=127.0.0.1 port={{port}} user=u password='{SECRET}' dbname=db",
    ],
)
def test_a_failed_connect_shows_no_password(
    closed_port: int, form: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    dsn = form.format(port=closed_port)
    with open_database(Settings(dsn)) as database:
        with pytest.raises(DBAPIError) as failed:
            database.engine.connect()
        shown = [repr(database), repr(database.engine), str(database.engine.url), database.place]
    error = translate(failed.value)
    assert isinstance(error, DatabaseUnavailable)
    assert str(error).startswith("The database cannot be reached: ")
    assert "\n" not in str(error)
    shown += [
        str(error),
        repr(failed.value),
        *traceback.format_exception(failed.value),
        caplog.text,
    ]
    assert not [line for line in shown if SECRET in line]


def test_an_open_connection_shows_no_password(database_url: str) -> None:
    with open_database(Settings(f"{database_url}&password={SECRET}")) as database:
        with database.engine.connect() as connection:
            shown = [repr(connection), repr(connection.connection.dbapi_connection)]
        shown += [repr(database), repr(database.engine.pool), database.engine.pool.status()]
    assert not [line for line in shown if SECRET in line]


def test_values_of_a_failed_statement_are_not_in_its_error(session: Session) -> None:
    with pytest.raises(DBAPIError) as failed:
        session.execute(text("SELECT 1 / 0, :personal"), {"personal": SECRET})
    assert SECRET not in str(failed.value)


@pytest.mark.parametrize(
    "dsn", [f"postgresql://h/db?password={SECRET}&frob=x", f"postgresql://h/{SECRET}%zz"]
)
def test_a_string_that_libpq_does_not_know_is_refused_without_its_values(dsn: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        make_engine(dsn, Settings())
    assert str(refused.value).startswith("DATABASE_URL is not understood: ")
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    ("dsn", "place"),
    [
        (f"postgresql://u:{SECRET}@db.acme.com/crm", "crm@db.acme.com"),
        ("postgresql:///crm?host=/tmp", "crm"),
        ("service=prod", "prod"),
        ("host=db.acme.com user=u", "u@db.acme.com"),
        ("postgresql://", "postgres"),
    ],
)
def test_a_database_is_named_without_its_password(dsn: str, place: str) -> None:
    with open_database(Settings(dsn)) as database:
        assert database.place == place
        assert not database.embedded


def test_a_database_that_is_missing_is_named(server_url: str) -> None:
    missing = Settings(f"{server_url}&dbname=nowhere")
    with open_database(missing) as database, pytest.raises(DBAPIError) as failed:
        database.engine.connect()
    assert "nowhere" in str(translate(failed.value))


def test_closing_leaves_no_connection(database_url: str, other: PsycopgConnection) -> None:
    with open_database(Settings(database_url)) as database:
        database.engine.connect()
        with database.sessions() as session:
            session.execute(text("SELECT 1"))
    with plain_connection(database_url, "fresh") as fresh:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND"
        mine = " application_name = 'customer-center'"
        wait_for(lambda: fetch(fresh, query + mine) == [(0,)])


@pytest.mark.parametrize(
    ("statement", "kind", "words"),
    [
        ("UPDATE leads SET row_version = 7", StaleRow, "row_version is 1 now"),
        ("INSERT INTO campaigns (name) VALUES (NULL)", Refused, 'column "name"'),
        ("SELECT 'x'::integer", Refused, "invalid input syntax"),
        ("DELETE FROM campaigns", Refused, "foreign key"),
        ("SELECT * FROM missing_table", SchemaMismatch, "customer-center migrate"),
        ("SELECT missing_column FROM leads", SchemaMismatch, "customer-center migrate"),
        ("SELECT missing_function()", SchemaMismatch, "customer-center migrate"),
        ("DO $$BEGIN RAISE EXCEPTION 'foreign trigger'; END$$", CustomerCenterError, "foreign tr"),
        ("SET ROLE pg_monitor; DELETE FROM leads", Refused, "may not do this"),
        ("DO $$BEGIN RAISE SQLSTATE '40P01'; END$$", Refused, "try again"),
    ],
)
def test_errors_of_the_database_become_one_sentence(
    session: Session, statement: str, kind: type[CustomerCenterError], words: str
) -> None:
    add_lead(session)
    error = failure(session, statement)
    assert isinstance(error, kind)
    assert words in str(error)
    assert "\n" not in str(error)


def test_an_ended_connection_is_told_as_such(session: Session, other: PsycopgConnection) -> None:
    process = session.scalar(text("SELECT pg_backend_pid()"))
    fetch(other, "SELECT pg_terminate_backend(%s, 5000)", process)
    error = failure(session, "SELECT 1")
    assert isinstance(error, DatabaseUnavailable)
    assert str(error).startswith("The database cannot be reached: ")


def test_errors_of_ours_are_left_as_they_are() -> None:
    error = NotFound("There is no lead 7.")
    assert translate(error) is error


def test_errors_of_the_driver_itself_are_told(closed_port: int) -> None:
    with pytest.raises(psycopg2.OperationalError) as failed:
        psycopg2.connect(host="127.0.0.1", port=closed_port, password=SECRET)
    error = translate(failed.value)
    assert isinstance(error, DatabaseUnavailable)
    assert SECRET not in str(error)
