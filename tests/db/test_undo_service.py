"""Steps of the journal taken back and done again, one by one and whole batches."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from db.database import Database
from db.engine import label_transaction
from db.many import BulkRequest, Selection
from db.models import Lead
from db.rows import LeadRow, LeadScope
from db.services.bulk import change
from db.services.statuses import StatusRequest
from db.services.statuses import change as change_status
from db.services.undo import UndoRequest, preview, step, steps, take_back, taken_back
from db.steps import CannotTakeBack, FieldChange, reason_shown
from tests.db.undo_support import column, do, next_step, rewrite, set_fields, set_status
from tests.support import (
    OPERATOR,
    add_campaign,
    add_lead,
    add_organization,
    fetch,
    journal,
    run,
    scalar,
)

MANY = 10_000


WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


# One row


def test_a_status_goes_back(session: Session, other: PsycopgConnection, lead: LeadRow) -> None:
    set_status(session, lead, "ready")
    done = do(session)
    assert done.rows == (("lead", lead.id),)
    assert column(other, lead) == "new"
    assert journal(other, lead.id) == [("status", "new", "ready"), ("status", "ready", "new")]


def test_a_step_says_what_was_changed(session: Session, lead: LeadRow) -> None:
    change_id = set_status(session, lead, "ready")
    found = next_step(session)
    assert (found.step_id, found.origin, found.rows) == (change_id, change_id, 1)
    assert found.name == "Ada Lovelace"
    assert found.fields == (FieldChange("lead", "status", "new", "ready", True, True),)


def test_all_fields_of_an_edit_go_back(
    session: Session, other: PsycopgConnection, lead: LeadRow
) -> None:
    set_fields(session, lead, title="CEO", first_name="Augusta")
    do(session)
    assert column(other, lead, "title") == "CTO"
    assert column(other, lead, "first_name") == "Ada"


def test_an_empty_value_comes_back(session: Session, other: PsycopgConnection) -> None:
    lead = add_lead(session)
    set_fields(session, lead, title="CEO")
    do(session)
    assert column(other, lead, "title") is None


def test_what_another_writer_did_to_other_fields_stays(
    session: Session, other: PsycopgConnection, lead: LeadRow
) -> None:
    set_status(session, lead, "ready")
    rewrite(other, lead, title="CEO")
    do(session)
    assert (column(other, lead), column(other, lead, "title")) == ("new", "CEO")


def test_the_journal_tells_an_undo_from_a_change(
    session: Session, other: PsycopgConnection, lead: LeadRow
) -> None:
    origin = set_status(session, lead, "ready")
    do(session)
    do(session, "redo")
    reasons = [row[0] for row in fetch(other, "SELECT reason FROM changes ORDER BY change_id")]
    assert reasons == [None, f"undo:{origin}", f"redo:{origin}"]
    assert [reason_shown(reason) for reason in reasons] == ["", "undo", "redo"]


# Many steps


def test_steps_go_back_and_forth_in_their_order(
    session: Session, other: PsycopgConnection, lead: LeadRow
) -> None:
    set_status(session, lead, "enriching")
    set_status(session, lead, "ready", "enriching")
    set_fields(session, lead, title="CEO")
    seen = []
    for purpose in ("undo", "undo", "undo", "redo", "redo", "redo", "undo"):
        do(session, purpose)  # type: ignore[arg-type]
        seen.append((column(other, lead), column(other, lead, "title")))
    assert seen == [
        ("ready", "CTO"),
        ("enriching", "CTO"),
        ("new", "CTO"),
        ("enriching", "CTO"),
        ("ready", "CTO"),
        ("ready", "CEO"),
        ("ready", "CTO"),
    ]


def test_a_new_change_forgets_what_could_be_done_again(session: Session, lead: LeadRow) -> None:
    first = set_status(session, lead, "enriching")
    set_status(session, lead, "ready", "enriching")
    do(session)
    third = set_status(session, lead, "disqualified", "enriching")
    assert steps(session, OPERATOR, "redo") == ()
    assert [found.origin for found in steps(session, OPERATOR, "undo")] == [third, first]


def test_steps_that_are_known_already_are_left_out(session: Session, lead: LeadRow) -> None:
    first = set_status(session, lead, "enriching")
    second = set_status(session, lead, "ready", "enriching")
    found = steps(session, OPERATOR, "undo", without={second})
    assert [one.origin for one in found] == [first]


def test_the_steps_of_others_are_no_steps_of_ones_own(
    database: Database, session: Session, other: PsycopgConnection, lead: LeadRow
) -> None:
    rewrite(other, lead, status="ready")
    with database.sessions.begin() as theirs:
        theirs.connection().exec_driver_sql("SET LOCAL customer_center.actor = 'ada'")
        change_status(theirs, StatusRequest("lead", lead.id, "ready", "sent", change_id=uuid4()))
    assert steps(session, OPERATOR, "undo") == ()
    assert len(steps(session, "ada", "undo")) == 1


def test_steps_outlive_the_session_that_made_them(
    database: Database, other: PsycopgConnection, lead: LeadRow
) -> None:
    with database.sessions() as yesterday:
        set_status(yesterday, lead, "enriching")
        set_status(yesterday, lead, "ready", "enriching")
        do(yesterday)
    with database.sessions() as today:
        assert next_step(today, "redo").fields[0].new == "ready"
        do(today, "redo")
        do(today)
        do(today)
    assert column(other, lead) == "new"


def test_there_is_no_step_in_an_empty_journal(session: Session) -> None:
    assert steps(session, OPERATOR, "undo") == steps(session, OPERATOR, "redo") == ()
    assert step(session, uuid4(), uuid4(), "undo") is None


def test_a_step_that_was_never_written_is_not_found(session: Session) -> None:
    with pytest.raises(CannotTakeBack, match="nothing of this change"):
        take_back(session, UndoRequest(uuid4(), uuid4(), "undo"))


# Batches


def test_a_batch_is_one_step(session: Session, other: PsycopgConnection) -> None:
    campaign = add_campaign(session)
    new, enriching = (add_lead(session, campaign, status=status) for status in ("new", "enriching"))
    change(session, BulkRequest(Selection(scope=LeadScope(campaign.id)), "status", "ready"))
    session.commit()
    (found,) = steps(session, OPERATOR, "undo")
    assert (found.rows, found.name) == (2, None)
    assert (found.fields[0].one_old, found.fields[0].one_new) == (False, True)
    do(session)
    assert (column(other, new), column(other, enriching)) == ("new", "enriching")


def fill(session: Session, number: int) -> UUID:
    campaign = add_campaign(session)
    organization = add_organization(session)
    session.execute(
        insert(Lead),
        [
            {
                "campaign_id": campaign.id,
                "company_id": organization.id,
                "email": f"p{at}@example.com",
            }
            for at in range(number)
        ],
    )
    session.commit()
    return campaign.id


def test_ten_thousand_leads_go_back_but_for_those_that_others_changed(
    session: Session, other: PsycopgConnection
) -> None:
    campaign = fill(session, MANY)
    change(session, BulkRequest(Selection(scope=LeadScope(campaign)), "status", "ready"))
    session.commit()
    run(
        other,
        "UPDATE leads SET status = 'queued' WHERE lead_id IN"
        " (SELECT lead_id FROM leads ORDER BY email LIMIT 300)",
    )
    found = next_step(session)
    met = preview(session, found).conflicts
    assert (found.rows, len(met)) == (MANY, 300)
    request = UndoRequest(
        found.step_id, found.origin, "undo", overwrite=met[:100], left=met[100:], change_id=uuid4()
    )
    done = take_back(session, request)
    session.commit()
    assert (len(done.rows), done.left) == (MANY - 200, 200)
    counts = dict(fetch(other, "SELECT status, count(*) FROM leads GROUP BY status"))
    assert counts == {"new": MANY - 200, "queued": 200}
    assert len(do(session, "redo").rows) == MANY - 200


def test_all_or_nothing_is_taken_back(session: Session, other: PsycopgConnection) -> None:
    campaign = fill(session, 10)
    change(session, BulkRequest(Selection(scope=LeadScope(campaign)), "status", "ready"))
    session.commit()
    found = next_step(session)
    take_back(session, UndoRequest(found.step_id, found.origin, "undo"))
    session.rollback()
    assert scalar(other, "SELECT count(*) FROM leads WHERE status = 'ready'") == 10


def test_an_import_is_no_step(session: Session, other: PsycopgConnection, lead: LeadRow) -> None:
    label_transaction(session, batch_id=uuid4())
    session.execute(update(Lead).where(Lead.lead_id == lead.id).values(title="Imported"))
    session.commit()
    assert steps(session, OPERATOR, "undo") == ()


# A commit whose answer was lost


def test_what_was_written_is_found_by_its_change_id(session: Session, lead: LeadRow) -> None:
    origin = set_status(session, lead, "ready")
    request = UndoRequest(origin, origin, "undo", change_id=uuid4())
    assert taken_back(session, request) is None
    take_back(session, request)
    session.commit()
    found = taken_back(session, request)
    assert found is not None
    assert found.rows == (("lead", lead.id),)
