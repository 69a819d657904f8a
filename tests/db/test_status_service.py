"""Status changes by compare-and-set, against another writer."""

from __future__ import annotations

import itertools
import random
from uuid import UUID, uuid4

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.database import Database
from db.errors import NotFound, Refused, StaleRow, TransitionRefused
from db.queries import changes, leads
from db.rows import CampaignRow, LeadRow
from db.services.statuses import StatusRequest, change, read
from tests.support import OPERATOR, add_campaign, add_lead, fetch, journal, run, scalar, waited_out

ROUNDS = 200


def test_a_status_is_changed_and_the_row_returned(
    session: Session, other: PsycopgConnection
) -> None:
    lead = add_lead(session)
    done = change(session, StatusRequest("lead", lead.id, "new", "ready"))
    session.commit()
    assert (done.kind, done.row_id, done.old, done.new) == ("lead", lead.id, "new", "ready")
    assert isinstance(done.row, LeadRow)
    assert (done.row.status, done.row.row_version) == ("ready", 2)
    assert done.row == leads.row(session, lead.id)
    assert journal(other, lead.id) == [("status", "new", "ready")]


def test_a_campaign_s_status_is_changed(session: Session) -> None:
    campaign = add_campaign(session)
    done = change(session, StatusRequest("campaign", campaign.id, "draft", "active"))
    assert isinstance(done.row, CampaignRow)
    assert done.row.status == "active"


def test_a_synonym_is_changed_from_as_it_is_stored(session: Session) -> None:
    campaign = add_campaign(session, status="running")
    done = change(session, StatusRequest("campaign", campaign.id, "running", "paused"))
    assert (done.old, done.row.status) == ("running", "paused")


def test_an_unknown_status_is_changed_from(session: Session) -> None:
    lead = add_lead(session, status="frobnicated")
    assert change(session, StatusRequest("lead", lead.id, "frobnicated", "new")).row.status == "new"


def test_another_s_status_is_not_overwritten_and_its_writer_named(
    session: Session, other: PsycopgConnection
) -> None:
    lead = add_lead(session)
    run(other, "UPDATE leads SET status = 'enriching'")
    with pytest.raises(StaleRow) as stale:
        change(session, StatusRequest("lead", lead.id, "new", "ready"))
    assert stale.value.actor == "n8n"
    assert isinstance(stale.value.current, LeadRow)
    assert stale.value.current.status == "enriching"
    assert str(stale.value) == (
        "Not changed to ready: n8n changed it from new to enriching meanwhile."
    )
    session.rollback()
    assert leads.row(session, lead.id).status == "enriching"


def test_the_writer_named_is_who_changed_the_status(
    session: Session, other: PsycopgConnection
) -> None:
    lead = add_lead(session)
    run(other, "UPDATE leads SET status = 'enriching'")
    run(other, "SET application_name = 'somebody else'; UPDATE leads SET title = 'CTO'")
    with pytest.raises(StaleRow) as stale:
        change(session, StatusRequest("lead", lead.id, "new", "ready"))
    assert stale.value.actor == "n8n"


def test_another_field_s_change_is_no_conflict(session: Session, other: PsycopgConnection) -> None:
    lead = add_lead(session)
    run(other, "UPDATE leads SET title = 'CTO'")
    done = change(session, StatusRequest("lead", lead.id, "new", "ready"))
    assert isinstance(done.row, LeadRow)
    assert (done.row.status, done.row.title) == ("ready", "CTO")


def test_a_deleted_lead_is_not_found(session: Session, other: PsycopgConnection) -> None:
    lead = add_lead(session)
    run(other, "DELETE FROM leads")
    with pytest.raises(NotFound):
        change(session, StatusRequest("lead", lead.id, "new", "ready"))


def test_a_transition_outside_the_table_is_refused(session: Session) -> None:
    lead = add_lead(session)
    with pytest.raises(TransitionRefused) as refused:
        change(session, StatusRequest("lead", lead.id, "new", "won"))
    assert not refused.value.suppressed
    assert (refused.value.current, refused.value.target) == ("new", "won")
    session.rollback()
    assert leads.row(session, lead.id).row_version == 1


def test_a_transition_outside_the_table_can_be_forced(session: Session) -> None:
    lead = add_lead(session)
    done = change(session, StatusRequest("lead", lead.id, "new", "won", forced=True))
    assert done.row.status == "won"


def test_a_word_outside_the_vocabulary_is_refused_even_when_forced(session: Session) -> None:
    lead = add_lead(session)
    with pytest.raises(Refused, match=r"'frobnicated' is no lead status; there are: new, "):
        change(session, StatusRequest("lead", lead.id, "new", "frobnicated", forced=True))


@pytest.mark.parametrize("seen", ["unsubscribed", "do_not_contact"])
@pytest.mark.parametrize(("forced", "reason"), [(False, "asked"), (True, None), (True, "  ")])
def test_a_suppressed_status_is_left_by_force_and_reason_only(
    session: Session, seen: str, forced: bool, reason: str | None
) -> None:
    lead = add_lead(session, status=seen)
    request = StatusRequest("lead", lead.id, seen, "ready", forced=forced, reason=reason)
    with pytest.raises(TransitionRefused) as refused:
        change(session, request)
    assert refused.value.suppressed


