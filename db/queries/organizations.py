"""Reads of organizations: the list in keyset pages, one organization whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from db.errors import NotFound
from db.models import Lead, Organization
from db.queries import extent, keyset, search
from db.queries.documents import size_of
from db.queries.keyset import AnyRow, AnySelect
from db.rows import Found, Key, OrganizationDetail, OrganizationRow, Page, PageRequest, Sort

# What each sort is by, the id apart; no expression is ever NULL, and each is written as its index is.
SORTS: Final[dict[str, Callable[[], ColumnElement[Any]]]] = {
    "name": lambda: func.lower(Organization.name).collate("C"),
    "domain": lambda: Organization.email_domain.collate("C"),
    "country": lambda: func.coalesce(Organization.country, ""),
    "size": lambda: func.coalesce(Organization.estimated_num_employees, -1),
    "created": lambda: Organization.created_at.expression,
}

LEADS: Final = (
    select(func.count())
    .where(Lead.company_id == Organization.organization_id)
    .correlate(Organization)
    .scalar_subquery()
)

ROW: Final = (
    Organization.organization_id,
    Organization.name,
    Organization.email_domain,
    Organization.country,
    Organization.estimated_num_employees,
    LEADS.label("leads"),
    Organization.created_at,
    Organization.row_version,
)

ORGANIZATION_DETAIL: Final = (
    Organization.organization_id,
    Organization.name,
    Organization.email_domain,
    Organization.external_id,
    Organization.external_source,
    Organization.website_url,
    Organization.linkedin_url,
    Organization.estimated_num_employees,
    Organization.country,
    Organization.language,
    Organization.time_zone,
    Organization.source,
    Organization.formatted_organization_name,
    Organization.raw_address,
    Organization.created_at,
    Organization.updated_at,
    Organization.row_version,
    size_of(Organization.website_summary_data).label("summary_bytes"),
    size_of(Organization.website_raw_data).label("raw_bytes"),
    size_of(Organization.custom_data).label("organization_custom_bytes"),
)


def organization_row(row: AnyRow) -> OrganizationRow:
    """Make the frozen row from a result whose first columns are ``ROW``."""
    return OrganizationRow(*row[: len(ROW)])


def organization_detail(values: Sequence[Any]) -> OrganizationDetail:
    """Make the frozen detail from the values of ``ORGANIZATION_DETAIL``."""
    return OrganizationDetail(*values)


def select_rows() -> AnySelect:
    """Return the query for organization rows."""
    return select(*ROW)


def order(sort: Sort) -> keyset.Order:
    """Return the order that a sort stands for."""
    by = (SORTS[sort.column](), Organization.organization_id.expression)
    return keyset.Order(by, sort.descending)


@lru_cache(maxsize=16)
def listing(sort: Sort) -> keyset.Listing[OrganizationRow]:
    """Return the list of all organizations."""
    return keyset.Listing(select_rows(), order(sort), organization_row)


def page(session: Session, sort: Sort, request: PageRequest) -> Page[OrganizationRow]:
    """Return the requested rows of all organizations."""
    return listing(sort).page(session, request)


def count(session: Session) -> int:
    """Return the exact number of organizations."""
    return session.scalar(select(func.count()).select_from(Organization)) or 0


def estimate(session: Session) -> int:
    """Return the planner's guess of the number of organizations, at once."""
    return extent.estimate(session, select(Organization.organization_id))


def milestones(session: Session, sort: Sort, step: int) -> tuple[Key, ...]:
    """Return the keyset key of every ``step``-th organization of the list."""
    return extent.milestones(session, select(Organization.organization_id), order(sort), step)


def position(session: Session, sort: Sort, organization_id: UUID) -> int | None:
    """Return the place of an organization in the list, None where it is gone."""
    place = key(session, sort, organization_id)
    if place is None:
        return None
    return keyset.position(session, select(Organization.organization_id), order(sort), place)


def key(session: Session, sort: Sort, organization_id: UUID | None) -> Key | None:
    """Return the keyset key of an organization in an order, None where it is gone."""
    query = select(*order(sort).columns)
    row = session.execute(
        query.where(Organization.organization_id == organization_id)
    ).one_or_none()
    return None if row is None else tuple(row)


def find(
    session: Session,
    sort: Sort,
    term: str,
    *,
    after: UUID | None = None,
    until: UUID | None = None,
    backwards: bool = False,
    go_on: search.GoOn = search.always,
) -> Found[OrganizationRow] | None:
    """Return the next organization of the list whose name or domain contains ``term``.

    For where the search begins and ends see :func:`db.queries.search.walk`; ``after`` and ``until``
    are ids.
    """
    match = search.walk(
        session,
        select(Organization.organization_id),
        order(sort),
        search.contains(term, Organization.name.expression, Organization.email_domain.expression),
        after=key(session, sort, after) if after else None,
        until=until,
        backwards=backwards,
        go_on=go_on,
    )
    return None if match is None else Found(row(session, match.row_id), match.steps)


def row(session: Session, organization_id: UUID) -> OrganizationRow:
    """Return one organization as a list shows it. Raises NotFound."""
    query = select_rows().where(Organization.organization_id == organization_id)
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound(f"There is no organization {organization_id}.")
    return organization_row(found)


def rows(session: Session, organization_ids: Sequence[UUID]) -> tuple[OrganizationRow, ...]:
    """Return these organizations as a list shows them, in no order; those gone are left out."""
    query = select_rows().where(Organization.organization_id.in_(organization_ids))
    return tuple(map(organization_row, session.connection().execute(query)))


def detail(session: Session, organization_id: UUID) -> OrganizationDetail:
    """Return one organization whole, its documents left out. Raises NotFound."""
    query = select(*ORGANIZATION_DETAIL).where(Organization.organization_id == organization_id)
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound(f"There is no organization {organization_id}.")
    return organization_detail(found)
