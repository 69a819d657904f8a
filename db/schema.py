"""The schema's version: what the database has, what this program needs, and the way there.

Alembic is imported only to migrate: a start compares two strings.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from psycopg2 import errorcodes
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from db import trigrams
from db.database import Database
from db.engine import sqlstate, translate
from db.errors import ConfigurationError, DatabaseUnavailable, SchemaMismatch
from db.line import Line
from db.revisions import HEAD, REVISIONS

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATION_LOCK: Final = 0x43_43_4D_49  # "CCMI": any number that no other program takes
_LOCK_WAIT = 60.0
_LOCK_PAUSE: Final = 0.1
_BUSY_PAUSES: Final = (0.5, 1.0, 2.0, 4.0, 8.0)


def current(connection: Connection) -> str | None:
    """Return the revision of the database, None where it was never migrated."""
    if connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def check(database: Database) -> None:
    """Raise SchemaMismatch unless the schema is at head; the text says what to do."""
    _refuse(database, _found(database))


def prepare(database: Database) -> None:
    """Make sure that the schema is at head: an embedded database is upgraded, a server checked."""
    found = _found(database)
    if database.embedded and (found is None or found in REVISIONS[:-1]):
        upgrade(database)
    else:
        _refuse(database, found)


def _found(database: Database) -> str | None:
    try:
        with database.reading.connect() as connection:
            return current(connection)
    except DBAPIError as error:
        raise translate(error) from error


def _refuse(database: Database, found: str | None) -> None:
    if found == HEAD:
        return
    if found is None:
        raise SchemaMismatch(
            f"The database {database.place} has no Customer Center schema yet. "
            "Run: customer-center migrate"
        )
    if found in REVISIONS:
        raise SchemaMismatch(
            f"The schema of {database.place} is at {found} and this version needs {HEAD}. "
            "Run: customer-center migrate"
        )
    raise SchemaMismatch(
        f"The schema of {database.place} is at {found}, which this version does not know: "
        "it was migrated by a newer Customer Center. Update this program."
    )


def upgrade(database: Database, revision: str = "head") -> str:
    """Migrate up to a revision and return the one reached. Concurrent calls wait for each other.

    At head the indexes of :mod:`db.trigrams` are made too, where the database has what they need.
    """
    return _migrate(database, "upgrade", revision)


def downgrade(database: Database, revision: str) -> str:
    """Migrate down to a revision (``base``: to nothing) and return the one reached, or ``base``."""
    return _migrate(database, "downgrade", revision)


@contextmanager
def alone(database: Database) -> Iterator[Connection]:
    """Yield a connection to migrate on, while no other program migrates the same database.

    Raises DatabaseUnavailable where another one does not finish within a minute, and
    ConfigurationError behind a pooler, where locks and settings would be left to other programs.
    """
    with database.engine.connect() as guard, database.engine.connect() as connection:
        guard = guard.execution_options(isolation_level="AUTOCOMMIT")
        for each in (guard, connection):
            _unhurried(each)
        _take_lock(guard)
        try:
            yield connection
        finally:
            connection.invalidate()
            guard.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _MIGRATION_LOCK})
            guard.invalidate()


def _unhurried(connection: Connection) -> None:
    """Wait for the server as long as it takes."""
    line = connection.connection.driver_connection
    assert isinstance(line, Line)
    if line.pooled:
        raise ConfigurationError(
            "A pooler stands between here and the database, and the schema can't be migrated"
            " through it: set DIRECT_DATABASE_URL to the database itself."
        )
    line.patience = None


@contextmanager
def _each_by_itself(connection: Connection) -> Iterator[Connection]:
    """Yield a connection whose statements wait long enough, and are committed one by one."""
    connection.commit()
    connection.execution_options(isolation_level="AUTOCOMMIT")
    for name, value in (("lock_timeout", "60s"), ("statement_timeout", "0")):
        connection.execute(
            text("SELECT set_config(:name, :value, false)"), {"name": name, "value": value}
        )
    yield connection
    connection.commit()
    connection.execution_options(isolation_level=connection.default_isolation_level)


def _take_lock(guard: Connection) -> None:
    """Ask again and again: who waits within a statement holds up an index that is made meanwhile."""
    end = time.monotonic() + _LOCK_WAIT
    take = text("SELECT pg_try_advisory_lock(:key)")
    while not guard.scalar(take, {"key": _MIGRATION_LOCK}):
        if time.monotonic() > end:
            raise DatabaseUnavailable(
                "Another program has been migrating this database for a minute; try again later."
            )
        time.sleep(_LOCK_PAUSE)


def config() -> Config:
    """Return Alembic's configuration on the migrations that are installed with this program."""
    from alembic.config import Config

    # Found by name, for migrations import this package and not the other way round.
    spec = find_spec("migrations")
    if spec is None or not spec.submodule_search_locations:
        raise SchemaMismatch("The migrations are not installed with this program; reinstall it.")
    made = Config()
    made.set_main_option("script_location", spec.submodule_search_locations[0])
    return made


def _migrate(database: Database, direction: str, revision: str) -> str:
    from alembic import command
    from alembic.util.exc import CommandError

    made = config()
    try:
        with alone(database) as connection:
            made.attributes["connection"] = connection
            if direction == "downgrade":
                with _each_by_itself(connection) as other:
                    trigrams.drop(other)
            _patiently(lambda: getattr(command, direction)(made, revision))
            if direction == "upgrade" and current(connection) == HEAD:
                with _each_by_itself(connection) as other:
                    trigrams.make(other)
        with database.engine.connect() as connection:
            return current(connection) or "base"
    except DBAPIError as error:
        if sqlstate(error) == errorcodes.LOCK_NOT_AVAILABLE:
            raise DatabaseUnavailable(
                "The schema was not migrated: another program holds a lock on a table and does not"
                " let go of it. Close that program, or try again later."
            ) from error
        raise translate(error) from error
    except CommandError as error:
        raise SchemaMismatch(f"The schema was not migrated: {error}.") from error


def _patiently(migrate: Callable[[], object]) -> None:
    """Migrate, and go on after a pause where a lock was not to be had.

    While a migration waits for a table's lock, everybody else waits behind it: so it waits briefly,
    and tries again when they had their turn. What was committed before is not done again.
    """
    for pause in _BUSY_PAUSES:
        try:
            migrate()
        except DBAPIError as error:
            if sqlstate(error) != errorcodes.LOCK_NOT_AVAILABLE:
                raise
            time.sleep(pause)
        else:
            return
    migrate()
