"""Steps taken back beside another writer who changed or deleted their rows meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.database import Database
from db.many import BulkRequest, Selection
from db.rows import LeadRow, LeadScope
from db.services.bulk import change
from db.services.undo import UndoRequest, preview, take_back
from db.steps import UndoConflict
from tests.db.undo_support import column, do, next_step, rewrite, set_fields, set_status
from tests.support import WORKFLOW, add_campaign, add_lead, run, waited_out


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

    with pytest.raises(UndoConflict):
        waited_out(other, press)
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
