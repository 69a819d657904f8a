"""Steps of the journal taken back and done again, beside another writer on the same rows."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from db.database import Database
from db.engine import label_transaction
from db.many import BulkRequest, Selection
from db.models import Lead, Organization
from db.rows import LeadRow, LeadScope
from db.services.bulk import change
from db.services.edits import edit
from db.services.statuses import StatusRequest
from db.services.statuses import change as change_status
from db.services.undo import UndoRequest, preview, step, steps, take_back, taken_back
from db.steps import (
    CannotTakeBack,
    FieldChange,
    Purpose,
    Step,
    TakenBack,
    UndoConflict,
    reason_shown,
)
from tests.support import (
    OPERATOR,
    WORKFLOW,
    add_campaign,
    add_lead,
    add_organization,
    fetch,
    journal,
    run,
    scalar,
    wait_for,
)

MANY = 10_000
WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


def set_status(session: Session, lead: LeadRow, target: str, seen: str = "new") -> UUID:
    """Change a status as a key does; return the change id."""
    change_id = uuid4()
    change_status(session, StatusRequest("lead", lead.id, seen, target, change_id=change_id))
    session.commit()
    return change_id


def set_fields(session: Session, lead: LeadRow, **after: str) -> UUID:
    """Edit fields of a lead as a form does; return the change id."""
    change_id = uuid4()
    before: Mapping[str, str | None] = {name: getattr(lead, name) for name in after}
    edit(session, "lead", lead.id, before, after, change_id=change_id)
    session.commit()
    return change_id


def next_step(session: Session, purpose: Purpose = "undo") -> Step:
    return steps(session, OPERATOR, purpose)[0]


def do(session: Session, purpose: Purpose = "undo") -> TakenBack:
    """Take the latest step back, or do the one again that was taken back last."""
    found = next_step(session, purpose)
    request = UndoRequest(found.step_id, found.origin, purpose, change_id=uuid4())
    done = take_back(session, request)
    session.commit()
    return done


def column(other: PsycopgConnection, lead: LeadRow, name: str = "status") -> object:
    return scalar(other, f"SELECT {name} FROM leads WHERE lead_id = %s", lead.id)


def rewrite(other: PsycopgConnection, lead: LeadRow, **values: object) -> None:
    """Change a lead as a workflow does."""
    names = ", ".join(f"{name} = %s" for name in values)
    run(other, f"UPDATE leads SET {names} WHERE lead_id = %s", *values.values(), lead.id)


@pytest.fixture
def lead(session: Session) -> LeadRow:
    return add_lead(session, first_name="Ada", last_name="Lovelace", title="CTO")


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


# Beside another writer


def conflicted(session: Session, request: UndoRequest) -> UndoConflict:
    with pytest.raises(UndoConflict) as caught:
        take_back(session, request)
    session.rollback()
    return caught.value


def test_anothers_change_is_told_and_nothing_is_written(
    session: Session, other: PsycopgConnection, lead: LeadRow
) -> None:
    origin = set_status(session, lead, "ready")
    rewrite(other, lead, status="queued")
    error = conflicted(session, UndoRequest(origin, origin, "undo"))
    (conflict,) = error.preview.conflicts
    assert (conflict.row_id, conflict.name, conflict.field) == (lead.id, "Ada Lovelace", "status")
    assert (conflict.back, conflict.step_value, conflict.theirs) == ("new", "ready", "queued")
    assert conflict.actor == WORKFLOW
    assert conflict.at is not None
    assert abs((datetime.now(UTC) - conflict.at).total_seconds()) < 60
    assert "n8n changed status of Ada Lovelace meanwhile" in str(error)
    assert column(other, lead) == "queued"


def test_anothers_value_is_written_over_where_that_was_chosen(
    session: Session, other: PsycopgConnection, lead: LeadRow
) -> None:
    origin = set_status(session, lead, "ready")
    rewrite(other, lead, status="queued")
    met = preview(session, next_step(session)).conflicts
    done = take_back(session, UndoRequest(origin, origin, "undo", overwrite=met))
    session.commit()
    assert done.rows == (("lead", lead.id),)
    assert column(other, lead) == "new"


def test_anothers_value_that_changed_again_is_a_new_conflict(
    session: Session, other: PsycopgConnection, lead: LeadRow
) -> None:
    origin = set_status(session, lead, "ready")
    rewrite(other, lead, status="queued")
    met = preview(session, next_step(session)).conflicts
    rewrite(other, lead, status="sent")
    request = UndoRequest(origin, origin, "undo", overwrite=met)
    assert conflicted(session, request).preview.conflicts[0].theirs == "sent"
    assert column(other, lead) == "sent"


def test_anothers_value_is_left_where_that_was_chosen(
    session: Session, other: PsycopgConnection, lead: LeadRow
) -> None:
    origin = set_fields(session, lead, title="CEO", first_name="Augusta")
    rewrite(other, lead, title="Countess")
    met = preview(session, next_step(session)).conflicts
    done = take_back(session, UndoRequest(origin, origin, "undo", left=met))
    session.commit()
    assert (len(done.rows), done.left) == (1, 1)
    assert column(other, lead, "title") == "Countess"
    assert column(other, lead, "first_name") == "Ada"


def test_doing_it_again_leaves_alone_what_the_undo_left_alone(
    session: Session, other: PsycopgConnection, lead: LeadRow
) -> None:
    origin = set_fields(session, lead, title="CEO", first_name="Augusta")
    rewrite(other, lead, title="Countess")
    met = preview(session, next_step(session)).conflicts
    take_back(session, UndoRequest(origin, origin, "undo", left=met, change_id=uuid4()))
    session.commit()
    do(session, "redo")
    assert column(other, lead, "title") == "Countess"
    assert column(other, lead, "first_name") == "Augusta"


def test_a_value_that_is_back_already_is_no_conflict(
    session: Session, other: PsycopgConnection, lead: LeadRow
) -> None:
    set_status(session, lead, "ready")
    rewrite(other, lead, status="new")
    assert do(session).rows == ()
    assert column(other, lead) == "new"


def test_a_change_while_the_undo_waits_for_a_lock_is_seen(
    database: Database, session: Session, other: PsycopgConnection, lead: LeadRow
) -> None:
    origin = set_status(session, lead, "ready")
    run(other, "BEGIN")
    rewrite(other, lead, status="queued")

    def press() -> None:
        with database.sessions.begin() as pressed:
            take_back(pressed, UndoRequest(origin, origin, "undo"))

    with ThreadPoolExecutor(1) as worker:
        pressed = worker.submit(press)
        wait_for(lambda: scalar(other, WAITING), "for the undo to wait")
        run(other, "COMMIT")
        with pytest.raises(UndoConflict):
            pressed.result(timeout=10)
    assert column(other, lead) == "queued"


def test_a_deleted_row_is_counted_and_the_others_go_back(
    session: Session, other: PsycopgConnection
) -> None:
    campaign = add_campaign(session)
    leads = [add_lead(session, campaign) for _ in range(3)]
    change(session, BulkRequest(Selection(scope=LeadScope(campaign.id)), "status", "ready"))
    session.commit()
    run(other, "DELETE FROM leads WHERE lead_id = %s", leads[1].id)
    assert preview(session, next_step(session)).gone == 1
    done = do(session)
    assert (len(done.rows), done.gone) == (2, 1)
    assert column(other, leads[0]) == column(other, leads[2]) == "new"


def test_a_suppressed_status_can_be_taken_back_and_done_again(
    session: Session, other: PsycopgConnection, lead: LeadRow
) -> None:
    set_status(session, lead, "do_not_contact")
    do(session)
    assert column(other, lead) == "new"
    do(session, "redo")
    assert column(other, lead) == "do_not_contact"


def test_a_status_outside_the_vocabulary_comes_back(
    session: Session, other: PsycopgConnection
) -> None:
    lead = add_lead(session, status="frobnicated")
    change_id = uuid4()
    request = StatusRequest(
        "lead", lead.id, "frobnicated", "ready", forced=True, change_id=change_id
    )
    change_status(session, request)
    session.commit()
    do(session)
    assert column(other, lead) == "frobnicated"


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


# Types


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("email_sent_at", datetime(2026, 7, 1, 12, 30, 0, 123456, UTC), None),
        ("reply_received_at", None, datetime(2026, 1, 1, tzinfo=UTC)),
        ("custom_data", {"a": [1, "ü"], "b": None}, {"a": 2}),
        ("email_icebreaker", "line\n'one' \\ two\t", "other"),
    ],
)
def test_values_of_every_type_come_back_and_go_again(
    session: Session, other: PsycopgConnection, name: str, before: object, after: object
) -> None:
    """The other session's time zone writes times in another way; they are the same times."""
    lead = add_lead(session, **{name: before})
    old = column(other, lead, name)
    label_transaction(session, client_id=uuid4())
    session.connection().exec_driver_sql("SET LOCAL TimeZone = 'Asia/Kathmandu'")
    session.execute(update(Lead).where(Lead.lead_id == lead.id).values({name: after}))
    session.commit()
    new = column(other, lead, name)
    do(session)
    assert column(other, lead, name) == old
    do(session, "redo")
    assert column(other, lead, name) == new


