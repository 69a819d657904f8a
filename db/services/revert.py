"""What one actor did in one span of time, reversed as a single step."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, exists, func
from sqlalchemy.orm import Session, aliased

from db.engine import label_transaction
from db.models import Change
from db.queries.steps import of_fields, summary
from db.services import reversal
from db.steps import CannotTakeBack, Conflict, Preview, Step, TakenBack


@dataclass(frozen=True, slots=True)
class RevertRequest:
    """All that one actor changed from ``since`` on, up to before ``until`` where that is given.

    The actor's name may be in any case of letters; times are timezone-aware. The rest is as in
    :class:`db.services.undo.UndoRequest`.
    """

    actor: str
    since: datetime
    until: datetime | None = None
    overwrite: tuple[Conflict, ...] = ()
    left: tuple[Conflict, ...] = ()
    change_id: UUID = field(default_factory=uuid4)


def preview(session: Session, request: RevertRequest) -> Preview:
    """Return what :func:`revert` would meet now. Raises CannotTakeBack where there is nothing."""
    which = _latest_of(request)
    return reversal.preview(session, _step(session, request, which), which)


def revert(session: Session, request: RevertRequest) -> TakenBack:
    """Reverse all that an actor changed in a span, as one step that can be taken back in turn.

    Values go back to what they were before the actor's last changes in a row: what another writer
    set in between stays. Rows that were inserted or deleted are left alone. Raises as
    :func:`take_back` does.
    """
    which = _latest_of(request)
    found = _step(session, request, which)
    reason = f"revert of {request.actor} since {request.since:%Y-%m-%d %H:%M %Z}"
    label_transaction(session, client_id=request.change_id, reason=reason, forced=False)
    reversal.lock(session, found, which)
    return reversal.reverse(session, found, which, request.overwrite, request.left)


def _step(session: Session, request: RevertRequest, which: ColumnElement[bool]) -> Step:
    found = summary(session, which, request.change_id, request.change_id, "undo")
    if found is None:
        raise CannotTakeBack(f"{request.actor} changed nothing in this span.")
    return found


def _latest_of(request: RevertRequest) -> ColumnElement[bool]:
    """The actor's entries in the span that no other writer's entry parts from the last one of them."""

    def own(change: type[Change]) -> ColumnElement[bool]:
        span = [change.changed_at >= request.since]
        if request.until is not None:
            span.append(change.changed_at < request.until)
        return and_(func.lower(change.actor) == request.actor.lower(), *span, of_fields(change))

    others, last = aliased(Change), aliased(Change)
    own_later = exists().where(
        last.row_id == others.row_id,
        last.field == others.field,
        last.change_id > others.change_id,
        own(last),
    )
    interrupted = exists().where(
        others.row_id == Change.row_id,
        others.field == Change.field,
        others.change_id > Change.change_id,
        ~own(others),
        own_later,
    )
    return and_(own(Change), ~interrupted)
