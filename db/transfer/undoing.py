"""An import taken back, as far as nobody has touched its rows since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, text, update
from sqlalchemy.orm import Session

from db.engine import allow_time, label_transaction
from db.errors import NotFound
from db.models import Change, Import, ImportedRows
from db.queries.steps import summary
from db.services import reversal
from db.steps import Preview, Step

_MOST_LEFT: Final = 1_000
# Rows that the batch made and that no other writer's journal entry is about, row by row.
_UNTOUCHED: Final = """
    SELECT made.id FROM import_rows i CROSS JOIN LATERAL unnest(i.row_ids) AS made(id)
     WHERE i.batch_id = :batch_id AND {which}
       AND NOT EXISTS (
           SELECT FROM changes c WHERE c.row_id = made.id AND c.table_name = '{table}'
              AND c.batch_id IS DISTINCT FROM :batch_id
              AND c.reason IS DISTINCT FROM :undo)"""
_SLICE: Final = "i.slice = :slice"
_DELETE: Final = {
    "leads": f"DELETE FROM leads WHERE lead_id IN ({_UNTOUCHED.format(table='leads', which=_SLICE)})",
    "organizations": f"""
        DELETE FROM organizations o WHERE organization_id IN (
            {_UNTOUCHED.format(table="organizations", which=_SLICE)})
           AND NOT EXISTS (SELECT FROM leads l WHERE l.company_id = o.organization_id)""",
}
# Before it is looked who touched a row, so that nobody does in between.
_LOCK: Final = """
    SELECT count(*) FROM (
        SELECT FROM {table} t
         WHERE t.{key} IN (SELECT unnest(row_ids) FROM import_rows
                            WHERE batch_id = :batch_id AND slice = :slice)
         ORDER BY t.{key} FOR UPDATE) AS locked"""
_LEFT: Final = """
    SELECT t.{key}, t.{name}, c.actor, c.changed_at
      FROM import_rows i CROSS JOIN LATERAL unnest(i.row_ids) AS made(id)
      JOIN {table} t ON t.{key} = made.id
      LEFT JOIN LATERAL (
          SELECT actor, changed_at FROM changes c
           WHERE c.row_id = made.id AND c.table_name = '{table}'
             AND c.batch_id IS DISTINCT FROM :batch_id AND c.reason IS DISTINCT FROM :undo
           ORDER BY change_id DESC LIMIT 1) AS c ON true
     WHERE i.batch_id = :batch_id AND i.table_name = '{table}' AND {stays}
     ORDER BY c.changed_at, t.{key}"""
# Organizations of the batch at which there are leads that stay.
_HELD: Final = f"""
    WITH going AS MATERIALIZED (
        {_UNTOUCHED.format(table="leads", which="i.table_name = 'leads'")}
    ), held AS MATERIALIZED (
        SELECT DISTINCT l.company_id
          FROM import_rows i CROSS JOIN LATERAL unnest(i.row_ids) AS made(id)
          JOIN leads l ON l.company_id = made.id LEFT JOIN going ON going.id = l.lead_id
         WHERE i.batch_id = :batch_id AND i.table_name = 'organizations' AND going.id IS NULL)"""
_TOUCHED: Final = "c.changed_at IS NOT NULL"
# What stays: all that is there after rows were deleted, and before that what would be there.
_AFTERWARDS: Final = dict.fromkeys(_DELETE, ("", "true"))
_BEFORE: Final = {
    "leads": ("", _TOUCHED),
    "organizations": (
        _HELD,
        f"({_TOUCHED} OR t.organization_id IN (SELECT company_id FROM held))",
    ),
}
_THERE: Final = """
    SELECT count(*) FROM import_rows i CROSS JOIN LATERAL unnest(i.row_ids) AS made(id)
      JOIN {table} t ON t.{key} = made.id
     WHERE i.batch_id = :batch_id AND i.table_name = '{table}'"""
_NAMES: Final = {
    "leads": {"table": "leads", "key": "lead_id", "name": "email"},
    "organizations": {"table": "organizations", "key": "organization_id", "name": "name"},
}
_KINDS: Final = {"leads": "lead", "organizations": "organization"}
_UNCHANGED_CAMPAIGN: Final = """
    campaigns c WHERE campaign_id = :campaign_id
       AND NOT EXISTS (SELECT FROM changes j WHERE j.row_id = c.campaign_id)"""
_DELETE_CAMPAIGN: Final = f"""
    DELETE FROM {_UNCHANGED_CAMPAIGN}
       AND NOT EXISTS (SELECT FROM leads l WHERE l.campaign_id = c.campaign_id)"""
_LEADS_OF_CAMPAIGN: Final = f"""
    SELECT (SELECT count(*) FROM leads l WHERE l.campaign_id = c.campaign_id)
      FROM {_UNCHANGED_CAMPAIGN}"""


@dataclass(frozen=True, slots=True)
class Left:
    """A row of the import, or a field of it, that stays as it is: ``why`` says who changed it."""

    kind: str
    row_id: UUID
    name: str
    field: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back, or would be: rows that the import had made, and fields that it had changed.

    ``left`` are at most a thousand of the rows that stay, of ``left_in_all``.
    """

    batch_id: UUID
    file_name: str
    leads_deleted: int
    organizations_deleted: int
    campaign_deleted: bool
    rows_restored: int
    left_in_all: int
    left: tuple[Left, ...]

    @property
    def changes(self) -> int:
        """The number of rows that are deleted or restored."""
        rows = self.leads_deleted + self.organizations_deleted + self.rows_restored
        return rows + self.campaign_deleted


