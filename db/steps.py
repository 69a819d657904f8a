"""Steps: what one change wrote, whether one field or a batch, as undo and redo know it.

A step is found in the journal by the change id of its writer. The journal's reason tells a step that
takes another one back, or does it again, from a change: ``undo:<id>`` and ``redo:<id>``, where the
id is that of the change with which it began.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from db.errors import Refused, StaleRow
from db.rows import Kind

Purpose = Literal["undo", "redo"]
_LABEL: Final = re.compile(r"(undo|redo):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


def label(purpose: Purpose, origin: UUID) -> str:
    """Return the journal's reason for taking the change ``origin`` back, or doing it again."""
    return f"{purpose}:{origin}"


def parsed_label(reason: str | None) -> tuple[Purpose, UUID] | None:
    """Return purpose and origin of a reason, None for one that is no such label."""
    found = _LABEL.fullmatch(reason or "")
    if found is None:
        return None
    return "undo" if found[1] == "undo" else "redo", UUID(found[2])


def reason_shown(reason: str | None) -> str:
    """Return a reason of the journal for people: ``undo`` or ``redo`` without the id."""
    found = parsed_label(reason)
    return found[0] if found else reason or ""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What a step does to one field of a kind of rows.

    ``old`` and ``new`` are texts as in the journal; ``one_old`` and ``one_new`` tell whether all rows
    share them. The field ``*`` stands for rows that were deleted.
    """

    kind: Kind
    field: str
    old: str | None
    new: str | None
    one_old: bool
    one_new: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A change of ``rows`` rows that can be taken back, or done again, as ``purpose`` tells.

    ``step_id`` is the change id of the journal entries that are reversed by it, ``origin`` that of the
    change with which it began; for a change that was never taken back they are the same. ``fields``
    tell the change itself, also where it is to be done again. ``name`` is that of its only row, as
    far as the database or the journal has it.
    """

    step_id: UUID
    origin: UUID
    purpose: Purpose
    at: datetime
    rows: int
    fields: tuple[FieldChange, ...]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that another writer changed since a step: ``step_value`` became ``theirs``.

    ``back`` is what would be written in its place. ``actor`` and ``at`` tell who changed it last and
    when, as far as the journal knows.
    """

    kind: Kind
    row_id: UUID
    name: str
    field: str
    back: str | None
    step_value: str | None
    theirs: str | None
    actor: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What taking a step back meets.

    ``gone`` counts values of rows that were deleted meanwhile, ``lost`` documents of which the journal
    holds no more than a checksum; neither can be brought back.
    """

    step: Step
    conflicts: tuple[Conflict, ...] = ()
    gone: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A step that was taken back, or done again: the rows that were written.

    ``left`` counts values of other writers that were left as they are, and rows in whose place they
    wrote others; ``gone`` and ``lost`` as in :class:`Preview`.
    """

    step: Step
    rows: tuple[tuple[Kind, UUID], ...]
    left: int = 0
    gone: int = 0
    lost: int = 0


class CannotTakeBack(Refused):
    """What a step wrote can not be reversed; trying again does not help."""


class UndoConflict(StaleRow):
    """Others changed what a step wrote; nothing was written, the operator is to choose."""

    def __init__(self, preview: Preview) -> None:
        self.preview = preview
        first = preview.conflicts[0]
        others = len(preview.conflicts) - 1
        more = f" and {others:,} more" if others else ""
        super().__init__(
            f"Not taken back: {first.actor or 'another program'} changed {first.field}"
            f" of {first.name}{more} meanwhile.",
            actor=first.actor,
        )