def test_a_lead_goes_back_to_its_campaign_and_company(
    session: Session, other: PsycopgConnection, lead: LeadRow
) -> None:
    moved = {
        "campaign_id": add_campaign(session).id,
        "company_id": add_organization(session).id,
    }
    label_transaction(session, client_id=uuid4())
    session.execute(update(Lead).where(Lead.lead_id == lead.id).values(moved))
    session.commit()
    do(session)
    assert column(other, lead, "campaign_id") == lead.campaign_id
    assert column(other, lead, "company_id") == lead.company_id


def test_an_address_that_another_lead_has_by_now_can_not_come_back(
    session: Session, other: PsycopgConnection
) -> None:
    campaign = add_campaign(session)
    lead = add_lead(session, campaign, email="ada@example.com")
    set_fields(session, lead, email="augusta@example.com")
    add_lead(session, campaign, email="ada@example.com")
    with pytest.raises(CannotTakeBack, match="uq_leads_campaign_id_email"):
        do(session)
    session.rollback()
    assert column(other, lead, "email") == "augusta@example.com"


def test_a_number_comes_back(session: Session, other: PsycopgConnection) -> None:
    company = add_organization(session, estimated_num_employees=12)
    change_id = uuid4()
    texts = {"estimated_num_employees": "12"}, {"estimated_num_employees": "1,200"}
    edit(session, "organization", company.id, *texts, change_id=change_id)
    session.commit()
    do(session)
    assert scalar(other, "SELECT estimated_num_employees FROM organizations") == 12


def test_a_document_that_the_journal_holds_by_checksum_is_told_and_stays(
    session: Session, other: PsycopgConnection
) -> None:
    company = add_organization(session, website_raw_data={"text": "x" * 9000}, country="DE")
    label_transaction(session, client_id=uuid4())
    session.execute(update(Organization).values(website_raw_data={}, country="FR"))
    session.commit()
    assert preview(session, next_step(session)).lost == 1
    done = do(session)
    assert (done.lost, done.rows) == (1, (("organization", company.id),))
    assert fetch(other, "SELECT website_raw_data, country FROM organizations") == [({}, "DE")]


def test_a_large_document_that_was_written_is_recognised(
    session: Session, other: PsycopgConnection
) -> None:
    add_organization(session, website_raw_data={"small": 1})
    label_transaction(session, client_id=uuid4())
    session.execute(update(Organization).values(website_raw_data={"text": "x" * 9000}))
    session.commit()
    do(session)
    assert scalar(other, "SELECT website_raw_data FROM organizations") == {"small": 1}


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
