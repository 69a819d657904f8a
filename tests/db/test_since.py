"""Keeping up with the journal: each entry once, whenever its transaction is committed."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.queries.changes import place, since
from db.rows import News
from tests.support import add_campaign, add_lead, add_organization, plain_connection, run

MANY = 1_000


@pytest.fixture
def lead(session: Session) -> UUID:
    return add_lead(session).id


@pytest.fixture
def third(database_url: str) -> Iterator[PsycopgConnection]:
    with plain_connection(database_url, "third") as connection:
        yield connection


def titles(news: News) -> list[str | None]:
    return [change.new for change in news.rows]


def look(session: Session, where: str, limit: int = MANY) -> News:
    """Look once, in a transaction of its own as a reader does."""
    with session.begin():
        return since(session, where, limit)


def here(session: Session) -> str:
    with session.begin():
        return place(session)


def test_what_is_committed_after_a_look_is_told_at_the_next_one_once(
    session: Session, other: PsycopgConnection, lead: UUID
) -> None:
    run(other, "UPDATE leads SET title = 'before'")
    start = here(session)
    run(other, "UPDATE leads SET title = 'one'")
    run(other, "UPDATE leads SET title = 'two'")
    first = look(session, start)
    assert titles(first) == ["one", "two"]
    assert {(change.row_id, change.field, change.actor) for change in first.rows} == {
        (lead, "title", "n8n")
    }
    run(other, "UPDATE leads SET title = 'three'")
    second = look(session, first.place)
    assert titles(second) == ["three"]
    assert titles(look(session, second.place)) == []


def test_a_transaction_in_flight_is_told_when_it_is_committed(
    session: Session, other: PsycopgConnection, third: PsycopgConnection, lead: UUID
) -> None:
    """Its entry was written first and is committed last: a number of the entry would lose it."""
    second = add_lead(session).id
    start = here(session)
    run(other, "BEGIN")
    run(other, "UPDATE leads SET title = 'slow' WHERE lead_id = %s", lead)
    run(third, "UPDATE leads SET title = 'quick' WHERE lead_id = %s", second)
    first = look(session, start)
    assert titles(first) == ["quick"]
    assert titles(look(session, first.place)) == []
    run(other, "COMMIT")
    later = look(session, first.place)
    assert titles(later) == ["slow"]
    assert titles(look(session, later.place)) == []


def test_a_transaction_in_flight_at_the_start_is_told(
    session: Session, other: PsycopgConnection, lead: UUID
) -> None:
    run(other, "BEGIN")
    run(other, "UPDATE leads SET title = 'slow'")
    start = here(session)
    run(other, "COMMIT")
    assert titles(look(session, start)) == ["slow"]


def test_what_is_rolled_back_is_never_told(
    session: Session, other: PsycopgConnection, lead: UUID
) -> None:
    start = here(session)
    run(other, "BEGIN")
    run(other, "UPDATE leads SET title = 'never'")
    run(other, "ROLLBACK")
    assert look(session, start).rows == ()


def test_a_savepoint_s_entries_are_told_with_their_transaction(
    session: Session, other: PsycopgConnection, lead: UUID
) -> None:
    start = here(session)
    run(other, "BEGIN; SAVEPOINT s; UPDATE leads SET title = 'inner'; RELEASE s")
    first = look(session, start)
    run(other, "COMMIT")
    assert titles(first) == []
    assert titles(look(session, first.place)) == ["inner"]


def test_more_than_asked_for_is_cut_and_said(session: Session, other: PsycopgConnection) -> None:
    campaign, organization = add_campaign(session), add_organization(session)
    for _ in range(4):
        add_lead(session, campaign, organization)
    start = here(session)
    run(other, "UPDATE leads SET title = 'CTO'")
    exactly, cut = look(session, start, limit=4), look(session, start, limit=3)
    assert (len(exactly.rows), exactly.complete) == (4, True)
    assert (len(cut.rows), cut.complete) == (3, False)
    assert look(session, cut.place).rows == ()


def test_entries_that_another_server_numbered_are_not_told_again_and_again(
    session: Session, other: PsycopgConnection, lead: UUID
) -> None:
    """A restored journal carries numbers of transactions that this server has not reached."""
    start = here(session)
    run(other, "UPDATE leads SET title = 'restored'")
    run(other, "UPDATE changes SET transaction_id = '999999999999'")
    assert look(session, start).rows == ()
