"""Claims: one operator to a lead, until they leave it or their connection is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import psycopg2
import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.claims import Claims, lock_key
from db.database import Database
from db.queries.claims import holders
from tests.support import fetch, run, scalar, wait_for

ONE, TWO = UUID(int=1), UUID(int=2)
FAR = UUID("ffffffff-ffff-7fff-bfff-ffffffffffff")


@pytest.fixture
def anna(database_url: str) -> Iterator[Claims]:
    claims = Claims(lambda: psycopg2.connect(database_url), "anna")
    yield claims
    claims.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session as lists read in, statement by statement."""
    with database.reads() as opened:
        yield opened


@pytest.fixture
def bob(database_url: str) -> Iterator[Claims]:
    claims = Claims(lambda: psycopg2.connect(database_url), "bob")
    yield claims
    claims.close()


def server_process(other: PsycopgConnection, name: str = "customer-center anna") -> int:
    """The process of the server that serves the claims of an operator."""
    query = "SELECT pid FROM pg_stat_activity WHERE application_name = %s"
    return int(scalar(other, query, name))


def test_a_lead_is_claimed_once(anna: Claims, bob: Claims) -> None:
    assert anna.take(ONE, [ONE])
    assert anna.take(ONE, [ONE])
    assert not bob.take(ONE, [ONE])
    assert bob.take(TWO, [TWO])


def test_what_is_not_wanted_any_more_is_let_go(anna: Claims, bob: Claims) -> None:
    anna.take(ONE, [ONE])
    anna.take(TWO, [TWO])
    assert bob.take(ONE, [ONE])
    anna.keep([])
    assert bob.take(TWO, [TWO])


def test_lists_see_who_is_on_which_lead(anna: Claims, bob: Claims, session: Session) -> None:
    assert holders(session).of(ONE) is None
    anna.take(ONE, [ONE])
    bob.take(FAR, [FAR])
    seen = holders(session)
    assert (seen.of(ONE), seen.of(FAR), seen.of(TWO)) == ("anna", "bob", None)
    anna.close()
    wait_for(lambda: holders(session).of(ONE) is None)


def test_locks_of_other_programs_are_no_claims(other: PsycopgConnection, session: Session) -> None:
    run(other, "SELECT pg_advisory_lock(%s)", 7)
    run(other, "SELECT pg_advisory_lock(7, %s)", lock_key(ONE))
    assert not holders(session).by_key


def test_closing_lets_go(anna: Claims, bob: Claims) -> None:
    anna.take(ONE, [ONE])
    anna.close()
    wait_for(lambda: bob.take(ONE, [ONE]))


def test_no_transaction_is_left_open(anna: Claims, other: PsycopgConnection) -> None:
    anna.take(ONE, [ONE])
    state = "SELECT state FROM pg_stat_activity WHERE pid = %s"
    assert scalar(other, state, server_process(other)) == "idle"


def test_a_lost_connection_lets_go_and_claims_again(
    anna: Claims, bob: Claims, other: PsycopgConnection
) -> None:
    for lead_id in (ONE, TWO):
        anna.take(lead_id, [ONE, TWO])
    run(other, "SELECT pg_terminate_backend(%s, 5000)", server_process(other))
    assert bob.take(ONE, [ONE])
    anna.keep([ONE, TWO])
    assert not bob.take(TWO, [ONE, TWO])
    assert not anna.take(ONE, [ONE, TWO])


def test_claims_go_with_their_process(database_url: str, bob: Claims, session: Session) -> None:
    """A killed operator holds nobody up."""
    program = (
        "import psycopg2, sys, uuid; from db.claims import Claims;"
        f"claims = Claims(lambda: psycopg2.connect({database_url!r}), 'anna');"
        "print(claims.take(uuid.UUID(int=1), [uuid.UUID(int=1)]), flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as operator:
        assert operator.stdout is not None
        assert operator.stdout.readline() == "True\n"
        assert holders(session).of(ONE) == "anna"
        assert not bob.take(ONE, [ONE])
        os.kill(operator.pid, signal.SIGKILL)
    wait_for(lambda: bob.take(ONE, [ONE]))


class Pooled(psycopg2.extensions.connection):
    """A connection as a pooler gives it: it tells a process number that is none of the server's."""

    @property
    def info(self) -> object:
        return type("Info", (), {"backend_pid": 0})()


@pytest.fixture
def pooled(database_url: str) -> Iterator[Callable[[str], Claims]]:
    """A function that returns the claims of an operator behind a pooler."""
    made: list[Claims] = []

    def claims(actor: str, options: str = "") -> Claims:
        connect = partial(
            psycopg2.connect, database_url, connection_factory=Pooled, options=options
        )
        made.append(Claims(connect, actor))
        return made[-1]

    yield claims
    for each in made:
        each.close()
    wait_for(lambda: all(each._connection is None for each in made), "for the claims to end")


def test_behind_a_pooler_a_lead_is_claimed_once_too(
    pooled: Callable[[str], Claims], bob: Claims, other: PsycopgConnection, session: Session
) -> None:
    anna, eve = pooled("anna"), pooled("eve")
    assert anna.take(ONE, [ONE])
    assert not eve.take(ONE, [ONE])
    assert not bob.take(ONE, [ONE])
    assert bob.take(FAR, [FAR])
    assert not eve.take(FAR, [FAR])
    assert eve.take(TWO, [TWO])
    seen = holders(session)
    assert (seen.of(ONE), seen.of(TWO), seen.of(FAR)) == ("anna", "eve", "bob")
    locks = (
        "SELECT count(*) FROM pg_locks JOIN pg_database AS d ON d.oid = database"
        " WHERE locktype = 'advisory' AND datname = current_database()"
    )
    assert fetch(other, locks) == [(1,)]
    anna.close()
    wait_for(lambda: eve.take(ONE, [ONE]))
    assert not holders(session).of(TWO)


def test_a_claim_behind_a_pooler_ends_unless_it_is_renewed(
    pooled: Callable[[str], Claims], other: PsycopgConnection
) -> None:
    """A killed operator holds nobody up for long."""
    anna, eve = pooled("anna"), pooled("eve")
    anna.take(ONE, [ONE, TWO])
    anna.take(TWO, [ONE, TWO])
    run(other, "UPDATE lead_claims SET held_until = now()")
    assert eve.take(ONE, [ONE])
    assert not anna.take(ONE, [ONE, TWO])
    assert not eve.take(TWO, [TWO])


def test_who_may_not_write_claims_behind_a_pooler_works_without(
    pooled: Callable[..., Claims], other: PsycopgConnection
) -> None:
    reader = pooled("eve", options="-c default_transaction_read_only=on")
    assert reader.take(ONE, [ONE])
    assert not reader.possible
    assert fetch(other, "SELECT * FROM lead_claims") == []


def test_ids_have_different_locks() -> None:
    ids = [uuid4() for _ in range(1_000)]
    assert len({lock_key(lead_id) for lead_id in ids}) > 990
    assert all(-(2**31) <= lock_key(lead_id) < 2**31 for lead_id in ids)
