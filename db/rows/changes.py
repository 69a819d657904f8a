"""What was written: entries of the journal, and what they mean for rows that are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, get_args
from uuid import UUID

from db.rows.leads import LeadRow
from db.rows.lists import Kind
from db.rows.parents import CampaignRow

WHOLE_ROW: Final = "*"
"""What the journal names for a field where a row was deleted, or came back."""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One entry of the journal: a field of a row went from ``old`` to ``new``, as text.

    ``field`` is ``*`` for a row that was deleted, whose ``old`` is the row as JSON without large
    documents, or that came back; it is ``import`` for a batch of rows, whose report is ``new``.
    ``row_name`` names the row for people where the row is still there.
    """

    change_id: int
    changed_at: datetime
    table_name: str
    row_id: UUID | None
    field: str
    old: str | None
    new: str | None
    actor: str
    batch_id: UUID | None
    reason: str | None
    row_name: str | None = None


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A status change that was written: enough to take it back.

    ``row`` is the row as it is now.
    """

    kind: Kind
    row_id: UUID
    old: str
    new: str
    row: LeadRow | CampaignRow


@dataclass(frozen=True, slots=True)
class News:
    """What was committed between two looks at the journal, in the order in which it was written.

    ``transactions`` holds the transaction's number of each row, in the same order. ``place`` is
    where the next look begins. ``complete`` is False where there was more than asked
    for; the rest is not told later: what is shown is to be read again.
    """

    rows: tuple[ChangeRow, ...]
    transactions: tuple[str, ...]
    place: str
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Touched:
    """What was written to one kind of row between two looks, by anyone.

    ``ids`` are None where the rows are too many to be named, ``fields`` where these are not known.
    ``ours`` are the rows that this program alone wrote. ``came_or_went`` is True where there are
    more rows, or fewer.
    """

    kind: Kind
    ids: frozenset[UUID] | None = None
    fields: frozenset[str] | None = None
    ours: frozenset[UUID] = frozenset()
    came_or_went: bool = False

    def concerns(self, *fields: str) -> bool:
        """Tell whether any of these fields may have another value."""
        return self.came_or_went or self.fields is None or not self.fields.isdisjoint(fields)

    def touches(self, row_id: UUID) -> bool:
        """Tell whether this row may be another by now."""
        return self.ids is None or row_id in self.ids

    def __or__(self, other: Touched) -> Touched:
        """Return both as one, for rows of the same kind."""
        ids = None if self.ids is None or other.ids is None else self.ids | other.ids
        if ids is not None and len(ids) > MOST_TOUCHED:
            ids = None
        fields = None if self.fields is None or other.fields is None else self.fields | other.fields
        theirs = ((self.ids or frozenset()) - self.ours) | ((other.ids or frozenset()) - other.ours)
        ours = (self.ours | other.ours) - theirs if ids is not None else frozenset()
        return Touched(self.kind, ids, fields, ours, self.came_or_went or other.came_or_went)


MOST_TOUCHED: Final = 500
"""Rows that are named in one :class:`Touched`."""
ANYTHING: Final = tuple(Touched(kind, came_or_went=True) for kind in get_args(Kind))


def summed_up(touched: Iterable[Touched]) -> tuple[Touched, ...]:
    """Return what was touched as one for each kind of row."""
    found: dict[Kind, Touched] = {}
    for one in touched:
        known = found.get(one.kind)
        found[one.kind] = one if known is None else known | one
    return tuple(found.values())
