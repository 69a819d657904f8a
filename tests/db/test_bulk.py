"""One status for many leads: previewed, written at once, journaled as one batch."""

from __future__ import annotations

from uuid import uuid4

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.database import Database
from db.errors import Refused, WriteCancelled
from db.many import BulkCount, Selection
from db.models import Change
from db.queries import changes
from db.rows import CampaignRow, LeadScope
from db.services.bulk import change, preview, written
from tests.db.bulk_support import add, all_of, fates, statuses, these, to
from tests.support import OPERATOR, add_campaign, fetch, journal, scalar


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
    with pytest.raises(WriteCancelled), database.sessions.begin() as pressed:
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
