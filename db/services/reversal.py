"""The journal reversed: values go back to what they were, if they still are as they were left.

One statement for each field, however many rows; what others changed since is theirs to keep unless
the caller says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

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
    true,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, aggregate_order_by
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.engine import allow_time, translate
from db.errors import Suppressed
from db.models import Change
from db.queries.steps import MODELS, NAMES, of_fields, of_steps
from db.rows import Kind
from db.services import whole_rows
from db.steps import CannotTakeBack, Conflict, Preview, Step, TakenBack, UndoConflict

# A document that is larger stands in the journal by its size and checksum.
_WHOLE: Final = 8000
_CHECKSUM: Final = '{"document_bytes" : %, "md5" : "%"}'


def preview(session: Session, found: Step, which: ColumnElement[bool]) -> Preview:
    """Return what reversing these entries of the journal would meet now; nothing is locked."""
    return _preview(session, found, which, _fields(session, which))


def restorable(session: Session, which: ColumnElement[bool]) -> int:
    """Count the rows in which a value is as these entries left it, so that it would go back."""
    rows = [
        select(field.entries.c.row_id)
        .select_from(field.joined())
        .where(field.is_now(field.entries.c.new), ~field.lost)
        for field in _fields(session, which)
    ]
    if not rows:
        return 0
    return session.scalar(select(func.count()).select_from(union(*rows).subquery())) or 0


def lock(session: Session, found: Step, which: ColumnElement[bool]) -> None:
    """Lock the rows of these entries, in the order of their ids, and let the server take its time."""
    # The time that many rows take; each of them is still waited for only briefly.
    allow_time(session)
    kinds = {change.kind for change in found.fields}
    for table_name, (kind, model) in MODELS.items():
        if kind not in kinds:
            continue
        key = model.__mapper__.primary_key[0]
        written = select(Change.row_id).where(which, of_steps(), Change.table_name == table_name)
        locked = select(key).where(key.in_(written)).order_by(key).with_for_update()
        session.execute(select(func.count()).select_from(locked.subquery()))


def reverse(
    session: Session,
    found: Step,
    which: ColumnElement[bool],
    overwrite: Sequence[Conflict],
    left: Sequence[Conflict],
) -> TakenBack:
    """Write the old values of these entries, whose rows are locked already.

    ``overwrite`` and ``left`` say what becomes of others' values. Raises UndoConflict where they do not
    say it of one, CannotTakeBack where a constraint leaves no place for an old value, and Suppressed
    where an old status is one from which a suppressed address would be sent to.
    """
    fields = _fields(session, which)
    met = _preview(session, found, which, fields)
    over = {_seen(conflict) for conflict in overwrite}
    decided = over | {_seen(conflict) for conflict in left}
    if any(_seen(conflict) not in decided for conflict in met.conflicts):
        raise UndoConflict(met)
    kept = sum(_seen(conflict) not in over for conflict in met.conflicts)
    try:
        rows, in_the_way = _write(session, which, fields, overwrite)
    except IntegrityError as error:
        refused = translate(error)
        if isinstance(refused, Suppressed):
            raise refused from error
        name = getattr(getattr(error.orig, "diag", None), "constraint_name", "") or ""
        raise CannotTakeBack(
            f"Not taken back: another row stands in the way of the old values ({name})."
        ) from error
    if in_the_way and not rows:
        raise CannotTakeBack("Not taken back: others wrote there meanwhile, and that stays.")
    return TakenBack(found, tuple(rows), kept + in_the_way, met.gone, met.lost)


def _write(
    session: Session,
    which: ColumnElement[bool],
    fields: Sequence[_Field],
    overwrite: Sequence[Conflict],
) -> tuple[dict[tuple[Kind, UUID], None], int]:
    """Write what was; return the rows, and how many whole ones others are in the way of.

    Fields may refer to rows that come back, and no more to those that go again.
    """
    whole = whole_rows.number(session, which)
    back = whole_rows.come_back(session, which) if whole else []
    rows = dict.fromkeys(back)
    for field in fields:
        restored = _restore(session, field, overwrite)
        rows |= dict.fromkeys((field.kind, row_id) for row_id in restored)
    gone = whole_rows.go_again(session, which) if whole else []
    return rows | dict.fromkeys(gone), whole - len(back) - len(gone)


@dataclass(frozen=True, slots=True)
class _Field:
    """A column that was written, with its entries by row: row_id, old, new, and the last change_id."""

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


def _seen(conflict: Conflict) -> tuple[UUID, str, str | None]:
    return conflict.row_id, conflict.field, conflict.theirs


def _fields(session: Session, which: ColumnElement[bool]) -> list[_Field]:
    which = and_(which, of_fields())
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


def _preview(
    session: Session, found: Step, which: ColumnElement[bool], fields: Sequence[_Field]
) -> Preview:
    conflicts = [conflict for field in fields for conflict in _conflicts(session, field)]
    losses = [_losses(session, field) for field in fields]
    return Preview(
        found,
        tuple(conflicts),
        gone=sum(gone for gone, _ in losses),
        lost=sum(lost for _, lost in losses) + whole_rows.lost(session, which),
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
            # A name under its own label: it may be the field itself.
            NAMES[field.table_name].label("row_name"),
            entries.old,
            entries.new,
            field.as_journaled.label("theirs"),
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
