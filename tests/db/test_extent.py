"""How far a list reaches: guesses of its length, and milestones on the way."""

from __future__ import annotations

from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.queries import leads, organizations
from db.rows import LeadScope, PageRequest, Sort
from tests.db.test_keyset import EVERYTHING, LEAD_SORTS, ORGANIZATION_SORTS, ROWS, rows
from tests.support import run

__all__ = ["rows"]


def test_milestones_are_the_keys_from_which_the_list_goes_on(rows: None, session: Session) -> None:
    for sort in LEAD_SORTS:
        whole = leads.page(session, EVERYTHING, sort, PageRequest(ROWS)).rows
        for number, key in enumerate(leads.milestones(session, EVERYTHING, sort, 7), start=1):
            ahead = leads.page(session, EVERYTHING, sort, PageRequest(3, after=key)).rows
            assert ahead == whole[7 * number : 7 * number + 3]
    for sort in ORGANIZATION_SORTS:
        known = organizations.page(session, sort, PageRequest(ROWS)).rows
        for number, key in enumerate(organizations.milestones(session, sort, 7), start=1):
            further = organizations.page(session, sort, PageRequest(3, after=key)).rows
            assert further == known[7 * number : 7 * number + 3]


def test_there_are_as_many_milestones_as_whole_steps(rows: None, session: Session) -> None:
    assert len(leads.milestones(session, EVERYTHING, Sort("name"), 7)) == ROWS // 7
    assert leads.milestones(session, EVERYTHING, Sort("name"), ROWS + 1) == ()


def test_the_length_of_a_list_is_guessed_from_what_the_server_knows(
    rows: None, session: Session, other: PsycopgConnection
) -> None:
    run(other, "ANALYZE leads")
    run(other, "ANALYZE organizations")
    assert leads.estimate(session, EVERYTHING) == ROWS
    assert organizations.estimate(session) == ROWS


def test_the_length_of_a_narrowed_list_is_guessed(rows: None, session: Session) -> None:
    first = leads.page(session, EVERYTHING, Sort("name"), PageRequest(1)).rows[0]
    scope = LeadScope(first.campaign_id, first.company_id, ("new", "ready"))
    assert 0 <= leads.estimate(session, scope) <= ROWS
