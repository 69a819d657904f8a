"""Stopping what the server does for somebody who does not want it any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from threading import Lock
from typing import TYPE_CHECKING

from db.errors import ReadCancelled

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Stop:
    """Stops what one read or write has the server do, asked for from another thread.

    While it is asked for, the connection is not given to another one, whose statement would be
    stopped instead. What begins afterwards raises ReadCancelled.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._cancel: Callable[[], None] | None = None
        self._asked = False

    @property
    def asked(self) -> bool:
        """True once it was asked for."""
        return self._asked

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """Let all that the block reads be stopped by this."""
        before = _in_force.set(self)
        try:
            yield
        finally:
            _in_force.reset(before)

    @contextmanager
    def over(self, cancel: Callable[[], None]) -> Iterator[None]:
        """Let the statements of the block be stopped by ``cancel``, which blocks until that is told.

        What is stopped ends with SQLSTATE 57014. Raises ReadCancelled where it was asked for before.
        """
        with self._lock:
            if self._asked:
                raise ReadCancelled
            self._cancel = cancel
        try:
            yield
        finally:
            with self._lock:
                self._cancel = None

    def stop(self) -> None:
        """Ask the server to stop; it blocks until the server was told."""
        with self._lock:
            self._asked = True
            if self._cancel is not None:
                self._cancel()


_in_force: ContextVar[Stop | None] = ContextVar("stop", default=None)


def stoppable(session: Session) -> AbstractContextManager[None]:
    """Let what a session does be stopped by the stop in force, where there is one."""
    stop = _in_force.get()
    if stop is None:
        return nullcontext()
    from db.engine import stopper

    # Here, for a session is not for two threads; a connection is.
    return stop.over(stopper(session))


def stoppable_by(cancel: Callable[[], None]) -> AbstractContextManager[None]:
    """Let the stop in force, where there is one, stop what is done by calling this."""
    stop = _in_force.get()
    return nullcontext() if stop is None else stop.over(cancel)
