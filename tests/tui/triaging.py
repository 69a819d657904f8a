"""Going into triage, and what its queue should be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from psycopg2.extensions import connection as PsycopgConnection
from textual.pilot import Pilot

from tests.support import fetch, plain_connection, run
from tests.tui.support import (
    DACH,
    page,
    to_leads,
    to_triage,
)
from tui.app import CustomerCenter
from tui.screens.triage import TriageScreen

NEW = ("j", "enter")
"""The keys that choose the new leads in the question for a status."""


def queue_in(connection: PsycopgConnection, campaign: str, *statuses: str) -> list[UUID]:
    """The ids of a campaign's leads in the order of a queue, as the database has it."""
    rows = fetch(
        connection,
        "SELECT lead_id FROM leads l JOIN campaigns c USING (campaign_id)"
        " WHERE c.name = %s AND l.status = ANY(%s) ORDER BY l.created_at DESC, lead_id DESC",
        campaign,
        list(statuses),
    )
    return [row[0] for row in rows]


async def triage_of_new(pilot: Pilot[Any], campaign: str = DACH) -> TriageScreen:
    await to_leads(pilot, campaign)
    return await to_triage(pilot, NEW)


def shown_lead(app: CustomerCenter) -> UUID:
    screen = app.screen
    assert isinstance(screen, TriageScreen)
    assert screen.lead is not None
    assert screen.lead.email in page(app)
    return screen.lead.id


@contextmanager
def stopped(url: str) -> Iterator[PsycopgConnection]:
    """Let no read or write of leads through until the connection rolls back."""
    with plain_connection(url) as holder:
        holder.autocommit = False
        run(holder, "LOCK TABLE leads IN ACCESS EXCLUSIVE MODE")
        yield holder
