"""Reads of the journal as steps that an operator can take back or do again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, case, cast, func, null, select, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, aliased

from db.models import Campaign, Change, Lead, Organization
from db.rows import WHOLE_ROW, Kind
from db.steps import FieldChange, Purpose, Step, parsed_label

DEPTH: Final = 1000
"""How many steps of an operator are looked through for those that can be taken back."""
MODELS: Final[dict[str, tuple[Kind, type[Lead] | type[Organization] | type[Campaign]]]] = {
    "leads": ("lead", Lead),
    "organizations": ("organization", Organization),
    "campaigns": ("campaign", Campaign),
}
NAMES: Final = {
    "leads": func.coalesce(
        func.nullif(func.concat_ws(" ", Lead.first_name, Lead.last_name), ""), Lead.email
    ),
    "organizations": Organization.name,
    "campaigns": Campaign.name,
}
_IMPORT: Final = "import"


def of_rows(change: Any = Change) -> ColumnElement[bool]:
    """Return the condition for entries of rows that were deleted, or came back."""
    return and_(change.field == WHOLE_ROW, change.table_name.in_(MODELS))


def of_fields(change: Any = Change) -> ColumnElement[bool]:
    """Return the condition for entries that tell of a field of the rows that are known here."""
    return and_(of_steps(change), change.field != WHOLE_ROW)


def of_steps(change: Any = Change) -> ColumnElement[bool]:
    """Return the condition for entries that can be reversed: those of fields and of whole rows."""
    return and_(change.field != _IMPORT, change.table_name.in_(MODELS))


@dataclass(frozen=True, slots=True)
class Mention:
    """An operator's transaction in the journal: the change ``origin``, or what became of it."""

    step_id: UUID
    origin: UUID
    purpose: Purpose | None


def steps(
    session: Session,
    actor: str,
    purpose: Purpose,
    *,
    without: Collection[UUID] = (),
    limit: int = 20,
) -> tuple[Step, ...]:
    """Return the latest steps of an actor to take back, or to do again, the next one first.

    Those whose origin is in ``without`` are left out. What was taken back can be done again until
    the actor changes something else.
    """
    undoable, redoable = stacks(_mentions(session, actor))
    found = [
        mention
        for mention in (undoable if purpose == "undo" else redoable)
        if mention.origin not in without
    ][:limit]
    described = (step(session, one.step_id, one.origin, purpose) for one in found)
    return tuple(filter(None, described))


def step(session: Session, step_id: UUID, origin: UUID, purpose: Purpose) -> Step | None:
    """Return one step, None where the journal has nothing of it."""
    return summary(session, Change.client_id == step_id, step_id, origin, purpose)


def stacks(mentions: Sequence[Mention]) -> tuple[list[Mention], list[Mention]]:
    """Return what can be taken back and what can be done again, given mentions newest first."""
    undoable, redoable = list[Mention](), list[Mention]()
    seen = set[UUID]()
    changed = False
    for mention in mentions:
        if mention.origin not in seen:
            seen.add(mention.origin)
            if mention.purpose != "undo":
                undoable.append(mention)
            elif not changed:
                redoable.append(mention)
        changed = changed or mention.purpose is None
    return undoable, redoable


def _mentions(session: Session, actor: str) -> list[Mention]:
    """Return an actor's transactions, newest first; each is found from the one after it.

    So the entries of a large batch are passed over, and the rest of the journal is not read.
    """
    columns = Change.change_id, Change.client_id, Change.reason

    def own(change: Any) -> tuple[Any, ...]:
        return (
            change.actor == actor,
            change.client_id.is_not(None),
            of_steps(change),
        )

    newest = (
        select(*columns).where(*own(Change)).order_by(Change.change_id.desc()).limit(1).subquery()
    )
    walk = select(newest).cte("walk", recursive=True)
    before = aliased(Change)
    older = (
        select(before.change_id, before.client_id, before.reason)
        .where(
            *own(before),
            before.change_id < walk.c.change_id,
            before.client_id != walk.c.client_id,
        )
        .order_by(before.change_id.desc())
        .limit(1)
        .lateral("older")
    )
    walk = walk.union_all(select(older).select_from(walk).join(older, true()))
    found = session.execute(select(walk.c.client_id, walk.c.reason).limit(DEPTH))
    return [_mention(client_id, reason) for client_id, reason in found]


def _mention(step_id: UUID, reason: str | None) -> Mention:
    labelled = parsed_label(reason)
    if labelled is None:
        return Mention(step_id, step_id, None)
    purpose, origin = labelled
    return Mention(step_id, origin, purpose)


def summary(
    session: Session, which: ColumnElement[bool], step_id: UUID, origin: UUID, purpose: Purpose
) -> Step | None:
    """Return entries of the journal as one step, None where none of them can be reversed."""
    which = and_(which, of_steps())
    whole = session.execute(
        select(
            func.min(Change.changed_at).label("at"),
            func.count(Change.row_id.distinct()).label("rows"),
            func.min(Change.table_name).label("table_name"),
            cast(func.min(cast(Change.row_id, String)), Change.row_id.type).label("row_id"),
        ).where(which)
    ).one()
    if not whole.rows:
        return None
    old, new = _told(Change.old_value), _told(Change.new_value)
    fields = session.execute(
        select(
            Change.table_name,
            Change.field,
            func.min(old).label("old"),
            func.max(old).label("other_old"),
            func.count(Change.old_value).label("olds"),
            func.min(new).label("new"),
            func.max(new).label("other_new"),
            func.count(Change.new_value).label("news"),
            func.count().label("entries"),
        )
        .where(which)
        .group_by(Change.table_name, Change.field)
        .order_by(func.min(Change.change_id))
    )
    changes = tuple(_field_change(field, purpose) for field in fields)
    name = _name(session, whole.table_name, whole.row_id, which) if whole.rows == 1 else None
    return Step(step_id, origin, purpose, whole.at, whole.rows, changes, name)


def _field_change(entry: Any, purpose: Purpose) -> FieldChange:
    """A step to be done again is found as what took it back: old and new are the other way round."""
    one_old = entry.olds == 0 or (entry.olds == entry.entries and entry.old == entry.other_old)
    one_new = entry.news == 0 or (entry.news == entry.entries and entry.new == entry.other_new)
    kind, _ = MODELS[entry.table_name]
    if purpose == "redo":
        return FieldChange(kind, entry.field, entry.new, entry.old, one_new, one_old)
    return FieldChange(kind, entry.field, entry.old, entry.new, one_old, one_new)


def _told(value: Any) -> ColumnElement[str | None]:
    """Return a value of the journal; of a whole row no more than that there is one."""
    there = case((value.is_not(None), WHOLE_ROW), else_=cast(null(), String))
    return case((Change.field == WHOLE_ROW, there), else_=value)


def _name(
    session: Session, table_name: str, row_id: UUID, which: ColumnElement[bool]
) -> str | None:
    """Return the name of a row as it is, or as it was when it was deleted."""
    _, model = MODELS[table_name]
    key = model.__mapper__.primary_key[0]
    name: str | None = session.scalar(select(NAMES[table_name]).where(key == row_id))
    if name is not None:
        return name
    row = cast(Change.old_value, JSONB)
    own = func.nullif(func.concat_ws(" ", row["first_name"].astext, row["last_name"].astext), "")
    query = select(func.coalesce(row["name"].astext, own, row["email"].astext))
    return session.scalar(query.where(which, of_rows()).limit(1))