def undo_import(session: Session, batch_id: UUID) -> Undone:
    """Take an import back in the session's transaction.

    Rows that it made are deleted unless somebody changed them since, organizations also where leads
    of others are at them; values that it changed are restored where they still are as it left them.
    What was left can be tried again. Raises NotFound where there is no such import.
    """
    found = _import(session, batch_id, lock=True)
    label = _label(batch_id)
    label_transaction(session, reason=label)
    allow_time(session)
    restored, conflicts = _restore(session, batch_id)
    deleted = {table: _delete(session, batch_id, table, label) for table in _DELETE}
    campaign = found.campaign_made and _delete_campaign(session, found.campaign_id)
    left = _left(session, batch_id, _AFTERWARDS)
    session.execute(update(Import).where(Import.batch_id == batch_id).values(undone_at=func.now()))
    return _undone(found, deleted, campaign, restored, [*conflicts, *left])


def foresee_undo(session: Session, batch_id: UUID) -> Undone:
    """Return what :func:`undo_import` would do now; nothing is written or locked. Raises NotFound."""
    found = _import(session, batch_id)
    allow_time(session)
    step = _step(session, batch_id)
    restored, conflicts = 0, []
    if step is not None:
        restored = reversal.restorable(session, _written(batch_id))
        conflicts = _conflicts(reversal.preview(session, step, _written(batch_id)))
    left = _left(session, batch_id, _BEFORE)
    deleted = {
        table: _there(session, batch_id, table) - sum(each.kind == kind for each in left)
        for table, kind in _KINDS.items()
    }
    in_campaign = session.scalar(text(_LEADS_OF_CAMPAIGN), {"campaign_id": found.campaign_id})
    campaign = found.campaign_made and in_campaign == deleted["leads"]
    return _undone(found, deleted, campaign, restored, [*conflicts, *left])


def _import(session: Session, batch_id: UUID, *, lock: bool = False) -> Import:
    found = session.get(Import, batch_id, with_for_update=lock)
    if found is None:
        raise NotFound(f"There is no import {batch_id}.")
    return found


def _label(batch_id: UUID) -> str:
    return f"import-undo:{batch_id}"


def _undone(
    found: Import, deleted: Mapping[str, int], campaign: bool, restored: int, left: Sequence[Left]
) -> Undone:
    return Undone(
        found.batch_id,
        found.file_name,
        deleted["leads"],
        deleted["organizations"],
        campaign,
        restored,
        len(left),
        tuple(left[:_MOST_LEFT]),
    )


def _restore(session: Session, batch_id: UUID) -> tuple[int, list[Left]]:
    """Write the old values of rows that existed before."""
    step, which = _step(session, batch_id), _written(batch_id)
    if step is None:
        return 0, []
    reversal.lock(session, step, which)
    preview = reversal.preview(session, step, which)
    done = reversal.reverse(session, step, which, (), preview.conflicts)
    return len(done.rows), _conflicts(preview)


def _written(batch_id: UUID) -> ColumnElement[bool]:
    """What the import wrote to rows that were there."""
    return and_(Change.batch_id == batch_id, Change.reason.is_(None))


def _step(session: Session, batch_id: UUID) -> Step | None:
    return summary(session, _written(batch_id), batch_id, batch_id, "undo")


def _conflicts(preview: Preview) -> list[Left]:
    return [
        Left(each.kind, each.row_id, each.name or "", each.field, _who(each.actor, each.at))
        for each in preview.conflicts
    ]


def _delete(session: Session, batch_id: UUID, table: str, label: str) -> int:
    deleted = 0
    for number in _slices(session, batch_id, table):
        values = {"batch_id": batch_id, "slice": number, "undo": label}
        session.execute(text(_LOCK.format(**_NAMES[table])), values)
        result: Any = session.execute(text(_DELETE[table]), values)
        deleted += result.rowcount
    return deleted


def _slices(session: Session, batch_id: UUID, table: str) -> list[int]:
    which = ImportedRows.batch_id == batch_id, ImportedRows.table_name == table
    return list(
        session.scalars(select(ImportedRows.slice).where(*which).order_by(ImportedRows.slice))
    )


def _delete_campaign(session: Session, campaign_id: UUID | None) -> bool:
    result: Any = session.execute(text(_DELETE_CAMPAIGN), {"campaign_id": campaign_id})
    return bool(result.rowcount)


def _there(session: Session, batch_id: UUID, table: str) -> int:
    """Count the rows that the import made and that are there still."""
    query = text(_THERE.format(**_NAMES[table]))
    return int(session.execute(query, {"batch_id": batch_id}).scalar_one())


def _left(session: Session, batch_id: UUID, which: Mapping[str, tuple[str, str]]) -> list[Left]:
    """List the rows that the import made and that stay, by what is asked of each table."""
    values = {"batch_id": batch_id, "undo": _label(batch_id)}
    left: list[Left] = []
    for table, (beside, stays) in which.items():
        query = text(beside + _LEFT.format(**_NAMES[table], stays=stays))
        for row_id, name, actor, at in session.execute(query, values):
            why = _who(actor, at) if at else "leads of others are at it"
            left.append(Left(_KINDS[table], row_id, name, None, why))
    return left


def _who(actor: str | None, at: datetime | None) -> str:
    """Say who changed a row last."""
    when = f" on {at:%Y-%m-%d %H:%M %Z}" if at else ""
    return f"{actor or 'another program'} changed it{when}"
