"""What a triage takes on the operator's desk: a lead, claimed and whole, or why it is not to be had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from db.errors import NotFound
from db.rows import ChangeRow, LeadDetail, LeadScope
from tui.gateway import Gateway

CHANGES: Final = 8
"""How many of its latest changes come with a lead."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A lead with its latest changes; without ``lead`` it is gone or left the queue.

    A ``holder`` is another operator who is on it.
    """

    lead_id: UUID
    lead: LeadDetail | None = None
    journal: tuple[ChangeRow, ...] = ()
    holder: str | None = None


class Desk:
    """The leads of one triage: the one that is shown and those read ahead.

    ``wanted`` are the leads whose claims are to be kept. Reads block and raise as the gateway does.
    """

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._claims = gateway.claims()
        self.wanted: frozenset[UUID] = frozenset()

    @property
    def alone(self) -> bool:
        """True where claims are not possible, so that nobody knows of each other."""
        return not self._claims.possible

    def take(self, lead_id: UUID, scope: LeadScope | None = None) -> Taken:
        """Claim a lead and read it; with a scope it must be in it still."""
        gateway = self._gateway
        if not gateway.claim(self._claims, lead_id, self.wanted):
            return self._holder(lead_id)
        if scope is not None and not gateway.holds(scope, lead_id):
            return Taken(lead_id)
        try:
            return Taken(lead_id, gateway.lead(lead_id), gateway.changes(lead_id, CHANGES))
        except NotFound:
            return Taken(lead_id)

    def renew(self, lead_id: UUID | None) -> Taken | None:
        """Claim again what a lost connection let go, and let go of what is not wanted.

        Returns who took the lead that is shown meanwhile, None where it still is claimed.
        """
        if lead_id is None:
            self._gateway.keep_claims(self._claims, self.wanted)
        elif not self._gateway.claim(self._claims, lead_id, self.wanted):
            return self._holder(lead_id)
        return None

    def _holder(self, lead_id: UUID) -> Taken:
        holder = self._gateway.claim_holders().of(lead_id)
        return Taken(lead_id, holder=holder or "another operator")

    def clear(self) -> None:
        """Let go of all claims; blocks for nothing."""
        self._claims.close()
