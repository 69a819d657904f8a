"""Undo and redo: the steps of this session first, then those of the journal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final
from uuid import uuid4

from db.errors import CustomerCenterError, NotFound, StaleRow
from db.rows import WHOLE_ROW
from db.steps import (
    CannotTakeBack,
    Conflict,
    Preview,
    Purpose,
    TakenBack,
    UndoConflict,
)
from tui.host import Host
from tui.messages import RowChanged
from tui.safe import safe
from tui.screens import answers, rooms
from tui.undo import Entry, UndoStack
from tui.writes import SetStatus, TakeBack, Write

ONE_BY_ONE: Final = 20
"""Up to how many rows are read again one by one, instead of all that is shown."""


class TakingBack:
    """What ``u`` and ctrl+r do.

    The steps of this session come first, the latest one first, then those that the same actor made in
    other sessions, by time; the journal knows them. A single change of this session goes without a
    question; more rows, or another session's step, are asked about.
    """

    def __init__(self, host: Host, send: Callable[[Write], None]) -> None:
        self._host = host
        self._send = send
        self.stack = UndoStack()

    def step(self, purpose: Purpose) -> None:
        """Take the latest step back, or do again what was taken back last."""
        entry = self.stack.next(purpose)
        if entry is None or entry.asks:
            self._look(purpose, entry)
        elif entry.status is not None:
            status = entry.status
            self._send(status.taken_back() if purpose == "undo" else status.done_again())
        else:
            self._send(TakeBack(purpose, entry.latest, entry.origin))

    def written(self, write: TakeBack, result: TakenBack | None) -> None:
        """Paint what was taken back, and say it."""
        from tui.step_words import done_sentence

        if result is None or not result.rows:
            self.stack.passed(write.origin)
        if result is None:
            return
        self._paint(result)
        tone = "good" if result.rows else "attention"
        self._host.say(done_sentence(result), tone, lasting=bool(result.rows))
        shown = rooms.ours(self._host.screen)
        if write.purpose == "undo" and len(result.rows) == 1 and shown is not None:
            shown.undone(result.rows[0][1])

    def reverted(self, result: TakenBack | None) -> None:
        """Paint what was taken back of a writer's span, and say it."""
        from tui.step_words import reverted_sentence

        if result is not None:
            self._paint(result)
            tone = "good" if result.rows else "attention"
            self._host.say(reverted_sentence(result), tone, lasting=bool(result.rows))

    def refused(self, write: Write, error: CustomerCenterError) -> None:
        """Let the operator choose where others changed what is to be taken back."""
        entry = self.stack.refused(write)
        if isinstance(write, TakeBack):
            if isinstance(error, UndoConflict):
                self._choose(write, error.preview)
            elif isinstance(error, CannotTakeBack):
                self.stack.passed(write.origin)
        elif isinstance(write, SetStatus) and entry is not None and isinstance(error, NotFound):
            self.stack.passed(entry.origin)
        elif isinstance(write, SetStatus) and entry is not None and isinstance(error, StaleRow):
            # The journal tells who changed the status, and when.
            purpose: Purpose = "undo" if write.purpose == "undo" else "redo"
            self._send(TakeBack(purpose, entry.latest, entry.origin))

    def _paint(self, result: TakenBack) -> None:
        came_or_went = any(change.field == WHOLE_ROW for change in result.step.fields)
        if came_or_went or len(result.rows) > ONE_BY_ONE:
            self._host.reloads.publish(None)
            return
        for kind, row_id in result.rows:
            self._host.changes.publish(RowChanged(kind, row_id))

    # Asking

    def _look(self, purpose: Purpose, entry: Entry | None) -> None:
        """Look the step up in the journal: what is there is asked about."""
        gateway, screen = self._host.gateway, rooms.ours(self._host.screen)
        if screen is None:
            return
        if entry is not None:
            job = partial(gateway.step, entry.latest, entry.origin, purpose)
        elif purpose == "redo" and self.stack.changed:
            self._host.say("There is nothing to redo.")
            return
        else:
            job = partial(gateway.next_step, purpose, self.stack.known)
        screen.read(job, partial(self._found, purpose, entry), group="undo")

    def _found(self, purpose: Purpose, entry: Entry | None, preview: Preview | None) -> None:
        if preview is not None:
            self._ask(preview)
        elif entry is None:
            self._host.say(f"There is nothing to {purpose}.")
        elif self._host.gateway.writer.unsaved:
            self._host.say("That change is not written yet; once more in a moment.", "attention")
        else:
            # It changed nothing, so the journal has nothing of it.
            self.stack.passed(entry.origin)
            self.step(purpose)

    def _ask(self, preview: Preview) -> None:
        step = preview.step
        write = TakeBack(step.purpose, step.step_id, step.origin)
        if preview.conflicts:
            self._choose(write, preview)
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._send_asked(write, step.rows)

        self._host.push_screen(answers.undo_question(preview), answered)

    def _choose(self, write: TakeBack, preview: Preview) -> None:
        def answered(chosen: tuple[Conflict, ...] | None) -> None:
            if chosen is None:
                self._host.say("Nothing was taken back.")
                return
            over = frozenset(chosen)
            left = tuple(one for one in preview.conflicts if one not in over)
            again = replace(write, overwrite=chosen, left=left, change_id=uuid4())
            self._send_asked(again, preview.step.rows)

        self._host.push_screen(answers.conflict_screen(preview), answered)

    def _send_asked(self, write: TakeBack, rows: int) -> None:
        if rows > 1:
            self._host.say(safe(f"{rows:,} rows are being written …"))
        self._send(write)
