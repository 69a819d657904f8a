"""Why a lead deserves a look."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.queries import leads
from db.reasons import placeholder, reasons
from db.rows import CampaignRow, Contact, LeadDetail, OrganizationDetail
from tests.support import add_campaign, add_lead, add_organization, run

NOW = datetime(2026, 11, 25, 11, 30, tzinfo=UTC)  # a Wednesday
ID = UUID(int=1)
HOUR = timedelta(hours=1)


def a_lead(time_zone: str | None = None, **values: Any) -> LeadDetail:
    """A lead about whom there is nothing to say but what is given."""
    organization = OrganizationDetail(
        ID, "Acme", "acme.com", *([None] * 7), time_zone, None, None, None, NOW, NOW, 1, *[None] * 3
    )
    campaign = CampaignRow(ID, "Q4", None, "active", NOW, NOW, 1)
    lead = LeadDetail(
        lead_id=ID,
        first_name="Ada",
        last_name="Lovelace",
        email="ada@acme.com",
        external_id=None,
        title=None,
        headline=None,
        linkedin_url=None,
        email_verification_status="valid",
        email_verification_message=None,
        email_icebreaker="I liked your talk on engines.",
        status="new",
        language=None,
        source=None,
        email_sent_at=None,
        reply_received_at=None,
        last_contacted_at=None,
        created_at=NOW,
        updated_at=NOW,
        row_version=1,
        custom_bytes=None,
        campaign=campaign,
        organization=organization,
    )
    return replace(lead, **values)


def said(lead: LeadDetail, now: datetime = NOW) -> list[tuple[str, str]]:
    return [(reason.severity, reason.text) for reason in reasons(lead, now)]


def test_a_lead_in_order_needs_no_look() -> None:
    assert said(a_lead()) == []


@pytest.mark.parametrize(
    ("values", "severity", "text"),
    [
        ({"status": "bounced"}, "bad", "the last mail bounced"),
        ({"status": "do_not_contact"}, "bad", "must not be written to: do not contact"),
        ({"status": "odd"}, "attention", "unknown status odd"),
        ({"email_verification_status": None}, "attention", "the address is not verified"),
        ({"email_verification_status": "pending"}, "attention", "the address is not verified"),
        ({"email_verification_status": "invalid"}, "bad", "the address is invalid"),
        ({"email_verification_status": "spamtrap"}, "bad", "the address is spamtrap"),
        ({"email_verification_status": "catch_all"}, "attention", "the address is catch-all"),
        ({"email_verification_status": "odd"}, "attention", "the address is odd"),
        ({"reply_received_at": NOW - 2 * HOUR}, "attention", "replied 2 h ago"),
        ({"reply_received_at": NOW - HOUR / 4}, "attention", "replied 15 min ago"),
        ({"reply_received_at": NOW - 30 * HOUR}, "attention", "replied yesterday"),
        (
            {"reply_received_at": NOW - 900 * HOUR, "status": "replied"},
            "attention",
            "replied 37 days ago",
        ),
        (
            {"snoozed_until": NOW - 2 * HOUR, "updated_at": NOW - 50 * HOUR},
            "attention",
            "the snooze ended 2 h ago",
        ),
        (
            {"email_icebreaker": "Hi {{first_name}}, nice"},
            "bad",
            "the icebreaker holds a placeholder: {{first_name}}",
        ),
        (
            {"company_in_icebreaker": "Globex"},
            "bad",
            "the icebreaker names another company: Globex",
        ),
    ],
)
def test_what_is_odd_about_a_lead_is_said(values: dict[str, Any], severity: str, text: str) -> None:
    assert said(a_lead(**values)) == [(severity, text)]


def test_a_snooze_that_ended_is_not_told_once_the_lead_was_written_to() -> None:
    assert said(a_lead(snoozed_until=NOW - 2 * HOUR, updated_at=NOW - HOUR)) == []


def test_an_old_reply_that_was_judged_is_not_told() -> None:
    lead = a_lead(reply_received_at=NOW - timedelta(days=40), status="interested")
    assert said(lead) == []


def test_the_latest_contact_of_the_company_by_another_campaign_is_told() -> None:
    lead = a_lead(
        contacts=(
            Contact("Bob Best", "Q2", NOW - timedelta(days=9)),
            Contact("Eve Ely", "Q3", NOW - 26 * HOUR),
        )
    )
    text = "Eve Ely of this company was contacted yesterday: Q3"
    assert said(lead) == [("attention", text)]


def test_a_contact_of_long_ago_is_not_told() -> None:
    assert said(a_lead(contacts=(Contact("Bob", "Q2", NOW - timedelta(days=15)),))) == []


@pytest.mark.parametrize(
    ("time_zone", "now", "told"),
    [
        ("Europe/Berlin", NOW, [("note", "12:30 there")]),
        ("America/Los_Angeles", NOW, [("attention", "03:30 there")]),
        ("Asia/Tokyo", NOW, [("attention", "20:30 there")]),
        ("Europe/Berlin", NOW + timedelta(days=3), [("attention", "Saturday 12:30 there")]),
        ("Mars/Olympus", NOW, []),
        ("../../etc/passwd", NOW, []),
        ("Europe", NOW, []),
        ("a\0b", NOW, []),
        ("\ud800", NOW, []),
        ("x" * 5_000, NOW, []),
        ("", NOW, []),
    ],
)
def test_the_time_at_the_lead_is_told_where_the_zone_is_known(
    time_zone: str, now: datetime, told: list[tuple[str, str]]
) -> None:
    assert said(a_lead(time_zone), now) == told


def test_the_gravest_reason_comes_first() -> None:
    lead = a_lead("Europe/Berlin", email_verification_status=None, status="bounced")
    assert [severity for severity, _ in said(lead)] == ["bad", "attention", "note"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hi {{ first_name }}, hello", "{{ first_name }}"),
        ("Hi {first_name}", "{first_name}"),
        ("Hi ${name}", "${name}"),
        ("{% if company %}Acme", "{% if company %}"),
        ("I like [Company] a lot", "[Company]"),
        ("I like [COMPANY NAME] a lot", "[COMPANY NAME]"),
        ("Regards, [Your Name]", "[Your Name]"),
        ("Hi <name>", "<name>"),
        ("Hi <<First Name>>", "<<First Name>>"),
        ("Hi %NAME%", "%NAME%"),
        ("Hi %first_name%", "%first_name%"),
        ("Hi %SENDER_SIGNATURE%", "%SENDER_SIGNATURE%"),
        ("Hi None, how are you", "Hi None"),
        ("Hello , how are you", "Hello ,"),
    ],
)
def test_what_a_template_left_over_is_found(text: str, left: str) -> None:
    assert placeholder(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hi Ada, I read [1] and liked it.",
        "Growth of 20% and 30% in a year",
        "100 %, really",
        "Your post <3 was great; a < b > c",
        "Hi Nonette, hello",
        "Hi! Nullarbor is far.",
        "Hello, how are you?",
        "Set {1, 2} and f(x) [sic]",
        "I like the [beta] of your product",
        "{ }",
    ],
)
def test_an_ordinary_text_raises_no_false_alarm(text: str) -> None:
    assert placeholder(text) is None


def test_contacts_of_other_campaigns_come_with_the_lead(
    session: Session, other: PsycopgConnection
) -> None:
    company, here = add_organization(session), add_campaign(session, "Here")
    mine = add_lead(session, here, company, last_contacted_at=NOW)
    add_lead(session, here, company, last_contacted_at=NOW)
    add_lead(session, None, None, last_contacted_at=NOW)
    there = add_campaign(session, "There")
    add_lead(session, there, company, first_name="Eve", last_contacted_at=NOW - HOUR)
    add_lead(session, there, company)
    before = add_campaign(session, "Before")
    add_lead(session, before, company, "bob@acme.com", last_contacted_at=NOW - 2 * HOUR)
    assert leads.detail(session, mine.id).contacts == (
        Contact("Eve", "There", NOW - HOUR),
        Contact("bob@acme.com", "Before", NOW - 2 * HOUR),
    )
    run(other, "UPDATE leads SET last_contacted_at = NULL WHERE lead_id <> %s", mine.id)
    session.expire_all()
    assert leads.detail(session, mine.id).contacts == ()


def test_a_time_in_the_future_is_told_though_clocks_may_differ_a_little() -> None:
    lead = a_lead(email_sent_at=NOW + 48 * HOUR, reply_received_at=NOW + HOUR / 2)
    day = f"{(NOW + 48 * HOUR).astimezone():%Y-%m-%d %H:%M}"
    assert said(lead) == [("attention", f"sent in the future: {day}")]


@pytest.mark.parametrize(
    ("icebreaker", "told"),
    [
        ("I like what Globex does in robotics.", "Globex Inc."),
        ("Hi Bob, congratulations on Initech's new plant!", "Initech"),
        ("The people at Blue Ocean Partners speak well of you.", "Blue Ocean Partners LLC"),
        ("I like what Acme does better than Globex.", None),
        ("ACME's work is better than that of Globex.", None),
        ("Globex is a word at the beginning of a sentence.", None),
        ("I like the globex of your town.", None),
        ("I like what Hooli does.", None),
        ("I like what Initrode does.", None),
        ("It was good to meet you, Bob.", None),
        ("", None),
    ],
)
def test_an_icebreaker_for_another_company_of_the_campaign_is_told(
    session: Session, icebreaker: str, told: str | None
) -> None:
    here = add_campaign(session, "Here")
    acme = add_organization(session, "Acme Robotics GmbH", "acme.com")
    for name in ("Globex Inc.", "Initech", "Blue Ocean", "Blue Ocean Partners LLC", "Bob"):
        add_lead(session, here, add_organization(session, name))
    add_lead(session, here, add_organization(session, "Initrode", "acme.com"))
    add_lead(session, None, add_organization(session, "Hooli"))
    mine = add_lead(session, here, acme, first_name="Bob", email_icebreaker=icebreaker)
    assert leads.detail(session, mine.id).company_in_icebreaker == told


def test_a_suppressed_address_is_named_first(session: Session, other: PsycopgConnection) -> None:
    lead = add_lead(session, email="ada@acme.com", status="bounced")
    run(other, "INSERT INTO suppressions (value, reason) VALUES ('acme.com', 'by phone')")
    assert said(leads.detail(session, lead.id))[0] == (
        "bad",
        "must not be written to: acme.com is suppressed: by phone",
    )
