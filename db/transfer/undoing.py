"""An import taken back, as far as nobody has touched its rows since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, func, select, text, update
from sqlalchemy.orm import Session

from db.engine import allow_time, label_transaction
from db.errors import NotFound
from db.models import Change, Import, ImportedRows
from db.queries.steps import summary
from db.services import reversal

_MOST_LEFT: Final = 1_000
# Rows that the batch made and that no other writer's journal entry is about, row by row.
_UNTOUCHED: Final = """
    SELECT made.id FROM import_rows i CROSS JOIN LATERAL unnest(i.row_ids) AS made(id)
     WHERE i.batch_id = :batch_id AND i.slice = :slice
       AND NOT EXISTS (
           SELECT FROM changes c WHERE c.row_id = made.id AND c.table_name = '{table}'
              AND c.batch_id IS DISTINCT FROM :batch_id
              AND c.reason IS DISTINCT FROM :undo)"""
_DELETE: Final = {
    "leads": f"DELETE FROM leads WHERE lead_id IN ({_UNTOUCHED.format(table='leads')})",
    "organizations": f"""
        DELETE FROM organizations o WHERE organization_id IN (
            {_UNTOUCHED.format(table="organizations")})
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
     WHERE i.batch_id = :batch_id AND i.table_name = '{table}'
     ORDER BY c.changed_at, t.{key}"""
_NAMES: Final = {
    "leads": {"table": "leads", "key": "lead_id", "name": "email"},
    "organizations": {"table": "organizations", "key": "organization_id", "name": "name"},
}
_KINDS: Final = {"leads": "lead", "organizations": "organization"}
_DELETE_CAMPAIGN: Final = """
    DELETE FROM campaigns c WHERE campaign_id = :campaign_id
       AND NOT EXISTS (SELECT FROM leads l WHERE l.campaign_id = c.campaign_id)
       AND NOT EXISTS (SELECT FROM changes j WHERE j.row_id = c.campaign_id)"""


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
    """What was taken back: rows that the import had made, and fields that it had changed.

    ``left`` are at most a thousand of the rows that stay, of ``left_in_all``.
    """

    batch_id: UUID
    leads_deleted: int
    organizations_deleted: int
    campaign_deleted: bool
    rows_restored: int
    left_in_all: int
    left: tuple[Left, ...]


def undo_import(session: Session, batch_id: UUID) -> Undone:
    """Take an import back in the session's transaction.

    Rows that it made are deleted unless somebody changed them since, organizations also where leads
    of others are at them; values that it changed are restored where they still are as it left them.
    What was left can be tried again. Raises NotFound where there is no such import.
    """
    found = session.get(Import, batch_id, with_for_update=True)
    if found is None:
        raise NotFound(f"There is no import {batch_id}.")
    label = f"import-undo:{batch_id}"
    label_transaction(session, reason=label)
    allow_time(session)
    restored, conflicts = _restore(session, batch_id)
    deleted = {table: _delete(session, batch_id, table, label) for table in _DELETE}
    campaign = found.campaign_made and _delete_campaign(session, found.campaign_id)
    left = [
        *conflicts,
        *(each for table in _DELETE for each in _left(session, batch_id, table, label)),
    ]
    session.execute(update(Import).where(Import.batch_id == batch_id).values(undone_at=func.now()))
    return Undone(
        batch_id,
        deleted["leads"],
        deleted["organizations"],
        campaign,
        restored,
        len(left),
        tuple(left[:_MOST_LEFT]),
    )


def _restore(session: Session, batch_id: UUID) -> tuple[int, list[Left]]:
    """Write the old values of rows that existed before."""
    which = and_(Change.batch_id == batch_id, Change.reason.is_(None))
    step = summary(session, which, batch_id, batch_id, "undo")
    if step is None:
        return 0, []
    reversal.lock(session, step, which)
    preview = reversal.preview(session, step, which)
    done = reversal.reverse(session, step, which, (), preview.conflicts)
    left = [
        Left(each.kind, each.row_id, each.name or "", each.field, _who(each.actor, each.at))
        for each in preview.conflicts
    ]
    return len(done.rows), left


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


def _left(session: Session, batch_id: UUID, table: str, label: str) -> list[Left]:
    found = session.execute(
        text(_LEFT.format(**_NAMES[table])), {"batch_id": batch_id, "undo": label}
    )
    return [
        Left(
            _KINDS[table],
            row_id,
            name,
            None,
            _who(actor, at) if at else "leads of others are at it",
        )
        for row_id, name, actor, at in found
    ]


def _who(actor: str | None, at: datetime | None) -> str:
    """Say who changed a row last."""
    when = f" on {at:%Y-%m-%d %H:%M %Z}" if at else ""
    return f"{actor or 'another program'} changed it{when}"