def test_a_suppressed_status_is_left_by_force_and_reason(
    session: Session, other: PsycopgConnection
) -> None:
    lead = add_lead(session, status="unsubscribed")
    request = StatusRequest(
        "lead", lead.id, "unsubscribed", "ready", forced=True, reason="asked to be written again"
    )
    change(session, request)
    session.commit()
    found = changes.of_row(session, lead.id)[0]
    assert (found.new, found.reason, found.actor) == (
        "ready",
        "asked to be written again",
        OPERATOR,
    )


def test_unsubscribed_becomes_do_not_contact_without_force(session: Session) -> None:
    lead = add_lead(session, status="unsubscribed")
    request = StatusRequest("lead", lead.id, "unsubscribed", "do_not_contact")
    assert change(session, request).row.status == "do_not_contact"


def test_a_reply_is_judged_in_one_step(session: Session) -> None:
    lead = add_lead(session, status="sent")
    with pytest.raises(TransitionRefused):
        change(session, StatusRequest("lead", lead.id, "sent", "interested"))
    done = change(session, StatusRequest("lead", lead.id, "sent", "interested", judged=True))
    assert done.row.status == "interested"


def test_a_change_is_recognised_by_its_client_made_id(session: Session) -> None:
    lead, mine = add_lead(session), uuid4()
    change(session, StatusRequest("lead", lead.id, "new", "ready", change_id=mine))
    assert changes.written(session, mine)


def test_nothing_is_written_before_the_commit(session: Session, other: PsycopgConnection) -> None:
    lead = add_lead(session)
    change(session, StatusRequest("lead", lead.id, "new", "ready"))
    assert scalar(other, "SELECT status FROM leads WHERE lead_id = %s", lead.id) == "new"


def test_a_change_that_waited_for_another_writer_s_lock_is_compared_again(
    database: Database, session: Session, other: PsycopgConnection
) -> None:
    lead = add_lead(session).id
    run(other, "BEGIN; UPDATE leads SET status = 'enriching'")

    def press() -> None:
        with database.sessions() as pressed:
            change(pressed, StatusRequest("lead", lead, "new", "ready"))

    with pytest.raises(StaleRow, match="n8n changed it from new to enriching"):
        waited_out(other, press)


def test_no_update_is_lost_between_operator_and_workflow(
    database: Database, session: Session, other: PsycopgConnection
) -> None:
    """Both write one lead in random order; each change must follow from what its writer saw."""
    lead = add_lead(session).id
    dice = random.Random(20_240_506)
    seen = "new"
    titles = itertools.count()
    written = refused = 0
    for _ in range(ROUNDS):
        move = dice.choice(("look", "operator", "workflow status", "workflow title"))
        if move == "look":
            with database.sessions() as looking:
                seen = read(looking, "lead", lead).status
        elif move == "operator":
            if operator_writes(database, lead, seen, dice):
                written += 1
                with database.sessions() as looking:
                    seen = read(looking, "lead", lead).status
            else:
                refused += 1
        elif move == "workflow status":
            target = dice.choice(("new", "enriching", "ready", "sent", "replied"))
            run(other, "UPDATE leads SET status = %s WHERE lead_id = %s", target, lead)
        else:
            run(other, "UPDATE leads SET title = %s", f"title {next(titles)}")
    assert written > 20
    assert refused > 5
    assert_one_chain(other, lead)


def operator_writes(database: Database, lead: UUID, seen: str, dice: random.Random) -> bool:
    """Change the status as the operator saw it; tell whether that was still so."""
    target = dice.choice([value for value in ("new", "ready", "sent", "won") if value != seen])
    with database.sessions() as session:
        now = read(session, "lead", lead).status
        request = StatusRequest("lead", lead, seen, target, forced=True)
        if now == seen:
            change(session, request)
            session.commit()
            return True
        with pytest.raises(StaleRow) as stale:
            change(session, request)
        assert isinstance(stale.value.current, LeadRow)
        assert stale.value.current.status == now
        return False


def assert_one_chain(other: PsycopgConnection, lead: UUID) -> None:
    """Each entry of the journal begins where the one before it ended, up to the row as it is."""
    rows = fetch(
        other,
        "SELECT field, old_value, new_value, actor FROM changes WHERE row_id = %s"
        " ORDER BY change_id",
        lead,
    )
    status, title = "new", None
    for field, old, new, actor in rows:
        if field == "status":
            assert old == status
            status = new
        else:
            assert (field, old, actor) == ("title", title, "n8n")
            title = new
    assert fetch(other, "SELECT status, title FROM leads WHERE lead_id = %s", lead) == [
        (status, title)
    ]


def test_a_change_from_an_unknown_status_can_be_taken_back(session: Session) -> None:
    lead = add_lead(session, status="contacted")
    change(session, StatusRequest("lead", lead.id, "contacted", "ready"))
    back = StatusRequest(
        "lead", lead.id, "ready", "contacted", forced=True, reason="undo", restoring=True
    )
    assert change(session, back).row.status == "contacted"
