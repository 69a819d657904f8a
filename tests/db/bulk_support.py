"""Leads for a change of many, what is asked for them, and what became of each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.database import Database
from db.many import BulkOutcome, BulkRequest, Selection
from db.rows import CampaignRow, LeadScope
from db.services.bulk import change
from tests.support import add_lead, add_organization, fetch


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


def pressed(database: Database, request: BulkRequest) -> BulkOutcome:
    """Change leads in a transaction of its own, as a key does."""
    with database.sessions.begin() as session:
        return change(session, request)


def fates(outcome: BulkOutcome) -> set[tuple[str | None, str, int]]:
    return {(count.status, count.fate, count.leads) for count in outcome.counts}
