"""The vocabularies, compared with the table of the design written down a second time."""

from __future__ import annotations

import pytest
from psycopg2 import errors
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.statuses import (
    CAMPAIGN,
    LEAD,
    VERIFICATIONS,
    Group,
    allows,
    group_of,
    judgement_allows,
    lead_allows,
    values_of,
    verification,
)
from tests.support import add_lead, run

LEAD_TABLE = """
    new: enriching ready disqualified invalid
    enriching: ready new invalid disqualified
    ready: queued sent new disqualified invalid
    queued: sent ready bounced
    sent: replied bounced unsubscribed out_of_office no_response
    out_of_office: sent replied no_response unsubscribed bounced
    replied: interested not_interested not_now wrong_person out_of_office unsubscribed
    interested: meeting_booked won lost not_now not_interested
    meeting_booked: won lost interested not_now
    not_now: ready interested not_interested
    wrong_person: disqualified
    no_response: ready replied disqualified
    not_interested: ready replied
    lost: ready replied
    won:
    disqualified: new
    invalid: new
    bounced: new
    unsubscribed:
    do_not_contact:
"""
LATE_REPLY = "sent no_response not_interested lost out_of_office not_now"
CAMPAIGN_TABLE = """
    draft: scheduled active archived
    scheduled: active paused draft archived
    active: paused completed
    paused: active completed archived
    completed: active archived
    archived: draft paused
"""
GROUPS = """
    open: new enriching ready queued
    working: sent out_of_office
    answered: replied interested meeting_booked not_now wrong_person not_interested
    closed: no_response won lost disqualified invalid bounced unsubscribed do_not_contact
"""


def table(text: str) -> dict[str, set[str]]:
    lines = (line.partition(":") for line in text.split("\n") if line.strip())
    return {name.strip(): set(targets.split()) for name, _, targets in lines}


def lead_table() -> dict[str, set[str]]:
    """The design's table with its two sentences below it applied."""
    made = table(LEAD_TABLE)
    for current, targets in made.items():
        if current != "do_not_contact":
            targets.add("do_not_contact")
        if current in LATE_REPLY.split():
            targets.add("replied")
    return made


def test_a_lead_goes_exactly_where_the_table_says() -> None:
    values = table(LEAD_TABLE).keys()
    assert set(LEAD.values()) == values
    got = {here: {there for there in values if lead_allows(here, there)} for here in values}
    assert got == lead_table()


def test_a_campaign_goes_exactly_where_the_table_says() -> None:
    wanted = table(CAMPAIGN_TABLE)
    assert set(CAMPAIGN.values()) == wanted.keys()
    got = {here: {there for there in wanted if allows("campaign", here, there)} for here in wanted}
    assert got == wanted


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("running", "active"),
        ("finished", "completed"),
        ("stopped", "archived"),
        ("cancelled", "archived"),
    ],
)
def test_synonyms_of_a_campaign_status_are_read_as_the_same(written: str, read: str) -> None:
    assert CAMPAIGN.get(written) == CAMPAIGN.get(read)
    assert [allows("campaign", written, target) for target in CAMPAIGN.values()] == [
        allows("campaign", read, target) for target in CAMPAIGN.values()
    ]


def test_groups_for_reports() -> None:
    wanted = table(GROUPS)
    assert {group.value: set(values_of(group)) for group in Group} == wanted
    assert all(group_of(value) == group for group, values in wanted.items() for value in values)


def test_no_status_may_become_itself() -> None:
    assert not [value for value in LEAD.values() if lead_allows(value, value)]
    assert not [value for value in CAMPAIGN.values() if CAMPAIGN.allows(value, value)]


def test_a_reply_is_judged_in_one_step_from_wherever_it_may_arrive() -> None:
    judgements = table(LEAD_TABLE)["replied"]
    may_arrive = {here for here, targets in lead_table().items() if "replied" in targets}
    for here in LEAD.values():
        for there in judgements:
            wanted = here in may_arrive or there in lead_table()[here]
            assert judgement_allows(here, there) is wanted, (here, there)


def test_nothing_is_judged_out_of_a_suppressed_status() -> None:
    judged = [
        (here, there)
        for here in LEAD.suppressed
        for there in LEAD.values()
        if judgement_allows(here, there)
    ]
    assert judged == [("unsubscribed", "do_not_contact")]


def test_an_unknown_status_is_flagged_and_shown_as_it_is() -> None:
    unknown = LEAD.get("frob\x1bnicated")
    assert (unknown.value, unknown.label) == ("frob\x1bnicated", "frob\x1bnicated")
    assert not unknown.known
    assert group_of("frobnicated") is None


def test_an_unknown_status_may_become_any_known_one() -> None:
    assert all(lead_allows("frobnicated", value) for value in LEAD.values())
    assert not lead_allows("new", "frobnicated")


@pytest.mark.parametrize("vocabulary", [LEAD, CAMPAIGN], ids=lambda vocabulary: vocabulary.name)
def test_statuses_are_told_apart_without_colour(vocabulary: object) -> None:
    statuses = vocabulary.statuses  # type: ignore[attr-defined]
    assert len({status.glyph for status in statuses}) == len(statuses)
    assert len({status.label for status in statuses}) == len(statuses)


def test_defaults_are_the_server_s() -> None:
    assert (LEAD.default, CAMPAIGN.default) == ("new", "draft")


def test_the_database_suppresses_the_same_statuses(
    other: PsycopgConnection, session: Session
) -> None:
    refused = set()
    for value in LEAD.values():
        lead = add_lead(session, status=value).id
        try:
            run(other, "UPDATE leads SET status = 'frobnicated' WHERE lead_id = %s", lead)
        except errors.CheckViolation:
            refused.add(value)
    assert refused == LEAD.suppressed == {"unsubscribed", "do_not_contact"}


def test_verification_statuses_and_what_may_be_sent() -> None:
    assert [entry.value for entry in VERIFICATIONS] == [
        *("unverified", "pending", "valid", "catch_all", "risky", "unknown", "invalid"),
        *("disposable", "role", "spamtrap"),
    ]
    assert {entry.value for entry in VERIFICATIONS if entry.sendable} == {
        "valid",
        "catch_all",
        "unknown",
    }


def test_a_missing_verification_reads_as_unverified() -> None:
    assert verification(None).value == "unverified"


def test_an_unknown_verification_is_shown_and_never_sendable() -> None:
    entry = verification("frobnicated")
    assert (entry.value, entry.sendable) == ("frobnicated", False)
