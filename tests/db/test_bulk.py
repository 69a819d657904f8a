"""One change for many leads: previewed, written at once, other writers' changes left alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.database import Database
from db.errors import BulkCancelled, NotFound, Refused
from db.many import BulkCount, BulkField, BulkOutcome, BulkRequest, Selection
from db.models import Change
from db.queries import changes
from db.rows import CampaignRow, LeadScope
from db.services.bulk import change, preview, written
from tests.support import (
    OPERATOR,
    add_campaign,
    add_lead,
    add_organization,
    fetch,
    journal,
    run,
    scalar,
    wait_for,
)

WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


@pytest.fixture
def campaign(session: Session) -> CampaignRow:
    return add_campaign(session)


def add(session: Session, campaign: CampaignRow, **numbers: int) -> list[UUID]:
    """Write so many leads of each status; return their ids."""
    organization = add_organization(session)
    return [
        add_lead(session, campaign, organization, status=status).id
        for status, number in numbers.items()
        for _ in range(number)
    ]


def statuses(other: PsycopgConnection) -> dict[str, int]:
    return dict(fetch(other, "SELECT status, count(*) FROM leads GROUP BY status"))


def all_of(campaign: CampaignRow, *statuses: str) -> Selection:
    """All leads of a campaign, or those of some statuses."""
    return Selection(scope=LeadScope(campaign.id, statuses=statuses))


def these(*leads: UUID) -> Selection:
    """Leads by their ids."""
    return Selection(frozenset(leads))


def to(target: str, which: Selection, *, forced: bool = False, **more: Any) -> BulkRequest:
    """A status for leads."""
    return BulkRequest(which, "status", target, forced, **more)


def fates(outcome: BulkOutcome) -> set[tuple[str | None, str, int]]:
    return {(count.status, count.fate, count.leads) for count in outcome.counts}


def test_all_leads_of_a_scope_that_may_change_do(
    session: Session, other: PsycopgConnection, campaign: CampaignRow
) -> None:
    add(session, campaign, new=3, enriching=2, sent=1, ready=1)
    add(session, add_campaign(session), new=1)
    done = change(session, to("ready", all_of(campaign)))
    session.commit()
    assert done.changed == 5
    assert set(done.skipped) == {
        BulkCount("sent", "not allowed", 1),
        BulkCount("ready", "already", 1),
    }
    assert statuses(other) == {"ready": 6, "sent": 1, "new": 1}


def test_the_preview_says_what_the_change_does_and_writes_nothing(
    session: Session, other: PsycopgConnection, campaign: CampaignRow
) -> None:
    add(session, campaign, new=2, sent=3, won=1, unsubscribed=1, frobnicated=1)
    request = to("ready", all_of(campaign))
    foreseen = preview(session, request)
    assert foreseen.batch_id is None
    assert statuses(other)["new"] == 2
    assert fates(foreseen) == {
        ("sent", "not allowed", 3),
        ("new", "changed", 2),
        ("won", "not allowed", 1),
        ("unsubscribed", "suppressed", 1),
        ("frobnicated", "changed", 1),
    }
    done = change(session, request)
    assert done.counts == foreseen.counts


def test_only_the_statuses_of_the_scope_are_changed(
    session: Session, other: PsycopgConnection, campaign: CampaignRow
) -> None:
    add(session, campaign, new=2, enriching=2)
    change(session, to("ready", all_of(campaign, "new")))
    session.commit()
    assert statuses(other) == {"ready": 2, "enriching": 2}


def test_marked_leads_are_changed_and_no_others(
    session: Session, other: PsycopgConnection, campaign: CampaignRow
) -> None:
    marked = add(session, campaign, new=5)[:2]
    done = change(session, to("ready", these(*marked)))
    session.commit()
    assert done.counts == (BulkCount("new", "changed", 2),)
    ready = fetch(other, "SELECT lead_id FROM leads WHERE status = 'ready'")
    assert {row[0] for row in ready} == set(marked)


def test_all_of_a_scope_but_some_are_changed(
    session: Session, other: PsycopgConnection, campaign: CampaignRow
) -> None:
    spared = add(session, campaign, new=3)[1]
    which = Selection(frozenset({spared}), LeadScope(campaign.id))
    done = change(session, to("ready", which))
    session.commit()
    assert done.counts == (BulkCount("new", "changed", 2),)
    assert fetch(other, "SELECT lead_id FROM leads WHERE status = 'new'") == [(spared,)]


@pytest.mark.parametrize("by_id", [True, False])
def test_a_lead_changed_after_the_preview_is_left_alone(
    session: Session, other: PsycopgConnection, campaign: CampaignRow, by_id: bool
) -> None:
    """Whatever it was changed to: what was agreed to was another change."""
    leads = add(session, campaign, new=3, ready=1)
    which = these(*leads) if by_id else all_of(campaign)
    foreseen = preview(session, to("ready", which))
    session.rollback()
    run(other, "UPDATE leads SET status = 'enriching' WHERE lead_id = %s", leads[0])
    run(other, "UPDATE leads SET title = 'CTO' WHERE lead_id = %s", leads[1])
    done = change(session, to("ready", which, place=foreseen.place))
    session.commit()
    assert fates(done) == {
        ("new", "changed", 2),
        ("enriching", "changed meanwhile", 1),
        ("ready", "already", 1),
    }
    assert statuses(other) == {"ready": 3, "enriching": 1}


def test_a_change_that_is_committed_while_it_is_waited_for_comes_after_the_preview(
    database: Database, session: Session, other: PsycopgConnection, campaign: CampaignRow
) -> None:
    leads = add(session, campaign, new=2)
    foreseen = preview(session, to("ready", all_of(campaign)))
    session.rollback()
    run(other, "BEGIN")
    run(other, "UPDATE leads SET status = 'enriching' WHERE lead_id = %s", max(leads))

    def press() -> BulkOutcome:
        with database.sessions.begin() as pressed:
            return change(pressed, to("ready", all_of(campaign), place=foreseen.place))

    with ThreadPoolExecutor(1) as worker:
        pressed = worker.submit(press)
        wait_for(lambda: scalar(other, WAITING), "for the change to wait")
        run(other, "COMMIT")
        done = pressed.result(timeout=10)
    assert fates(done) == {("new", "changed", 1), ("enriching", "changed meanwhile", 1)}


def test_a_marked_lead_that_was_deleted_is_counted(session: Session, campaign: CampaignRow) -> None:
    marked = [*add(session, campaign, new=1), uuid4()]
    request = to("ready", these(*marked))
    expected = {("new", "changed", 1), (None, "gone", 1)}
    assert fates(preview(session, request)) == fates(change(session, request)) == expected


def test_a_change_while_it_waits_for_a_lock_is_seen(
    database: Database, session: Session, other: PsycopgConnection, campaign: CampaignRow
) -> None:
    """The other writer's status counts, for it was committed first: sent does not go to ready."""
    leads = add(session, campaign, new=3)
    run(other, "BEGIN")
    run(other, "UPDATE leads SET status = 'sent' WHERE lead_id = %s", max(leads))

    def press() -> BulkOutcome:
        with database.sessions.begin() as pressed:
            return change(pressed, to("ready", all_of(campaign)))

    with ThreadPoolExecutor(1) as worker:
        pressed = worker.submit(press)
        wait_for(lambda: scalar(other, WAITING), "for the change to wait")
        run(other, "COMMIT")
        done = pressed.result(timeout=10)
    assert fates(done) == {("new", "changed", 2), ("sent", "not allowed", 1)}
    assert statuses(other) == {"ready": 2, "sent": 1}


