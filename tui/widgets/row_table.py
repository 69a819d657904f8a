"""The table of all lists: a cursor on a window of rows, moved by keys, wheel and scrollbar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive, var

from tui.bindings import bindings
from tui.keys_at_once import KeysAtOnce
from tui.widgets.columns import (
    GAP,
    GUTTER,
    MARKER,
    OUTSIDE,
    Cell,
    Column,
)
from tui.widgets.loading import Source
from tui.widgets.row_painting import RowPainting
from tui.widgets.window import HasId

__all__ = ["GAP", "GUTTER", "MARKER", "Cell", "Column", "RowTable", "Source"]

R = TypeVar("R", bound=HasId)
WHEEL: Final = 3
"""Rows that a notch of the wheel moves the view by."""


class RowTable(RowPainting[R], KeysAtOnce, Generic[R], can_focus=True):
    """A list of rows with a cursor. Its owner gives columns and calls :meth:`load`.

    The cursor is always in sight: where the view is moved by wheel or scrollbar it comes along, so
    that no key acts on a row that is not seen.
    """

    BINDINGS = bindings("table")

    index = reactive(0, init=False, repaint=False)
    place = var("")
    """The place of the cursor as ``12/340``; ``~`` marks a number that is not exact yet."""

    class Moved(Message):
        """The cursor stands on another row, or its row was loaded or changed."""

        def __init__(self, table: RowTable[Any]) -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> RowTable[Any]:
            return self.table

    class Opened(Message):
        """Enter was pressed on a row."""

        def __init__(self, table: RowTable[Any], row: Any) -> None:
            super().__init__()
            self.table = table
            self.row = row

    class StateChanged(Message):
        """Loading began or ended: see ``state`` and ``problem``."""

        def __init__(self, table: RowTable[Any]) -> None:
            super().__init__()
            self.table = table

    def __init__(self, columns: Sequence[Column[R]], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.columns = tuple(columns)
        self._placing = False

    # What is shown

    @property
    def row(self) -> R | None:
        """The row under the cursor, None where it is not loaded."""
        return self.window.get(self.index)

    def _tell_moved(self) -> None:
        # Straight to the screen: with each key it would else stop at every container on its way.
        self.screen.post_message(self.Moved(self))

    def _show_place(self) -> None:
        total = f"{'' if self.window.exact else '~'}{self.total:,}"
        place = f"{self.index + 1:,}/{total}" if self.total else ""
        if self.marks:
            place = f"{self.marks.told(self.total, self.window.exact)}   {place}"
        if number := self.number_outside:
            place = f"{number:,} {OUTSIDE} no match   {place}"
        self.place = place

    def replace(self, *rows: R) -> None:
        places = self.window.replace(*rows)
        self.repaint_places(places)
        if self.index in places:
            self._tell_moved()

    def outside_changed(self, places: list[int]) -> None:
        self.repaint_places(places)
        self._show_place()

    def move_to(self, index: int) -> None:
        """Put the cursor on a place of the list and scroll there."""
        self._wanted = None
        self.index = max(0, min(index, self.total - 1))

    def set_columns(self, columns: Sequence[Column[R]]) -> None:
        """Show other columns of the same rows."""
        self.columns = tuple(columns)
        self._layout = None
        self.repaint()
        self.post_message(self.StateChanged(self))

    def marks_changed(self, place: int | None = None) -> None:
        """Paint the mark of a row, or all marks, and how many there are."""
        if place is None:
            self.refresh()
        else:
            self._refresh_line(place)
        self._show_place()

    def go_to(self, index: int, row_id: UUID) -> None:
        """Put the cursor on a row whose place was just found out; it may not be loaded yet."""
        place = self.window.index_of(row_id)
        if place is not None:
            self.move_to(place)
        elif self._source is not None:
            self.load(self._source, at=index, expect=row_id)

    # What loading asks for

    @property
    def place_of_cursor(self) -> int:
        return self.index

    def in_sight(self) -> tuple[int, int]:
        top = self.scroll_offset.y
        return top, top + max(self.size.height, 1) - 1

    def settle(self, at: int) -> None:
        self._painted.clear()
        self._place(at, self.scroll_offset.y)
        self.fetch_visible()

    def shift(self, at: int) -> None:
        self._place(at, self.scroll_offset.y + at - self.index)

    def _place(self, at: int, top: int) -> None:
        """Put the cursor and the view where they belong in a list of another length."""
        self.set_reactive(RowTable.index, at)
        self._placing = True
        self._resize_list()
        self.scroll_to(y=top, animate=False, immediate=True)
        self._placing = False
        self._scroll_to_cursor()
        self._show_place()
        self._tell_moved()

    def rows_came(self, start: int, stop: int) -> None:
        first, last = self.in_sight()
        if start <= last and stop > first:
            self.refresh()
        if start <= self.index < stop:
            self._tell_moved()

    def state_changed(self) -> None:
        self.post_message(self.StateChanged(self))
        self.loaded_again()

    def _resize_list(self) -> None:
        self.virtual_size = Size(0, self.total)
        # A layout alone would not make the scrollbar come or go.
        self._scroll_update(self.virtual_size)
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        self._layout = None
        self._scroll_to_cursor()
        self.fetch_visible()
        self.post_message(self.StateChanged(self))

    # Cursor

    def watch_index(self, old: int, new: int) -> None:
        self._scroll_to_cursor()
        self._refresh_line(old)
        self._refresh_line(new)
        self._show_place()
        self.fetch_visible()
        self._tell_moved()

    def watch_scroll_y(self, old: float, new: float) -> None:
        super().watch_scroll_y(old, new)
        first, last = self.in_sight()
        if self.total and not self._placing and not first <= self.index <= last:
            self.index = max(first, min(self.index, last, self.total - 1))
        self.fetch_visible()

    def watch_has_focus(self, focused: bool) -> None:
        super().watch_has_focus(focused)
        self._refresh_line(self.index)

    def _scroll_to_cursor(self) -> None:
        top, height = self.scroll_offset.y, max(self.size.height, 1)
        if self.index < top:
            self.scroll_to(y=self.index, animate=False, immediate=True)
        elif self.index >= top + height:
            self.scroll_to(y=self.index - height + 1, animate=False, immediate=True)

    def on_click(self, event: events.Click) -> None:
        index = self.scroll_offset.y + event.y
        if index < self.total:
            self.index = index
            if event.chain == 2:
                self.action_open()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(event, WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(event, -WHEEL)

    def _wheel(self, event: events.MouseEvent, rows: int) -> None:
        event.prevent_default().stop()
        self.scroll_to(y=self.scroll_offset.y + rows, animate=False, immediate=True)

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self.move_to(self.index + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by screenfuls, the view with it."""
        rows = by * max(self.size.height, 1)
        old, to = self.index, max(0, min(self.index + rows, self.total - 1))
        self._wanted = None
        self.set_reactive(RowTable.index, to)
        self.scroll_to(y=self.scroll_offset.y + rows, animate=False, immediate=True)
        if to != old:
            self.watch_index(old, to)

    def action_half_page(self, by: int) -> None:
        """Move the cursor by half a screenful."""
        self.move_to(self.index + by * max(self.size.height // 2, 1))

    def action_top(self) -> None:
        """Go to the first row."""
        self.move_to(0)

    def action_bottom(self) -> None:
        """Go to the last row."""
        self.move_to(self.total - 1)

    def action_open(self) -> None:
        """Tell the screen that the row is to be opened."""
        row = self.row
        if row is not None:
            self.screen.post_message(self.Opened(self, row))
