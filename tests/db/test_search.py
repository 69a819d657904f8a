"""Searching a list: in strides, from one row to another, and only as long as somebody waits."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from db.queries import leads, search
from db.rows import LeadScope, Sort
from tests.support import add_campaign, add_lead, add_organization

EVERYTHING = LeadScope()
BY_ADDRESS = Sort("email")


@pytest.fixture
def ten(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten leads, person0 to person9, the last one a Zebra; a stride is two of them or a few."""
    monkeypatch.setattr(search, "FIRST_STRIDE", 2)
    campaign, company = add_campaign(session), add_organization(session, "Acme")
    for number in range(10):
        name = "Zebra" if number == 9 else "Lee"
        add_lead(session, campaign, company, f"person{number}@acme.com", last_name=name)


def noting(walked: list[int], most: int = 100) -> Callable[[int], bool]:
    """Return what notes how far a search is, and ends it when that is far enough."""

    def go_on(rows: int) -> bool:
        walked.append(rows)
        return rows < most

    return go_on


def test_a_match_beyond_many_strides_is_found_and_told_how_far_it_is(
    ten: None, session: Session
) -> None:
    walked: list[int] = []
    found = leads.find(session, EVERYTHING, BY_ADDRESS, "zebra", go_on=noting(walked))
    assert found is not None
    assert (found.row.email, found.steps) == ("person9@acme.com", 10)
    assert len(walked) > 1
    assert walked == sorted(set(walked))


def test_a_search_ends_where_nobody_waits_for_it(ten: None, session: Session) -> None:
    walked: list[int] = []
    go_on = noting(walked, most=2)
    assert leads.find(session, EVERYTHING, BY_ADDRESS, "zebra", go_on=go_on) is None
    assert walked == [2]


@pytest.mark.parametrize("backwards", [False, True])
def test_a_search_ends_with_the_row_it_is_to_end_with(
    ten: None, session: Session, backwards: bool
) -> None:
    fifth = leads.find(session, EVERYTHING, BY_ADDRESS, "person4")
    assert fifth is not None

    def found(term: str) -> str | None:
        hit = leads.find(
            session, EVERYTHING, BY_ADDRESS, term, until=fifth.row.id, backwards=backwards
        )
        return hit.row.email if hit else None

    beyond, before = ("person3", "person5") if backwards else ("person5", "person3")
    assert found(beyond) is None
    assert found("person4") == "person4@acme.com"
    assert found(before) == f"{before}@acme.com"


@pytest.mark.parametrize("companies", [0, 1, 10])
def test_a_company_is_found_far_away_however_many_have_such_a_name(
    session: Session, monkeypatch: pytest.MonkeyPatch, companies: int
) -> None:
    monkeypatch.setattr(search, "FIRST_STRIDE", 2)
    monkeypatch.setattr(leads, "MOST_COMPANIES", 5)
    campaign, company = add_campaign(session), add_organization(session, "Acme")
    for number in range(5):
        add_lead(session, campaign, company, f"person{number}@acme.com")
    for number in range(companies):
        zebra = add_organization(session, f"The Zebra {number}")
        add_lead(session, campaign, zebra, f"z{number}@acme.com")
    found = leads.find(session, EVERYTHING, BY_ADDRESS, "zebra")
    assert (found and found.row.company_name) == ("The Zebra 0" if companies else None)
