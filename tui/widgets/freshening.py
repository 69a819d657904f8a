"""Rows that others write while they are shown: read again by id, and marked for a moment."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Set
from functools import partial
from time import monotonic
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from textual.timer import Timer
from textual.widget import Widget

from db.errors import CustomerCenterError
from db.rows import Touched
from tui.widgets.loading import Opening, RowLoading
from tui.widgets.window import PAGE, HasId

R = TypeVar("R", bound=HasId)
MARKED_FOR: Final = 2.0
"""Seconds that a row is marked that another writer changed."""


class RowFreshening(RowLoading[R], Generic[R]):
    """Mix-in for the table: what is told of other writers becomes rows, one read at a time.

    ``changed_rows`` are those that are marked now. ``outside`` are still shown though a change has
    moved them out of the list: they stay in their places until it is read again.
    """

    def __init__(self, *children: Widget, **options: Any) -> None:
        super().__init__(*children, **options)
        self.changed_rows: dict[UUID, float] = {}
        self.outside: frozenset[UUID] = frozenset()
        self._due: set[UUID] = set()
        self._perhaps_new: set[UUID] = set()
        self._freshening = False
        self._grow_again = False
        self._unmark: Timer | None = None

    @abstractmethod
    def replace(self, *rows: R) -> None:
        """Paint newer versions of rows where they are loaded."""

    @abstractmethod
    def repaint_places(self, places: list[int]) -> None:
        """Paint the rows of some places again."""

    @abstractmethod
    def outside_changed(self, places: list[int]) -> None:
        """Paint rows that left the list or came back to it, and how many left."""

    @property
    def number_outside(self) -> int:
        """The number of rows that are shown though they left the list."""
        if not self.outside:
            return 0
        return sum(row.id in self.outside for _, row in self.window.loaded())

    def catch_up(self, touched: Touched) -> None:
        """Read again what others wrote of the rows in this list; new ones are marked too."""
        self.freshen(touched.ids)
        if touched.came_or_went:
            known = {row.id for _, row in self.window.loaded()}
            self.mark_changed((touched.ids or frozenset()) - known)
            self.grow()

    # Rows by id

    def freshen(self, ids: frozenset[UUID] | None) -> None:
        """Read these rows again as far as they are loaded; without ids, those around what is seen.

        What is loaded elsewhere is forgotten then, and asked for when it comes into sight.
        """
        if self._source is None or self._source.rows is None:
            return
        if ids is None:
            self.window.keep(*self.in_sight())
        self._due.update(row.id for _, row in self.window.loaded() if ids is None or row.id in ids)
        self._freshen_due()

    def look_again(self, row_id: UUID) -> None:
        """Find out whether a row that was just written left the list, or came into it."""
        if self._source is None or self._source.held is None:
            return
        if self.window.index_of(row_id) is None:
            self.look_for_new(frozenset({row_id}))
        else:
            self.freshen(frozenset({row_id}))

    def _freshen_due(self) -> None:
        source = self._source
        rows, held = (source.rows, source.held) if source is not None else (None, None)
        if rows is None or self._freshening or not self._due:
            return
        due, self._due = tuple(self._due), set()
        self._freshening = True

        def fresh(answer: tuple[tuple[R, ...], frozenset[UUID]]) -> None:
            self._fresh(due, answer[0])
            if source is self._source:
                self._note_outside(frozenset(due) - answer[1], frozenset(due))

        failed = partial(self._freshen_failed, due)
        self.read(
            lambda: (rows(due), held(due) if held else frozenset(due)),
            fresh,
            failed,
            group="fresh",
            patience=None,
        )

    def _note_outside(self, left: frozenset[UUID], asked: frozenset[UUID]) -> None:
        """Take note which of some rows are not in the list any more."""
        before = self.outside
        self.outside = before - asked | left
        changed = before ^ self.outside
        if changed:
            self.outside_changed([at for at, row in self.window.loaded() if row.id in changed])

    def _fresh(self, asked: tuple[UUID, ...], rows: tuple[R, ...]) -> None:
        self._freshening = False
        known = {row.id: row for _, row in self.window.loaded()}
        newer = [row for row in rows if row.id in known and _is_newer(row, known[row.id])]
        if newer:
            self.mark_changed({row.id for row in newer})
            self.replace(*newer)
        if known.keys() & (set(asked) - {row.id for row in rows}):
            self.grow()
        self._freshen_due()

    def _freshen_failed(self, asked: tuple[UUID, ...], error: CustomerCenterError) -> None:
        # The rows stay as they were until more is told, as it is once the connection is back.
        self._freshening = False
        self._due.update(asked)

    # More rows, or fewer

    def grow(self) -> None:
        """Take note that rows came or went: the number moves, and the list where its top is seen."""
        if self._source is None:
            return
        if self.state == "loading":
            self._grow_again = True
            return
        elsewhere = self.in_sight()[0] > 0 and self.total > PAGE
        if elsewhere and self.state == "ready":
            self.recount()
            return
        row = self.window.get(self.place_of_cursor)
        self._load(self._source, self.place_of_cursor, row.id if row else None, None)

    def look_for_new(self, ids: frozenset[UUID] | None) -> None:
        """Count the rows again; where rows came in by a change, the list grows.

        ``ids`` are those that were changed, None where that is not known.
        """
        self.recount()
        held = self._source.held if self._source is not None else None
        loaded = {row.id for _, row in self.window.loaded()}
        self._perhaps_new |= (ids or frozenset()) - loaded
        asked = tuple(self._perhaps_new)

        def told(found: frozenset[UUID]) -> None:
            self._perhaps_new.difference_update(asked)
            if found:
                self.mark_changed(found)
                self.grow()

        if held is not None and asked:
            self.read(lambda: held(asked), told, lambda error: None, group="new", patience=None)

    def recount(self) -> None:
        """Count the rows again, at once where that was not done just before."""
        self.window.exact = False
        self._count()

    def loaded_again(self) -> None:
        """Go on where more was told while the list was being read."""
        if self._grow_again and self.state != "loading":
            self._grow_again = False
            self.call_later(self.grow)

    def _opened(self, opening: Opening[R]) -> None:
        self.outside = frozenset()
        self._perhaps_new.clear()
        super()._opened(opening)

    # Marks

    def mark_changed(self, ids: Set[UUID]) -> None:
        """Mark rows for a moment; they are painted by whoever changes them."""
        self.changed_rows.update(dict.fromkeys(ids, monotonic() + MARKED_FOR))
        if ids and self._unmark is None:
            self._unmark = self.set_timer(MARKED_FOR, self._unmark_old)

    def _unmark_old(self) -> None:
        now = monotonic()
        old = {row_id for row_id, end in self.changed_rows.items() if end <= now}
        for row_id in old:
            del self.changed_rows[row_id]
        ends = self.changed_rows.values()
        wait = max(min(ends, default=now) - now, 0.05)
        self._unmark = self.set_timer(wait, self._unmark_old) if ends else None
        self.repaint_places([place for place, row in self.window.loaded() if row.id in old])


def _is_newer(row: Any, known: Any) -> bool:
    """Tell whether a row is to be painted: an answer on its way may be older than what came since."""
    versions = (getattr(each, "row_version", 0) for each in (row, known))
    return row != known and next(versions) >= next(versions)
