"""One value in a field of many leads, or another campaign for them."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.database import Database
from db.errors import NotFound, Refused
from db.many import BulkField, BulkRequest
from db.rows import CampaignRow
from db.services.bulk import change, preview
from tests.db.bulk_support import add, all_of, fates, pressed, these
from tests.support import add_campaign, add_lead, add_organization, fetch, run, scalar, waited_out

# A field


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        ("language", " de ", "de"),
        ("source", None, None),
        ("title", "Head of IT", "Head of IT"),
        ("email_icebreaker", None, None),
        ("email_verification_status", "catch_all", "catch_all"),
        ("email_verification_status", "unverified", None),
    ],
)
def test_a_field_gets_one_value(
    session: Session,
    other: PsycopgConnection,
    campaign: CampaignRow,
    field: BulkField,
    value: str | None,
    stored: str | None,
) -> None:
    before = {
        "language": "en",
        "source": "apollo",
        "title": "CTO",
        "email_icebreaker": "Hello!",
        "email_verification_status": "valid",
    }
    organization = add_organization(session)
    for _ in range(2):
        add_lead(session, campaign, organization, **before)
    add_lead(session, campaign, organization, **(before | {field: stored}))
    request = BulkRequest(all_of(campaign), field, value)
    foreseen = preview(session, request)
    done = change(session, request)
    session.commit()
    assert fates(foreseen) == fates(done) == {(None, "changed", 2), (None, "already", 1)}
    assert fetch(other, f"SELECT DISTINCT {field} FROM leads") == [(stored,)]
    assert {
        (old, new) for old, new in fetch(other, "SELECT old_value, new_value FROM changes")
    } == {(before[field], stored)}


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("email_icebreaker", "Hello all!", "can only be cleared"),
        ("email_verification_status", "fine", "'fine' is no verification"),
        ("title", "a\0b", "NUL"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(
    session: Session, campaign: CampaignRow, field: BulkField, value: str, problem: str
) -> None:
    request = BulkRequest(all_of(campaign), field, value)
    for function in (preview, change):
        with pytest.raises(Refused, match=problem):
            function(session, request)


def test_a_field_changed_after_the_preview_is_left_alone(
    session: Session, other: PsycopgConnection, campaign: CampaignRow
) -> None:
    leads = add(session, campaign, new=2)
    run(other, "UPDATE leads SET email_icebreaker = 'Hello'")
    request = BulkRequest(all_of(campaign), "email_icebreaker", None)
    foreseen = preview(session, request)
    session.rollback()
    run(other, "UPDATE leads SET email_icebreaker = 'Hello, Ann' WHERE lead_id = %s", leads[0])
    done = change(session, replace(request, place=foreseen.place))
    session.commit()
    assert fates(done) == {(None, "changed", 1), (None, "changed meanwhile", 1)}
    assert scalar(other, "SELECT max(email_icebreaker) FROM leads") == "Hello, Ann"


# Another campaign


@pytest.mark.parametrize("pieces", [1, 100])
def test_leads_move_to_another_campaign_where_their_address_is_free(
    session: Session,
    other: PsycopgConnection,
    campaign: CampaignRow,
    monkeypatch: pytest.MonkeyPatch,
    pieces: int,
) -> None:
    """Two leads of one address are two campaigns' leads: one of them moves."""
    monkeypatch.setattr("db.services.bulk.PIECE", pieces)
    second, target = add_campaign(session), add_campaign(session)
    organization = add_organization(session)
    for where, email in [
        (campaign, "free@acme.com"),
        (campaign, "taken@acme.com"),
        (campaign, "twice@acme.com"),
        (second, "twice@acme.com"),
        (target, "taken@acme.com"),
    ]:
        add_lead(session, where, organization, email)
    leads = these(*(row[0] for row in fetch(other, "SELECT lead_id FROM leads")))
    request = BulkRequest(leads, "campaign_id", target.id)
    foreseen = preview(session, request)
    done = change(session, request)
    session.commit()
    expected = {(None, "changed", 2), (None, "taken", 2), (None, "already", 1)}
    assert fates(foreseen) == fates(done) == expected
    moved = fetch(other, "SELECT email FROM leads WHERE campaign_id = %s ORDER BY 1", target.id)
    assert moved == [("free@acme.com",), ("taken@acme.com",), ("twice@acme.com",)]


def test_leads_do_not_move_to_a_campaign_that_is_gone(
    session: Session, campaign: CampaignRow
) -> None:
    request = BulkRequest(all_of(campaign), "campaign_id", uuid4())
    for function in (preview, change):
        with pytest.raises(NotFound):
            function(session, request)


def test_an_address_that_another_program_adds_meanwhile_stops_the_move(
    database: Database, session: Session, other: PsycopgConnection, campaign: CampaignRow
) -> None:
    lead, target = add_lead(session, campaign, email="ann@acme.com"), add_campaign(session)
    run(other, "BEGIN")
    run(
        other,
        "INSERT INTO leads (campaign_id, company_id, email) VALUES (%s, %s, 'ann@acme.com')",
        target.id,
        lead.company_id,
    )

    with pytest.raises(Refused, match="same address"):
        waited_out(
            other, lambda: pressed(database, BulkRequest(these(lead.id), "campaign_id", target.id))
        )
    assert scalar(other, "SELECT campaign_id FROM leads WHERE lead_id = %s", lead.id) == campaign.id
