"""One open database: the engine on a server, or on the embedded PostgreSQL and its lease."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from db.connect import Server, connector, server
from db.engine import make_engine, make_sessions
from db.line import Line
from db.settings import Settings

if TYPE_CHECKING:
    from db.embedded import Lease


@dataclass(frozen=True)
class Database:
    """The engines with their session factories; ``place`` names it for people, without a password.

    ``sessions`` write, each in a transaction on ``engine``. ``reads`` only read, statement by
    statement, on connections of their own, so that no list waits for a write and no write for a list.
    ``connect`` opens a connection beside all of them, past a pooler where the settings name such a
    way. ``backends`` are the server's process ids of the connections that write. As a context
    manager it closes itself.
    """

    engine: Engine
    reading: Engine
    sessions: sessionmaker[Session]
    reads: sessionmaker[Session]
    place: str
    connect: Callable[[], Line] = field(repr=False)
    backends: set[int]
    lease: Lease | None = None

    @property
    def embedded(self) -> bool:
        """True where the database is the PostgreSQL that comes with the package."""
        return self.lease is not None

    def close(self) -> None:
        """Close all connections; an embedded server stops when its last user has gone."""
        self.engine.dispose()
        self.reading.dispose()
        if self.lease is not None:
            self.lease.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_database(settings: Settings, on: Server | None = None) -> Database:
    """Return the database that the settings name, or that of a server that was found by them.

    A server is not connected yet. Raises ConfigurationError or DatabaseUnavailable.
    """
    found = on or server(settings)
    return _database(found.dsn, settings, found.place, found.lease)


def on_lease(lease: Lease, settings: Settings, place: str) -> Database:
    """Return the database of an embedded server that is attached; it is restarted if it was killed."""
    return _database(lease.url, settings, place, lease)


def _database(dsn: str, settings: Settings, place: str, lease: Lease | None = None) -> Database:
    revive = lease.ensure if lease is not None else None
    backends: set[int] = set()
    engine = make_engine(dsn, settings, revive, backends=backends)
    reading = make_engine(dsn, settings, revive, reading=True)

    return Database(
        engine,
        reading,
        make_sessions(engine),
        make_sessions(reading),
        place,
        connector(settings.direct_url or dsn, settings),
        backends,
        lease,
    )
