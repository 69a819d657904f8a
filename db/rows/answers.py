"""Answers to what was asked of the database beside its lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from db.rows.leads import LeadRow
from db.rows.parents import OrganizationRow

if TYPE_CHECKING:
    from db.suppression import MayWrite


@dataclass(frozen=True, slots=True)
class LookupHit:
    """An organization that a look-up found, and some of its leads over all campaigns.

    ``why`` says how it was found: ``domain``, ``registrable domain``, ``subdomain``, ``e-mail``,
    ``prefix``, ``name`` or ``id``. ``total_leads`` counts all leads, ``leads`` holds the latest.
    """

    organization: OrganizationRow
    why: str
    leads: tuple[LeadRow, ...]
    total_leads: int
    last_contacted_at: datetime | None


@dataclass(frozen=True, slots=True)
class LookupResult:
    """The answer to a look-up: what was asked, as what it was read, and the hits, best first.

    ``verdict`` says of an address or a domain whether one may write there, where that was asked.
    """

    query: str
    read_as: str
    hits: tuple[LookupHit, ...]
    verdict: MayWrite | None = None


@dataclass(frozen=True, slots=True)
class PathResult:
    """What a path query found in a document: ``text`` is a JSON array of its ``count`` results.

    ``complete`` is False where there are more.
    """

    text: str
    count: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong in a database, and what to do; ``area`` groups findings."""

    severity: Literal["error", "warning"]
    area: str
    what: str
    advice: str
