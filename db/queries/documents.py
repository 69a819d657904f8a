"""Documents (JSONB): their sizes beside a row, and their text on its own."""

from __future__ import annotations

from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.models import Lead, Organization

DocumentName = Literal["summary", "raw", "custom"]

ORGANIZATION_DOCUMENTS: Final = {
    "summary": Organization.website_summary_data,
    "raw": Organization.website_raw_data,
    "custom": Organization.custom_data,
}


def size_of(column: InstrumentedAttribute[Any]) -> ColumnElement[int | None]:
    """Return the expression for a document's stored size in bytes, without reading it."""
    return func.pg_column_size(column)


def organization_document(session: Session, organization_id: UUID, name: str) -> str | None:
    """Return a document of an organization as JSON text, numbers exactly as stored.

    ``name`` is ``summary``, ``raw`` or ``custom``. None where there is no document.
    """
    column = ORGANIZATION_DOCUMENTS[name]
    query = select(cast(column, Text)).where(Organization.organization_id == organization_id)
    return session.scalar(query)


def lead_document(session: Session, lead_id: UUID) -> str | None:
    """Return the columns that an import kept for a lead as JSON text."""
    return session.scalar(select(cast(Lead.custom_data, Text)).where(Lead.lead_id == lead_id))