def test_a_lead_that_leaves_the_scope_meanwhile_is_left_alone(
    database: Database, session: Session, other: PsycopgConnection, campaign: CampaignRow
) -> None:
    leads = add(session, campaign, new=2)
    run(other, "BEGIN")
    run(other, "UPDATE leads SET status = 'enriching' WHERE lead_id = %s", max(leads))

    def press() -> BulkOutcome:
        with database.sessions.begin() as pressed:
            return change(pressed, to("ready", all_of(campaign, "new")))

    with ThreadPoolExecutor(1) as worker:
        pressed = worker.submit(press)
        wait_for(lambda: scalar(other, WAITING), "for the change to wait")
        run(other, "COMMIT")
        assert pressed.result(timeout=10).changed == 1
    assert statuses(other) == {"ready": 1, "enriching": 1}


def test_two_changes_of_the_same_leads_never_deadlock(
    database: Database, session: Session, other: PsycopgConnection, campaign: CampaignRow
) -> None:
    """Each marks the same leads, in opposite orders; the second finds the first one's status."""
    leads = add(session, campaign, new=40)

    def press(marked: list[UUID]) -> BulkOutcome:
        with database.sessions.begin() as pressed:
            return change(pressed, to("ready", these(*marked)))

    with ThreadPoolExecutor(2) as workers:
        done = list(workers.map(press, (leads, leads[::-1])))
    assert sorted(outcome.changed for outcome in done) == [0, 40]
    assert statuses(other) == {"ready": 40}


def test_suppressed_leads_are_skipped_even_when_forced(
    session: Session, other: PsycopgConnection, campaign: CampaignRow
) -> None:
    add(session, campaign, unsubscribed=1, do_not_contact=1, won=1)
    done = change(session, to("ready", all_of(campaign), forced=True, reason=" "))
    session.commit()
    assert {count.fate for count in done.skipped} == {"suppressed"}
    assert statuses(other) == {"unsubscribed": 1, "do_not_contact": 1, "ready": 1}


def test_suppressed_leads_are_changed_by_force_and_reason(
    session: Session, other: PsycopgConnection, campaign: CampaignRow
) -> None:
    lead = add(session, campaign, unsubscribed=1)[0]
    request = to("ready", all_of(campaign), forced=True, reason="they asked")
    assert change(session, request).changed == 1
    session.commit()
    assert changes.of_row(session, lead)[0].reason == "they asked"


