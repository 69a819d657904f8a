"""One change for many leads: told before it is done, done in one transaction, one batch of it.

The transaction goes through the leads in pieces, so that it can tell how far it is and be stopped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID, uuid4

from psycopg2 import errorcodes
from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    any_,
    case,
    cast,
    delete,
    exists,
    func,
    literal,
    null,
    select,
    true,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, aliased

from db.engine import allow_time, label_transaction, sqlstate
from db.errors import Refused, WriteCancelled
from db.many import TEXTS, BulkCount, BulkOutcome, BulkRequest, Fate
from db.models import Change, Lead
from db.progress import GoOn, always
from db.queries import campaigns, changes
from db.queries.keyset import AnySelect
from db.queries.leads import within
from db.queries.marked import chosen, id_array
from db.queries.suppressions import is_suppressed
from db.services.edits import parsed
from db.statuses import LEAD, SENT_FROM, VERIFICATIONS, lead_allows

PIECE: Final = 1_000
"""Leads that one statement changes: less than a second's work."""
PATIENCE: Final = 120
"""Seconds for one statement; to find the leads may take a slow filter long."""
_PROBLEMS: Final = {
    errorcodes.QUERY_CANCELED: "The database took too long: nothing was changed."
    " Narrow the list down.",
    errorcodes.UNIQUE_VIOLATION: "Another program wrote the same address meanwhile:"
    " nothing was changed.",
}


def preview(session: Session, request: BulkRequest) -> BulkOutcome:
    """Return what :func:`change` would do now; nothing is written or locked.

    In a transaction its statements may take two minutes. Raises Refused where the value makes no
    sense, NotFound where the campaign is gone.
    """
    value = _value(session, request)
    allow_time(session, PATIENCE)
    # Before the leads are looked at: what changes in between counts as changed after the preview.
    place = changes.place(session)
    fates = chosen(_fates(request, value), request.which).subquery("fates")
    counts = Counter({(status, fate): leads for status, fate, leads in _counted(session, fates)})
    _count_gone(request, counts)
    return BulkOutcome(_sorted(counts), place=place)


def change(session: Session, request: BulkRequest, go_on: GoOn = always) -> BulkOutcome:
    """Change all leads that may be changed, and return how many and what became of the rest.

    The journal has the changes under the batch id of the outcome. Leads are locked in the order of
    their ids, so that two such changes never wait for each other; each statement may take two
    minutes. Raises WriteCancelled where ``go_on`` ended it, Refused where the value makes no sense
    or other programs are in the way, NotFound where the campaign is gone; nothing was written then,
    once the transaction is rolled back.
    """
    value, batch = _value(session, request), uuid4()
    label_transaction(
        session,
        client_id=request.change_id,
        batch_id=batch,
        reason=request.reason,
        forced=request.forced,
    )
    allow_time(session, PATIENCE)
    try:
        counts = _changed(session, request, value, go_on)
    except DBAPIError as error:
        code = sqlstate(error)
        if code == errorcodes.QUERY_CANCELED:
            _ask(go_on, 0, 0)
        if code not in _PROBLEMS:
            raise
        raise Refused(_PROBLEMS[code]) from error
    done = BulkOutcome(_sorted(counts), batch)
    # A first try whose answer was lost may have been committed while this one waited.
    return done if done.changed else written(session, request) or done


def written(session: Session, request: BulkRequest) -> BulkOutcome | None:
    """Return what a change did whose answer was lost, as the journal has it; None for nothing."""
    status = Change.old_value if request.field == "status" else cast(null(), String)
    query = (
        select(Change.batch_id, status, func.count())
        .where(Change.client_id == request.change_id, Change.field == request.field)
        .group_by(Change.batch_id, status)
    )
    found = session.execute(query).all()
    counts = tuple(BulkCount(old, "changed", leads) for _, old, leads in found)
    return BulkOutcome(counts, found[0][0]) if found else None


def fate(request: BulkRequest, status: str) -> Fate:
    """Tell what becomes of a lead in this status where that, or the whole lead, is what changes.

    A lead that must not be written to is not deleted without a reason: it could come back as new
    with the next file.
    """
    if request.deletes:
        excused = request.forced and (request.reason or "").strip()
        return "suppressed" if status in LEAD.suppressed and not excused else "changed"
    target = str(request.value)
    if status == target:
        return "already"
    if lead_allows(status, target):
        return "changed"
    if status in LEAD.suppressed:
        return "changed" if request.forced and (request.reason or "").strip() else "suppressed"
    return "changed" if request.forced else "not allowed"


def _value(session: Session, request: BulkRequest) -> str | UUID | None:
    """Return the value to be written. Raises Refused or NotFound where there is none such."""
    field, value = request.field, request.value
    if request.deletes:
        return None
    if field == "campaign_id":
        if not isinstance(value, UUID):
            raise Refused("Leads are moved to a campaign by its id.")
        return campaigns.row(session, value).id
    if isinstance(value, UUID):
        raise Refused(f"{field} is a text.")
    if field == "status":
        return _word("lead status", value, LEAD.values())
    if field == "email_verification_status":
        words = tuple(entry.value for entry in VERIFICATIONS)
        return None if value in (None, "unverified") else _word("verification", value, words)
    if value is not None and field not in TEXTS:
        raise Refused(f"{field} differs from lead to lead: it can only be cleared for many.")
    text_of_field: str | None = parsed(field, value)
    return text_of_field


def _word(what: str, value: str | None, words: tuple[str, ...]) -> str:
    if value not in words:
        raise Refused(f"{value!r} is no {what}; there are: {', '.join(words)}.")
    return value


