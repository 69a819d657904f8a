"""The plans of the lists: every sort in every scope that offers it runs on an index alone.

PostgreSQL plans the very statements that the lists send, on 20,000 leads with its own statistics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from db.company_names import MOST_NAMES
from db.database import Database, open_database
from db.queries import around, leads, organizations
from db.rows import DEFAULT_LEAD_SORT, LeadScope, Page, PageRequest, Sort
from db.settings import Settings
from tests.benchmarks.dataset import built

LEADS = 20_000
LARGE = ("leads", "organizations")
Plan = dict[str, Any]


@pytest.fixture(scope="session")
def filled(server_url: str) -> Iterator[Database]:
    """A database as the benchmarks have it; the server that holds it is gone after the run."""
    with open_database(Settings(built(server_url, LEADS).url)) as database:
        yield database


@pytest.fixture
def filled_session(filled: Database) -> Iterator[Session]:
    with filled.reads() as session:
        yield session


def scopes(session: Session) -> dict[str, LeadScope]:
    """One scope of each kind that lists have, the largest of its kind."""
    query = "SELECT {0} FROM leads GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    campaign, company = (
        session.connection().exec_driver_sql(query.format(column)).scalar_one()
        for column in ("campaign_id", "company_id")
    )
    return {
        "all": LeadScope(),
        "campaign": LeadScope(campaign),
        "status": LeadScope(statuses=("sent",)),
        "campaign and status": LeadScope(campaign, statuses=("sent",)),
        "organization": LeadScope(organization_id=company),
    }


@contextmanager
def explained(session: Session) -> Iterator[list[Plan]]:
    """Yield a list that gets the plan of each statement that the session sends."""
    plans: list[Plan] = []

    def explain(
        connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool
    ) -> None:
        with cursor.connection.cursor() as beside:
            beside.execute("EXPLAIN (FORMAT JSON) " + statement, values)
            plans.append(beside.fetchone()[0][0]["Plan"])

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", explain)
    try:
        yield plans
    finally:
        event.remove(engine, "before_cursor_execute", explain)


def nodes(plan: Plan) -> Iterator[Plan]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def faults(plan: Plan, *allowed: str) -> list[str]:
    """Return the nodes that grow with the table: sorts, and scans of a large table as a whole."""
    return [
        f"{node['Node Type']} {node.get('Relation Name', node.get('Sort Key', ''))}"
        for node in nodes(plan)
        if node["Node Type"] not in allowed
        and (
            "Sort" in node["Node Type"]
            or "Bitmap" in node["Node Type"]
            or ("Seq Scan" in node["Node Type"] and node["Relation Name"] in LARGE)
        )
    ]


def pages(session: Session, read: Callable[[PageRequest], Page[Any]]) -> dict[str, list[str]]:
    """Return what is wrong with the plans of the first, a later, an earlier and the last page."""
    wrong: dict[str, list[str]] = {}
    for name, request in {
        "first": PageRequest(100),
        "later": PageRequest(100, after=read(PageRequest(100)).last),
        "earlier": PageRequest(
            100, after=read(PageRequest(100, backwards=True)).first, backwards=True
        ),
        "last": PageRequest(100, backwards=True),
    }.items():
        with explained(session) as plans:
            read(request)
        # Addresses are all but unique: the few that are equal are put in the order of their ids.
        wrong[name] = [fault for plan in plans for fault in faults(plan, "Incremental Sort")]
        assert len(plans) == 1
    return {name: found for name, found in wrong.items() if found}


def test_every_list_of_leads_runs_on_an_index(filled_session: Session) -> None:
    wrong: dict[str, Any] = {}
    for name, scope in scopes(filled_session).items():
        for sort in [Sort(column, down) for column in scope.sorts for down in (False, True)]:
            found = pages(filled_session, partial(leads.page, filled_session, scope, sort))
            if found:
                wrong[f"{name} by {sort}"] = found
    assert wrong == {}


def test_every_list_of_organizations_runs_on_an_index(filled_session: Session) -> None:
    wrong: dict[str, Any] = {}
    for sort in [Sort(column, down) for column in organizations.SORTS for down in (False, True)]:
        found = pages(filled_session, partial(organizations.page, filled_session, sort))
        if found:
            wrong[str(sort)] = found
    assert wrong == {}


def test_a_queue_is_read_from_an_index(filled_session: Session) -> None:
    for name, scope in scopes(filled_session).items():
        awake = replace(scope, awake=True)
        assert not pages(
            filled_session, partial(leads.ids, filled_session, awake, DEFAULT_LEAD_SORT)
        ), name


def test_a_company_that_an_icebreaker_names_is_found_by_indexes(filled_session: Session) -> None:
    campaign = scopes(filled_session)["campaign"].campaign_id
    assert campaign is not None
    names = [f"globex {number}" for number in range(MOST_NAMES)]
    with explained(filled_session) as plans:
        around.company_of_campaign(filled_session, names, campaign, "acme.com")
    (plan,) = plans
    assert faults(plan, "Sort") == []