def test_anyone_may_be_set_not_to_be_contacted(session: Session, campaign: CampaignRow) -> None:
    add(session, campaign, new=1, won=1, unsubscribed=1)
    assert change(session, to("do_not_contact", all_of(campaign))).changed == 3


def test_a_word_outside_the_vocabulary_is_refused(session: Session, campaign: CampaignRow) -> None:
    request = to("frobnicated", all_of(campaign), forced=True)
    for function in (preview, change):
        with pytest.raises(Refused, match="'frobnicated' is no lead status"):
            function(session, request)


def test_nothing_to_change_is_no_error(session: Session, campaign: CampaignRow) -> None:
    for which in (all_of(campaign), these()):
        done = change(session, to("ready", which))
        assert (done.changed, done.counts) == (0, ())


def test_the_journal_has_the_change_as_one_batch(
    session: Session, other: PsycopgConnection, campaign: CampaignRow
) -> None:
    """All that one step back needs: each lead's status before, under one id."""
    leads = add(session, campaign, new=2, enriching=1, sent=1)
    mine = uuid4()
    done = change(session, to("ready", all_of(campaign), change_id=mine))
    session.commit()
    entries = fetch(
        other,
        "SELECT row_id, old_value, client_id, actor FROM changes WHERE batch_id = %s",
        done.batch_id,
    )
    assert {(row, old) for row, old, *_ in entries} == {
        (leads[0], "new"),
        (leads[1], "new"),
        (leads[2], "enriching"),
    }
    assert {entry[2:] for entry in entries} == {(mine, OPERATOR)}
    assert journal(other, leads[3]) == []


def test_all_or_nothing_is_written(
    session: Session, other: PsycopgConnection, campaign: CampaignRow
) -> None:
    add(session, campaign, new=3)
    change(session, to("ready", all_of(campaign)))
    assert statuses(other) == {"new": 3}
    session.rollback()
    assert statuses(other) == {"new": 3}
    assert scalar(other, "SELECT count(*) FROM changes") == 0


def test_one_lead_that_another_program_holds_stops_the_change(
    session: Session, other: PsycopgConnection, campaign: CampaignRow
) -> None:
    add(session, campaign, new=2)
    run(other, "BEGIN; UPDATE leads SET title = 'CTO'")
    session.connection().exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
    with pytest.raises(Exception, match="lock timeout"):
        change(session, to("ready", all_of(campaign)))
    session.rollback()
    run(other, "ROLLBACK")
    assert statuses(other) == {"new": 2}


# Piece by piece


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.services.bulk.PIECE", 2)


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("by_id", [True, False])
def test_it_tells_how_far_it_is(session: Session, campaign: CampaignRow, by_id: bool) -> None:
    leads = add(session, campaign, new=4, sent=1)
    which = these(*leads, uuid4()) if by_id else all_of(campaign)
    told: list[tuple[int, int]] = []

    def go_on(done: int, total: int) -> bool:
        told.append((done, total))
        return True

    done = change(session, to("ready", which), go_on)
    assert told == [(0, 5), (2, 5), (4, 5), (5, 5)]
    gone = {(None, "gone", 1)} if by_id else set()
    assert fates(done) == {("new", "changed", 4), ("sent", "not allowed", 1)} | gone
    batches = session.execute(select(Change.batch_id).distinct()).scalars().all()
    assert batches == [done.batch_id]


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("after", [0, 2, 5])
def test_a_change_that_is_stopped_writes_nothing(
    database: Database,
    session: Session,
    other: PsycopgConnection,
    campaign: CampaignRow,
    after: int,
) -> None:
    add(session, campaign, new=5)
    with pytest.raises(BulkCancelled), database.sessions.begin() as pressed:
        change(pressed, to("ready", all_of(campaign)), lambda done, total: done < after)
    assert statuses(other) == {"new": 5}
    assert scalar(other, "SELECT count(*) FROM changes") == 0


def test_a_change_whose_answer_was_lost_is_told_from_the_journal(
    session: Session, campaign: CampaignRow
) -> None:
    add(session, campaign, new=2, enriching=1, sent=1)
    request = to("ready", all_of(campaign))
    assert written(session, request) is None
    done = change(session, request)
    known = written(session, request)
    assert known is not None
    assert known.batch_id == done.batch_id
    assert fates(known) == {("new", "changed", 2), ("enriching", "changed", 1)}
    assert change(session, request) == known


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

    def press() -> BulkOutcome:
        with database.sessions.begin() as pressed:
            return change(pressed, BulkRequest(these(lead.id), "campaign_id", target.id))

    with ThreadPoolExecutor(1) as worker:
        pressed = worker.submit(press)
        wait_for(lambda: scalar(other, WAITING), "for the change to wait")
        run(other, "COMMIT")
        with pytest.raises(Refused, match="same address"):
            pressed.result(timeout=10)
    assert scalar(other, "SELECT campaign_id FROM leads WHERE lead_id = %s", lead.id) == campaign.id
