"""Values of every type that come back as they were."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy import update
from sqlalchemy.orm import Session

from db.engine import label_transaction
from db.models import Lead, Organization
from db.rows import LeadRow
from db.services.edits import edit
from db.services.statuses import StatusRequest
from db.services.statuses import change as change_status
from db.services.undo import preview
from db.steps import CannotTakeBack
from tests.db.undo_support import column, do, next_step, set_fields, set_status
from tests.support import add_campaign, add_lead, add_organization, fetch, scalar

# Statuses


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
