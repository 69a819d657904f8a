"""The way to one database: opening, listening, closing, and what reads and writes go through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakSet

from db.errors import DatabaseUnavailable
from db.stopping import stoppable, stoppable_by

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from db.claims import Claims
    from db.connect import Server
    from db.database import Database
    from db.early import EarlyReads
    from db.listening import Listener, Report
    from db.rows import Sort
    from db.settings import Settings
    from tui.writer import Writer

T = TypeVar("T")


class Door:
    """One database: opened, listened to and closed, and what every read and write goes through."""

    def __init__(self, settings: Settings, opener: Callable[[Settings], Database] | None = None):
        self.settings = settings
        self._opener = opener
        self._server: Server | None = None
        self._early: EarlyReads | None = None
        self._database: Database | None = None
        self._opening = Lock()
        self._claims: WeakSet[Claims] = WeakSet()
        self._listener: Listener | None = None
        self._since = monotonic()
        self._listening = Lock()
        self._closed = False

    # Life

    @cached_property
    def writer(self) -> Writer:
        """The one writer; imported with the first write."""
        from tui.writer import Writer

        return Writer(self._session)

    def refuse_writes(self) -> None:
        """Stop the writes that are on their way; they are refused with WriteCancelled."""
        if "writer" in vars(self):
            self.writer.cancel_all()

    def open(self) -> str:
        """Open the database whole, bring an embedded one to head, and return the name of its place.

        Raises ConfigurationError, DatabaseUnavailable or SchemaMismatch.
        """
        with self._opening:
            return self._opened().place

    def open_early(self) -> bool:
        """Open as much as the first list of leads needs; False where only :meth:`open` will do.

        The rest is opened by the first read that needs it. Raises as :meth:`open` does.
        """
        if self._opener is not None:
            return False
        from db.connect import server
        from db.early import early_reads

        self._server = server(self.settings)
        self._early = early_reads(self._server, self.settings)
        return self._early is not None

    def listen(self, tell: Callable[[Report], object]) -> None:
        """Tell of all that is written from now on, by anyone, in a thread until this is closed."""
        database = self._open_database()
        with self._listening:
            if self._closed or self._listener is not None:
                return
            from db.listening import GAP, GAP_OF_SLOW_LINES, Listener
            from db.queries import news

            def look(place: news.Place | None) -> news.Look:
                return self._read(lambda session: news.look(session, place))

            def within(seconds: float) -> bool:
                return self._read(lambda session: news.written_within(session, seconds))

            gap = GAP_OF_SLOW_LINES if self.settings.low_bandwidth else GAP
            self._listener = Listener(
                database.connect, look, within, tell, database.backends, self._since, gap
            )
            self._listener.start()

    @property
    def place(self) -> str:
        """The name of the database for people, empty before it is open."""
        found = self._database or self._server
        return found.place if found else ""

    @property
    def whole(self) -> bool:
        """True where the database is open whole."""
        return self._database is not None

    def _opened(self) -> Database:
        """Return the database; open it where that was not done yet."""
        if self._database is not None:
            return self._database
        from db import schema
        from db.database import open_database

        on, self._server = self._server, None
        if self._opener is not None:
            database = self._opener(self.settings)
        else:
            database = open_database(self.settings, on)
        try:
            schema.prepare(database)
        except BaseException:  # whatever it is, it leaves no connection behind
            database.close()
            raise
        self._database = database
        self._close_early()
        return database

    def _close_early(self) -> None:
        early, self._early = self._early, None
        if early is not None:
            early.close()

    def close(self) -> int:
        """Finish the writes that are under way and close all connections.

        Returns how many changes could not be written because the database did not answer.
        """
        given_up = self.writer.close() if "writer" in vars(self) else 0
        for claims in self._claims:
            claims.close()
        with self._listening:
            self._closed = True
            if self._listener is not None:
                self._listener.close()
                self._listener = None
        self._close_early()
        if self._database is not None:
            self._database.close()
            self._database = None
        elif self._server is not None and self._server.lease is not None:
            self._server.lease.release()
        return given_up

    def _open_database(self) -> Database:
        if self._database is not None:
            return self._database
        with self._opening:
            if self._database is None and self._early is None:
                raise DatabaseUnavailable("The database is not open yet.")
            return self._opened()

    def _soon(self, read: Callable[[EarlyReads], T], sort: Sort | None = None) -> T | None:
        """Read before SQLAlchemy is there; None where that is no more needed or not possible."""
        from db.rows import DEFAULT_LEAD_SORT

        early = self._early
        if early is None or sort not in (None, DEFAULT_LEAD_SORT):
            return None
        try:
            with stoppable_by(early.cancel):
                return read(early)
        except DatabaseUnavailable:
            return None

    def _read(self, job: Callable[[Session], T]) -> T:
        """Run a job that only reads; it is done again where its connection turned out to be dead."""
        from sqlalchemy.exc import DBAPIError

        with self._translated():
            reads = self._open_database().reads
            try:
                with reads() as session, stoppable(session):
                    return job(session)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
            with reads() as session, stoppable(session):
                return job(session)

    @contextmanager
    def _session(self) -> Iterator[Session]:
        """One transaction, its database errors as errors of ours."""
        with (
            self._translated(),
            self._open_database().sessions.begin() as session,
            stoppable(session),
        ):
            yield session

    @contextmanager
    def _translated(self) -> Iterator[None]:
        import psycopg2
        from sqlalchemy.exc import SQLAlchemyError

        from db.engine import translate

        try:
            yield
        except (SQLAlchemyError, psycopg2.Error) as error:
            raise translate(error) from error
