"""The first reads of a start, by psycopg2 alone: the rows are there before SQLAlchemy is imported.

Only what a start waits for is here: the last list of leads in its usual order. Everything else, and
every error, is left to the reads of :mod:`db.queries`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from threading import Lock
from typing import Any, Final
from uuid import UUID

import psycopg2
from psycopg2.extensions import connection as PsycopgConnection
from psycopg2.extras import register_uuid

from db.connect import Server, connector
from db.errors import ConfigurationError, DatabaseUnavailable, NotFound
from db.revisions import HEAD
from db.rows import Key, LeadRow, LeadScope, Page, PageRequest
from db.settings import Settings

_ROWS: Final = """
    SELECT l.lead_id, l.first_name, l.last_name, l.email, l.title, l.status,
           l.email_verification_status, l.last_contacted_at, l.created_at, l.updated_at,
           l.row_version, l.campaign_id, c.name, l.company_id, o.name, l.snoozed_until
    FROM leads l
    JOIN campaigns c ON c.campaign_id = l.campaign_id
    JOIN organizations o ON o.organization_id = l.company_id
    WHERE {conditions}
    ORDER BY l.created_at {order}, l.lead_id {order}
    OFFSET %(offset)s LIMIT %(limit)s
"""
_CREATED, _ID = 8, 0  # places of the keyset key in a row


class EarlyReads:
    """Reads on one connection, each in a transaction of its own.

    They raise DatabaseUnavailable whatever the reason: :mod:`db.queries` tells it.
    """

    def __init__(self, connection: PsycopgConnection) -> None:
        self._connection = connection
        self._alone = Lock()
        register_uuid(conn_or_curs=connection)

    def campaign_name(self, campaign_id: UUID) -> str:
        """Return the name of a campaign. Raises NotFound."""
        found = self._rows("SELECT name FROM campaigns WHERE campaign_id = %s", (campaign_id,))
        if not found:
            raise NotFound(f"There is no campaign {campaign_id}.")
        name: str = found[0][0]
        return name

    def at_head(self) -> bool:
        """Tell whether the schema is the one that this program needs."""
        return self._rows("SELECT version_num FROM alembic_version", ()) == [(HEAD,)]

    def leads(self, scope: LeadScope, request: PageRequest) -> Page[LeadRow]:
        """Return the requested rows of the leads of a scope, newest first."""
        values = {**_values(scope), **asdict(request)}
        beyond = f"(l.created_at, l.lead_id) {'>' if request.backwards else '<'} %(after)s"
        statement = _ROWS.format(
            conditions=_all(scope, *([beyond] if request.after else [])),
            order="ASC" if request.backwards else "DESC",
        )
        found = self._rows(statement, values)
        if request.backwards:
            found.reverse()
        if not found:
            return Page(())
        first, last = ((row[_CREATED], row[_ID]) for row in (found[0], found[-1]))
        return Page(tuple(LeadRow(*row) for row in found), first, last)

    def key(self, lead_id: UUID) -> Key | None:
        """Return the keyset key of a lead, None where it is gone."""
        found = self._rows("SELECT created_at, lead_id FROM leads WHERE lead_id = %s", (lead_id,))
        return found[0] if found else None

    def position(self, scope: LeadScope, lead_id: UUID) -> int | None:
        """Return the place of a lead in a list (the first is 0), None where it is not in it."""
        before = "(l.created_at, l.lead_id) > (mine.created_at, mine.lead_id)"
        found = self._rows(
            f"SELECT (SELECT count(*) FROM leads l WHERE {_all(scope, before)})"
            f" FROM leads mine WHERE {_all(scope, 'mine.lead_id = %(lead_id)s', of='mine')}",
            {**_values(scope), "lead_id": lead_id},
        )
        return int(found[0][0]) if found else None

    def estimate(self, scope: LeadScope) -> int:
        """Return the planner's guess of the number of leads of a scope, at once."""
        statement = f"EXPLAIN (FORMAT JSON) SELECT FROM leads l WHERE {_all(scope)}"
        ((plan,),) = self._rows(statement, _values(scope))
        return int(plan[0]["Plan"]["Plan Rows"])

    def count(self, scope: LeadScope) -> int:
        """Return the exact number of leads of a scope."""
        ((number,),) = self._rows(
            f"SELECT count(*) FROM leads l WHERE {_all(scope)}", _values(scope)
        )
        return int(number)

    def cancel(self) -> None:
        """Ask the server to stop what is being read; it blocks until the server was told."""
        with suppress(psycopg2.Error):
            self._connection.cancel()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _rows(self, statement: str, values: Any) -> list[tuple[Any, ...]]:
        try:
            with self._alone, self._connection, self._connection.cursor() as cursor:
                cursor.execute(statement, values)
                found: list[tuple[Any, ...]] = cursor.fetchall()
                return found
        except psycopg2.Error as error:
            raise DatabaseUnavailable("The first read failed.") from error


def _all(scope: LeadScope, *more: str, of: str = "l") -> str:
    """Return the condition for the leads of a scope, in the table that is called ``of``."""
    if scope.filter is not None or scope.awake:
        raise DatabaseUnavailable("A filter is compiled with SQLAlchemy.")
    conditions = {
        f"{of}.campaign_id = %(campaign_id)s": scope.campaign_id,
        f"{of}.company_id = %(organization_id)s": scope.organization_id,
        f"{of}.status = ANY(%(statuses)s)": scope.statuses,
    }
    chosen = [condition for condition, value in conditions.items() if value]
    return " AND ".join([*chosen, *more]) or "true"


def _values(scope: LeadScope) -> dict[str, Any]:
    return {**asdict(scope), "statuses": list(scope.statuses)}


def early_reads(on: Server, settings: Settings) -> EarlyReads | None:
    """Return the early reads of a server, None where it can't be reached or needs a migration."""
    try:
        reads = EarlyReads(connector(on.dsn, settings)())
    except (psycopg2.Error, ConfigurationError):
        return None
    try:
        if reads.at_head():
            return reads
    except DatabaseUnavailable:
        pass
    reads.close()
    return None
