"""Steps made as an operator makes them, taken back, and what another connection sees of them."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid4

from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.rows import LeadRow
from db.services.edits import edit
from db.services.statuses import StatusRequest
from db.services.statuses import change as change_status
from db.services.undo import UndoRequest, steps, take_back
from db.steps import Purpose, Step, TakenBack
from tests.support import OPERATOR, run, scalar


def set_status(session: Session, lead: LeadRow, target: str, seen: str = "new") -> UUID:
    """Change a status as a key does; return the change id."""
    change_id = uuid4()
    change_status(session, StatusRequest("lead", lead.id, seen, target, change_id=change_id))
    session.commit()
    return change_id


def set_fields(session: Session, lead: LeadRow, **after: str) -> UUID:
    """Edit fields of a lead as a form does; return the change id."""
    change_id = uuid4()
    before: Mapping[str, str | None] = {name: getattr(lead, name) for name in after}
    edit(session, "lead", lead.id, before, after, change_id=change_id)
    session.commit()
    return change_id


def next_step(session: Session, purpose: Purpose = "undo") -> Step:
    return steps(session, OPERATOR, purpose)[0]


def do(session: Session, purpose: Purpose = "undo") -> TakenBack:
    """Take the latest step back, or do the one again that was taken back last."""
    found = next_step(session, purpose)
    request = UndoRequest(found.step_id, found.origin, purpose, change_id=uuid4())
    try:
        done = take_back(session, request)
        session.commit()
        return done
    finally:
        session.rollback()


def column(other: PsycopgConnection, lead: LeadRow, name: str = "status") -> object:
    return scalar(other, f"SELECT {name} FROM leads WHERE lead_id = %s", lead.id)


def rewrite(other: PsycopgConnection, lead: LeadRow, **values: object) -> None:
    """Change a lead as a workflow does."""
    names = ", ".join(f"{name} = %s" for name in values)
    run(other, f"UPDATE leads SET {names} WHERE lead_id = %s", *values.values(), lead.id)
