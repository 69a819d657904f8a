"""Up from nothing, down to nothing and up again, on the newest and the oldest server."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy import text

from db import schema
from db.database import Database, open_database
from db.models import Base
from db.settings import Settings
from tests.migrations.support import ONE_OF_EACH, shape
from tests.support import add_lead, fetch, plain_connection, run, scalar

REPOSITORY = Path(__file__).parents[2]

OBJECTS = """
    SELECT 'table ' || relname FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relname !~ '^alembic_version'
    UNION ALL SELECT 'function ' || proname FROM pg_proc
     WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'type ' || typname FROM pg_type
     WHERE typnamespace = 'public'::regnamespace AND typname !~ 'alembic_version'
"""


def objects(url: str) -> set[str]:
    """Return the names of all that was made in the database."""
    with plain_connection(url) as connection:
        return {row[0] for row in fetch(connection, OBJECTS)}


def indexes(connection: PsycopgConnection, schema_name: str) -> dict[str, str]:
    """Return what each index of a schema is on, by its name."""
    query = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = %s"
    found = fetch(connection, query, schema_name)
    return {name: definition.partition(" USING ")[2] for name, definition in found}


def alembic(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Alembic's own command line in the repository, as the README says."""
    return subprocess.run(
        [sys.executable, "-m", "alembic", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_up_down_to_nothing_and_up_again(empty: Database, empty_url: str) -> None:
    assert schema.upgrade(empty) == schema.HEAD
    first = shape(empty_url)
    assert schema.downgrade(empty, "base") == "base"
    assert objects(empty_url) == set()
    assert schema.upgrade(empty) == schema.HEAD
    assert shape(empty_url) == first


def test_each_step_down_leaves_what_was_there_before(empty: Database, empty_url: str) -> None:
    shapes = {}
    for revision in schema.REVISIONS:
        assert schema.upgrade(empty, revision) == revision
        shapes[revision] = shape(empty_url)
    for revision in schema.REVISIONS[-2::-1]:
        assert schema.downgrade(empty, revision) == revision
        assert shape(empty_url) == shapes[revision]


def test_models_and_migrations_do_not_drift(empty: Database) -> None:
    schema.upgrade(empty)
    made = schema.config()
    with empty.engine.connect() as connection:
        made.attributes["connection"] = connection
        command.check(made)


def test_indexes_are_as_the_models_say(empty: Database, empty_url: str) -> None:
    """What Alembic's check can not see is compared as PostgreSQL understood it."""
    schema.upgrade(empty)
    with empty.engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA modelled"))
        connection.execute(text("SET LOCAL search_path = modelled"))
        Base.metadata.create_all(connection)
    with plain_connection(empty_url) as other:
        migrated, modelled = (indexes(other, name) for name in ("public", "modelled"))
    assert {name: migrated[name] for name in modelled} == modelled
    assert {name for name in migrated if name.startswith(("ix_", "idx_"))} <= modelled.keys()


def test_a_drift_is_found(empty: Database) -> None:
    """The comparison itself works: a column that no model knows is told."""
    schema.upgrade(empty)
    with empty.engine.connect() as connection:
        connection.execute(text("ALTER TABLE leads ADD COLUMN stray text"))
        context = MigrationContext.configure(connection)
        found = compare_metadata(context, Base.metadata)
    assert any("stray" in str(difference) for difference in found)


def test_the_migrated_tables_work(empty: Database, empty_url: str) -> None:
    schema.upgrade(empty)
    with empty.sessions() as session:
        lead = add_lead(session, email="Ada@Müller.de")
    with plain_connection(empty_url) as other:
        run(other, "UPDATE leads SET status = 'ready'")
        assert lead.email == "ada@xn--mller-kva.de"
        assert fetch(other, "SELECT field, actor FROM changes") == [("status", "n8n")]


def test_migrations_keep_the_rows(empty: Database, empty_url: str) -> None:
    """A second upgrade of a database that is at head changes nothing."""
    schema.upgrade(empty)
    with empty.sessions() as session:
        add_lead(session)
    assert schema.upgrade(empty) == schema.HEAD
    with plain_connection(empty_url) as other:
        assert scalar(other, "SELECT count(*) FROM leads") == 1


def test_three_upgrades_at_once_all_succeed(empty_url: str) -> None:
    def upgrade() -> str:
        with open_database(Settings(empty_url)) as database:
            return schema.upgrade(database)

    with ThreadPoolExecutor(3) as workers:
        reached = [future.result() for future in [workers.submit(upgrade) for _ in range(3)]]
    assert reached == [schema.HEAD] * 3


def test_three_programs_upgrade_at_once(empty_url: str) -> None:
    with ThreadPoolExecutor(3) as workers:
        runs = list(workers.map(lambda _: alembic(empty_url, "upgrade", "head"), range(3)))
    assert [done.returncode for done in runs] == [0, 0, 0], runs


def test_alembic_s_command_line_goes_up_checks_and_goes_down(empty_url: str) -> None:
    for arguments in (("upgrade", "head"), ("check",), ("downgrade", "base")):
        done = alembic(empty_url, *arguments)
        assert done.returncode == 0, done.stderr
    assert objects(empty_url) == set()


def test_alembic_writes_the_migration_as_sql_without_a_database(empty_url: str) -> None:
    done = alembic("postgresql://nobody@127.0.0.1:1/nowhere", "upgrade", "head", "--sql")
    assert done.returncode == 0, done.stderr
    with plain_connection(empty_url) as connection:
        run(connection, done.stdout)
    with open_database(Settings(empty_url)) as database:
        schema.check(database)
        with database.sessions() as session:
            add_lead(session)


def test_the_program_knows_alembic_s_revisions() -> None:
    script = ScriptDirectory.from_config(schema.config())
    oldest_first = [revision.revision for revision in script.walk_revisions()][::-1]
    assert list(schema.REVISIONS) == oldest_first
    assert script.get_current_head() == schema.HEAD


def test_indexes_are_made_beside_the_rows_and_a_killed_run_is_finished(
    empty: Database, empty_url: str
) -> None:
    """An index that is left half made is made anew; what is there already stays."""
    schema.upgrade(empty)
    whole = shape(empty_url)
    schema.downgrade(empty, schema.REVISIONS[0])
    with plain_connection(empty_url) as other:
        run(other, ONE_OF_EACH)
        run(other, "CREATE INDEX ix_leads_updated ON leads (title)")
        run(
            other,
            "UPDATE pg_index SET indisvalid = false WHERE indrelid = 'leads'::regclass"
            " AND indexrelid = 'ix_leads_updated'::regclass",
        )
        run(other, "CREATE INDEX ix_leads_status_created ON leads (status, created_at, lead_id)")
    assert schema.upgrade(empty) == schema.HEAD
    assert shape(empty_url) == whole
    schema.downgrade(empty, schema.REVISIONS[0])
    assert schema.upgrade(empty) == schema.HEAD
    assert shape(empty_url) == whole


def test_a_failed_migration_leaves_nothing(empty: Database, empty_url: str) -> None:
    with plain_connection(empty_url) as other:
        run(other, "CREATE TABLE leads (in_the_way text)")
    with pytest.raises(Exception, match="leads") as failed:
        schema.upgrade(empty)
    assert "\n" not in str(failed.value)
    assert objects(empty_url) == {"table leads", "type leads", "type _leads"}
