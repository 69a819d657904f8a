"""Rows that are one become one: values chosen, leads moved, the others deleted, in one transaction.

The journal has all of it under one change id, so that undo takes it back as one step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Integer,
    String,
    and_,
    case,
    cast,
    delete,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from db.engine import allow_time, label_transaction
from db.errors import NotFound, Refused, StaleRow
from db.merging import (
    DOCUMENTS,
    FIELDS,
    JOURNALED,
    TOGETHER,
    Document,
    Merged,
    MergeKind,
    MergeRequest,
    MergeRow,
)
from db.models import Campaign, Change, Lead, Organization
from db.queries import changes
from db.rows import WHOLE_ROW
from db.statuses import LEAD

MOST: Final = 50
"""Rows that are merged at once."""
_MODELS: Final[dict[MergeKind, type[Organization] | type[Lead]]] = {
    "organization": Organization,
    "lead": Lead,
}
_KEYS_SHOWN: Final = 8
PATIENCE: Final = 120
"""Seconds for one statement: a company may have many leads."""


def rows(session: Session, kind: MergeKind, ids: Sequence[UUID]) -> tuple[MergeRow, ...]:
    """Return the rows of these ids in their order, as far as they can be merged.

    Raises NotFound where one is gone, Refused for less than two or too many rows and for leads of
    several campaigns.
    """
    wanted = tuple(dict.fromkeys(ids))
    if not 2 <= len(wanted) <= MOST:
        raise Refused(f"Two to {MOST} different rows can be merged, not {len(wanted)}.")
    found = _organizations(session, wanted) if kind == "organization" else _leads(session, wanted)
    documents = _documents(session, kind, wanted)
    for row_id in wanted:
        if row_id not in found:
            raise NotFound(f"There is no {kind} {row_id}.")
    return tuple(replace(found[row_id], documents=documents.get(row_id, {})) for row_id in wanted)


def merge(session: Session, request: MergeRequest) -> Merged:
    """Merge rows that still are of the versions that were seen.

    A document that is not chosen stays, and is taken from the others where there is none; custom data
    is put together.
    Raises NotFound and Refused as :func:`rows` does, StaleRow where another writer changed a row
    meanwhile, and Refused where a lead that must not be written to would become another.
    """
    model: Any = _MODELS[request.kind]
    key = model.__mapper__.primary_key[0]
    label_transaction(session, client_id=request.change_id, batch_id=uuid4())
    allow_time(session, PATIENCE)
    every = (request.keep, *request.others)
    locked = select(key).where(key.in_(every)).order_by(key).with_for_update()
    session.execute(select(func.count()).select_from(locked.subquery()))
    # An earlier try whose answer was lost may have been committed while this one waited.
    if (earlier := written(session, request)) is not None:
        return earlier
    _check(session, request, rows(session, request.kind, every))
    for other in request.others:
        _add_documents(session, request, other)
    _choose(session, request)
    moved = 0
    if request.kind == "organization":
        moved = _changed(
            session,
            update(Lead).where(Lead.company_id.in_(request.others)).values(company_id=request.keep),
        )
    _changed(session, delete(model).where(key.in_(request.others)))
    return Merged(request.keep, len(request.others), moved)


def written(session: Session, request: MergeRequest) -> Merged | None:
    """Return what a merge did whose commit was not answered, None where it did nothing."""
    merged = func.count().filter(Change.field == WHOLE_ROW)
    moved = func.count().filter(and_(Change.field == "company_id", Change.row_id != request.keep))
    found = session.execute(
        select(merged, moved).where(Change.client_id == request.change_id)
    ).one()
    return Merged(request.keep, *found) if found[0] else None


def _check(session: Session, request: MergeRequest, found: Sequence[MergeRow]) -> None:
    for row in found:
        if row.version != request.seen.get(row.row_id):
            actor = changes.last_actor(session, row.row_id, *FIELDS[request.kind])
            who = actor or "another program"
            raise StaleRow(f"Not merged: {who} changed {row.name} meanwhile.", actor=actor)
    by_id = {row.row_id: row for row in found}
    known = (*FIELDS[request.kind], *DOCUMENTS[request.kind])
    unknown = [name for name in request.choices if name not in known]
    if unknown or any(row_id not in by_id for row_id in request.choices.values()):
        raise Refused(f"Not merged: {', '.join(unknown) or 'a row'} can not be chosen.")
    for name in DOCUMENTS[request.kind]:
        own = by_id[request.keep].documents.get(name)
        chosen = request.choices.get(name, request.keep)
        if own is not None and not own.replaceable and chosen != request.keep:
            raise Refused(
                f"Not merged: the journal does not hold the {name} that would go, for it is larger than"
                f" {JOURNALED:,} bytes; let the other row stay."
            )
    if request.kind == "lead":
        closed = [row for row in found if row.values["status"] in LEAD.suppressed]
        stays = by_id[request.choices.get("status", request.keep)]
        if closed and stays not in closed:
            raise Refused(
                f"Not merged: {closed[0].name} is {closed[0].values['status']}, so what becomes"
                " of the merge must be too."
            )


def _choose(session: Session, request: MergeRequest) -> None:
    """Take the chosen values and documents of other rows."""
    model: Any = _MODELS[request.kind]
    key = model.__mapper__.primary_key[0]
    there = aliased(model, name="there")
    there_key = getattr(there, key.name)
    values = {
        name: select(getattr(there, name)).where(there_key == row_id).scalar_subquery()
        for name, row_id in request.choices.items()
        if row_id != request.keep
    }
    if values:
        _changed(session, update(model).where(key == request.keep).values(values))


def _add_documents(session: Session, request: MergeRequest, other: UUID) -> None:
    model: Any = _MODELS[request.kind]
    key = model.__mapper__.primary_key[0]
    there = aliased(model, name="there")
    values: dict[str, ColumnElement[Any]] = {}
    for name in DOCUMENTS[request.kind]:
        if name in request.choices:
            continue
        mine, theirs = getattr(model, name), getattr(there, name)
        if name == TOGETHER:
            values[name] = case(
                (_both_small_objects(mine, theirs), theirs.concat(mine)),
                else_=func.coalesce(mine, theirs),
            )
        else:
            values[name] = func.coalesce(mine, theirs)
    if not values:
        return
    differs = func.row(*(getattr(model, name) for name in values)).is_distinct_from(
        func.row(*values.values())
    )
    statement = update(model).where(key == request.keep, getattr(there, key.name) == other, differs)
    _changed(session, statement.values(values))


def _both_small_objects(mine: Any, theirs: Any) -> ColumnElement[bool]:
    small = func.octet_length(cast(mine, String)) <= literal(JOURNALED, Integer)
    return and_(func.jsonb_typeof(mine) == "object", func.jsonb_typeof(theirs) == "object", small)


def _changed(session: Session, statement: Any) -> int:
    options = {"synchronize_session": False}
    result: CursorResult[Any] = session.execute(statement, execution_options=options)  # type: ignore[assignment]
    return result.rowcount


def _organizations(session: Session, ids: Sequence[UUID]) -> dict[UUID, MergeRow]:
    number = select(func.count()).where(Lead.company_id == Organization.organization_id)
    columns = [getattr(Organization, name) for name in FIELDS["organization"]]
    query = select(
        Organization.organization_id,
        Organization.row_version,
        number.scalar_subquery(),
        *columns,
    ).where(Organization.organization_id.in_(ids))
    return {
        row_id: MergeRow(
            row_id, values[0], values[1], version, _texts("organization", values), leads
        )
        for row_id, version, leads, *values in session.execute(query)
    }


def _leads(session: Session, ids: Sequence[UUID]) -> dict[UUID, MergeRow]:
    name = func.coalesce(
        func.nullif(func.concat_ws(" ", Lead.first_name, Lead.last_name), ""), Lead.email
    )
    columns = [
        Organization.name if field == "company_id" else getattr(Lead, field)
        for field in FIELDS["lead"]
    ]
    query = (
        select(Lead.lead_id, Lead.row_version, name, Lead.email, Campaign.campaign_id, *columns)
        .join(Lead.campaign)
        .join(Lead.organization)
        .where(Lead.lead_id.in_(ids))
    )
    found = session.execute(query).all()
    if len({row.campaign_id for row in found}) > 1:
        raise Refused(
            "Leads of different campaigns are not merged: a person is a lead of each of its own."
        )
    return {
        row_id: MergeRow(row_id, named, email, version, _texts("lead", values))
        for row_id, version, named, email, _, *values in found
    }


def _documents(
    session: Session, kind: MergeKind, ids: Sequence[UUID]
) -> dict[UUID, dict[str, Document]]:
    """Return what documents there are, by row; they themselves may be megabytes."""
    model: Any = _MODELS[kind]
    key = model.__mapper__.primary_key[0]
    found: dict[UUID, dict[str, Document]] = {}
    for name in DOCUMENTS[kind]:
        column = getattr(model, name)
        is_object = func.jsonb_typeof(column) == "object"
        keys = func.jsonb_object_keys(case((is_object, column))).column_valued("key")
        first = func.array(select(keys).limit(_KEYS_SHOWN).scalar_subquery())
        query = select(key, func.octet_length(cast(column, String)), is_object, first)
        query = query.where(key.in_(ids), column.is_not(None))
        for row_id, size, whole, names in session.execute(query):
            found.setdefault(row_id, {})[name] = Document(size, whole, tuple(names))
    return found


def _texts(kind: MergeKind, values: Sequence[Any]) -> dict[str, str | None]:
    return dict(zip(FIELDS[kind], map(_text, values), strict=True))


def _text(value: object) -> str | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return None if value is None else str(value)
