"""Steps taken back, and done again, by compare-and-set: what others changed since is theirs to keep.

A step is one transaction, however many rows it has. Where another writer changed a value the caller
chooses what becomes of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import label_transaction
from db.models import Change
from db.queries.steps import MODELS, step, steps
from db.services import reversal
from db.steps import CannotTakeBack, Conflict, Preview, Purpose, Step, TakenBack, label

__all__ = [
    "UndoRequest",
    "preview",
    "step",
    "steps",
    "take_back",
    "taken_back",
]


@dataclass(frozen=True, slots=True)
class UndoRequest:
    """A step to take back, or to do again: see :class:`db.steps.Step` for its ids.

    ``overwrite`` are conflicts whose values are written over, ``left`` those that stay; either counts
    only as long as the other writer's value is the one that was shown. ``change_id`` marks the
    transaction in the journal.
    """

    step_id: UUID
    origin: UUID
    purpose: Purpose
    overwrite: tuple[Conflict, ...] = ()
    left: tuple[Conflict, ...] = ()
    change_id: UUID = field(default_factory=uuid4)


def preview(session: Session, found: Step) -> Preview:
    """Return what :func:`take_back` would meet now; nothing is written or locked."""
    return reversal.preview(session, found, Change.client_id == found.step_id)


def take_back(session: Session, request: UndoRequest) -> TakenBack:
    """Reverse what a step wrote, wherever its values are as the step left them.

    Rows are locked in the order of their ids. Raises UndoConflict where another writer changed a
    value and the request does not say what is to become of it, and CannotTakeBack where the journal
    has nothing of the step or the old values have no place any more.
    """
    found = step(session, request.step_id, request.origin, request.purpose)
    if found is None:
        raise CannotTakeBack("There is nothing of this change that could be taken back.")
    label_transaction(
        session,
        client_id=request.change_id,
        reason=label(request.purpose, request.origin),
        forced=False,
    )
    which = Change.client_id == request.step_id
    reversal.lock(session, found, which)
    # An earlier try whose answer was lost may have been committed while this one waited.
    earlier = taken_back(session, request)
    if earlier is not None:
        return earlier
    return reversal.reverse(session, found, which, request.overwrite, request.left)


def taken_back(session: Session, request: UndoRequest) -> TakenBack | None:
    """Return what a request wrote whose commit was not answered, None where it wrote nothing."""
    found = step(session, request.step_id, request.origin, request.purpose)
    rows = session.execute(
        select(Change.table_name, Change.row_id)
        .where(Change.client_id == request.change_id)
        .distinct()
    )
    written = tuple((MODELS[table][0], row_id) for table, row_id in rows if row_id is not None)
    return TakenBack(found, written) if found is not None and written else None
