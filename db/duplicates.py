"""Likely duplicates as data: rows that are probably one, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from db.rows import LeadRow, OrganizationRow

DuplicateKind = Literal["organization", "lead"]
Reason = Literal["domain", "mailbox", "linkedin", "name", "person"]

WORDS: Final[dict[Reason, str]] = {
    "domain": "same domain",
    "mailbox": "same mailbox",
    "linkedin": "same LinkedIn page",
    "name": "same name but for the legal form",
    "person": "same name at the same company",
}
"""The reasons in words, the strongest first."""


@dataclass(frozen=True, slots=True)
class DuplicateSearch:
    """What is looked for: organizations, or leads of one campaign that are the same person.

    Leads are compared within their campaign only, all campaigns one by one without ``campaign_id``.
    ``of`` is a row that must be among them. At most ``limit`` groups are found for each reason.
    """

    kind: DuplicateKind
    campaign_id: UUID | None = None
    of: UUID | None = None
    limit: int = 200


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Rows that are probably one, the oldest first; ``more`` are not listed.

    ``key`` is what they share for the first of the reasons, such as a domain.
    """

    reasons: tuple[Reason, ...]
    key: str
    rows: tuple[OrganizationRow, ...] | tuple[LeadRow, ...]
    more: int = 0

    @property
    def why(self) -> str:
        """The reasons as one text."""
        return ", ".join(WORDS[reason] for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Duplicates:
    """The groups that were found; not ``complete`` where there are more of some reason."""

    groups: tuple[DuplicateGroup, ...]
    complete: bool
