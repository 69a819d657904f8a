"""The one writer against a real server whose connections die: each change once, in order."""

from __future__ import annotations

import queue
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from uuid import uuid4

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.errors import StaleRow, WriteCancelled
from db.many import BulkOutcome, BulkRequest, Selection
from db.rows import LeadRow
from db.settings import Settings
from db.steps import TakenBack
from tests.support import (
    OPERATOR,
    WAITING,
    add_lead,
    fetch,
    journal,
    plain_connection,
    run,
    wait_for,
)
from tests.tui.proxy import Proxy, proxied
from tests.tui.support import held, set_by_n8n, status_of
from tui.gateway import Gateway
from tui.messages import WriteGoesOn, WriteRefused, WriteWaiting, Written
from tui.writer import Outcome
from tui.writes import AddCampaign, ChangeMany, EditFields, SetStatus, TakeBack, Write

TERMINATE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE application_name = 'customer-center' AND datname = current_database()"
)


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.writer.FIRST_PAUSE", 0.02)
    monkeypatch.setattr("tui.writer.LONGEST_PAUSE", 0.1)


class Answers:
    """The outcomes of a writer, in the order in which they came."""

    def __init__(self) -> None:
        self.arrived: queue.Queue[Outcome] = queue.Queue()

    def __call__(self, outcome: Outcome) -> None:
        self.arrived.put(outcome)

    def final(self) -> Written | WriteRefused:
        """Return the next outcome that is no mere delay."""
        while isinstance(outcome := self.arrived.get(timeout=15), WriteWaiting | WriteGoesOn):
            pass
        return outcome


@pytest.fixture
def gateway(database_url: str) -> Iterator[Gateway]:
    yield from _opened(database_url)


def _opened(url: str) -> Iterator[Gateway]:
    gateway = Gateway(Settings(url, actor=OPERATOR))
    gateway.open()
    yield gateway
    gateway.close()


@pytest.fixture
def line(database_url: str) -> Iterator[Proxy]:
    # The path of a socket must be short.
    with tempfile.TemporaryDirectory() as folder, proxied(database_url, Path(folder)) as proxy:
        yield proxy


@pytest.fixture
def behind_line(line: Proxy) -> Iterator[Gateway]:
    """A gateway whose line to the server can be cut; its writer is connected already.

    So the next COMMIT is that of a write, not that of a new connection.
    """
    for gateway in _opened(line.url):
        done = Answers()
        gateway.writer.submit(SetStatus("lead", uuid4(), "Nobody", "new", "ready"), done)
        assert isinstance(done.final(), WriteRefused)
        yield gateway


def accept(lead: LeadRow) -> SetStatus:
    return SetStatus("lead", lead.id, lead.name, "new", "ready")


def accept_all(leads: list[LeadRow]) -> ChangeMany:
    which = Selection(frozenset(lead.id for lead in leads))
    return ChangeMany(BulkRequest(which, "status", "ready"), "→ ready")


def test_writes_are_done_in_the_order_of_the_keys(
    session: Session, gateway: Gateway, other: PsycopgConnection
) -> None:
    lead, done = add_lead(session), Answers()
    for seen, target in (("new", "ready"), ("ready", "queued"), ("queued", "sent")):
        gateway.writer.submit(SetStatus("lead", lead.id, lead.name, seen, target), done)
    for _ in range(3):
        assert isinstance(done.final(), Written)
    assert [new for _, _, new in journal(other, lead.id)] == ["ready", "queued", "sent"]


def test_a_status_of_another_writer_is_not_overwritten(
    session: Session, gateway: Gateway, other: PsycopgConnection
) -> None:
    lead, done = add_lead(session), Answers()
    set_by_n8n(other, lead.id, "disqualified")
    gateway.writer.submit(accept(lead), done)
    outcome = done.final()
    assert isinstance(outcome, WriteRefused)
    assert isinstance(outcome.error, StaleRow)
    assert isinstance(outcome.error.current, LeadRow)
    assert outcome.error.current.status == "disqualified"
    assert status_of(other, lead.id) == "disqualified"


def test_a_connection_killed_in_the_middle_of_a_write_is_told_and_the_write_done_once(
    session: Session, gateway: Gateway, other: PsycopgConnection, database_url: str
) -> None:
    lead, done = add_lead(session), Answers()
    with plain_connection(database_url) as holder:
        holder.autocommit = False
        run(holder, "SELECT 1 FROM leads WHERE lead_id = %s FOR UPDATE", lead.id)
        gateway.writer.submit(accept(lead), done)
        wait_for(lambda: fetch(other, WAITING) == [(1,)], "the writer waits for the row")
        run(other, TERMINATE)
        waiting = done.arrived.get(timeout=10)
        holder.rollback()
    assert isinstance(waiting, WriteWaiting)
    assert waiting.unsaved == 1
    assert isinstance(done.final(), Written)
    assert journal(other, lead.id) == [("status", "new", "ready")]


