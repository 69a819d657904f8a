"""The steps of this session that can be taken back, and those that were."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from uuid import UUID

from db.steps import Purpose
from tui.writes import (
    AddCampaign,
    EditFields,
    SetStatus,
    Suppress,
    TakeBack,
    Unsuppress,
    Write,
)

NO_STEPS = (AddCampaign, Suppress, Unsuppress)
"""Writes that this session does not take back."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A step that this session has sent on its way.

    ``trail`` holds the writes that did it, took it back and did it again, by purpose and change id.
    ``status`` is there where the step is one status change, for which another one is enough. A step
    that ``asks`` changed more than one row, or was made in another session.
    """

    origin: UUID
    trail: tuple[tuple[str, UUID], ...] = ()
    status: SetStatus | None = None
    asks: bool = False

    @property
    def latest(self) -> UUID:
        """The change id of the last write."""
        return self.trail[-1][1]


@dataclass
class UndoStack:
    """Steps that were sent on their way, latest last.

    They count before the database has answered, so that undo always means the last key; writes are
    done in their order. ``changed`` tells whether this session changed anything: what other sessions
    took back before can not be done again after that.
    """

    done: list[Entry] = field(default_factory=list)
    undone: list[Entry] = field(default_factory=list)
    changed: bool = False
    _passed: set[UUID] = field(default_factory=set)

    @property
    def known(self) -> frozenset[UUID]:
        """The origins of all steps that are not to be looked for in the journal."""
        own = {entry.origin for entry in (*self.done, *self.undone)}
        return frozenset(own | self._passed)

    def next(self, purpose: Purpose) -> Entry | None:
        """Return the step to take back, or to do again, as ``purpose`` says."""
        steps = self.done if purpose == "undo" else self.undone
        return steps[-1] if steps else None

    def sent(self, write: Write) -> None:
        """Take note of a change, undo or redo."""
        if isinstance(write, NO_STEPS):
            return
        purpose, origin = _meaning(write)
        entry = self._take(origin) or Entry(origin, asks=True)
        if purpose == "change":
            status = write if isinstance(write, SetStatus) else None
            entry = Entry(origin, (), status, not isinstance(write, SetStatus | EditFields))
            self.undone.clear()
            self.changed = True
        self._put(replace(entry, trail=(*entry.trail, (purpose, write.change_id))))

    def refused(self, write: Write) -> Entry | None:
        """Forget a change, undo or redo that was not done.

        Return the step of an undo or redo that is the next one again; None where it was not done in
        this session, or there are other writes of it on their way.
        """
        if isinstance(write, NO_STEPS):
            return None
        entry = self._take(_meaning(write)[1])
        if entry is None:
            return None
        last = entry.latest == write.change_id
        entry = replace(entry, trail=tuple(one for one in entry.trail if one[1] != write.change_id))
        if not entry.trail:
            return None
        self._put(entry)
        return entry if last else None

    def passed(self, origin: UUID) -> None:
        """Pass a step over from now on: nothing of it can be taken back, or nothing is to be."""
        self._take(origin)
        self._passed.add(origin)

    def _put(self, entry: Entry) -> None:
        (self.undone if entry.trail[-1][0] == "undo" else self.done).append(entry)

    def _take(self, origin: UUID) -> Entry | None:
        for steps in (self.done, self.undone):
            for entry in steps:
                if entry.origin == origin:
                    steps.remove(entry)
                    return entry
        return None


def _meaning(write: Write) -> tuple[str, UUID]:
    """Return what a write is for, and the change with which its step began."""
    if isinstance(write, SetStatus):
        return write.purpose, (write.original or write).change_id
    if isinstance(write, TakeBack):
        return write.purpose, write.origin
    return "change", write.change_id
