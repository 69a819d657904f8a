"""One status for many leads: previewed, written at once, other writers' changes left alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.database import Database
from db.errors import Refused
from db.queries import changes
from db.rows import BulkCount, BulkOutcome, CampaignRow, LeadScope
from db.services.bulk import BulkRequest, change, preview
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


def fates(outcome: BulkOutcome) -> set[tuple[str | None, str, int]]:
    return {(count.status, count.fate, count.leads) for count in outcome.counts}


def test_all_leads_of_a_scope_that_may_change_do(
    session: Session, other: PsycopgConnection, campaign: CampaignRow
) -> None:
    add(session, campaign, new=3, enriching=2, sent=1, ready=1)
    add(session, add_campaign(session), new=1)
    done = change(session, BulkRequest(LeadScope(campaign.id), "ready"))
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
    request = BulkRequest(LeadScope(campaign.id), "ready")
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
    change(session, BulkRequest(LeadScope(campaign.id, statuses=("new",)), "ready"))
    session.commit()
    assert statuses(other) == {"ready": 2, "enriching": 2}


def test_marked_leads_are_changed_and_no_others(
    session: Session, other: PsycopgConnection, campaign: CampaignRow
) -> None:
    marked = add(session, campaign, new=5)[:2]
    done = change(session, BulkRequest(dict.fromkeys(marked), "ready"))
    session.commit()
    assert done.counts == (BulkCount("new", "changed", 2),)
    ready = fetch(other, "SELECT lead_id FROM leads WHERE status = 'ready'")
    assert {row[0] for row in ready} == set(marked)


def test_a_lead_that_is_not_as_it_was_seen_is_left_alone(
    session: Session, other: PsycopgConnection, campaign: CampaignRow
) -> None:
    marked = add(session, campaign, new=3)
    run(other, "UPDATE leads SET status = 'enriching' WHERE lead_id = %s", marked[0])
    done = change(session, BulkRequest(dict.fromkeys(marked, "new"), "ready"))
    session.commit()
    assert fates(done) == {("new", "changed", 2), ("enriching", "changed meanwhile", 1)}
    assert statuses(other) == {"ready": 2, "enriching": 1}


def test_a_marked_lead_that_was_deleted_is_counted(session: Session, campaign: CampaignRow) -> None:
    marked = [*add(session, campaign, new=1), uuid4()]
    request = BulkRequest(dict.fromkeys(marked), "ready")
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
            return change(pressed, BulkRequest(LeadScope(campaign.id), "ready"))

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
            scope = LeadScope(campaign.id, statuses=("new",))
            return change(pressed, BulkRequest(scope, "ready"))

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
            return change(pressed, BulkRequest(dict.fromkeys(marked), "ready"))

    with ThreadPoolExecutor(2) as workers:
        done = list(workers.map(press, (leads, leads[::-1])))
    assert sorted(outcome.changed for outcome in done) == [0, 40]
    assert statuses(other) == {"ready": 40}


def test_suppressed_leads_are_skipped_even_when_forced(
    session: Session, other: PsycopgConnection, campaign: CampaignRow
) -> None:
    add(session, campaign, unsubscribed=1, do_not_contact=1, won=1)
    done = change(session, BulkRequest(LeadScope(campaign.id), "ready", forced=True, reason=" "))
    session.commit()
    assert {count.fate for count in done.skipped} == {"suppressed"}
    assert statuses(other) == {"unsubscribed": 1, "do_not_contact": 1, "ready": 1}


def test_suppressed_leads_are_changed_by_force_and_reason(
    session: Session, other: PsycopgConnection, campaign: CampaignRow
) -> None:
    lead = add(session, campaign, unsubscribed=1)[0]
    request = BulkRequest(LeadScope(campaign.id), "ready", forced=True, reason="they asked")
    assert change(session, request).changed == 1
    session.commit()
    assert changes.of_row(session, lead)[0].reason == "they asked"


def test_anyone_may_be_set_not_to_be_contacted(session: Session, campaign: CampaignRow) -> None:
    add(session, campaign, new=1, won=1, unsubscribed=1)
    assert change(session, BulkRequest(LeadScope(campaign.id), "do_not_contact")).changed == 3


def test_a_word_outside_the_vocabulary_is_refused(session: Session, campaign: CampaignRow) -> None:
    request = BulkRequest(LeadScope(campaign.id), "frobnicated", forced=True)
    for function in (preview, change):
        with pytest.raises(Refused, match="'frobnicated' is no lead status"):
            function(session, request)


def test_nothing_to_change_is_no_error(session: Session, campaign: CampaignRow) -> None:
    for which in (LeadScope(campaign.id), {}):
        done = change(session, BulkRequest(which, "ready"))
        assert (done.changed, done.counts) == (0, ())


def test_the_journal_has_the_change_as_one_batch(
    session: Session, other: PsycopgConnection, campaign: CampaignRow
) -> None:
    """All that one step back needs: each lead's status before, under one id."""
    leads = add(session, campaign, new=2, enriching=1, sent=1)
    mine = uuid4()
    done = change(session, BulkRequest(LeadScope(campaign.id), "ready", change_id=mine))
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
    change(session, BulkRequest(LeadScope(campaign.id), "ready"))
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
        change(session, BulkRequest(LeadScope(campaign.id), "ready"))
    session.rollback()
    run(other, "ROLLBACK")
    assert statuses(other) == {"new": 2}
