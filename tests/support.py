"""What tests of every part share: databases, rows to work on, another writer, waiting."""

from __future__ import annotations

import itertools
import json
import re
import select
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

import psycopg2
from psycopg2.extensions import connection as PsycopgConnection
from psycopg2.extras import register_uuid
from sqlalchemy import insert
from sqlalchemy.orm import Session

from db.models import Campaign, Lead, Organization
from db.queries import campaigns, leads, organizations
from db.rows import CampaignRow, LeadRow, OrganizationRow

T = TypeVar("T")

OPERATOR = "operator"
WORKFLOW = "n8n"
WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)
"""How many sessions on this database wait for a lock."""
_numbers = itertools.count(1)

register_uuid()


def on_database(url: str, name: str) -> str:
    """Return the URL of a server with another database's name in it."""
    return re.sub(r"^(\w+://[^/?]*)/?[^?]*", rf"\g<1>/{name}", url)


@contextmanager
def plain_connection(url: str, name: str = WORKFLOW) -> Iterator[PsycopgConnection]:
    """Yield a connection without SQLAlchemy that commits each statement, as another program has."""
    connection = psycopg2.connect(url, application_name=name)
    connection.autocommit = True
    try:
        yield connection
    finally:
        connection.close()


def run(connection: PsycopgConnection, statement: str, *values: object) -> None:
    """Run a statement that returns nothing of interest."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def fetch(connection: PsycopgConnection, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """Return all rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall()


def scalar(connection: PsycopgConnection, statement: str, *values: object) -> Any:
    """Return the first value of the first row of a statement."""
    return fetch(connection, statement, *values)[0][0]


def wait_for(condition: Callable[[], T], what: str = "", seconds: float = 10) -> T:
    """Return the condition's value as soon as it is true; fail after so many seconds."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f"waited {seconds} s in vain {what}".rstrip()
        time.sleep(0.01)
    return value


def waited_out(other: PsycopgConnection, call: Callable[[], T]) -> T:
    """Return what a call returns that waits for another writer's transaction, which commits then."""
    with ThreadPoolExecutor(1) as worker:
        called = worker.submit(call)
        wait_for(lambda: scalar(other, WAITING), "for the call to wait")
        run(other, "COMMIT")
        return called.result(timeout=10)


def notifications(connection: PsycopgConnection, number: int, seconds: float = 5) -> list[str]:
    """Return the payloads of so many notifications, fewer where no more arrive in time.

    The connection must be listening already.
    """
    end = time.monotonic() + seconds
    connection.poll()
    while len(connection.notifies) < number and (left := end - time.monotonic()) > 0:
        if select.select([connection], [], [], left)[0]:
            connection.poll()
    taken = [notice.payload for notice in connection.notifies]
    connection.notifies.clear()
    return taken


def add_campaign(session: Session, name: str | None = None, **values: Any) -> CampaignRow:
    """Write and commit a campaign; what is not given is the server's default."""
    name = name or f"Campaign {next(_numbers)}"
    made = session.scalar(
        insert(Campaign).values(name=name, **values).returning(Campaign.campaign_id)
    )
    assert made is not None
    row = campaigns.row(session, made)
    session.commit()
    return row


def add_organization(
    session: Session, name: str | None = None, email_domain: str | None = None, **values: Any
) -> OrganizationRow:
    """Write and commit an organization; what is not given is unique or the server's default."""
    number = next(_numbers)
    values |= {
        "name": name or f"Company {number}",
        "email_domain": email_domain or f"company{number}.com",
    }
    made = session.scalar(
        insert(Organization).values(**values).returning(Organization.organization_id)
    )
    assert made is not None
    row = organizations.row(session, made)
    session.commit()
    return row


def add_lead(
    session: Session,
    campaign: CampaignRow | UUID | None = None,
    organization: OrganizationRow | UUID | None = None,
    email: str | None = None,
    **values: Any,
) -> LeadRow:
    """Write and commit a lead, with a campaign and an organization of its own where none is given."""
    values |= {
        "campaign_id": _id(campaign) or add_campaign(session).id,
        "company_id": _id(organization) or add_organization(session).id,
        "email": email or f"person{next(_numbers)}@example.com",
    }
    made = session.scalar(insert(Lead).values(**values).returning(Lead.lead_id))
    assert made is not None
    row = leads.row(session, made)
    session.commit()
    return row


def journal(
    connection: PsycopgConnection, row_id: UUID
) -> list[tuple[str, str | None, str | None]]:
    """Return (field, old, new) of a row's journal in the order in which they were written."""
    return fetch(
        connection,
        "SELECT field, old_value, new_value FROM changes WHERE row_id = %s ORDER BY change_id",
        row_id,
    )


def decoded(payload: str) -> dict[str, Any]:
    """Return a notification's payload as a dictionary."""
    return dict(json.loads(payload))


def _id(row: CampaignRow | OrganizationRow | UUID | None) -> UUID | None:
    return row if row is None or isinstance(row, UUID) else row.id
