"""One change for many leads beside another writer on them, who is never written over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.database import Database
from db.many import BulkOutcome
from db.rows import CampaignRow
from db.services.bulk import change, preview
from tests.db.bulk_support import add, all_of, fates, pressed, statuses, these, to
from tests.support import run, waited_out


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

    done = waited_out(
        other, lambda: pressed(database, to("ready", all_of(campaign), place=foreseen.place))
    )
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

    done = waited_out(other, lambda: pressed(database, to("ready", all_of(campaign))))
    assert fates(done) == {("new", "changed", 2), ("sent", "not allowed", 1)}
    assert statuses(other) == {"ready": 2, "sent": 1}


def test_a_lead_that_leaves_the_scope_meanwhile_is_left_alone(
    database: Database, session: Session, other: PsycopgConnection, campaign: CampaignRow
) -> None:
    leads = add(session, campaign, new=2)
    run(other, "BEGIN")
    run(other, "UPDATE leads SET status = 'enriching' WHERE lead_id = %s", max(leads))

    done = waited_out(other, lambda: pressed(database, to("ready", all_of(campaign, "new"))))
    assert done.changed == 1
    assert statuses(other) == {"ready": 1, "enriching": 1}


def test_two_changes_of_the_same_leads_never_deadlock(
    database: Database, session: Session, other: PsycopgConnection, campaign: CampaignRow
) -> None:
    """Each marks the same leads, in opposite orders; the second finds the first one's status."""
    leads = add(session, campaign, new=40)

    def press(marked: list[UUID]) -> BulkOutcome:
        return pressed(database, to("ready", these(*marked)))

    with ThreadPoolExecutor(2) as workers:
        done = list(workers.map(press, (leads, leads[::-1])))
    assert sorted(outcome.changed for outcome in done) == [0, 40]
    assert statuses(other) == {"ready": 40}


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
