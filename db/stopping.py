"""Stopping what the server reads for somebody who does not want it any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy.orm import Session

from db.engine import stopper


class Stop:
    """Stops the statement of one read at a time, asked for from another thread.

    While it is asked for, the connection is not given to another read, whose statement would be
    stopped instead.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._cancel: Callable[[], None] | None = None

    @contextmanager
    def over(self, session: Session) -> Iterator[None]:
        """Let what this session reads be stopped: it ends with SQLSTATE 57014 then."""
        # Here, for a session is not for two threads; a connection is.
        cancel = stopper(session)
        with self._lock:
            self._cancel = cancel
        try:
            yield
        finally:
            with self._lock:
                self._cancel = None

    def stop(self) -> None:
        """Ask the server to stop; it blocks until the server was told. Does nothing in between."""
        with self._lock:
            if self._cancel is not None:
                self._cancel()
