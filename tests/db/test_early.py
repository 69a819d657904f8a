"""The first reads of a start: the rows that the lists read, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.connect import Server
from db.early import EarlyReads, early_reads
from db.errors import DatabaseUnavailable, NotFound
from db.queries import leads
from db.rows import DEFAULT_LEAD_SORT, LeadScope, Page, PageRequest
from db.settings import Settings
from tests.support import add_campaign, add_lead, add_organization, run

NOWHERE = "postgresql://anna:s3cret@127.0.0.1:1/leads"


def reads_of(url: str) -> EarlyReads | None:
    return early_reads(Server(url, "somewhere"), Settings(url))


@pytest.fixture
def early(database_url: str) -> Iterator[EarlyReads]:
    reads = reads_of(database_url)
    assert reads is not None
    yield reads
    reads.close()


@pytest.fixture
def scopes(session: Session, other: PsycopgConnection) -> list[LeadScope]:
    """Scopes of every kind, over leads of which several came at the same time."""
    campaigns = [add_campaign(session) for _ in range(2)]
    organization = add_organization(session)
    for number in range(12):
        add_lead(session, campaigns[number % 2], organization if number % 3 else None)
    run(other, "UPDATE leads SET status = 'ready' WHERE email < (SELECT max(email) FROM leads)")
    run(other, "UPDATE leads SET created_at = date_trunc('second', created_at)")
    statuses = ("ready", "new")
    return [
        LeadScope(),
        LeadScope(campaigns[0].id),
        LeadScope(organization_id=organization.id, statuses=("ready",)),
        LeadScope(campaigns[1].id, organization.id, statuses),
        LeadScope(uuid4()),
    ]


def test_every_page_is_the_one_that_the_list_reads(
    session: Session, early: EarlyReads, scopes: list[LeadScope]
) -> None:
    for scope in scopes:
        for backwards in (False, True):
            request: PageRequest | None = PageRequest(3, backwards=backwards)
            while request is not None:
                page = early.leads(scope, request)
                assert page == leads.page(session, scope, DEFAULT_LEAD_SORT, request)
                request = _next(page, backwards=backwards)
        assert early.count(scope) == leads.count(session, scope)


def test_the_key_and_the_place_of_a_lead_are_those_of_the_list(
    session: Session, early: EarlyReads, scopes: list[LeadScope]
) -> None:
    every = leads.page(session, LeadScope(), DEFAULT_LEAD_SORT, PageRequest(100)).rows
    for row in every:
        assert early.key(row.id) == leads.key(session, DEFAULT_LEAD_SORT, row.id)
        for scope in scopes:
            place = leads.position(session, scope, DEFAULT_LEAD_SORT, row.id)
            assert early.position(scope, row.id) == place
    assert early.key(uuid4()) is None


def test_the_guessed_length_is_that_of_the_planner(
    early: EarlyReads, scopes: list[LeadScope], other: PsycopgConnection
) -> None:
    run(other, "ANALYZE leads")
    assert early.estimate(LeadScope()) == 12
    assert all(early.estimate(scope) >= 0 for scope in scopes)


def _next(page: Page[object], *, backwards: bool) -> PageRequest | None:
    after = page.first if backwards else page.last
    return PageRequest(2, after=after, offset=1, backwards=backwards) if page.rows else None


def test_a_campaign_is_named_while_it_is_there(session: Session, early: EarlyReads) -> None:
    campaign = add_campaign(session, "Nordic")
    assert early.campaign_name(campaign.id) == "Nordic"
    with pytest.raises(NotFound):
        early.campaign_name(uuid4())


def test_another_schema_is_left_to_what_can_tell_it(empty_database_url: str) -> None:
    assert reads_of(empty_database_url) is None


def test_an_older_schema_is_left_to_what_can_tell_it(
    database_url: str, other: PsycopgConnection
) -> None:
    run(other, "UPDATE alembic_version SET version_num = '20200101_older'")
    assert reads_of(database_url) is None


def test_a_server_that_is_not_there_is_left_to_what_can_tell_it() -> None:
    assert reads_of(NOWHERE) is None


def test_a_connection_that_was_lost_raises_an_error_of_ours(
    early: EarlyReads, other: PsycopgConnection
) -> None:
    run(
        other,
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    with pytest.raises(DatabaseUnavailable):
        early.count(LeadScope())
