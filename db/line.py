"""A connection of psycopg2 that does not wait for ever where its server has fallen silent.

libpq waits for an answer as long as the network does not say that the line is dead, and a middlebox
that swallows packets never says so. Time-outs of the server do not help: their error is swallowed too.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic, sleep
from typing import Any, Final

import psycopg2
from psycopg2.extensions import connection as PsycopgConnection
from psycopg2.extensions import cursor as PsycopgCursor

from db import cancelling

GRACE: Final = 5.0
"""Seconds that an answer may take longer than the server lets a statement run."""
LOOK_EVERY: Final = 1.0
NO_LIMIT: Final = -1.0


class Line(PsycopgConnection):  # type: ignore[misc]
    """A connection whose statements are given up after ``patience`` seconds without an answer.

    None is no limit. What is given up raises ``psycopg2.OperationalError``, and the connection is
    closed. ``pooled`` is what a pooler in between leaves to each transaction: settings by name,
    empty where there is none.
    """

    patience: float | None = None
    for_now: float | None = None
    pooled: dict[str, str] = {}
    given_up = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._closing = threading.Lock()

    def cancel(self) -> None:
        """Ask the server to stop what runs; called from another thread, which it lets wait.

        Raises ``psycopg2.Error``.
        """
        if not cancelling.AVAILABLE:
            super().cancel()
            return
        with self._closing:
            if self.closed:
                raise psycopg2.InterfaceError("connection already closed")
            request = cancelling.CancelRequest(self.pgconn_ptr)
        request.send()

    def close(self) -> None:
        """Close the connection."""
        with self._closing:
            super().close()

    def allow(self, seconds: float | None) -> None:
        """Let each statement of the running transaction take longer; None is no limit."""
        if not self.autocommit:
            self.for_now = NO_LIMIT if seconds is None else seconds

    def commit(self) -> None:
        """Commit, unless no answer comes."""
        with self.watched():
            super().commit()
        self.for_now = None

    def rollback(self) -> None:
        """Roll back, unless no answer comes."""
        self.for_now = None
        with self.watched():
            super().rollback()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Give the connection up if what is done meanwhile takes too long."""
        seconds = self.patience if self.for_now is None else self.for_now
        if seconds is None or seconds == NO_LIMIT:
            yield
            return
        _WATCH.begin(self, seconds)
        try:
            yield
        except psycopg2.Error as error:
            if self.given_up:
                silent = f"no answer for {seconds:.0f} seconds, the connection was given up"
                raise psycopg2.OperationalError(silent) from error
            raise
        finally:
            _WATCH.end(self)

    def give_up(self) -> None:
        """Let whatever waits for an answer fail at once; called from another thread."""
        self.given_up = True
        with suppress(OSError, psycopg2.Error), socket.socket(fileno=os.dup(self.fileno())) as end:
            end.shutdown(socket.SHUT_RDWR)


class WatchedCursor(PsycopgCursor):  # type: ignore[misc]
    """A cursor on a :class:`Line`."""

    def execute(self, query: Any, values: Any = None) -> None:
        with self.connection.watched():
            super().execute(query, values)

    def copy_expert(self, sql: Any, file: Any, size: int = 8192) -> None:
        with self.connection.watched():
            super().copy_expert(sql, file, size)


class _Watch:
    """A thread that gives up the lines whose time has come; it is begun with the first of them."""

    def __init__(self) -> None:
        self._due: dict[Line, float] = {}
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def begin(self, line: Line, seconds: float) -> None:
        self._due[line] = monotonic() + seconds
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
                    self._thread.start()

    def end(self, line: Line) -> None:
        self._due.pop(line, None)

    def _run(self) -> None:
        while True:
            sleep(LOOK_EVERY)
            now = monotonic()
            for line, due in list(self._due.items()):
                if due < now and self._due.get(line) == due:
                    line.give_up()


_WATCH: Final = _Watch()


def connect(dsn: str, **parameters: Any) -> Line:
    """Open a connection. Raises ``psycopg2.OperationalError``."""
    line: Line = psycopg2.connect(
        dsn, connection_factory=Line, cursor_factory=WatchedCursor, **parameters
    )
    return line
