"""What triage asks for: queues, and who is on which lead."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from tui.gateway.door import Door

if TYPE_CHECKING:
    from psycopg2.extensions import connection as PsycopgConnection

    from db.claims import Claims, Holders
    from db.rows import LeadScope, Page, PageRequest, Sort


class TriageReads(Door):
    """Queues of leads, and claims on them."""

    def queue(self, scope: LeadScope, sort: Sort, request: PageRequest) -> Page[UUID]:
        """Return the ids of some leads of a scope, in the order of a queue."""
        from db.queries import leads

        return self._read(lambda session: leads.ids(session, scope, sort, request))

    def holds(self, scope: LeadScope, lead_id: UUID) -> bool:
        """Tell whether a lead is in a scope."""
        from db.queries import leads

        return bool(self._read(lambda session: leads.held(session, scope, (lead_id,))))

    def claims(self) -> Claims:
        """Return claims for one triage; nothing is connected yet."""
        from db.claims import Claims
        from db.connect import actor

        made = Claims(self._own_connection, actor(self.settings))
        self._claims.add(made)
        return made

    def claim(self, claims: Claims, lead_id: UUID, wanted: frozenset[UUID]) -> bool:
        """Claim a lead, and let go of all that is not wanted; False where another one is on it."""
        with self._translated():
            return claims.take(lead_id, wanted)

    def keep_claims(self, claims: Claims, wanted: frozenset[UUID]) -> None:
        """Let go of all claims that are not wanted; the others are claimed again where need be."""
        with self._translated():
            claims.keep(wanted)

    def claim_holders(self) -> Holders:
        """Return who is on which lead now."""
        from db.queries import claims

        return self._read(claims.holders)

    def _own_connection(self) -> PsycopgConnection:
        """A connection of psycopg2 that belongs to nobody else."""
        if self.settings.direct_url:
            return self._open_database().connect()
        pooled = self._open_database().engine.raw_connection()
        connection: PsycopgConnection = pooled.dbapi_connection
        pooled.detach()
        connection.rollback()
        return connection
