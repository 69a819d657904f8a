"""Databases full of the demo's rows: one is filled in a run, each test works on a copy of it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from psycopg2.extensions import connection as PsycopgConnection

from db import demo
from db.database import open_database
from db.settings import Settings
from tests.conftest import _copied
from tests.support import on_database, plain_connection, run
from tests.tui.support import NOW


@pytest.fixture(scope="session")
def demo_template(admin: PsycopgConnection, server_url: str, template: str) -> Iterator[str]:
    """The name of a migrated database with the demo's rows, as they were at ``NOW``."""
    name = f"demo_{uuid4().hex}"
    run(admin, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    url = on_database(server_url, name)
    with open_database(Settings(url)) as database, database.sessions.begin() as session:
        demo.fill(session, NOW)
    yield name
    run(admin, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def untouched_url(admin: PsycopgConnection, server_url: str, demo_template: str) -> Iterator[str]:
    """The URL of a database with the demo's rows, shared by tests that change none of them."""
    with _copied(admin, server_url, demo_template) as url:
        yield url


@pytest.fixture(scope="session")
def reader(untouched_url: str) -> Iterator[PsycopgConnection]:
    """Another connection to the shared database."""
    with plain_connection(untouched_url) as connection:
        yield connection


@pytest.fixture
def demo_url(admin: PsycopgConnection, server_url: str, demo_template: str) -> Iterator[str]:
    """The URL of a database of this test's own with the demo's rows, dropped after it."""
    with _copied(admin, server_url, demo_template) as url:
        yield url


@pytest.fixture(autouse=True)
def _short_naps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual's pilot naps after each key; the tests wait for what they need themselves."""
    monkeypatch.setattr("textual._wait.SLEEP_GRANULARITY", 0.004)


@pytest.fixture
def n8n(demo_url: str) -> Iterator[PsycopgConnection]:
    """The other writer on the demo's rows: a plain connection that commits each statement."""
    with plain_connection(demo_url) as connection:
        yield connection


@pytest.fixture
def listening_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the first room to be painted before changes are heard."""
    monkeypatch.setattr("tui.entering.REST_AFTER", 0.01)
