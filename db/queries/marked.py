"""Leads that were marked in a list: by id, or all of its scope but some."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, Uuid, all_, any_, cast, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from db.many import Selection
from db.models import Lead
from db.queries import keyset, leads
from db.queries.keyset import AnySelect
from db.rows import LeadRow, PageRequest, Sort


def id_array(ids: Iterable[UUID] | str) -> ColumnElement[Any]:
    """Return ids as one parameter, however many; a text is PostgreSQL's own form of an array."""
    # A statement of thousands of parameters is slow to read.
    listed = ids if isinstance(ids, str) else f"{{{','.join(map(str, ids))}}}"
    return cast(literal(listed, String), ARRAY(Uuid))


def chosen(query: AnySelect, which: Selection) -> AnySelect:
    """Narrow a query on leads down to those that were marked."""
    if which.scope is None:
        return query.where(Lead.lead_id == any_(id_array(which.ids)))
    query = leads.within(query, which.scope)
    return query.where(Lead.lead_id != all_(id_array(which.ids))) if which.ids else query


def rows(session: Session, which: Selection, sort: Sort, limit: int) -> tuple[LeadRow, ...]:
    """Return the first marked leads in the order of a list, at most so many."""
    query = chosen(leads.select_rows(), which)
    order, request = leads.order(sort), PageRequest(limit)
    return keyset.page(session, query, order, request, leads.lead_row).rows
