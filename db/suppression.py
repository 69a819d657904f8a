"""Suppression as data: whom nobody may write to, and whether one may write to somebody.

A suppressed domain covers all that is below it. What has expired counts no more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from db.domains import is_public_suffix, normalize_email, normalize_host, trim

SuppressionKind = Literal["email", "domain"]


@dataclass(frozen=True, slots=True)
class Entry:
    """An address or domain to be suppressed, in stored form; without an expiry for good."""

    value: str
    reason: str | None = None
    source: str | None = None
    expires_at: datetime | None = None

    @property
    def kind(self) -> SuppressionKind:
        """``email`` or ``domain``."""
        return kind_of(self.value)


@dataclass(frozen=True, slots=True)
class SuppressionRow:
    """A suppression as it is stored; ``created_by`` is the actor who wrote it."""

    suppression_id: UUID
    kind: str
    value: str
    reason: str | None
    source: str | None
    expires_at: datetime | None
    created_at: datetime
    created_by: str

    @property
    def id(self) -> UUID:
        """The primary key, under the name that all rows share."""
        return self.suppression_id

    def in_force(self, now: datetime) -> bool:
        """Tell whether it has not expired."""
        return self.expires_at is None or self.expires_at > now


@dataclass(frozen=True, slots=True)
class Added:
    """What became of entries: new ones, ones that say more now, ones that were there already.

    ``stopped`` leads became ``do_not_contact``.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    stopped: int = 0


@dataclass(frozen=True, slots=True)
class Covered:
    """How many leads a value covers, and how many of them are in a sendable status."""

    leads: int
    sendable: int


@dataclass(frozen=True, slots=True)
class Objection:
    """Why somebody must not be written to.

    ``what`` is ``suppressed`` or the status of a lead, ``value`` the suppressed address or domain or
    the lead's address, ``since`` when it was suppressed, or when the lead was changed last.
    """

    what: str
    value: str
    since: datetime
    reason: str | None = None
    source: str | None = None
    until: datetime | None = None
    lead_id: UUID | None = None

    def sentence(self) -> str:
        """Return the objection in words, with text of others."""
        day = f"{self.since:%Y-%m-%d}"
        if self.lead_id is not None:
            return f"{self.value} is {self.what.replace('_', ' ')} (changed {day})"
        parts = [f"{self.value} is suppressed since {day}"]
        if self.until is not None:
            parts.append(f"until {self.until:%Y-%m-%d}")
        if self.reason:
            parts.append(f"({self.reason})")
        if self.source:
            parts.append(f"by {self.source}")
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class MayWrite:
    """Whether one may write to an address, or to people at a domain, as far as is known here."""

    value: str
    kind: SuppressionKind
    objections: tuple[Objection, ...] = ()

    @property
    def may_write(self) -> bool:
        """True where nothing speaks against it."""
        return not self.objections


def kind_of(value: str) -> SuppressionKind:
    """Return what a value in stored form is."""
    return "email" if "@" in value else "domain"


def read_value(text: str) -> str:
    """Return an address or domain in stored form; ``*.acme.com``, ``@acme.com`` and URLs are domains.

    Raises ValueError, with a sentence, for what is neither, and for a domain below which anybody can
    register names, such as ``co.uk``.
    """
    wanted = trim(text)
    local, at, host = wanted.rpartition("@")
    if at and local and "/" not in wanted:
        return normalize_email(wanted)
    domain = normalize_host(host.removeprefix("*.") if "/" not in wanted else wanted)
    if domain is None or "." not in domain or not domain.rpartition(".")[2][-1:].isalpha():
        raise ValueError(
            f"{wanted[:80]!r} is no address as anna@acme.com and no domain as acme.com."
        )
    if is_public_suffix(domain):
        raise ValueError(f"{domain} is no domain of somebody's: names are registered below it.")
    return domain


def distinct(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return one entry for each value, the last one of several."""
    return tuple({entry.value: entry for entry in entries}.values())
