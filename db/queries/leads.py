"""Reads of leads: lists in keyset pages, one lead whole, queues."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select
from sqlalchemy.orm import Session, joinedload

from db.errors import NotFound
from db.models import Campaign, Lead, Organization
from db.queries import around, extent, keyset, search, suppressions
from db.queries.campaigns import campaign_row
from db.queries.documents import size_of
from db.queries.keyset import AnyRow, AnySelect
from db.queries.organizations import ORGANIZATION_DETAIL, organization_detail
from db.rows import (
    Found,
    Key,
    LeadDetail,
    LeadRow,
    LeadScope,
    Page,
    PageRequest,
    Sort,
    StatusCounts,
)

# Not the earliest time of Python: west of Greenwich the server would write it as a year before it.
LONG_AGO: Final = datetime(1900, 1, 1, tzinfo=UTC)


def _in_any_case(text: Any) -> ColumnElement[Any]:
    return func.lower(func.coalesce(text, "")).collate("C")


# What each sort is by, the id apart. No expression is ever NULL, so that no row drops out; each is
# written as the index on it is, where there is one (see LeadScope.sorts). One status holds many
# leads, so the date orders those within it.
SORTS: Final[dict[str, Callable[[], tuple[ColumnElement[Any], ...]]]] = {
    "created": lambda: (Lead.created_at.expression,),
    "updated": lambda: (Lead.updated_at.expression,),
    "name": lambda: (
        func.lower(
            func.coalesce(Lead.last_name, "") + " " + func.coalesce(Lead.first_name, "")
        ).collate("C"),
    ),
    "email": lambda: (Lead.email.expression,),
    "status": lambda: (Lead.status.expression, Lead.created_at.expression),
    "contacted": lambda: (func.coalesce(Lead.last_contacted_at, LONG_AGO),),
    "company": lambda: (_in_any_case(_company_name()),),
    "campaign": lambda: (_in_any_case(_campaign_name()),),
    "title": lambda: (_in_any_case(Lead.title),),
    "verified": lambda: (func.coalesce(Lead.email_verification_status, ""),),
    "first": lambda: (_in_any_case(Lead.first_name),),
    "domain": lambda: (func.split_part(Lead.email, "@", 2),),
}


MOST_COMPANIES: Final = 300
"""Companies that a search knows by id; of more there is a lead soon."""


def row_columns(
    lead: Any = Lead, campaign_name: Any = Campaign.name, company_name: Any = Organization.name
) -> tuple[Any, ...]:
    """Return the columns of a lead row; ``lead`` may be an alias."""
    return (
        lead.lead_id,
        lead.first_name,
        lead.last_name,
        lead.email,
        lead.title,
        lead.status,
        lead.email_verification_status,
        lead.last_contacted_at,
        lead.created_at,
        lead.updated_at,
        lead.row_version,
        lead.campaign_id,
        campaign_name.label("campaign_name"),
        lead.company_id,
        company_name.label("company_name"),
        lead.snoozed_until,
    )


# The names are looked up row by row: to plan that takes a third of the time of a join, which is longer
# than to read the rows.
def _campaign_name() -> ScalarSelect[str]:
    own = Campaign.campaign_id == Lead.campaign_id
    return select(Campaign.name).where(own).correlate(Lead).scalar_subquery()


def _company_name() -> ScalarSelect[str]:
    own = Organization.organization_id == Lead.company_id
    return select(Organization.name).where(own).correlate(Lead).scalar_subquery()


ROW: Final = row_columns()
LISTED: Final = row_columns(campaign_name=_campaign_name(), company_name=_company_name())


def lead_row(row: AnyRow) -> LeadRow:
    """Make the frozen row from a result whose first columns are ``ROW``."""
    return LeadRow(*row[: len(ROW)])


def select_rows() -> AnySelect:
    """Return the query for lead rows with the names of campaign and organization."""
    return select(*ROW).join(Lead.campaign).join(Lead.organization)


def within(query: AnySelect, scope: LeadScope) -> AnySelect:
    """Narrow a query on leads down to a scope."""
    if scope.campaign_id is not None:
        query = query.where(Lead.campaign_id == scope.campaign_id)
    if scope.organization_id is not None:
        query = query.where(Lead.company_id == scope.organization_id)
    if len(scope.statuses) == 1:
        query = query.where(Lead.status == scope.statuses[0])
    elif scope.statuses:
        query = query.where(Lead.status.in_(scope.statuses))
    if scope.awake:
        query = query.where(or_(Lead.snoozed_until.is_(None), Lead.snoozed_until <= func.now()))
    if scope.filter:
        # Who filters nothing does not wait for the language to load.
        from db.filters import local_now
        from db.queries.filtering import conditions

        query = query.where(*conditions(scope.filter, scope.now or local_now()))
    return query


def order(sort: Sort) -> keyset.Order:
    """Return the order that a sort stands for."""
    return keyset.Order((*SORTS[sort.column](), Lead.lead_id.expression), sort.descending)


@lru_cache(maxsize=64)
def listing(scope: LeadScope, sort: Sort) -> keyset.Listing[LeadRow]:
    """Return the list of the leads of a scope."""
    return keyset.Listing(within(select(*LISTED), scope), order(sort), lead_row)


def page(session: Session, scope: LeadScope, sort: Sort, request: PageRequest) -> Page[LeadRow]:
    """Return the requested rows of the leads of a scope."""
    return listing(scope, sort).page(session, request)


def count(session: Session, scope: LeadScope) -> int:
    """Return the exact number of leads of a scope."""
    return session.scalar(within(select(func.count()).select_from(Lead), scope)) or 0


def estimate(session: Session, scope: LeadScope) -> int:
    """Return the planner's guess of the number of leads of a scope, at once."""
    return extent.estimate(session, within(select(Lead.lead_id), scope))