def test_connections_that_die_again_and_again_lose_no_write_and_double_none(
    session: Session, gateway: Gateway, other: PsycopgConnection
) -> None:
    leads, done = [add_lead(session) for _ in range(12)], Answers()
    for lead in leads:
        gateway.writer.submit(accept(lead), done)
    for _ in range(30):
        run(other, TERMINATE)
    outcomes = [done.final() for _ in leads]
    assert all(isinstance(outcome, Written) for outcome in outcomes)
    assert [journal(other, lead.id) for lead in leads] == [[("status", "new", "ready")]] * 12


def test_a_commit_whose_answer_was_lost_is_not_done_twice(
    session: Session, line: Proxy, behind_line: Gateway, other: PsycopgConnection
) -> None:
    lead, done = add_lead(session), Answers()
    line.cut("committed")
    behind_line.writer.submit(accept(lead), done)
    outcome = done.final()
    assert line.cuts == 1
    assert isinstance(outcome, Written)
    assert journal(other, lead.id) == [("status", "new", "ready")]


def test_a_lost_commit_that_the_server_does_later_is_no_other_writers_change(
    session: Session, line: Proxy, behind_line: Gateway, other: PsycopgConnection
) -> None:
    lead, done = add_lead(session), Answers()
    line.cut("held")
    behind_line.writer.submit(accept(lead), done)
    wait_for(lambda: fetch(other, WAITING) == [(1,)], "the second try waits for the first one")
    line.let_go()
    outcome = done.final()
    assert isinstance(outcome, Written), outcome
    assert journal(other, lead.id) == [("status", "new", "ready")]


def test_an_edit_whose_answer_was_lost_is_not_done_twice(
    session: Session, line: Proxy, behind_line: Gateway, other: PsycopgConnection
) -> None:
    lead, done = add_lead(session, title="CTO"), Answers()
    line.cut("committed")
    edit = EditFields("lead", lead.id, lead.name, {"title": "CTO"}, {"title": "CEO"})
    behind_line.writer.submit(edit, done)
    assert isinstance(done.final(), Written)
    assert journal(other, lead.id) == [("title", "CTO", "CEO")]


@pytest.mark.parametrize("how", ["committed", "held"])
def test_an_undo_whose_answer_was_lost_is_not_done_twice(
    session: Session,
    line: Proxy,
    behind_line: Gateway,
    other: PsycopgConnection,
    how: Literal["committed", "held"],
) -> None:
    lead, done = add_lead(session), Answers()
    write = accept(lead)
    behind_line.writer.submit(write, done)
    done.final()
    line.cut(how)
    undo = TakeBack("undo", write.change_id, write.change_id)
    behind_line.writer.submit(undo, done)
    if how == "held":
        wait_for(lambda: fetch(other, WAITING) == [(1,)], "the second try waits for the first one")
        line.let_go()
    outcome = done.final()
    assert isinstance(outcome, Written), outcome
    assert isinstance(outcome.result, TakenBack)
    assert outcome.result.rows == (("lead", lead.id),)
    assert journal(other, lead.id) == [("status", "new", "ready"), ("status", "ready", "new")]


def test_many_leads_whose_answer_was_lost_are_changed_once(
    session: Session, line: Proxy, behind_line: Gateway, other: PsycopgConnection
) -> None:
    leads, done = [add_lead(session) for _ in range(3)], Answers()
    line.cut("committed")
    behind_line.writer.submit(accept_all(leads), done)
    outcome = done.final()
    assert isinstance(outcome, Written)
    assert isinstance(outcome.result, BulkOutcome)
    assert outcome.result.changed == 3
    assert fetch(other, "SELECT count(*), count(DISTINCT batch_id) FROM changes") == [(3, 1)]


def test_a_connection_killed_in_the_middle_of_many_leads_changes_them_once(
    session: Session, gateway: Gateway, other: PsycopgConnection, database_url: str
) -> None:
    leads, done = [add_lead(session) for _ in range(3)], Answers()
    with plain_connection(database_url) as holder:
        holder.autocommit = False
        last = max(lead.id for lead in leads)
        run(holder, "SELECT 1 FROM leads WHERE lead_id = %s FOR UPDATE", last)
        gateway.writer.submit(accept_all(leads), done)
        wait_for(lambda: fetch(other, WAITING) == [(1,)], "the writer waits for the row")
        run(other, TERMINATE)
        wait_for(lambda: isinstance(done.arrived.get(timeout=10), WriteWaiting))
        assert {status_of(other, lead.id) for lead in leads} == {"new"}
        holder.rollback()
    outcome = done.final()
    assert isinstance(outcome, Written)
    assert fetch(other, "SELECT count(*), count(DISTINCT batch_id) FROM changes") == [(3, 1)]


