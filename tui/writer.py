"""The one writer: writes happen one after the other, in the order of the keys."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Final

from db.errors import (
    CustomerCenterError,
    DatabaseUnavailable,
    Deadlock,
    ReadCancelled,
    Refused,
    StaleRow,
    WriteCancelled,
)
from db.stopping import Stop
from tui import crash
from tui.messages import WriteGoesOn, WriteRefused, WriteWaiting, Written
from tui.writes import (
    ChangeMany,
    DeleteRow,
    EditFields,
    MergeRows,
    Revert,
    SetStatus,
    Suppress,
    TakeBack,
    Unsuppress,
    Write,
)

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from db.progress import GoOn
    from db.services.undo import UndoRequest

Outcome = Written | WriteRefused | WriteWaiting | WriteGoesOn
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 15.0
DEADLOCKS: Final = 3
"""How often a write is done again that was in another program's way."""


class Writer:
    """A thread that commits queued writes, each in a transaction of its own.

    A write is never given up because the connection was lost: it is kept and tried again with
    growing pauses. The journal's change id tells whether a commit whose answer was lost was done,
    so that nothing is written twice.
    """

    def __init__(self, sessions: Callable[[], AbstractContextManager[Session]]) -> None:
        self._sessions = sessions
        self._queue: queue.Queue[tuple[Write, Callable[[Outcome], None]] | None] = queue.Queue()
        self._closing = threading.Event()
        self._stops: dict[UUID, Stop] = {}
        self._thread: threading.Thread | None = None

    @property
    def unsaved(self) -> int:
        """The number of writes that the database has not answered yet."""
        return self._queue.unfinished_tasks

    def submit(self, write: Write, done: Callable[[Outcome], None]) -> None:
        """Queue a write; ``done`` is called in the writer's thread.

        It is called more than once where the write waits, or tells how far it is.
        """
        self._stops[write.change_id] = Stop()
        self._queue.put((write, done))
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
            self._thread.start()

    def cancel(self, change_id: UUID) -> None:
        """Stop a write, which is refused with WriteCancelled then; one that is committed stays."""
        stop = self._stops.get(change_id)
        if stop is not None:
            threading.Thread(target=stop.stop, name="stop", daemon=True).start()

    def cancel_all(self) -> None:
        """Stop all writes that are not committed yet."""
        for change_id in tuple(self._stops):
            self.cancel(change_id)

    def close(self, patience: float = 5.0) -> int:
        """Let queued writes finish for at most ``patience`` seconds; return how many were given up."""
        if self._thread is None:
            return 0
        self._queue.put(None)
        self._thread.join(patience)
        self._closing.set()
        given_up = self.unsaved - 1 if self._thread.is_alive() else 0
        self._thread = None
        return given_up

    def _run(self) -> None:
        while (entry := self._queue.get()) is not None:
            write, done = entry
            outcome = self._finish(write, done, self._stops[write.change_id])
            del self._stops[write.change_id]
            if outcome is not None:
                done(outcome)
            self._queue.task_done()
        self._queue.task_done()

    def _finish(self, write: Write, done: Callable[[Outcome], None], stop: Stop) -> Outcome | None:
        pause = FIRST_PAUSE
        tried = False
        deadlocks = 0
        while True:
            try:
                return Written(write, self._commit(write, done, stop, again=tried))
            except DatabaseUnavailable as error:
                done(WriteWaiting(write, self.unsaved, error))
            except Deadlock as error:
                # The server rolled it back whole, and the other program is through by now.
                deadlocks += 1
                if deadlocks > DEADLOCKS:
                    return WriteRefused(write, error)
                continue
            except ReadCancelled:
                return WriteRefused(write, WriteCancelled())
            except CustomerCenterError as error:
                return WriteRefused(write, error)
            except Exception as error:
                # The thread goes on whatever happens, for all later writes wait for it.
                return WriteRefused(write, Refused(f"Not written: {crash.noted(error)}"))
            tried = True
            if self._closing.wait(pause):
                return None
            pause = min(2 * pause, LONGEST_PAUSE)

    def _commit(
        self, write: Write, done: Callable[[Outcome], None], stop: Stop, *, again: bool
    ) -> object:
        def go_on(rows: int, total: int) -> bool:
            done(WriteGoesOn(write, rows, total))
            return not stop.asked

        with self._sessions() as session:
            if again and _is_written(session, write):
                return _already_done(session, write)
            try:
                with _stopped_by(stop, session):
                    return _do(session, write, go_on)
            except StaleRow:
                # The first try may have been committed while this one waited for its lock.
                if again and _is_written(session, write):
                    return _already_done(session, write)
                raise


