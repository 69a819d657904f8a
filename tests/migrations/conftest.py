"""Servers of both ends of what is supported: the embedded PostgreSQL, and Debian's PostgreSQL 15."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from db.database import Database, open_database
from db.settings import Settings
from tests.servers import DEBIANS_OLDEST, server
from tests.support import on_database, plain_connection, run


@pytest.fixture(scope="session")
def oldest_server_url() -> Iterator[str]:
    """The URL of a PostgreSQL 15 that is gone after the run; skips where none is installed."""
    if not (DEBIANS_OLDEST / "initdb").exists():
        pytest.skip(f"PostgreSQL 15 is not installed in {DEBIANS_OLDEST}")
    with server(DEBIANS_OLDEST) as oldest:
        yield oldest.url


@pytest.fixture(params=["embedded", "oldest"])
def empty_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty database on either server, dropped after the test."""
    fixture = "server_url" if request.param == "embedded" else "oldest_server_url"
    running: str = request.getfixturevalue(fixture)
    name = f"test_{uuid4().hex}"
    with plain_connection(on_database(running, "postgres"), "tests") as admin:
        run(admin, f'CREATE DATABASE "{name}" TEMPLATE template0')
        try:
            yield on_database(running, name)
        finally:
            run(admin, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    """An empty database on either server."""
    with open_database(Settings(empty_url, actor="operator")) as opened:
        yield opened
