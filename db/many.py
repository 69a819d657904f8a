"""A change of many leads as data: which ones, what is changed, and what becomes of each."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID, uuid4

from db.rows import WHOLE_ROW, LeadScope

BulkField = Literal[
    "status",
    "campaign_id",
    "language",
    "source",
    "title",
    "email_icebreaker",
    "email_verification_status",
    "*",
]
"""A field; ``*`` stands for the whole lead, which is deleted, as in the journal."""
TEXTS: Final[tuple[BulkField, ...]] = ("language", "source", "title")
"""Fields that may get a text of the operator's, the same for many leads."""

Fate = Literal[
    "changed",
    "already",
    "not allowed",
    "suppressed",
    "on the list",
    "taken",
    "changed meanwhile",
    "gone",
]


@dataclass(frozen=True, slots=True)
class Selection:
    """Leads that were marked: those of ``ids``; with a ``scope`` all of it but those of ``ids``."""

    ids: frozenset[UUID] = frozenset()
    scope: LeadScope | None = None


@dataclass(frozen=True, slots=True)
class BulkRequest:
    """One value of one field for many leads, or their end.

    ``value`` is a campaign's id for ``campaign_id`` and a text for any other field; None clears it,
    and deletes leads where the field is ``*``. ``forced`` goes against the table of transitions, and
    with a ``reason`` out of suppressed statuses and against the suppression list; no lead in such a
    status is deleted without. ``place`` is that of the preview which was agreed to: a lead of which
    another program changed the field since is left alone. ``change_id`` marks the transaction in the
    journal, so that a commit whose answer was lost is recognised.
    """

    which: Selection
    field: BulkField
    value: str | UUID | None
    forced: bool = False
    reason: str | None = None
    place: str | None = None
    change_id: UUID = dataclasses.field(default_factory=uuid4)

    @property
    def deletes(self) -> bool:
        """True where the leads are deleted."""
        return self.field == WHOLE_ROW


@dataclass(frozen=True, slots=True)
class BulkCount:
    """How many leads have the same fate; by status where that, or the whole lead, is what changes.

    ``suppressed`` is a lead in a suppressed status, ``on the list`` one whose address is suppressed;
    ``taken`` means that the campaign has a lead of the same address.
    """

    status: str | None
    fate: Fate
    leads: int


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """What a change of many leads does or did, the most leads first.

    ``batch_id`` names the change in the journal; it is None as long as nothing was written.
    ``place`` is the place in the journal before a preview.
    """

    counts: tuple[BulkCount, ...]
    batch_id: UUID | None = None
    place: str | None = None

    @property
    def changed(self) -> int:
        """The number of leads that are changed."""
        return sum(count.leads for count in self.counts if count.fate == "changed")

    @property
    def skipped(self) -> tuple[BulkCount, ...]:
        """The leads that are left as they are, with the reason."""
        return tuple(count for count in self.counts if count.fate != "changed")