@contextmanager
def _stopped_by(stop: Stop, session: Session) -> Iterator[None]:
    """Let the statements of a write be stopped, which raises ReadCancelled then."""
    from psycopg2 import errorcodes
    from sqlalchemy.exc import DBAPIError

    from db.engine import sqlstate, stopper

    try:
        with stop.over(stopper(session)):
            yield
    except DBAPIError as error:
        if stop.asked and sqlstate(error) == errorcodes.QUERY_CANCELED:
            raise ReadCancelled from error
        raise


def _do(session: Session, write: Write, go_on: GoOn) -> object:
    if isinstance(write, SetStatus):
        from db.services import statuses

        return statuses.change(
            session,
            statuses.StatusRequest(
                write.kind,
                write.row_id,
                write.seen,
                write.target,
                judged=write.judged,
                forced=write.forced,
                reason=write.reason,
                restoring=write.purpose == "undo",
                change_id=write.change_id,
            ),
        )
    if isinstance(write, TakeBack):
        from db.services import undo

        return undo.take_back(session, _undo_request(write))
    if isinstance(write, Revert):
        from db.services import revert

        request = revert.RevertRequest(
            write.actor, write.since, write.until, left=write.left, change_id=write.change_id
        )
        return revert.revert(session, request)
    if isinstance(write, ChangeMany):
        from db.services import bulk

        return bulk.change(session, write.request, go_on)
    if isinstance(write, MergeRows):
        from db.services import merging

        return merging.merge(session, write.request)
    if isinstance(write, DeleteRow):
        from db.services import deletion

        deletion.delete(session, write.kind, write.row_id, write.version, write.change_id)
        return None
    if isinstance(write, Suppress):
        from db.services import suppressions
        from db.suppression import Entry

        entry = Entry(write.value, write.reason, expires_at=write.expires_at)
        return suppressions.add(session, (entry,), change_id=write.change_id)
    if isinstance(write, Unsuppress):
        from db.services import suppressions

        return suppressions.remove(session, (write.value,))
    from db.services import edits

    if isinstance(write, EditFields):
        _change_status_too(session, write)
        return edits.edit(
            session,
            write.kind,
            write.row_id,
            write.before,
            write.after,
            change_id=write.change_id,
        )
    return edits.create_campaign(session, write.name, write.description, change_id=write.change_id)


def _change_status_too(session: Session, write: EditFields) -> None:
    """The status that an edit of a lead brings with it, in the same transaction and step."""
    if write.status is None:
        return
    from db.services import statuses

    seen, target = write.status
    request = statuses.StatusRequest("lead", write.row_id, seen, target, change_id=write.change_id)
    statuses.change(session, request)


def _is_written(session: Session, write: Write) -> bool:
    from db.queries import changes

    return changes.written(session, write.change_id)


def _already_done(session: Session, write: Write) -> object:
    """The first try was committed though its answer was lost: say what it did."""
    if isinstance(write, SetStatus):
        from db.rows import StatusChange
        from db.services import statuses

        row = statuses.read(session, write.kind, write.row_id)
        return StatusChange(write.kind, write.row_id, write.seen, write.target, row)
    if isinstance(write, TakeBack):
        from db.services import undo

        return undo.taken_back(session, _undo_request(write))
    if isinstance(write, ChangeMany):
        from db.services import bulk

        return bulk.written(session, write.request)
    if isinstance(write, MergeRows):
        from db.services import merging

        return merging.written(session, write.request)
    return tuple(write.after) if isinstance(write, EditFields) else None


def _undo_request(write: TakeBack) -> UndoRequest:
    from db.services.undo import UndoRequest

    return UndoRequest(
        write.step_id,
        write.origin,
        write.purpose,
        write.overwrite,
        write.left,
        write.change_id,
    )
