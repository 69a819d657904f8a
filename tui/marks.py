"""Marked rows of a list, by id, so that they stay marked at any sort and on any page.

Free of Textual. Either some rows are marked, or all that match but some. A range is open from one
place of the list to the cursor: what it covers is shown as it will be, and settled when it ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from db.rows import LeadScope

if TYPE_CHECKING:
    from db.many import Selection


@dataclass(frozen=True, slots=True)
class Range:
    """An open range: the place and the row where it began, where it is now, and what it does."""

    start: int
    row_id: UUID
    now: int
    marks: bool

    @property
    def first(self) -> int:
        """The upper place."""
        return min(self.start, self.now)

    @property
    def last(self) -> int:
        """The lower place."""
        return max(self.start, self.now)

    @property
    def length(self) -> int:
        """The number of rows."""
        return self.last - self.first + 1


@dataclass
class Marks:
    """Which rows are marked: those of ``ids``; with ``everything`` all but those."""

    ids: set[UUID] = field(default_factory=set)
    everything: bool = False
    range: Range | None = None

    def __bool__(self) -> bool:
        return self.everything or bool(self.ids) or self.range is not None

    def has(self, row_id: UUID, place: int | None = None) -> bool:
        """Tell whether a row is marked; one at a place in the open range is as it will be."""
        covered = self.range
        if covered and place is not None and covered.first <= place <= covered.last:
            return covered.marks
        return (row_id in self.ids) != self.everything

    def toggle(self, row_id: UUID) -> None:
        """Mark a row, or take its mark away."""
        self.ids ^= {row_id}

    def put(self, rows: Iterable[UUID], marked: bool) -> None:
        """Mark rows, or take their marks away."""
        if marked != self.everything:
            self.ids.update(rows)
        else:
            self.ids.difference_update(rows)

    def mark_all(self) -> None:
        """Mark all that match."""
        self.ids, self.everything, self.range = set(), True, None

    def clear(self) -> None:
        """Mark nothing."""
        self.ids, self.everything, self.range = set(), False, None

    # The range

    def begin(self, place: int, row_id: UUID) -> None:
        """Open a range at a row: it marks rows, or unmarks them where that one is marked."""
        self.range = Range(place, row_id, place, marks=not self.has(row_id))

    def extend(self, start: int, now: int) -> bool:
        """Follow the cursor; ``start`` is where the first row stands now. False where nothing moved."""
        before = self.range
        if before is None or (before.start, before.now) == (start, now):
            return False
        self.range = Range(start, before.row_id, now, before.marks)
        return True

    def end(self, rows: Iterable[UUID]) -> None:
        """Close the range, which covered these rows."""
        if self.range is not None:
            self.put(rows, self.range.marks)
            self.range = None

    # What they come to

    def selection(self, scope: LeadScope) -> Selection:
        """Return what is marked in the list of a scope."""
        from db.many import Selection

        return Selection(frozenset(self.ids), scope if self.everything else None)

    def told(self, total: int, exact: bool) -> str:
        """Return how many are marked, in words; ``total`` rows are in the list, as far as known."""
        about = "" if exact else "~"
        if self.range is not None:
            return f"range of {self.range.length:,}"
        if not self.everything:
            return f"{len(self.ids):,} marked" if self.ids else ""
        if not self.ids:
            return f"all {about}{total:,} that match"
        return f"{about}{max(total - len(self.ids), 0):,} of {about}{total:,} that match"