# What becomes of which lead


def _fates(request: BulkRequest, value: str | UUID | None) -> AnySelect:
    """Return the query for id, status (where it is what changes) and fate of leads."""
    cases: list[tuple[ColumnElement[bool], str]] = []
    if not request.deletes:
        column: ColumnElement[Any] = getattr(Lead, request.field).expression
        cases.append((column.is_not_distinct_from(value), "already"))
    if request.place is not None:
        cases.append((_changed_since(request, request.place), "changed meanwhile"))
    if request.field == "campaign_id":
        cases.append((_taken(value), "taken"))
    fates: Any = literal("changed")
    status: Any = cast(null(), String)
    if request.deletes or request.field == "status":
        # A status that is not in the vocabulary may become any: nobody wrote a rule for it.
        rules = {each: fate(request, each) for each in LEAD.values()}
        fates = case(rules, value=Lead.status, else_="changed")
        if (listed := _on_the_list(request)) is not None:
            fates = case((and_(fates == "changed", listed), "on the list"), else_=fates)
        status = Lead.status
    fates = case(*cases, else_=fates) if cases else fates
    return select(Lead.lead_id, status.label("status"), fates.label("fate"))


def _on_the_list(request: BulkRequest) -> ColumnElement[bool] | None:
    """The condition under which the database refuses the status; None where it never does."""
    if request.value not in LEAD.sendable or (request.forced and (request.reason or "").strip()):
        return None
    listed = is_suppressed()
    return and_(listed, Lead.status.not_in(SENT_FROM)) if request.value == "sent" else listed


def _changed_since(request: BulkRequest, place: str) -> ColumnElement[bool]:
    seen = cast(literal(place, String), changes.Snapshot)
    return exists(
        select(1).where(
            Change.row_id == Lead.lead_id,
            true() if request.deletes else Change.field == request.field,
            Change.transaction_id >= func.pg_snapshot_xmin(seen),
            ~func.pg_visible_in_snapshot(Change.transaction_id, seen),
        )
    )


def _taken(campaign: str | UUID | None) -> ColumnElement[bool]:
    """The campaign has the address already, or gets it from another lead of these."""
    there = aliased(Lead, name="there")
    same = select(1).where(there.campaign_id == campaign, there.email == Lead.email)
    number = func.row_number().over(partition_by=Lead.email, order_by=Lead.lead_id)
    return exists(same) | (number > 1)


def _counted(session: Session, fates: Any, *ctes: Any) -> Iterable[Any]:
    groups = fates.c.status, fates.c.fate
    query = select(*groups, func.count()).select_from(fates).group_by(*groups)
    return session.execute(query.add_cte(*ctes)).all()


def _count_gone(request: BulkRequest, counts: Counter[tuple[str | None, Fate]]) -> None:
    if request.which.scope is None:
        gone = len(request.which.ids) - counts.total()
        if gone:
            counts[None, "gone"] += gone


def _sorted(counts: Counter[tuple[str | None, Fate]]) -> tuple[BulkCount, ...]:
    found = [BulkCount(status, fate, leads) for (status, fate), leads in counts.items()]
    return tuple(sorted(found, key=lambda count: (-count.leads, count.status or "")))


# Writing


def _changed(
    session: Session, request: BulkRequest, value: str | UUID | None, go_on: GoOn
) -> Counter[tuple[str | None, Fate]]:
    pieces = _pieces(session, request)
    total, done = sum(leads for _, leads in pieces), 0
    counts: Counter[tuple[str | None, Fate]] = Counter()
    for ids, leads in pieces:
        _ask(go_on, done, total)
        found = 0
        for status, outcome, number in _write(session, request, value, ids):
            counts[status, outcome] += number
            found += number
        if request.which.scope is not None and found < leads:
            counts[None, "changed meanwhile"] += leads - found
        done += leads
    _ask(go_on, done, total)
    _count_gone(request, counts)
    return counts


def _ask(go_on: GoOn, done: int, total: int) -> None:
    if not go_on(done, total):
        raise WriteCancelled


def _pieces(session: Session, request: BulkRequest) -> list[tuple[str, int]]:
    """Return the leads in question by their ids: arrays in PostgreSQL's own form, and their lengths."""
    place = func.row_number().over(order_by=Lead.lead_id) - 1
    query = select(Lead.lead_id, (place // PIECE).label("piece"))
    numbered = chosen(query, request.which).subquery("numbered")
    ids = func.array_agg(numbered.c.lead_id)
    pieces = select(cast(ids, String), func.count()).group_by(numbered.c.piece)
    return [(row[0], row[1]) for row in session.execute(pieces.order_by(numbered.c.piece))]


def _write(
    session: Session, request: BulkRequest, value: str | UUID | None, ids: str
) -> Iterable[Any]:
    """Change a piece of the leads; return how many of each status have which fate."""
    mine = Lead.lead_id == any_(id_array(ids))
    locked = select(Lead.lead_id).where(mine).order_by(Lead.lead_id).with_for_update()
    # On its own: the statement after it sees what was committed while this one waited.
    session.execute(select(func.count()).select_from(locked.subquery("locked")))
    query = _fates(request, value).where(mine)
    if request.which.scope is not None:
        query = within(query, request.which.scope)
    fates = query.cte("fates")
    changed = Lead.lead_id == fates.c.lead_id, fates.c.fate == "changed"
    done: Any = (
        delete(Lead).where(*changed)
        if request.deletes
        else update(Lead).where(*changed).values({request.field: value})
    )
    return _counted(session, fates, done.cte("done"))