def test_a_deadlock_is_met_by_doing_the_write_again(
    session: Session, gateway: Gateway, other: PsycopgConnection, database_url: str
) -> None:
    first, last = sorted((add_lead(session) for _ in range(2)), key=lambda lead: lead.id)
    done = Answers()
    with plain_connection(database_url) as holder:
        holder.autocommit = False
        run(holder, "SELECT 1 FROM leads WHERE lead_id = %s FOR UPDATE", last.id)
        gateway.writer.submit(accept_all([first, last]), done)
        wait_for(lambda: fetch(other, WAITING) == [(1,)], "the writer waits for the row")
        # The one who waited first finds the deadlock, after a second, and gives way.
        run(holder, "UPDATE leads SET title = 'CEO' WHERE lead_id = %s", first.id)
        holder.commit()
    assert isinstance(done.final(), Written)
    for lead in (first, last):
        assert ("status", "new", "ready") in journal(other, lead.id)


def test_many_leads_that_wait_for_their_turn_can_be_stopped(
    session: Session, gateway: Gateway, other: PsycopgConnection, database_url: str
) -> None:
    leads, done, first = [add_lead(session) for _ in range(2)], Answers(), Answers()
    with plain_connection(database_url) as holder:
        holder.autocommit = False
        run(holder, "SELECT 1 FROM leads WHERE lead_id = %s FOR UPDATE", leads[0].id)
        gateway.writer.submit(accept(leads[0]), first)
        write = accept_all(leads)
        gateway.writer.submit(write, done)
        gateway.writer.cancel(write.change_id)
        holder.rollback()
    assert isinstance(first.final(), Written)
    outcome = done.final()
    assert isinstance(outcome, WriteRefused)
    assert isinstance(outcome.error, WriteCancelled)
    assert status_of(other, leads[1].id) == "new"


def test_a_write_that_waits_for_a_row_can_be_stopped(
    session: Session, gateway: Gateway, other: PsycopgConnection, database_url: str
) -> None:
    lead, done = add_lead(session, title="CTO"), Answers()
    with held(database_url, lead.id):
        write = EditFields("lead", lead.id, lead.name, {"title": "CTO"}, {"title": "CEO"})
        gateway.writer.submit(write, done)
        wait_for(lambda: fetch(other, WAITING) == [(1,)], "the writer waits for the row")
        gateway.writer.cancel(write.change_id)
        outcome = done.arrived.get(timeout=10)
    assert isinstance(outcome, WriteRefused)
    assert isinstance(outcome.error, WriteCancelled)
    assert not journal(other, lead.id)


def test_what_was_committed_is_not_called_stopped(
    session: Session, line: Proxy, behind_line: Gateway, other: PsycopgConnection
) -> None:
    lead, done = add_lead(session), Answers()
    write = accept(lead)
    line.cut("committed")
    behind_line.writer.submit(write, done)
    assert isinstance(done.arrived.get(timeout=10), WriteWaiting)
    behind_line.writer.cancel(write.change_id)
    assert isinstance(done.final(), Written)
    assert status_of(other, lead.id) == "ready"


def test_a_campaign_whose_answer_was_lost_is_made_once(
    line: Proxy, behind_line: Gateway, other: PsycopgConnection
) -> None:
    done = Answers()
    line.cut("committed")
    behind_line.writer.submit(AddCampaign("Spring", None), done)
    done.final()
    assert fetch(other, "SELECT name FROM campaigns") == [("Spring",)]


def test_later_writes_go_on_after_an_error_that_nobody_expected(
    session: Session, gateway: Gateway, other: PsycopgConnection
) -> None:
    lead, done = add_lead(session), Answers()
    broken = SetStatus("lead", lead.id, lead.name, "new", "ready", reason="\0")
    gateway.writer.submit(broken, done)
    gateway.writer.submit(accept(lead), done)
    assert isinstance(done.final(), WriteRefused)
    assert isinstance(done.final(), Written)
    assert status_of(other, lead.id) == "ready"


def test_closing_finishes_the_writes_that_wait(
    session: Session, gateway: Gateway, other: PsycopgConnection
) -> None:
    leads: list[LeadRow] = [add_lead(session) for _ in range(5)]
    writes: list[Write] = [accept(lead) for lead in leads]
    for write in writes:
        gateway.writer.submit(write, Answers())
    assert gateway.writer.close() == 0
    assert {status_of(other, lead.id) for lead in leads} == {"ready"}


def test_closing_gives_up_on_a_line_that_stays_cut(
    session: Session, line: Proxy, behind_line: Gateway
) -> None:
    lead, done = add_lead(session), Answers()
    line.close()
    behind_line.writer.submit(accept(lead), done)
    assert isinstance(done.arrived.get(timeout=10), WriteWaiting)
    assert behind_line.writer.close(patience=0.1) == 1
