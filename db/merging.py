"""A merge as data: rows that are one, whose values stay, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal
from uuid import UUID, uuid4

from db.fields import EDITABLE
from db.statuses import LEAD

MergeKind = Literal["organization", "lead"]

FIELDS: Final[dict[MergeKind, tuple[str, ...]]] = {
    "organization": EDITABLE["organization"],
    "lead": (
        "first_name",
        "last_name",
        "title",
        "headline",
        "linkedin_url",
        "company_id",
        "status",
        "email_icebreaker",
        "language",
        "email_sent_at",
        "reply_received_at",
        "last_contacted_at",
        "snoozed_until",
    ),
}
"""Columns whose value can be chosen. The address of a lead with its verification, and the ids that
other programs know a row by, are always those of the row that stays."""
DOCUMENTS: Final[dict[MergeKind, tuple[str, ...]]] = {
    "organization": ("website_summary_data", "website_raw_data", "custom_data"),
    "lead": ("custom_data",),
}
"""JSON documents of which one can be chosen whole."""
TOGETHER: Final = "custom_data"
"""The document whose keys are put together where none is chosen."""
JOURNALED: Final = 8000
"""Bytes of a document that the journal holds; of a larger one it has the checksum alone."""
_LATEST: Final = ("email_sent_at", "reply_received_at", "last_contacted_at")
# The stricter one first.
_CLOSED: Final = ("do_not_contact", "unsubscribed")


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON document by its size in bytes and its first keys; a list or a value has none."""

    size: int
    is_object: bool
    keys: tuple[str, ...] = ()

    @property
    def replaceable(self) -> bool:
        """True where the journal would hold it if another one took its place."""
        return self.size <= JOURNALED


@dataclass(frozen=True, slots=True)
class MergeRow:
    """A row that may be merged: its values as texts by field, times in ISO 8601 and UTC.

    ``about`` tells it from others of its name; ``leads`` are those of an organization. ``documents``
    are those that it has.
    """

    row_id: UUID
    name: str
    about: str
    version: int
    values: Mapping[str, str | None]
    leads: int = 0
    documents: Mapping[str, Document] = field(default_factory=dict)

    def holds(self, name: str) -> bool:
        """Tell whether the row has something in a column or document."""
        return name in self.documents or self.values.get(name) is not None

    def shares(self, name: str) -> bool:
        """Tell whether others' keys can be added to a document, which may be none yet."""
        own = self.documents.get(name)
        return own is None or (own.is_object and own.replaceable)


@dataclass(frozen=True, slots=True)
class MergeRequest:
    """Rows ``others`` become the row ``keep``.

    ``choices`` are rows by field or document whose value stays; a field that is not named keeps its own,
    and so does a document unless the row has none; ``TOGETHER`` is put together then.
    ``seen`` are the versions of all rows as they were shown. ``change_id`` marks the transaction in
    the journal.
    """

    kind: MergeKind
    keep: UUID
    others: tuple[UUID, ...]
    choices: Mapping[str, UUID]
    seen: Mapping[UUID, int]
    change_id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did: so many rows became the one that stayed, and so many leads moved to it."""

    row_id: UUID
    merged: int
    moved: int


def proposed(kind: MergeKind, rows: Sequence[MergeRow], keep: UUID) -> dict[str, UUID]:
    """Return the row by field whose value is to stay unless somebody chooses otherwise.

    The row that stays keeps its values and gets those that it lacks; of times the latest stays, and
    of statuses the one that forbids writing to somebody. Nothing is proposed for ``TOGETHER`` where it
    can be put together.
    """
    ordered = sorted(rows, key=lambda row: row.row_id != keep)
    names = (*FIELDS[kind], *DOCUMENTS[kind])
    found = {name: _proposed(name, ordered) for name in names if name != TOGETHER}
    if not ordered[0].shares(TOGETHER):
        found[TOGETHER] = keep
    return found


def _proposed(name: str, rows: Sequence[MergeRow]) -> UUID:
    filled = [row for row in rows if row.holds(name)] or list(rows)
    if name in _LATEST:
        return max(filled, key=lambda row: row.values[name] or "").row_id
    if name == "status":
        closed = [row for row in rows if row.values[name] in LEAD.suppressed]
        filled = sorted(closed, key=lambda row: _strictness(row.values[name])) or filled
    return filled[0].row_id


def _strictness(status: str | None) -> int:
    return _CLOSED.index(status) if status in _CLOSED else len(_CLOSED)
