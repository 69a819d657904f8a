"""Databases that are used by one test after the other: each gets the rows of its template again.

Making a database costs twenty times what taking the rows out of one does. A database whose schema,
settings or rights a test has changed is not used again.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import psycopg2
from psycopg2.extensions import connection as PsycopgConnection

from tests.support import on_database, plain_connection, run, scalar

TABLES = (
    "campaigns",
    "organizations",
    "leads",
    "suppressions",
    "lead_leases",
    "lead_claims",
    "changes",
    "imports",
    "import_rows",
)

# All that a test could leave behind but rows.
SHAPE = """
SELECT md5(concat_ws('|',
    (SELECT string_agg(concat_ws(',', c.oid, relname, relkind, relacl, relowner, reloptions),
                       ';' ORDER BY c.oid)
       FROM pg_class c WHERE c.oid >= 16384 AND relnamespace <> 99),
    (SELECT string_agg(concat_ws(',', attrelid, attname, atttypid, attnotnull), ';'
                       ORDER BY attrelid, attnum) FROM pg_attribute WHERE attrelid >= 16384),
    (SELECT string_agg(concat_ws(',', oid, tgenabled), ';' ORDER BY oid) FROM pg_trigger),
    (SELECT string_agg(concat_ws(',', oid, xmin, proacl), ';' ORDER BY oid)
       FROM pg_proc WHERE oid >= 16384),
    (SELECT string_agg(concat_ws(',', oid, xmin), ';' ORDER BY oid)
       FROM pg_constraint WHERE oid >= 16384),
    (SELECT string_agg(concat_ws(',', nspname, nspacl), ';' ORDER BY oid) FROM pg_namespace
      WHERE nspname !~ '^pg_(toast_)?temp'),
    (SELECT string_agg(setconfig::text, ';') FROM pg_db_role_setting s
       JOIN pg_database d ON d.oid = setdatabase WHERE datname = current_database()),
    (SELECT concat_ws(',', datacl, datconnlimit) FROM pg_database
      WHERE datname = current_database()),
    (SELECT string_agg(version_num, ';') FROM alembic_version)))
"""
OTHERS_OUT = """
SELECT count(pg_terminate_backend(pid, 2000)) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True)
class Pooled:
    """A database, what its schema looked like when it was made, and whether it has rows."""

    name: str
    shape: str
    filled: bool


_free: dict[str, list[Pooled]] = defaultdict(list)


@contextlib.contextmanager
def pooled(admin: PsycopgConnection, server_url: str, template: str) -> Iterator[str]:
    """Yield the name of a database that is as the template is."""
    taken = _free[template].pop() if _free[template] else _made(admin, server_url, template)
    try:
        yield taken.name
    finally:
        if _restored(on_database(server_url, taken.name), taken):
            _free[template].append(taken)
        else:
            run(admin, f'DROP DATABASE IF EXISTS "{taken.name}" WITH (FORCE)')


def _made(admin: PsycopgConnection, server_url: str, template: str) -> Pooled:
    name = f"test_{uuid4().hex}"
    run(admin, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    with plain_connection(on_database(server_url, name), "tests") as connection:
        filled = bool(scalar(connection, "SELECT EXISTS (TABLE campaigns)"))
        if filled:
            run(connection, "CREATE SCHEMA pristine")
            for table in TABLES:
                run(connection, f"CREATE TABLE pristine.{table} AS TABLE {table}")
        return Pooled(name, scalar(connection, SHAPE), filled)


def _restored(url: str, made: Pooled) -> bool:
    """Put the template's rows back; False where more than rows was changed."""
    try:
        with plain_connection(url, "tests") as connection:
            run(connection, OTHERS_OUT)
            if scalar(connection, SHAPE) != made.shape:
                return False
            run(connection, "SET session_replication_role = replica")
            for table in TABLES:
                _empty(connection, table)
            for table in TABLES if made.filled else ():
                columns = "OVERRIDING SYSTEM VALUE SELECT * FROM"
                run(connection, f"INSERT INTO {table} {columns} pristine.{table}")
            last = "(SELECT coalesce(max(change_id), 0) FROM changes)"
            sequence = "pg_get_serial_sequence('changes', 'change_id')"
            run(connection, f"SELECT setval({sequence}, {last} + 1, false)")
            return True
    except psycopg2.Error:
        return False


def _empty(connection: PsycopgConnection, table: str) -> None:
    """Take all rows out, in the way that is quicker."""
    large = scalar(connection, f"SELECT pg_relation_size('{table}') > 262144")
    run(connection, f"TRUNCATE {table} CASCADE" if large else f"DELETE FROM {table}")
