"""pg_trgm where a server has it: any part of a name is found by an index; elsewhere its words are."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from alembic import command
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy import text
from sqlalchemy.orm import Session

from db import schema, trigrams
from db.database import Database, open_database
from db.queries.lookup import look_up
from db.settings import Settings
from tests.db.test_lookup_plans import noted
from tests.support import fetch, on_database, plain_connection, run

# Enough for the planner to prefer an index.
ROWS = """
INSERT INTO campaigns (name) VALUES ('Q4');
INSERT INTO organizations (name, email_domain)
SELECT md5('n' || i), md5('d' || i) || '.com' FROM generate_series(1, 5000) i
UNION ALL VALUES ('Northwindmills Ltd', 'nw.com'), ('Hub', 'greatwindows.io'),
                 ('Blue Windmill', 'bluemill.com'), ('Zed', 'zed.com');
INSERT INTO leads (campaign_id, company_id, email, first_name, last_name)
SELECT (SELECT campaign_id FROM campaigns), organization_id, 'p@' || email_domain,
       CASE name WHEN 'Zed' THEN 'Ann' ELSE md5('f' || name) END,
       CASE name WHEN 'Zed' THEN 'McWinder' ELSE md5('l' || name) END
  FROM organizations;
"""


@pytest.fixture(scope="module")
def oldest_url(oldest_server_url: str) -> Iterator[str]:
    """A database with rows on PostgreSQL 15, at head, whose owner has not installed pg_trgm."""
    name = f"test_{uuid4().hex}"
    with plain_connection(on_database(oldest_server_url, "postgres"), "tests") as admin:
        run(admin, f'CREATE DATABASE "{name}" TEMPLATE template0')
        url = on_database(oldest_server_url, name)
        with open_database(Settings(url)) as opened:
            schema.upgrade(opened)
        with plain_connection(url, "tests") as connection:
            run(connection, "SET session_replication_role = replica")
            run(connection, ROWS)
            run(connection, "ANALYZE")
        yield url
        run(admin, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def oldest(oldest_url: str) -> Iterator[Database]:
    with open_database(Settings(oldest_url)) as opened:
        yield opened


@pytest.fixture
def installed(oldest: Database, oldest_url: str) -> Iterator[PsycopgConnection]:
    """pg_trgm, taken away with its indexes after the test."""
    with plain_connection(oldest_url, "tests") as connection:
        if not fetch(connection, "SELECT FROM pg_available_extensions WHERE name = 'pg_trgm'"):
            pytest.skip("PostgreSQL 15 is installed without contrib")
        run(connection, "CREATE EXTENSION pg_trgm")
        yield connection
        run(connection, "DROP EXTENSION pg_trgm CASCADE")


def found(session: Session, query: str) -> dict[str, str]:
    """Return why each organization was found, by its name."""
    return {hit.organization.name: hit.why for hit in look_up(session, query).hits}


def plan(database: Database, session: Session, query: str) -> str:
    """Return the plan of the statement that looks for parts."""
    with noted(database) as ran:
        look_up(session, query)
    statement, values = next(one for one in ran if "part of the name" in one[0])
    with session.connection().connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (COSTS OFF) {statement}", values)
        return "\n".join(str(row[0]) for row in cursor.fetchall())


def test_without_the_extension_words_are_found(oldest: Database) -> None:
    assert schema.upgrade(oldest) == schema.HEAD
    with oldest.sessions() as session:
        assert not trigrams.there(session.connection())
        assert found(session, "wind") == {"Blue Windmill": "word of the name"}


def test_an_installed_extension_gets_its_indexes_at_the_next_migration(
    oldest: Database, installed: PsycopgConnection
) -> None:
    assert schema.upgrade(oldest) == schema.HEAD
    with oldest.sessions() as session:
        assert found(session, "wind") == {
            "Blue Windmill": "word of the name",
            "Northwindmills Ltd": "part of the name",
            "Hub": "part of the domain",
            "Zed": "part of a person's name",
        }
        assert found(session, "in") == {}
        lines = plan(oldest, session, "wind")
    assert lines.count(f"Bitmap Index Scan on {trigrams.ORGANIZATIONS}") == 2
    assert lines.count(f"Bitmap Index Scan on {trigrams.LEADS}") == 1
    assert "Seq Scan" not in lines


def test_an_index_that_a_killed_migration_left_is_made_anew(
    oldest: Database, installed: PsycopgConnection
) -> None:
    schema.upgrade(oldest)
    run(
        installed,
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass",
        trigrams.LEADS,
    )
    with oldest.reading.connect() as connection:
        assert not trigrams.there(connection)
    schema.upgrade(oldest)
    with oldest.reading.connect() as connection:
        assert trigrams.there(connection)


def test_the_extension_is_no_drift_and_a_downgrade_takes_its_indexes_away(
    oldest: Database, installed: PsycopgConnection
) -> None:
    schema.upgrade(oldest)
    made = schema.config()
    with oldest.engine.connect() as connection:
        made.attributes["connection"] = connection
        command.check(made)
        connection.invalidate()
    schema.downgrade(oldest, schema.REVISIONS[-2])
    with oldest.reading.connect() as connection:
        left = connection.scalar(
            text("SELECT count(*) FROM pg_indexes WHERE indexname LIKE '%trigrams'")
        )
    assert left == 0
    assert schema.upgrade(oldest) == schema.HEAD
    with oldest.reading.connect() as connection:
        assert trigrams.there(connection)
