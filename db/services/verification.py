"""What addresses show by themselves, written to the leads that nobody verified yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from db.engine import allow_time, label_transaction
from db.models import Lead
from db.queries.leads import within
from db.rows import LeadScope
from db.verification import MESSAGES, classify

PIECE: Final = 5_000
PATIENCE: Final = 120
"""Seconds for one statement."""
_UNVERIFIED: Final = or_(
    Lead.email_verification_status.is_(None), Lead.email_verification_status == "unverified"
)


def verify(session: Session, scope: LeadScope, *, write: bool = True) -> dict[str, int]:
    """Classify the unverified leads of a scope, and return how many: ``checked``, and by status.

    What a provider said is never touched. All is one step of the journal; each statement may take
    two minutes. Without ``write`` nothing is written.
    """
    allow_time(session, PATIENCE)
    label_transaction(session, client_id=uuid4(), batch_id=uuid4())
    counts = {"checked": 0, **dict.fromkeys(MESSAGES, 0)}
    for piece in _pieces(session, scope):
        counts["checked"] += len(piece)
        found: dict[str, list[UUID]] = defaultdict(list)
        for lead_id, email in piece:
            if (status := classify(email)) is not None:
                found[status].append(lead_id)
        for status, ids in found.items():
            counts[status] += _write(session, status, ids) if write else len(ids)
    return counts


def _pieces(session: Session, scope: LeadScope) -> Iterator[list[Any]]:
    query = within(select(Lead.lead_id, Lead.email), scope).where(_UNVERIFIED)
    query = query.order_by(Lead.lead_id).limit(PIECE)
    after: UUID | None = None
    while True:
        here = query if after is None else query.where(Lead.lead_id > after)
        piece = list(session.execute(here))
        if not piece:
            return
        yield piece
        after = piece[-1][0]


def _write(session: Session, status: str, ids: list[UUID]) -> int:
    """Write where still nobody verified; a provider may have been quicker."""
    message = Lead.email_verification_message
    statement = (
        update(Lead)
        .where(Lead.lead_id.in_(ids), _UNVERIFIED)
        .values(
            email_verification_status=status,
            email_verification_message=func.coalesce(message, MESSAGES[status]),
        )
    )
    return int(getattr(session.execute(statement), "rowcount", 0))
