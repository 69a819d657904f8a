"""The record of imports: what was asked, how far it got, which rows it made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import Connection, func, insert, literal, select, text, update
from sqlalchemy.dialects.postgresql import JSONB

from db.engine import allow_time
from db.errors import Refused
from db.models import Import
from db.transfer.report import Counts
from db.transfer.statements import ORGANIZATIONS

# Beside those that it made a batch by chunks notes those that were there, under another name.
_NOTE_MET: Final = f"""
    INSERT INTO import_rows (batch_id, slice, table_name, row_ids)
    SELECT :batch_id, (SELECT count(*) FROM import_rows WHERE batch_id = :batch_id),
           'organizations_met', array_agg(organization_id)
      FROM {ORGANIZATIONS} WHERE NOT is_new HAVING count(*) > 0"""
_ONCE: Final = """
    WITH met AS (
        SELECT met.id, bool_or(i.table_name = 'organizations') AS made
          FROM import_rows i CROSS JOIN LATERAL unnest(i.row_ids) AS met(id)
         WHERE i.batch_id = :batch_id AND i.table_name IN ('organizations', 'organizations_met')
         GROUP BY met.id
    ), fates AS (
        SELECT made, EXISTS (SELECT FROM changes c
                              WHERE c.row_id = met.id AND c.table_name = 'organizations'
                                AND c.batch_id = :batch_id) AS changed
          FROM met
    )
    SELECT count(*) FILTER (WHERE made), count(*) FILTER (WHERE changed AND NOT made),
           count(*) FILTER (WHERE NOT changed AND NOT made)
      FROM fates"""


@dataclass
class Batch:
    """One import on its way: rows up to ``rows_done`` are in; those of ``refused`` keys disagreed."""

    digest: str
    file_name: str
    batch_id: UUID = field(default_factory=uuid4)
    rows_done: int = 0
    leads: Counts = field(default_factory=Counts)
    organizations: Counts = field(default_factory=Counts)
    refused: dict[int, str] = field(default_factory=dict)
    campaign_id: UUID | None = None
    campaign_made: bool = False
    begun: bool = False


def resume(connection: Connection, batch: Batch) -> None:
    """Go on with what was interrupted in the midst of this very import, if anything was."""
    row = connection.execute(
        select(Import)
        .where(
            Import.digest == batch.digest,
            Import.finished_at.is_(None),
            Import.undone_at.is_(None),
        )
        .order_by(Import.started_at.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return
    batch.batch_id, batch.rows_done, batch.begun = row.batch_id, row.rows_done, True
    batch.leads = Counts(**row.report["leads"])
    batch.organizations = Counts(**row.report["organizations"])
    batch.refused = {int(number): reason for number, reason in row.refused.items()}
    batch.campaign_id, batch.campaign_made = row.campaign_id, row.campaign_made


def begin(connection: Connection, batch: Batch) -> None:
    """Note a batch before its first rows are written, in the same transaction."""
    if batch.begun:
        return
    connection.execute(
        insert(Import).values(
            batch_id=batch.batch_id,
            digest=batch.digest,
            file_name=batch.file_name,
            actor=func.customer_center_actor(),
            campaign_id=batch.campaign_id,
            campaign_made=batch.campaign_made,
            rows_done=0,
            report=_counts(Batch("", "")),
            refused={},
        )
    )
    batch.begun = True


def advance(
    connection: Connection, batch: Batch, rows_done: int, refused: Mapping[int, str]
) -> None:
    """Note how far a batch is, in the transaction that writes its rows.

    ``refused`` are those that came since. Raises Refused where another process goes on with the
    same batch.
    """
    further = {str(number): reason for number, reason in refused.items()}
    written = connection.execute(
        update(Import)
        .where(Import.batch_id == batch.batch_id, Import.rows_done == batch.rows_done)
        .values(
            rows_done=rows_done,
            report=_counts(batch),
            refused=Import.refused.op("||")(literal(further, JSONB)),
        )
    )
    if not written.rowcount:
        raise Refused("Another process imports this very file; it goes on alone.")
    batch.rows_done = rows_done


def note_met(connection: Connection, batch: Batch) -> None:
    """Note the organizations of the plan that were there before, so that each is counted once."""
    connection.execute(text(_NOTE_MET), {"batch_id": batch.batch_id})


def organizations_once(connection: Connection, batch: Batch) -> Counts:
    """Count the organizations that the chunks of a batch made, changed or met, each of them once."""
    allow_time(connection)
    row = connection.execute(text(_ONCE), {"batch_id": batch.batch_id}).one()
    return Counts(row[0], row[1], row[2], batch.organizations.fields)


def _counts(batch: Batch) -> dict[str, object]:
    return {"leads": asdict(batch.leads), "organizations": asdict(batch.organizations)}


def finish(connection: Connection, batch: Batch, *, table: str, report: str) -> None:
    """Close a batch, with its one entry in the journal."""
    connection.execute(
        update(Import).where(Import.batch_id == batch.batch_id).values(finished_at=func.now())
    )
    connection.execute(
        text(
            "INSERT INTO changes (table_name, field, new_value, actor, batch_id)"
            " VALUES (:table, 'import', :report, customer_center_actor(), :batch)"
        ),
        {"table": table, "report": report, "batch": batch.batch_id},
    )


def noting(insert_rows: str, table: str, key: str) -> str:
    """Return a statement that inserts rows and notes their ids under the batch ``:batch_id``."""
    return f"""
        WITH made AS ({insert_rows} RETURNING {key})
        INSERT INTO import_rows (batch_id, slice, table_name, row_ids)
        SELECT :batch_id,
               (SELECT count(*) FROM import_rows WHERE batch_id = :batch_id),
               '{table}', array_agg({key})
          FROM made HAVING count(*) > 0"""
