"""Writes of the suppression list, and what they stop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import case, delete, func, literal_column, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.engine import label_transaction
from db.models import Lead, Suppression
from db.queries.suppressions import suppressed_leads
from db.statuses import LEAD
from db.suppression import Added, Entry, distinct

T = TypeVar("T")

PIECE: Final = 1_000
STOPPED: Final = "do_not_contact"


def _pieces(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + PIECE] for start in range(0, len(items), PIECE))


def add(
    session: Session,
    entries: Iterable[Entry],
    *,
    stop: bool = True,
    change_id: UUID | None = None,
) -> Added:
    """Put entries on the list; what is there already is never shortened and loses nothing.

    With ``stop`` the leads that an entry without expiry covers and that are in a sendable status
    become ``do_not_contact``, as one step that undo knows by ``change_id``; while an entry is in
    force that step is not undone, for the database refuses it.
    """
    added = updated = total = 0
    values: list[str] = []
    for piece in _pieces(distinct(entries)):
        inserted = [row[0] for row in session.execute(_upsert(piece))]
        added += sum(inserted)
        updated += len(inserted) - sum(inserted)
        total += len(piece)
        values += [entry.value for entry in piece if entry.expires_at is None]
    stopped = _stop(session, values, change_id) if stop else 0
    return Added(added, updated, total - added - updated, stopped)


def remove(session: Session, values: Sequence[str]) -> tuple[str, ...]:
    """Take values in stored form off the list; return those that were on it. Leads stay as they are."""
    statement = delete(Suppression).where(Suppression.value.in_(values))
    return tuple(session.scalars(statement.returning(Suppression.value)))


def _upsert(entries: Sequence[Entry]) -> Any:
    """The statement returns True for each new entry and False for each that says more now."""
    statement = insert(Suppression).values(
        [
            {
                "kind": entry.kind,
                "value": entry.value,
                "reason": entry.reason,
                "source": entry.source,
                "expires_at": entry.expires_at,
            }
            for entry in entries
        ]
    )
    new, old = statement.excluded, Suppression
    after = {
        "reason": func.coalesce(new.reason, old.reason),
        "source": func.coalesce(new.source, old.source),
        "expires_at": case(
            (or_(new.expires_at.is_(None), old.expires_at.is_(None)), None),
            else_=func.greatest(new.expires_at, old.expires_at),
        ),
    }
    differs = or_(*(getattr(old, name).is_distinct_from(value) for name, value in after.items()))
    upsert = statement.on_conflict_do_update(index_elements=["value"], set_=after, where=differs)
    return upsert.returning(literal_column("xmax = 0"))


def _stop(session: Session, values: Sequence[str], change_id: UUID | None) -> int:
    if not values:
        return 0
    # Only now: the step is what became of leads, not of the list.
    label_transaction(session, client_id=change_id or uuid4(), batch_id=uuid4())
    stopped = 0
    for piece in _pieces(values):
        covered = suppressed_leads(Suppression.value.in_(piece))
        statement = (
            update(Lead)
            .where(Lead.lead_id.in_(covered), Lead.status.in_(sorted(LEAD.sendable)))
            .values(status=STOPPED)
        )
        stopped += getattr(session.execute(statement), "rowcount", 0)
    return stopped
