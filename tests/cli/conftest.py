"""The real command in a process of its own, on a real database."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg2
import pytest
from psycopg2.extensions import connection as PsycopgConnection

from db.database import open_database
from db.demo import fill
from db.schema import upgrade
from db.settings import Settings
from tests.ended import Ended
from tests.pool import pooled
from tests.support import on_database, run
from tests.zygote import Zygote

Sql = Callable[..., list[tuple[Any, ...]]]
"""Runs a statement with its values and returns its rows."""
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


class Command:
    """``customer-center`` with the environment that a test gives it."""

    def __init__(self, folder: Path, starter: Zygote) -> None:
        self.folder = folder
        self._starter = starter
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("CUSTOMER_CENTER_", "PG")) and name != "DATABASE_URL"
        } | {"TZ": "UTC", "PYTHONIOENCODING": "utf-8"}

    def words(self, *arguments: object) -> list[str]:
        """Return the words that start the command without the help of a zygote."""
        return [sys.executable, "-m", "tui.cli", *(str(argument) for argument in arguments)]

    def __call__(self, *arguments: object, given: bytes = b"", **environment: str) -> Ended:
        words = [str(argument) for argument in arguments]
        code, out, err = self._starter.run(
            words, self.folder, self.environment | environment, given
        )
        return Ended(code, out.decode(), err.decode())


@pytest.fixture
def bare(tmp_path: Path, starter: Zygote) -> Command:
    """The command without a database named."""
    return Command(tmp_path, starter)


@pytest.fixture
def command(bare: Command, database_url: str) -> Command:
    """The command on an empty database at head."""
    bare.environment["DATABASE_URL"] = database_url
    bare.environment["CUSTOMER_CENTER_ACTOR"] = "tester"
    return bare


@pytest.fixture
def demo(command: Command) -> Command:
    """The command on a database with the demo's rows, see ``database_url``."""
    return command


@pytest.fixture(scope="session")
def filled(admin: PsycopgConnection, server_url: str) -> Iterator[str]:
    """The name of a database with the demo's rows, from which tests get copies."""
    with _database(admin, "template0") as name:
        with open_database(Settings(on_database(server_url, name))) as database:
            upgrade(database)
            with database.sessions.begin() as session:
                fill(session, NOW)
        yield name


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, admin: PsycopgConnection, server_url: str
) -> Iterator[str]:
    """The URL of a database of this test's own, with the demo's rows where it asks for ``demo``."""
    kind = "filled" if "demo" in request.fixturenames else "template"
    with pooled(admin, server_url, request.getfixturevalue(kind)) as name:
        yield on_database(server_url, name)


@contextmanager
def _database(admin: PsycopgConnection, template: str) -> Iterator[str]:
    """Make a database from a template, yield its name, and drop it."""
    name = f"cli_{uuid4().hex}"
    run(admin, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield name
    finally:
        run(admin, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def sql(database_url: str) -> Iterator[Sql]:
    """Run a statement as another program does, and return its rows, ids as text."""
    connection: PsycopgConnection = psycopg2.connect(database_url)
    connection.autocommit = True

    def ask(statement: str, *values: object) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            rows = cursor.fetchall() if cursor.description else []
        return [tuple(str(v) if isinstance(v, UUID) else v for v in row) for row in rows]

    yield ask
    connection.close()
