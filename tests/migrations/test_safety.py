"""Migrations beside programs that go on working: what they lock, how long, and dumps around them."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Engine, event

from db import schema
from db.database import Database, open_database
from db.embedded.binaries import bundled
from db.errors import DatabaseUnavailable
from db.settings import Settings
from tests.migrations.support import ONE_OF_EACH, shape
from tests.support import fetch, plain_connection, run, scalar

NOT_UNSAFE: Final = {
    "prefer-robust-stmts": "a migration is one transaction, or its indexes carry IF NOT EXISTS",
    "require-statement-timeout": "an index of a large table takes long, and locks out no writer",
    "prefer-bigint-over-int": "other programs count on the columns being integer",
}
"""Rules of squawk that are not about safety here, each with the reason."""
ARGUED: Final = {
    "20261128_leaner_triggers": {
        "require-concurrent-index-creation": "the journal is young where this is still to be done",
    },
    "20261205_row_journal": {
        "ban-drop-function": "it was of a trigger, and nobody else can call one of those",
    },
}
"""What else is let be, by revision."""


@pytest.fixture
def old(empty_database_url: str) -> Iterator[Database]:
    """A database with rows at the first revision."""
    with open_database(Settings(empty_database_url)) as database:
        schema.upgrade(database, schema.REVISIONS[0])
        with plain_connection(empty_database_url) as other:
            run(other, ONE_OF_EACH)
        yield database


@contextmanager
def changes(engine: Engine) -> Iterator[list[str]]:
    """Yield the statements sent in the block that change the schema."""
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.lstrip().split(None, 1)[0] in ("ALTER", "CREATE", "DROP"):
            sent.append(statement.strip().rstrip(";"))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_squawk_finds_nothing_unsafe_in_what_is_sent_to_tables_with_rows(
    old: Database, tmp_path: Path
) -> None:
    for revision in schema.REVISIONS[1:]:
        with changes(old.engine) as sent:
            schema.upgrade(old, revision)
        path = tmp_path / f"{revision}.sql"
        path.write_text("SET lock_timeout = '2s';\n" + "".join(f"{line};\n" for line in sent))
        excluded = ",".join(NOT_UNSAFE | ARGUED.get(revision, {}))
        squawk: list[Any] = [
            Path(sys.executable).with_name("squawk"),
            "--pg-version=15.0",
            "--reporter=gcc",
        ]
        if not any("CONCURRENTLY" in line for line in sent):
            squawk.append("--assume-in-transaction")
        found = subprocess.run(
            [*squawk, f"--exclude={excluded}", path], capture_output=True, text=True
        )
        assert found.returncode == 0, found.stdout + found.stderr


def test_a_migration_waits_briefly_for_a_lock_and_tries_again(
    old: Database, empty_database_url: str
) -> None:
    with (
        plain_connection(empty_database_url) as holder,
        plain_connection(empty_database_url) as n8n,
    ):
        schema.upgrade(old, "20261128_leaner_triggers")
        run(holder, "BEGIN; LOCK TABLE leads IN ACCESS SHARE MODE")
        let_go = threading.Timer(3, lambda: run(holder, "COMMIT"))
        let_go.start()
        run(n8n, "SET lock_timeout = '2500ms'")
        reached: list[str] = []
        migrating = threading.Thread(target=lambda: reached.append(schema.upgrade(old)))
        migrating.start()
        while migrating.is_alive():
            run(n8n, "UPDATE leads SET title = 'CTO'")
        let_go.join()
    assert reached == [schema.HEAD]


def test_a_lock_that_is_never_let_go_is_told(
    old: Database, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "_BUSY_PAUSES", ())
    schema.upgrade(old, "20261128_leaner_triggers")
    with plain_connection(empty_database_url) as holder:
        run(holder, "BEGIN; LOCK TABLE leads IN ACCESS SHARE MODE")
        with pytest.raises(DatabaseUnavailable, match="another program holds a lock on a table"):
            schema.upgrade(old)
        with old.engine.connect() as connection:
            assert schema.current(connection) == "20261128_leaner_triggers"


def dumped(url: str, into: str, folder: Path) -> None:
    """Dump one database and restore it into another, empty one."""
    path = folder / "before.dump"
    for words in (
        ["pg_dump", "--format=custom", f"--file={path}", url],
        ["pg_restore", "--exit-on-error", f"--dbname={into}", path],
    ):
        subprocess.run([bundled() / str(words[0]), *words[1:]], check=True, capture_output=True)


def in_short(described: list[tuple[object, ...]]) -> list[str]:
    """Return a shape without casts and brackets, which PostgreSQL writes otherwise the next time."""
    return [re.sub(r"::[a-z ]+(\[\])?|[()]", "", "|".join(map(str, row))) for row in described]


def test_a_dump_restores_rows_defaults_triggers_and_grants(
    old: Database, empty_database_url: str, database_url: str, tmp_path: Path
) -> None:
    schema.upgrade(old)
    with plain_connection(empty_database_url) as before, plain_connection(database_url) as after:
        run(before, "GRANT SELECT ON leads TO PUBLIC")
        run(before, "UPDATE leads SET status = 'ready'")
        run(after, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        dumped(empty_database_url, database_url, tmp_path)
        assert in_short(shape(database_url)) == in_short(shape(empty_database_url))
        for table in ("campaigns", "organizations", "leads", "changes"):
            query = f"SELECT t::text FROM {table} t ORDER BY 1"
            assert fetch(after, query) == fetch(before, query)
        grants = "SELECT relacl::text FROM pg_class WHERE relname = 'leads'"
        assert scalar(after, grants) == scalar(before, grants)
        run(after, "UPDATE leads SET status = 'queued'")
        assert scalar(after, "SELECT count(*) FROM changes") == 2


def test_a_dump_from_before_a_migration_is_restored_and_migrated(
    old: Database, empty_database_url: str, database_url: str, tmp_path: Path
) -> None:
    with plain_connection(database_url) as after:
        run(after, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        dumped(empty_database_url, database_url, tmp_path)
        schema.upgrade(old)
        with open_database(Settings(database_url)) as restored:
            assert schema.upgrade(restored) == schema.HEAD
        assert in_short(shape(database_url)) == in_short(shape(empty_database_url))
        assert scalar(after, "SELECT count(*) FROM leads") == 1
