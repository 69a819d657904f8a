"""What one actor did in one span, reversed: others' changes stay, the step can be taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.rows import LeadRow
from db.services.revert import RevertRequest, preview, revert
from db.services.undo import UndoRequest, steps, take_back
from db.steps import CannotTakeBack, UndoConflict
from tests.support import OPERATOR, WORKFLOW, add_lead, fetch, run, scalar


@pytest.fixture
def start(other: PsycopgConnection) -> datetime:
    """A moment before anything was changed."""
    moment: datetime = scalar(other, "SELECT now()")
    return moment


def set_by(connection: PsycopgConnection, actor: str, lead: LeadRow, status: str) -> None:
    run(connection, "SELECT set_config('customer_center.actor', %s, false)", actor)
    run(connection, "UPDATE leads SET status = %s WHERE lead_id = %s", status, lead.id)


def statuses(connection: PsycopgConnection, *leads: LeadRow) -> list[str]:
    found = dict(fetch(connection, "SELECT lead_id, status FROM leads"))
    return [found[lead.id] for lead in leads]


def test_only_what_the_actor_did_goes_back(
    session: Session, other: PsycopgConnection, start: datetime
) -> None:
    leads = [add_lead(session) for _ in range(3)]
    for lead in leads[:2]:
        set_by(other, WORKFLOW, lead, "enriching")
    set_by(other, "ada", leads[2], "enriching")
    request = RevertRequest("N8N", start)
    foreseen = preview(session, request)
    assert (foreseen.step.rows, foreseen.conflicts) == (2, ())
    assert statuses(other, *leads) == ["enriching"] * 3
    assert len(revert(session, request).rows) == 2
    session.commit()
    assert statuses(other, *leads) == ["new", "new", "enriching"]


def test_changes_in_a_row_go_back_to_before_the_first(
    session: Session, other: PsycopgConnection, start: datetime
) -> None:
    lead = add_lead(session)
    for status in ("enriching", "ready", "queued"):
        set_by(other, WORKFLOW, lead, status)
    revert(session, RevertRequest(WORKFLOW, start))
    session.commit()
    assert statuses(other, lead) == ["new"]


def test_what_somebody_set_in_between_stays(
    session: Session, other: PsycopgConnection, start: datetime
) -> None:
    lead = add_lead(session)
    set_by(other, WORKFLOW, lead, "enriching")
    set_by(other, "ada", lead, "ready")
    set_by(other, WORKFLOW, lead, "queued")
    set_by(other, WORKFLOW, lead, "sent")
    revert(session, RevertRequest(WORKFLOW, start))
    session.commit()
    assert statuses(other, lead) == ["ready"]


def test_what_somebody_set_afterwards_is_a_conflict(
    session: Session, other: PsycopgConnection, start: datetime
) -> None:
    lead = add_lead(session)
    set_by(other, WORKFLOW, lead, "enriching")
    set_by(other, "ada", lead, "ready")
    with pytest.raises(UndoConflict) as caught:
        revert(session, RevertRequest(WORKFLOW, start))
    session.rollback()
    (conflict,) = caught.value.preview.conflicts
    assert (conflict.actor, conflict.theirs, conflict.back) == ("ada", "ready", "new")
    revert(session, RevertRequest(WORKFLOW, start, overwrite=(conflict,)))
    session.commit()
    assert statuses(other, lead) == ["new"]


def test_only_the_span_goes_back(
    session: Session, other: PsycopgConnection, start: datetime
) -> None:
    first, second = add_lead(session), add_lead(session)
    set_by(other, WORKFLOW, first, "enriching")
    between = scalar(other, "SELECT max(changed_at) FROM changes") + timedelta(microseconds=1)
    set_by(other, WORKFLOW, second, "enriching")
    revert(session, RevertRequest(WORKFLOW, start, between))
    session.commit()
    assert statuses(other, first, second) == ["new", "enriching"]
    revert(session, RevertRequest(WORKFLOW, between))
    session.commit()
    assert statuses(other, first, second) == ["new", "new"]


def test_a_revert_can_be_taken_back(
    session: Session, other: PsycopgConnection, start: datetime
) -> None:
    leads = [add_lead(session) for _ in range(2)]
    for lead in leads:
        set_by(other, WORKFLOW, lead, "enriching")
    request = RevertRequest(WORKFLOW, start)
    revert(session, request)
    session.commit()
    (found,) = steps(session, OPERATOR, "undo")
    assert (found.step_id, found.rows) == (request.change_id, 2)
    take_back(session, UndoRequest(found.step_id, found.origin, "undo"))
    session.commit()
    assert statuses(other, *leads) == ["enriching"] * 2


def test_the_journal_says_what_was_reverted(
    session: Session, other: PsycopgConnection, start: datetime
) -> None:
    set_by(other, WORKFLOW, add_lead(session), "enriching")
    revert(session, RevertRequest(WORKFLOW, start, change_id=uuid4()))
    session.commit()
    last = "SELECT actor, reason FROM changes ORDER BY change_id DESC LIMIT 1"
    actor, reason = fetch(other, last)[0]
    assert actor == OPERATOR
    assert reason.startswith("revert of n8n since ")


def test_nothing_to_revert_is_told(session: Session, start: datetime) -> None:
    for function in (preview, revert):
        with pytest.raises(CannotTakeBack, match="ada changed nothing"):
            function(session, RevertRequest("ada", start))
