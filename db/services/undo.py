"""Steps taken back, and done again, by compare-and-set: what others changed since is theirs to keep.

Each value of a step goes back to what it was before, if it still is as the step left it. Where
another writer changed it the caller chooses for each value. A step is one transaction and one
statement for each of its fields, however many rows it has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    String,
    Table,
    and_,
    bindparam,
    case,
    cast,
    column,
    exists,
    false,
    func,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, aggregate_order_by
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.engine import label_transaction
from db.models import Change
from db.queries.steps import MODELS, NAMES, of_fields, step, steps
from db.rows import Kind
from db.steps import (
    CannotTakeBack,
    Conflict,
    Preview,
    Purpose,
    Step,
    TakenBack,
    UndoConflict,
    label,
)

# The server is given the time that many rows take; each of them is still waited for only briefly.
_PATIENCE: Final = text("SELECT set_config('statement_timeout', '0', true)")
# A document that is larger stands in the journal by its size and checksum.
_WHOLE: Final = 8000
_CHECKSUM: Final = '{"document_bytes" : %, "md5" : "%"}'

__all__ = ["UndoRequest", "preview", "step", "steps", "take_back", "taken_back"]


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


@dataclass(frozen=True, slots=True)
class _Field:
    """A column that a step wrote, with the values that it wrote: row_id, old, new, last."""

    table_name: str
    name: str
    kind: Kind
    table: Table
    key: ColumnElement[UUID]
    entries: CTE

    @property
    def column(self) -> ColumnElement[Any]:
        return self.table.c[self.name]

    @property
    def as_journaled(self) -> ColumnElement[Any]:
        """The value that the row has now, as the journal would write it."""
        value = cast(self.column, String)
        if not isinstance(self.column.type, JSONB):
            return value
        size = func.octet_length(value)
        summary = func.json_build_object("document_bytes", size, "md5", func.md5(value))
        return case((size > _WHOLE, cast(summary, String)), else_=value)

    @property
    def restored(self) -> ColumnElement[Any]:
        return cast(self.entries.c.old, self.column.type)

    @property
    def lost(self) -> ColumnElement[bool]:
        if not isinstance(self.column.type, JSONB):
            return false()
        return func.coalesce(self.entries.c.old.like(_CHECKSUM), false())

    def is_now(self, journaled: ColumnElement[Any]) -> ColumnElement[bool]:
        """Times are compared as times: their text depends on the time zone of the session."""
        if isinstance(self.column.type, JSONB):
            return self.as_journaled.is_not_distinct_from(journaled)
        return self.column.is_not_distinct_from(cast(journaled, self.column.type))

    def joined(self, *, outer: bool = False) -> FromClause:
        same = self.key == self.entries.c.row_id
        return self.entries.join(self.table, same, isouter=outer)


def preview(session: Session, found: Step) -> Preview:
    """Return what :func:`take_back` would meet now; nothing is written or locked."""
    return _preview(session, found, _fields(session, found.step_id))


def take_back(session: Session, request: UndoRequest) -> TakenBack:
    """Reverse what a step wrote, wherever its values are as the step left them.

    Rows are locked in the order of their ids. Raises UndoConflict where another writer changed a
    value and the request does not say what is to become of it, and CannotTakeBack where the journal
    has nothing of the step or the old values have no place any more.
    """
    found = step(session, request.step_id, request.origin, request.purpose)
    if found is None:
        raise CannotTakeBack(
            "There is nothing of this change in the journal that could be taken back."
        )
    reason = label(request.purpose, request.origin)
    label_transaction(session, client_id=request.change_id, reason=reason)
    session.execute(_PATIENCE)
    fields = _fields(session, request.step_id)
    for table_name in sorted({one.table_name for one in fields}):
        _lock(session, request.step_id, table_name)
    # An earlier try whose answer was lost may have been committed while this one waited.
    earlier = taken_back(session, request)
    if earlier is not None:
        return earlier
    met = _preview(session, found, fields)
    decided = {_seen(conflict) for conflict in (*request.overwrite, *request.left)}
    if any(_seen(conflict) not in decided for conflict in met.conflicts):
        raise UndoConflict(met)
    overwrite = {_seen(conflict) for conflict in request.overwrite}
    left = sum(_seen(conflict) not in overwrite for conflict in met.conflicts)
    try:
        rows = dict.fromkeys(
            (one.kind, row_id)
            for one in fields
            for row_id in _restore(session, one, request.overwrite)
        )
    except IntegrityError as error:
        name = getattr(getattr(error.orig, "diag", None), "constraint_name", "") or ""
        raise CannotTakeBack(
            f"Not taken back: another row stands in the way of the old values ({name})."
        ) from error
    return TakenBack(found, tuple(rows), left, met.gone, met.lost)


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


def _seen(conflict: Conflict) -> tuple[UUID, str, str | None]:
    return conflict.row_id, conflict.field, conflict.theirs


def _of_step(step_id: UUID) -> ColumnElement[bool]:
    return and_(Change.client_id == step_id, of_fields())


def _fields(session: Session, step_id: UUID) -> list[_Field]:
    which = _of_step(step_id)
    found = session.execute(select(Change.table_name, Change.field).where(which).distinct())
    return [
        _field(which, table, name)
        for table, name in sorted(map(tuple, found))
        if name in MODELS[table][1].__table__.c
    ]


def _field(which: ColumnElement[bool], table_name: str, name: str) -> _Field:
    kind, model = MODELS[table_name]
    first = func.array_agg(
        aggregate_order_by(Change.old_value, Change.change_id), type_=ARRAY(String)
    )[1]
    last = func.array_agg(
        aggregate_order_by(Change.new_value, Change.change_id.desc()), type_=ARRAY(String)
    )[1]
    entries = (
        select(
            Change.row_id,
            first.label("old"),
            last.label("new"),
            func.max(Change.change_id).label("last"),
        )
        .where(which, Change.table_name == table_name, Change.field == name)
        .group_by(Change.row_id)
        .having(first.is_distinct_from(last))
        .cte()
    )
    table = model.__table__
    assert isinstance(table, Table)
    return _Field(table_name, name, kind, table, model.__mapper__.primary_key[0], entries)


def _lock(session: Session, step_id: UUID, table_name: str) -> None:
    _, model = MODELS[table_name]
    key = model.__mapper__.primary_key[0]
    written = select(Change.row_id).where(_of_step(step_id), Change.table_name == table_name)
    locked = select(key).where(key.in_(written)).order_by(key).with_for_update()
    session.execute(select(func.count()).select_from(locked.subquery()))


def _preview(session: Session, found: Step, fields: Sequence[_Field]) -> Preview:
    conflicts = [conflict for field in fields for conflict in _conflicts(session, field)]
    losses = [_losses(session, field) for field in fields]
    return Preview(
        found,
        tuple(conflicts),
        gone=sum(gone for gone, _ in losses),
        lost=sum(lost for _, lost in losses),
    )


def _conflicts(session: Session, field: _Field) -> list[Conflict]:
    entries = field.entries.c
    # Who wrote the field last, after the step.
    later = (
        select(Change.actor, Change.changed_at)
        .where(
            Change.row_id == entries.row_id,
            Change.field == field.name,
            Change.change_id > entries.last,
        )
        .order_by(Change.change_id.desc())
        .limit(1)
        .lateral("later")
    )
    query = (
        select(
            entries.row_id,
            NAMES[field.table_name],
            entries.old,
            entries.new,
            field.as_journaled,
            later.c.actor,
            later.c.changed_at,
        )
        .select_from(field.joined().outerjoin(later, true()))
        .where(~field.is_now(entries.new), ~field.is_now(entries.old), ~field.lost)
        .order_by(later.c.changed_at.desc(), entries.row_id)
    )
    return [
        Conflict(field.kind, row_id, name, field.name, old, new, theirs, actor, at)
        for row_id, name, old, new, theirs, actor, at in session.execute(query)
    ]


def _losses(session: Session, field: _Field) -> tuple[int, int]:
    """Count the values of rows that are gone, and of documents that the journal does not hold."""
    gone = field.key.is_(None)
    query = select(
        func.count().filter(gone), func.count().filter(and_(~gone, field.lost))
    ).select_from(field.joined(outer=True))
    gone_values, lost_documents = session.execute(query).one()
    return gone_values, lost_documents


def _restore(session: Session, field: _Field, overwrite: Sequence[Conflict]) -> list[UUID]:
    entries = field.entries.c
    chosen = [conflict for conflict in overwrite if conflict.field == field.name]
    ours = field.is_now(entries.new)
    statement = (
        update(field.table)
        .where(field.key == entries.row_id, or_(ours, _is_chosen(field, chosen)), ~field.lost)
        .values({field.name: field.restored})
        .returning(field.key)
    )
    return list(session.scalars(statement))


def _is_chosen(field: _Field, chosen: Sequence[Conflict]) -> ColumnElement[bool]:
    """Whether a row's value is one that may be written over, and still is as it was shown."""
    if not chosen:
        return false()
    given = (
        func.unnest(
            cast(
                bindparam("ids", [str(one.row_id) for one in chosen], ARRAY(String)),
                ARRAY(field.key.type),
            ),
            bindparam("theirs", [one.theirs for one in chosen], ARRAY(String)),
        )
        .table_valued(column("row_id", field.key.type), column("theirs", String), name="chosen")
        .render_derived()
    )
    return exists().where(
        given.c.row_id == field.key,
        given.c.theirs.is_not_distinct_from(field.as_journaled),
    )
