"""The data set: any number of leads, a fifth of it organizations, and 50 campaigns, the same at
every build.

Skewed as real data is: a few campaigns and companies hold most leads, half of them untouched; every
33rd has no last name, every tenth organization has a document of up to 50 kB. Built once for each
size and each state of the schema, and kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from psycopg2.extensions import connection as PsycopgConnection

from db import schema
from db.database import open_database
from db.settings import Settings
from tests.support import on_database, plain_connection, run, scalar

CAMPAIGNS: Final = 50
SCRIPT: Final = Path(__file__).with_name("dataset.sql")


@dataclass(frozen=True)
class DataSet:
    """A database that holds so many leads."""

    url: str
    leads: int

    @property
    def organizations(self) -> int:
        """The number of organizations."""
        return organizations_for(self.leads)


def organizations_for(leads: int) -> int:
    """Return how many organizations go with so many leads."""
    return max(leads // 5, CAMPAIGNS)


def built(server_url: str, leads: int) -> DataSet:
    """Return the data set of this size on a server, made first where it is not there yet."""
    # Another state of schema or script is another database.
    state = sha256((schema.HEAD + SCRIPT.read_text()).encode()).hexdigest()[:8]
    name = f"leads_{leads}_{state}"
    url = on_database(server_url, name)
    with plain_connection(on_database(server_url, "postgres"), "benchmarks") as admin:
        if scalar(admin, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s)", name):
            return DataSet(url, leads)
        unfinished = f"{name}_unfinished"
        run(admin, f'DROP DATABASE IF EXISTS "{unfinished}" WITH (FORCE)')
        run(admin, f'CREATE DATABASE "{unfinished}" TEMPLATE template0')
        _fill(on_database(server_url, unfinished), leads)
        run(admin, f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
    return DataSet(url, leads)


def _fill(url: str, leads: int) -> None:
    with open_database(Settings(url)) as database:
        schema.upgrade(database)
    with plain_connection(url, "benchmarks") as connection:
        # The rows are as the triggers would leave them; running them a million times only costs.
        run(connection, "SET session_replication_role = replica")
        run(connection, "SET maintenance_work_mem = '512MB'")
        rebuild = _without_indexes(connection)
        sizes = {":leads": leads, ":organizations": organizations_for(leads)}
        script = SCRIPT.read_text()
        for name, value in sizes.items():
            script = script.replace(name, str(value))
        run(connection, script)
        for definition in rebuild:
            run(connection, definition)
        for table in ("campaigns", "organizations", "leads"):
            run(connection, f"VACUUM (ANALYZE) {table}")


def _without_indexes(connection: PsycopgConnection) -> list[str]:
    """Drop the indexes that serve no constraint; return the statements that make them again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid IN ('leads'::regclass, 'organizations'::regclass)"
            " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"
        )
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f"DROP INDEX {name}")
    return [definition for _, definition in found]
