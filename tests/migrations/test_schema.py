"""A schema that is not the program's own: told in a sentence, upgraded where it is ours alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from psycopg2.extensions import connection as PsycopgConnection

from db import schema
from db.database import Database, open_database
from db.errors import DatabaseUnavailable, SchemaMismatch
from db.settings import Settings
from tests.support import plain_connection, run, scalar


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Database]:
    with open_database(Settings(empty_database_url)) as opened:
        yield opened


@pytest.fixture
def newer(database: Database, other: PsycopgConnection) -> Database:
    run(other, "UPDATE alembic_version SET version_num = '20991231_from_the_future'")
    return database


@pytest.fixture
def behind(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database at a revision that is known, and a program that needs one more."""
    monkeypatch.setattr(schema, "REVISIONS", (schema.HEAD, "20991231_next"))
    monkeypatch.setattr(schema, "HEAD", "20991231_next")
    return database


def as_embedded(database: Database) -> Database:
    """The same database, as if its server were the embedded one."""
    lease = SimpleNamespace(release=lambda: None)
    return replace(database, lease=cast(Any, lease))


def refusal(database: Database) -> str:
    with pytest.raises(SchemaMismatch) as refused:
        schema.prepare(database)
    return str(refused.value)


def test_a_schema_at_head_is_taken(database: Database) -> None:
    schema.check(database)
    schema.prepare(database)


def test_a_server_without_schema_is_refused_with_the_way_out(empty: Database) -> None:
    message = refusal(empty)
    assert empty.place in message
    assert "has no Customer Center schema yet" in message
    assert message.endswith("Run: customer-center migrate")


def test_a_server_that_is_behind_is_refused_with_the_way_out(behind: Database) -> None:
    message = refusal(behind)
    assert f"is at {schema.REVISIONS[0]} and this version needs {schema.HEAD}" in message
    assert message.endswith("Run: customer-center migrate")


@pytest.mark.parametrize("embedded", [False, True])
def test_a_newer_schema_is_refused_everywhere(newer: Database, embedded: bool) -> None:
    message = refusal(as_embedded(newer) if embedded else newer)
    assert "20991231_from_the_future" in message
    assert message.endswith("Update this program.")


def test_a_newer_schema_is_not_migrated(newer: Database) -> None:
    with pytest.raises(SchemaMismatch, match="20991231_from_the_future"):
        schema.upgrade(newer)


def test_an_embedded_database_is_upgraded_by_itself(empty: Database) -> None:
    schema.prepare(as_embedded(empty))
    schema.check(empty)


def test_a_downgraded_database_counts_as_empty(database: Database) -> None:
    assert schema.downgrade(database, "base") == "base"
    assert "has no Customer Center schema yet" in refusal(database)


def test_an_unknown_revision_is_told_in_a_sentence(database: Database) -> None:
    with pytest.raises(SchemaMismatch, match="nowhere"):
        schema.upgrade(database, "nowhere")


def test_a_migration_that_another_program_holds_up_gives_up(
    database_url: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "_LOCK_WAIT", 0.1)
    with plain_connection(database_url) as holder:
        run(holder, "SELECT pg_advisory_lock(%s)", schema._MIGRATION_LOCK)
        with pytest.raises(DatabaseUnavailable, match="Another program has been migrating"):
            schema.upgrade(database)


def test_the_lock_is_free_after_a_migration(database: Database, other: PsycopgConnection) -> None:
    schema.upgrade(database)
    assert scalar(other, "SELECT pg_try_advisory_lock(%s)", schema._MIGRATION_LOCK)


def test_a_migration_leaves_no_setting_of_its_own_behind(database: Database) -> None:
    schema.upgrade(database)
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar() == "15s"
        assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "3s"


def test_a_server_that_is_away_is_told_as_such() -> None:
    with (
        open_database(Settings("postgresql://u@127.0.0.1:1/db")) as database,
        pytest.raises(DatabaseUnavailable, match="cannot be reached"),
    ):
        schema.check(database)
