"""Status changes by compare-and-set: another writer's change is never overwritten unseen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from db.engine import LABELLED, labels
from db.errors import Refused, StaleRow, TransitionRefused
from db.models import Campaign, Lead, Organization
from db.queries import campaigns, changes, leads
from db.rows import CampaignRow, LeadRow, StatusChange
from db.statuses import CAMPAIGN, LEAD, allows, judgement_allows
from db.steps import parsed_label

StatusKind = Literal["lead", "campaign"]
VOCABULARIES = {"lead": LEAD, "campaign": CAMPAIGN}
# A lead row as an UPDATE returns it. The names are read for the row as written: a join would read
# them for the row as found, and lose a row that was moved meanwhile.
_NAMES: Final = {
    "campaign_name": select(Campaign.name)
    .where(Campaign.campaign_id == Lead.campaign_id)
    .correlate(Lead)
    .scalar_subquery(),
    "company_name": select(Organization.name)
    .where(Organization.organization_id == Lead.company_id)
    .correlate(Lead)
    .scalar_subquery(),
}
_LEAD: Final = tuple(_NAMES.get(column.key, column) for column in leads.ROW)


def _write_of(
    model: type[Lead] | type[Campaign], returned: tuple[Any, ...]
) -> ReturningUpdate[Any]:
    key = model.__mapper__.primary_key[0]
    return (
        update(model)
        .where(key == bindparam("row_id"), model.status == bindparam("seen"), LABELLED)
        .values(status=bindparam("target"))
        .returning(*returned)
    )


# Made once: a status key waits for no statement to be put together.
_WRITES: Final = {"lead": _write_of(Lead, _LEAD), "campaign": _write_of(Campaign, campaigns.ROW)}


@dataclass(frozen=True, slots=True)
class StatusRequest:
    """A status change as the operator meant it: from the status as painted to another one.

    ``judged`` takes the way over ``replied`` in one step. ``forced`` goes against the table of
    transitions, and with a ``reason`` out of a suppressed status, or of a suppressed address into one
    from which it is sent to. ``restoring`` takes a change back,
    even to a status that the vocabulary does not know. ``change_id`` marks the
    transaction in the journal, so that a commit whose answer was lost is recognised.
    """

    kind: StatusKind
    row_id: UUID
    seen: str
    target: str
    judged: bool = False
    forced: bool = False
    reason: str | None = None
    restoring: bool = False
    change_id: UUID | None = None


def check(request: StatusRequest) -> None:
    """Raise TransitionRefused or Refused where the vocabulary does not let this change be made."""
    vocabulary = VOCABULARIES[request.kind]
    if request.target not in vocabulary.values() and not request.restoring:
        raise Refused(
            f"{request.target!r} is no {request.kind} status; there are: "
            + ", ".join(vocabulary.values())
            + "."
        )
    if request.seen in vocabulary.suppressed:
        _check_suppressed(request)
    if request.forced:
        return
    allowed = (
        judgement_allows(request.seen, request.target)
        if request.judged
        else allows(request.kind, request.seen, request.target)
    )
    if not allowed:
        raise TransitionRefused(request.seen, request.target)


def change(session: Session, request: StatusRequest) -> StatusChange:
    """Change a status if it still is as seen, and return what was written.

    Raises StaleRow where another writer changed it, NotFound where the row is gone, what
    :func:`check` raises, and IntegrityError (:class:`db.errors.Suppressed`, once it is translated)
    where the lead's address is suppressed.
    """
    check(request)
    row = _write(session, request)
    if row is None:
        current = read(session, request.kind, request.row_id)
        actor = changes.last_actor(session, request.row_id, "status")
        raise StaleRow(_stale(request, current.status, actor), current, actor)
    return StatusChange(request.kind, request.row_id, request.seen, request.target, row)


def read(session: Session, kind: StatusKind, row_id: UUID) -> LeadRow | CampaignRow:
    """Return the row of either kind. Raises NotFound."""
    return leads.row(session, row_id) if kind == "lead" else campaigns.row(session, row_id)


def _write(session: Session, request: StatusRequest) -> LeadRow | CampaignRow | None:
    """Set the status if it still is as seen; return the row as it is then, else None."""
    values: dict[str, Any] = {
        "row_id": request.row_id,
        "seen": request.seen,
        "target": request.target,
    }
    opens = request.forced and parsed_label(request.reason) is None
    values |= labels(client_id=request.change_id, reason=request.reason, forced=opens)
    # Not the session's own execute: it would look for objects to bring up to date, and has none.
    found = session.connection().execute(_WRITES[request.kind], values).one_or_none()
    if found is None:
        return None
    return leads.lead_row(found) if request.kind == "lead" else CampaignRow(*found)


def _check_suppressed(request: StatusRequest) -> None:
    if request.seen == "unsubscribed" and request.target == "do_not_contact":
        return
    if not request.forced or not (request.reason or "").strip():
        raise TransitionRefused(request.seen, request.target, suppressed=True)


def _stale(request: StatusRequest, now: str, actor: str | None) -> str:
    who = actor or "another program"
    return (
        f"Not changed to {request.target}: {who} changed it from {request.seen} to {now} meanwhile."
    )
