"""One status for many leads: told before it is done, done in one transaction, one batch of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    String,
    Uuid,
    bindparam,
    cast,
    column,
    func,
    null,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from db.engine import label_transaction
from db.errors import Refused
from db.models import Lead
from db.queries.leads import within
from db.rows import BulkCount, BulkOutcome, Fate, LeadScope
from db.statuses import LEAD, lead_allows

# The server is given the time that many rows take; each of them is still waited for only briefly.
_PATIENCE: Final = text("SELECT set_config('statement_timeout', '0', true)")


@dataclass(frozen=True, slots=True)
class BulkRequest:
    """A status for many leads: all of a scope, or those marked, by id.

    ``which`` maps the id of a marked lead to its status as it was seen: a lead that has another one
    by now is left alone. None takes the lead as it is. ``forced`` goes against the table of
    transitions, and with a ``reason`` out of suppressed statuses. ``change_id`` marks the
    transaction in the journal, so that a commit whose answer was lost is recognised.
    """

    which: LeadScope | Mapping[UUID, str | None]
    target: str
    forced: bool = False
    reason: str | None = None
    change_id: UUID | None = None


def preview(session: Session, request: BulkRequest) -> BulkOutcome:
    """Return what :func:`change` would do now; nothing is written or locked.

    Raises Refused where the target is no lead status.
    """
    _check(request)
    found = _found(request).cte("found")
    return _outcome(session, request, _counts(found), None)


def change(session: Session, request: BulkRequest) -> BulkOutcome:
    """Set the status of all leads that may have it, and return how many and what became of the rest.

    The journal has the changes under the batch id of the outcome. Leads are locked in the order of
    their ids, so that two such changes never wait for each other. Raises Refused where the target
    is no lead status or another program holds a lead for longer than the lock time-out.
    """
    _check(request)
    batch = uuid4()
    label_transaction(session, client_id=request.change_id, batch_id=batch, reason=request.reason)
    session.execute(_PATIENCE)
    locked = _found(request).order_by(Lead.lead_id).with_for_update(of=Lead)
    found = locked.cte("found")
    written = (
        update(Lead)
        .where(Lead.lead_id == found.c.lead_id, _as_seen(found), _may_change(request, found))
        .values(status=request.target)
    )
    return _outcome(session, request, _counts(found).add_cte(written.cte("written")), batch)


def fate(request: BulkRequest, status: str) -> Fate:
    """Tell what becomes of a lead that is in this status."""
    if status == request.target:
        return "already"
    if lead_allows(status, request.target):
        return "changed"
    if status in LEAD.suppressed:
        return "changed" if request.forced and (request.reason or "").strip() else "suppressed"
    return "changed" if request.forced else "not allowed"


def _check(request: BulkRequest) -> None:
    if request.target not in LEAD.values():
        raise Refused(
            f"{request.target!r} is no lead status; there are: {', '.join(LEAD.values())}."
        )


def _found(request: BulkRequest) -> Select[Any]:
    """Return the query for id, status and status as seen of the leads in question."""
    if isinstance(request.which, LeadScope):
        return within(
            select(Lead.lead_id, Lead.status, cast(null(), String).label("seen")), request.which
        )
    # Two arrays, however many leads: a statement of thousands of parameters is slow to read.
    marked = (
        func.unnest(
            _array("ids", [str(lead) for lead in request.which], Uuid()),
            _array("seen", list(request.which.values()), String()),
        )
        .table_valued(column("lead_id", Uuid), column("seen", String), name="marked")
        .render_derived()
    )
    return select(Lead.lead_id, Lead.status, marked.c.seen).join(
        marked, marked.c.lead_id == Lead.lead_id
    )


def _array(name: str, values: list[Any], kind: Any) -> ColumnElement[Any]:
    return cast(bindparam(name, values, ARRAY(String)), ARRAY(kind))


def _as_seen(found: CTE) -> ColumnElement[bool]:
    return found.c.status == func.coalesce(found.c.seen, found.c.status)


def _may_change(request: BulkRequest, found: CTE) -> ColumnElement[bool]:
    # A status that is not in the vocabulary may become any: nobody wrote a rule for it.
    kept = [status for status in LEAD.values() if fate(request, status) != "changed"]
    return found.c.status.not_in(kept)


def _counts(found: CTE) -> Select[Any]:
    groups = found.c.status, _as_seen(found)
    return select(*groups, func.count()).select_from(found).group_by(*groups)


def _outcome(
    session: Session, request: BulkRequest, counts: Select[Any], batch: UUID | None
) -> BulkOutcome:
    """Run the statement and tell the fate of each status that it found, the most leads first."""
    found = [
        BulkCount(status, fate(request, status) if as_seen else "changed meanwhile", leads)
        for status, as_seen, leads in session.execute(counts)
    ]
    if not isinstance(request.which, LeadScope):
        gone = len(request.which) - sum(count.leads for count in found)
        found += [BulkCount(None, "gone", gone)] if gone else []
    found.sort(key=lambda count: (-count.leads, count.status or ""))
    return BulkOutcome(request.target, tuple(found), batch)
