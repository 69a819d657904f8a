"""Reads of the journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import String, Text, and_, bindparam, case, cast, func, not_, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, array
from sqlalchemy.orm import Session
from sqlalchemy.types import UserDefinedType

from db.models import Campaign, Change, Lead, Organization
from db.queries.keyset import AnyRow, AnySelect
from db.rows import WHOLE_ROW, ChangeRow, News

# A deleted row is kept with its documents, which a list of changes does without where they are large.
_DOCUMENTS: Final = ("website_summary_data", "website_raw_data", "custom_data")
_LARGE: Final = 8000
_WITHOUT_DOCUMENTS: Final = cast(
    cast(Change.old_value, JSONB).op("-")(cast(array(_DOCUMENTS), ARRAY(Text))), String
)
ROW = (
    Change.change_id,
    Change.changed_at,
    Change.table_name,
    Change.row_id,
    Change.field,
    case(
        (
            and_(Change.field == WHOLE_ROW, func.octet_length(Change.old_value) > _LARGE),
            _WITHOUT_DOCUMENTS,
        ),
        else_=Change.old_value,
    ).label("old_value"),
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


LOOKED_THROUGH: Final = 50_000
"""Entries of the journal through which those of a campaign's leads are looked for."""


class Snapshot(UserDefinedType[str]):
    """PostgreSQL's note of which transactions are done; a text in Python."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the type's name in SQL."""
        return "pg_snapshot"


def change_row(row: AnyRow | Sequence[Any]) -> ChangeRow:
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
    query = _named()
    if since is not None:
        query = query.where(Change.changed_at >= since)
    if actor is not None:
        query = query.where(func.lower(Change.actor) == actor.lower())
    query = query.order_by(Change.change_id.desc()).limit(limit)
    return tuple(change_row(row) for row in session.execute(query))


def of_campaign(session: Session, campaign_id: UUID, limit: int) -> tuple[ChangeRow, ...]:
    """Return the latest changes of a campaign and of its leads, newest first.

    Those are looked for among the latest ``LOOKED_THROUGH`` of all.
    """
    newest = select(func.coalesce(func.max(Change.change_id), 0)).scalar_subquery()
    query = _named().where(
        Change.change_id > newest - LOOKED_THROUGH,
        or_(Change.row_id == campaign_id, Lead.campaign_id == campaign_id),
    )
    query = query.order_by(Change.change_id.desc()).limit(limit)
    return tuple(change_row(row) for row in session.execute(query))


def _named() -> AnySelect:
    """Return the query for entries with the names of their rows."""
    return (
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


def last_actor(session: Session, row_id: UUID, *fields: str) -> str | None:
    """Return who changed any of these fields of a row last, None where the journal does not know.

    Without fields it is who changed the row at all.
    """
    query = select(Change.actor).where(Change.row_id == row_id)
    if fields:
        query = query.where(Change.field.in_(fields))
    return session.scalar(query.order_by(Change.change_id.desc()).limit(1))


def written(session: Session, client_id: UUID) -> bool:
    """Tell whether the transaction of this client-made id was committed with a change."""
    return (
        session.scalar(select(Change.change_id).where(Change.client_id == client_id).limit(1))
        is not None
    )


def place(session: Session) -> str:
    """Return the place in the journal from which :func:`since` tells what is committed from now on."""
    return session.scalars(select(cast(func.pg_current_snapshot(), String))).one()


def since(session: Session, place: str, limit: int) -> News:
    """Return what was committed since ``place``, each entry once, at most ``limit`` of them.

    A place is a snapshot of the database and of no other one. Entries of a transaction that began
    long before it is committed come when it is; nobody waits for a transaction that is in flight.
    """
    seen = cast(bindparam("place", place, String), Snapshot)
    now = func.pg_current_snapshot()
    news = (
        select(*ROW, cast(Change.transaction_id, String).label("transaction"))
        .where(
            Change.transaction_id >= func.pg_snapshot_xmin(seen),
            # Entries restored from another server may carry numbers that this one has yet to give.
            Change.transaction_id < func.pg_snapshot_xmax(now),
            not_(func.pg_visible_in_snapshot(Change.transaction_id, seen)),
        )
        .order_by(Change.change_id)
        .limit(limit + 1)
        .subquery("news")
    )
    # In one statement, so that the next look begins at the very snapshot of this one.
    here = select(cast(now, String).label("place")).subquery("here")
    found = session.execute(select(here.c.place, news).select_from(here.outerjoin(news, true())))
    entries = found.all()
    told = [entry for entry in entries if entry.change_id is not None]
    return News(
        tuple(change_row(entry[1:-1]) for entry in told[:limit]),
        tuple(entry.transaction for entry in told[:limit]),
        entries[0].place,
        complete=len(told) <= limit,
    )
