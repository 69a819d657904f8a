"""One PostgreSQL for all tests: each test works on a copy of a database that Alembic migrated.

The server is the embedded one, shared by all worker processes and gone after the run. The
environment variable ``CUSTOMER_CENTER_TEST_SERVER`` names another one to run on: a URL whose role
may create databases.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db import schema
from db.database import Database, open_database
from db.settings import Settings
from tests.pool import pooled
from tests.statements import Statements
from tests.support import OPERATOR, on_database, plain_connection, run
from tests.zygote import Zygote, zygote

GIVEN_SERVER = os.environ.get("CUSTOMER_CENTER_TEST_SERVER", "")
# All worker processes of pytest-xdist share this, and with it the server.
TEST_RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid4().hex
# A crash loses nothing that a test needs, so no write waits for the disk, and none is kept twice.
QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of the server for all tests."""
    if GIVEN_SERVER:
        yield GIVEN_SERVER
        return
    from db.embedded import attach, throwaway_home

    # One worker process after the other: they make the same folder.
    with (tmp_path_factory.getbasetemp().parent / "server.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lease = attach(throwaway_home(f"test-{TEST_RUN[:12]}"), settings=QUICK)
    yield lease.url
    lease.release()


@pytest.fixture(scope="session")
def admin(server_url: str) -> Iterator[PsycopgConnection]:
    """A connection that makes and drops databases."""
    with plain_connection(on_database(server_url, "postgres"), "tests") as connection:
        yield connection


@pytest.fixture(scope="session")
def template(admin: PsycopgConnection, server_url: str) -> Iterator[str]:
    """The name of an empty database at the head of the schema, from which tests get copies."""
    name = f"template_{uuid4().hex}"
    run(admin, f'CREATE DATABASE "{name}" TEMPLATE template0')
    with open_database(Settings(on_database(server_url, name))) as database:
        schema.upgrade(database)
    yield name
    run(admin, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def empty_database_url(admin: PsycopgConnection, server_url: str) -> Iterator[str]:
    """The URL of a database without any schema, dropped after the test."""
    with _new(admin, server_url) as url:
        yield url


@pytest.fixture
def database_url(admin: PsycopgConnection, server_url: str, template: str) -> Iterator[str]:
    """The URL of a migrated, empty database of this test's own, dropped after it."""
    with _copied(admin, server_url, template) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """This test's database, opened as the application opens a server."""
    with open_database(Settings(database_url, actor=OPERATOR)) as opened:
        yield opened


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session on this test's database, as the services and queries take it."""
    with database.sessions() as opened:
        yield opened


@pytest.fixture
def other(database_url: str) -> Iterator[PsycopgConnection]:
    """The other writer: a plain connection, named n8n, that commits each statement."""
    with plain_connection(database_url) as connection:
        yield connection


@pytest.fixture(scope="session")
def starter() -> Iterator[Zygote]:
    """What starts commands without importing them anew."""
    with zygote() as running:
        yield running


@pytest.fixture(scope="session")
def empty_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder without files."""
    return tmp_path_factory.mktemp("empty")


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, empty_folder: Path) -> None:
    """Keep the settings, services and files of whoever runs the tests out of them."""
    for name in os.environ:
        if name.startswith(("CUSTOMER_CENTER_", "PG")) or name in ("DATABASE_URL", "NO_COLOR"):
            monkeypatch.delenv(name)
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(empty_folder / name.lower()))
    monkeypatch.chdir(empty_folder)


@pytest.fixture(scope="session")
def statements() -> Statements:
    """What the program sends to databases in this process."""
    listening = Statements()
    listening.listen()
    return listening


@pytest.fixture(autouse=True)
def _values_are_bound(statements: Statements) -> Iterator[None]:
    """Fail the test in which data was written into a statement instead of being bound."""
    yield
    assert not statements.with_data()


@contextlib.contextmanager
def _copied(admin: PsycopgConnection, server_url: str, template: str) -> Iterator[str]:
    with pooled(admin, server_url, template) as name:
        yield on_database(server_url, name)


@contextlib.contextmanager
def _new(admin: PsycopgConnection, server_url: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    run(admin, f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        yield on_database(server_url, name)
    finally:
        run(admin, f'DROP DATABASE "{name}" WITH (FORCE)')
