"""Reads of the journal."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from db.models import Campaign, Change, Lead, Organization
from db.queries.keyset import AnyRow
from db.rows import ChangeRow

ROW = (
    Change.change_id,
    Change.changed_at,
    Change.table_name,
    Change.row_id,
    Change.field,
    Change.old_value,
    Change.new_value,
    Change.actor,
    Change.batch_id,
    Change.reason,
)
ROW_NAME = func.coalesce(
    func.nullif(func.concat_ws(" ", Lead.first_name, Lead.last_name), ""),
    Lead.email,
    Organization.name,
    Campaign.name,
)


def change_row(row: AnyRow) -> ChangeRow:
    """Make the frozen row of a change."""
    return ChangeRow(*row)


def of_row(session: Session, row_id: UUID, limit: int = 50) -> tuple[ChangeRow, ...]:
    """Return the latest changes of one row, newest first."""
    query = select(*ROW).where(Change.row_id == row_id)
    query = query.order_by(Change.change_id.desc()).limit(limit)
    return tuple(change_row(row) for row in session.execute(query))


def latest(
    session: Session,
    *,
    since: datetime | None = None,
    actor: str | None = None,
    limit: int = 200,
) -> tuple[ChangeRow, ...]:
    """Return the latest changes of all rows, newest first; ``actor`` in any case of letters."""
    query = (
        select(*ROW, ROW_NAME)
        .outerjoin(Lead, and_(Change.table_name == "leads", Lead.lead_id == Change.row_id))
        .outerjoin(
            Organization,
            and_(
                Change.table_name == "organizations",
                Organization.organization_id == Change.row_id,
            ),
        )
        .outerjoin(
            Campaign,
            and_(Change.table_name == "campaigns", Campaign.campaign_id == Change.row_id),
        )
    )
    if since is not None:
        query = query.where(Change.changed_at >= since)
    if actor is not None:
        query = query.where(func.lower(Change.actor) == actor.lower())
    query = query.order_by(Change.change_id.desc()).limit(limit)
    return tuple(change_row(row) for row in session.execute(query))


def last_actor(session: Session, row_id: UUID, *fields: str) -> str | None:
    """Return who changed any of these fields of a row last, None where the journal does not know."""
    query = select(Change.actor).where(Change.row_id == row_id, Change.field.in_(fields))
    return session.scalar(query.order_by(Change.change_id.desc()).limit(1))


def written(session: Session, client_id: UUID) -> bool:
    """Tell whether the transaction of this client-made id was committed with a change."""
    return (
        session.scalar(select(Change.change_id).where(Change.client_id == client_id).limit(1))
        is not None
    )
