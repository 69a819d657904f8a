"""The demo's rows: the same each time, whole, and possible by the rules of the product."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.demo import fill
from db.demo.history import way_to
from db.models import Campaign, Change, Lead, Organization
from db.statuses import CAMPAIGN, LEAD, lead_allows
from tests.cli.conftest import NOW


@pytest.fixture
def demo_rows(session: Session) -> Session:
    fill(session, NOW)
    return session


def count(session: Session, model: type[object]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_the_summary_counts_the_rows(session: Session) -> None:
    summary = fill(session, NOW)
    found = [count(session, model) for model in (Campaign, Organization, Lead, Change)]
    assert found == [summary.campaigns, summary.organizations, summary.leads, summary.changes]


def test_ids_and_times_follow_from_now_alone(session: Session) -> None:
    def rows() -> set[tuple[UUID, str, str, object, object]]:
        columns = (Lead.lead_id, Lead.email, Lead.status, Lead.created_at, Lead.last_contacted_at)
        return {tuple(row) for row in session.execute(select(*columns))}

    fill(session, NOW)
    first = rows()
    session.rollback()
    fill(session, NOW)
    assert rows() == first
    session.rollback()
    fill(session, NOW + timedelta(days=3))
    assert {row[:3] for row in rows()} == {row[:3] for row in first}


def test_every_status_of_a_lead_occurs(demo_rows: Session) -> None:
    assert set(demo_rows.scalars(select(Lead.status))) == set(LEAD.values())


def test_campaigns_are_in_different_known_statuses(demo_rows: Session) -> None:
    statuses = list(demo_rows.scalars(select(Campaign.status)))
    assert len(set(statuses)) == len(statuses) == 5
    assert set(statuses) <= set(CAMPAIGN.values())


@pytest.mark.parametrize("status", LEAD.values())
def test_the_way_to_a_status_is_one_that_leads_may_go(status: str) -> None:
    way = way_to(status)
    assert way[0] == "new"
    assert all(lead_allows(old, new) for old, new in pairwise(way))


def test_nothing_happened_after_now_or_before_the_row_was_made(demo_rows: Session) -> None:
    wrong = select(func.count()).where(
        (Lead.updated_at > NOW)
        | (Lead.updated_at < Lead.created_at)
        | (Lead.last_contacted_at > Lead.updated_at)
        | (Lead.email_sent_at > Lead.last_contacted_at)
    )
    assert demo_rows.scalar(wrong) == 0


def test_the_journal_ends_in_the_status_that_a_lead_has(demo_rows: Session) -> None:
    last = (
        select(Change.new_value)
        .where(Change.row_id == Lead.lead_id, Change.field == "status")
        .order_by(Change.change_id.desc())
        .limit(1)
        .scalar_subquery()
    )
    wrong = select(func.count()).where(func.coalesce(last, "new") != Lead.status)
    assert demo_rows.scalar(wrong) == 0


def test_some_people_are_leads_of_several_campaigns(demo_rows: Session) -> None:
    several = select(Lead.email).group_by(Lead.email).having(func.count() > 1)
    assert len(demo_rows.scalars(several).all()) > 10


def test_subsidiaries_share_a_domain(demo_rows: Session) -> None:
    domain = Organization.email_domain
    shared = select(domain).group_by(domain).having(func.count() > 1)
    assert demo_rows.scalars(shared).all() == ["albrecht-guss.example"]


def test_no_address_can_be_reached(demo_rows: Session) -> None:
    assert all(email.endswith(".example") for email in demo_rows.scalars(select(Lead.email)))


def test_one_document_is_large(demo_rows: Session) -> None:
    sizes = select(func.max(func.length(Organization.website_raw_data.cast(Lead.email.type))))
    assert (demo_rows.scalar(sizes) or 0) > 50_000
