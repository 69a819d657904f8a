"""Leads, campaigns and organizations that are deleted, and come back whole."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.errors import NotFound, Refused, StaleRow
from db.many import BulkCount, BulkOutcome, BulkRequest, Selection
from db.queries import changes
from db.rows import LeadRow, LeadScope
from db.services import bulk, deletion
from db.services.undo import steps
from db.steps import CannotTakeBack
from tests.db.undo_support import do
from tests.support import OPERATOR, add_campaign, add_lead, add_organization, fetch, run, scalar

DOCUMENT = {"text": "x" * 20_000, "number": 1.50, "none": None}


def deleted(session: Session, *leads: LeadRow, **options: object) -> BulkOutcome:
    """Delete leads as the key does, after a preview."""
    request = BulkRequest(Selection(frozenset(lead.id for lead in leads)), "*", None, **options)  # type: ignore[arg-type]
    done = bulk.change(session, request)
    session.commit()
    return done


def table(other: PsycopgConnection, name: str = "leads") -> list[tuple[object, ...]]:
    return fetch(other, f"SELECT to_jsonb(t)::text FROM {name} t ORDER BY 1")


def test_a_deleted_lead_comes_back_whole_and_goes_again(
    session: Session, other: PsycopgConnection
) -> None:
    lead = add_lead(session, first_name="Ada", custom_data=DOCUMENT)
    run(other, "UPDATE leads SET title = 'CTO', snoozed_until = now(), last_contacted_at = now()")
    before = table(other)
    assert deleted(session, lead).counts == (BulkCount("new", "changed", 1),)
    assert table(other) == []
    step = steps(session, OPERATOR, "undo")[0]
    assert (step.rows, step.name) == (1, "Ada")
    assert do(session).rows == (("lead", lead.id),)
    assert table(other) == before
    assert do(session, "redo").rows == (("lead", lead.id),)
    assert table(other) == []
    do(session)
    assert table(other) == before


def test_a_document_that_is_no_object_comes_back_too(
    session: Session, other: PsycopgConnection
) -> None:
    leads = [add_lead(session, custom_data=value) for value in ("text", [1], 5)]
    before = table(other)
    deleted(session, *leads)
    do(session)
    assert table(other) == before


def test_a_lead_in_whose_place_another_one_was_written_stays_away(
    session: Session, other: PsycopgConnection
) -> None:
    campaign = add_campaign(session)
    first, second = add_lead(session, campaign), add_lead(session, campaign)
    deleted(session, first, second)
    add_lead(session, campaign, email=first.email)
    done = do(session)
    assert (done.rows, done.left) == ((("lead", second.id),), 1)
    run(other, "DELETE FROM leads WHERE lead_id = %s", second.id)
    deleted(session, add_lead(session, campaign, email="new@acme.com"))
    add_lead(session, campaign, email="new@acme.com")
    with pytest.raises(CannotTakeBack, match="others wrote there meanwhile"):
        do(session)


def test_a_lead_whose_campaign_is_gone_can_not_come_back(
    session: Session, other: PsycopgConnection
) -> None:
    deleted(session, add_lead(session))
    run(other, "DELETE FROM campaigns")
    with pytest.raises(CannotTakeBack, match="needs a campaign or an organization that is gone"):
        do(session)


def test_a_lead_that_was_changed_since_it_came_back_stays(
    session: Session, other: PsycopgConnection
) -> None:
    lead = add_lead(session)
    deleted(session, lead)
    do(session)
    run(other, "UPDATE leads SET title = 'CTO'")
    with pytest.raises(CannotTakeBack, match="others wrote there"):
        do(session, "redo")
    assert scalar(other, "SELECT title FROM leads") == "CTO"


def test_a_document_that_the_journal_left_out_is_told(
    session: Session, other: PsycopgConnection
) -> None:
    lead = add_lead(session, custom_data={"a": 1})
    deleted(session, lead)
    # As entries of the first schema are.
    run(other, "UPDATE changes SET old_value = (old_value::jsonb - 'custom_data')::text")
    assert do(session).lost == 1


def test_a_lead_that_must_not_be_written_to_is_deleted_with_a_reason_only(
    session: Session, other: PsycopgConnection
) -> None:
    lead = add_lead(session, status="unsubscribed")
    assert deleted(session, lead).counts == (BulkCount("unsubscribed", "suppressed", 1),)
    assert deleted(session, lead, forced=True).changed == 0
    assert deleted(session, lead, forced=True, reason="asked to be forgotten").changed == 1
    assert scalar(other, "SELECT reason FROM changes") == "asked to be forgotten"
    do(session)
    assert scalar(other, "SELECT status FROM leads") == "unsubscribed"


def test_a_lead_that_changed_after_the_preview_is_not_deleted(
    session: Session, other: PsycopgConnection
) -> None:
    campaign = add_campaign(session)
    first, _ = add_lead(session, campaign), add_lead(session, campaign)
    request = BulkRequest(Selection(scope=LeadScope(campaign.id)), "*", None)
    place = bulk.preview(session, request).place
    session.rollback()
    run(other, "UPDATE leads SET title = 'CTO' WHERE lead_id = %s", first.id)
    done = bulk.change(session, BulkRequest(request.which, "*", None, place=place))
    session.commit()
    assert {(count.fate, count.leads) for count in done.counts} == {
        ("changed", 1),
        ("changed meanwhile", 1),
    }
    assert scalar(other, "SELECT lead_id FROM leads") == first.id


def test_a_list_of_changes_does_without_large_documents(session: Session) -> None:
    lead = add_lead(session, custom_data=DOCUMENT)
    deleted(session, lead)
    (entry,) = changes.of_row(session, lead.id)
    assert entry.old is not None
    assert len(entry.old) < 2_000
    assert lead.email in entry.old


# Campaigns and organizations


@pytest.mark.parametrize(
    ("kind", "table_name"), [("campaign", "campaigns"), ("organization", "organizations")]
)
def test_what_has_no_leads_is_deleted_and_comes_back(
    session: Session, other: PsycopgConnection, kind: str, table_name: str
) -> None:
    row_id = parent(session, kind)
    before = table(other, table_name)
    deletion.delete(session, kind, row_id, deletion.check(session, kind, row_id), uuid4())  # type: ignore[arg-type]
    session.commit()
    assert table(other, table_name) == []
    do(session)
    assert table(other, table_name) == before


@pytest.mark.parametrize("kind", ["campaign", "organization"])
def test_what_has_leads_is_not_deleted(session: Session, kind: str) -> None:
    lead = add_lead(session)
    row_id = lead.campaign_id if kind == "campaign" else lead.company_id
    name = lead.campaign_name if kind == "campaign" else lead.company_name
    with pytest.raises(Refused, match=f"{name} has 1 lead: delete "):
        deletion.check(session, kind, row_id)  # type: ignore[arg-type]


def test_a_campaign_that_gets_a_lead_meanwhile_is_not_deleted(
    session: Session, other: PsycopgConnection
) -> None:
    campaign = add_campaign(session)
    version = deletion.check(session, "campaign", campaign.id)
    add_lead(session, campaign)
    with pytest.raises(Refused, match="has leads by now"):
        deletion.delete(session, "campaign", campaign.id, version, uuid4())
    session.rollback()
    assert scalar(other, "SELECT count(*) FROM campaigns") == 1


def test_a_campaign_that_changes_or_goes_meanwhile_is_told(
    session: Session, other: PsycopgConnection
) -> None:
    campaign = add_campaign(session)
    version = deletion.check(session, "campaign", campaign.id)
    run(other, "UPDATE campaigns SET description = 'x'")
    with pytest.raises(StaleRow, match="n8n changed it meanwhile"):
        deletion.delete(session, "campaign", campaign.id, version, uuid4())
    session.rollback()
    run(other, "DELETE FROM campaigns")
    with pytest.raises(NotFound):
        deletion.delete(session, "campaign", campaign.id, version, uuid4())


def parent(session: Session, kind: str) -> UUID:
    if kind == "campaign":
        return add_campaign(session, description="for Q4").id
    documents = {"website_raw_data": DOCUMENT, "website_summary_data": {"a": 1}}
    return add_organization(session, estimated_num_employees=5, **documents).id