def milestones(session: Session, scope: LeadScope, sort: Sort, step: int) -> tuple[Key, ...]:
    """Return the keyset key of every ``step``-th lead of a list."""
    return extent.milestones(session, within(select(Lead.lead_id), scope), order(sort), step)


def position(session: Session, scope: LeadScope, sort: Sort, lead_id: UUID) -> int | None:
    """Return the place of a lead in a list (the first is 0), None where it is not in it."""
    chosen = order(sort)
    mine = within(select(*chosen.columns), scope).where(Lead.lead_id == lead_id)
    place = session.execute(mine).one_or_none()
    if place is None:
        return None
    return keyset.position(session, within(select(Lead.lead_id), scope), chosen, tuple(place))


def key(session: Session, sort: Sort, lead_id: UUID | None) -> Key | None:
    """Return the keyset key of a lead in an order, None where it is gone."""
    found = session.execute(select(*order(sort).columns).where(Lead.lead_id == lead_id))
    row = found.one_or_none()
    return None if row is None else tuple(row)


def find(
    session: Session,
    scope: LeadScope,
    sort: Sort,
    term: str,
    *,
    after: UUID | None = None,
    until: UUID | None = None,
    backwards: bool = False,
    go_on: search.GoOn = search.always,
) -> Found[LeadRow] | None:
    """Return the next lead of a list whose name, e-mail, title or company contains ``term``.

    For where the search begins and ends see :func:`db.queries.search.walk`; ``after`` and ``until``
    are ids.
    """
    name = func.concat_ws(" ", Lead.first_name, Lead.last_name)
    own = search.contains(term, Lead.email.expression, name, Lead.title.expression)
    near = or_(own, search.contains(term, _company_name()))

    def afar() -> ColumnElement[bool]:
        # To know the few companies of such a name is a fraction of asking for that of each lead.
        named = search.contains(term, Organization.name.expression)
        query = select(Organization.organization_id).where(named).limit(MOST_COMPANIES + 1)
        companies = session.scalars(query).all()
        return near if len(companies) > MOST_COMPANIES else or_(own, Lead.company_id.in_(companies))

    match = search.walk(
        session,
        within(select(Lead.lead_id), scope),
        order(sort),
        near,
        after=key(session, sort, after) if after else None,
        until=until,
        backwards=backwards,
        go_on=go_on,
        afar=afar,
    )
    return None if match is None else Found(row(session, match.row_id), match.steps)


def row(session: Session, lead_id: UUID) -> LeadRow:
    """Return one lead as a list shows it. Raises NotFound."""
    found = session.execute(select_rows().where(Lead.lead_id == lead_id)).one_or_none()
    if found is None:
        raise NotFound(f"There is no lead {lead_id}.")
    return lead_row(found)


def rows(session: Session, lead_ids: Sequence[UUID]) -> tuple[LeadRow, ...]:
    """Return these leads as a list shows them, in no order; those that are gone are left out."""
    query = select(*LISTED).where(Lead.lead_id.in_(lead_ids))
    return tuple(map(lead_row, session.connection().execute(query)))


def detail(session: Session, lead_id: UUID) -> LeadDetail:
    """Return one lead whole, with its campaign and organization. Raises NotFound."""
    query = (
        select(Lead, size_of(Lead.custom_data).label("custom_bytes"), *ORGANIZATION_DETAIL)
        .join(Lead.organization)
        .options(joinedload(Lead.campaign))
        .where(Lead.lead_id == lead_id)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound(f"There is no lead {lead_id}.")
    lead: Lead = found[0]
    organization = organization_detail(found[2:])
    return LeadDetail(
        lead_id=lead.lead_id,
        first_name=lead.first_name,
        last_name=lead.last_name,
        email=lead.email,
        external_id=lead.external_id,
        title=lead.title,
        headline=lead.headline,
        linkedin_url=lead.linkedin_url,
        email_verification_status=lead.email_verification_status,
        email_verification_message=lead.email_verification_message,
        email_icebreaker=lead.email_icebreaker,
        status=lead.status,
        language=lead.language,
        source=lead.source,
        email_sent_at=lead.email_sent_at,
        reply_received_at=lead.reply_received_at,
        last_contacted_at=lead.last_contacted_at,
        created_at=lead.created_at,
        updated_at=lead.updated_at,
        row_version=lead.row_version,
        custom_bytes=found.custom_bytes,
        campaign=campaign_row(lead.campaign),
        organization=organization,
        snoozed_until=lead.snoozed_until,
        contacts=around.contacts(session, lead.company_id, lead.campaign_id),
        company_in_icebreaker=around.company_in_icebreaker(session, lead, organization),
        suppressed=next(iter(suppressions.covering(session, lead.email)), None),
    )


def held(session: Session, scope: LeadScope, lead_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Return which of these leads are in a scope."""
    query = within(select(Lead.lead_id), scope).where(Lead.lead_id.in_(lead_ids))
    return frozenset(session.scalars(query))


def status_counts(session: Session, scope: LeadScope) -> StatusCounts:
    """Return the number of leads of a scope by status."""
    query = within(select(Lead.status, func.count()), scope).group_by(Lead.status)
    return StatusCounts({row[0]: row[1] for row in session.execute(query)})


@lru_cache(maxsize=16)
def _queue(scope: LeadScope, sort: Sort) -> keyset.Listing[UUID]:
    return keyset.Listing(within(select(Lead.lead_id), scope), order(sort), lambda row: row[0])


def ids(session: Session, scope: LeadScope, sort: Sort, request: PageRequest) -> Page[UUID]:
    """Return the ids of the requested rows of a list: a piece of a queue."""
    return _queue(scope, sort).page(session, request)
