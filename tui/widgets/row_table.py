"""The table of all lists: only the visible rows exist, and each is painted as a few segments.

Rows come in pages through a function that blocks, called in a worker thread; keys pressed faster
than a page loads move the cursor at once and ask for what is visible when the page has come.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Generic, Literal, TypeVar
from uuid import UUID

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from db.errors import CustomerCenterError
from db.rows import Page, PageRequest
from tui.bindings import bindings
from tui.reading import Reader
from tui.safe import fit
from tui.theme import TONES
from tui.widgets.window import PAGE, HasId, RowWindow

R = TypeVar("R", bound=HasId)
Cell = str | tuple[str, str]
"""A cell's safe text, or a pair of text and tone."""


@dataclass(frozen=True)
class Column(Generic[R]):
    """A column: its title, how a row's cell reads, and how wide it is.

    ``width`` is the least number of cells; what is left over is shared by ``weight``. ``priority``
    drops columns from a narrow screen, the highest number first; 0 always stays.
    """

    title: str
    cell: Callable[[R], Cell]
    width: int
    weight: int = 0
    priority: int = 0
    align: Literal["left", "right"] = "left"


@dataclass(frozen=True)
class Source(Generic[R]):
    """Where rows come from: pages by request, and the exact number of rows. Both block."""

    page: Callable[[PageRequest], Page[R]]
    count: Callable[[], int]


GUTTER: Final = 2
MARKER: Final = "▌ "
GAP: Final = "  "


class RowTable(ScrollView, Reader, Generic[R], can_focus=True):
    """A list of rows with a cursor. Its owner gives columns and calls :meth:`load`."""

    BINDINGS = bindings("table")
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row-table--row",
        "row-table--stripe",
        "row-table--cursor",
        "row-table--blurred",
        *(f"row-table--{tone}" for tone in TONES),
    }

    index = reactive(0, init=False)

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
        self.window: RowWindow[R] = RowWindow()
        self.state: Literal["loading", "ready", "empty", "failed", "stale"] = "loading"
        self.problem = ""
        self.decorate: Callable[[R], R] = lambda row: row
        self._source: Source[R] | None = None
        self._fetching: int | None = None
        self._layout_for = -1
        self._widths: tuple[tuple[Column[R], int], ...] = ()
        self._styles: dict[str, Style] = {}
        self._wanted: UUID | None = None

    # What is shown

    @property
    def row(self) -> R | None:
        """The row under the cursor, None where it is not loaded."""
        return self.window.get(self.index)

    @property
    def total(self) -> int:
        """The number of rows, as far as it is known."""
        return self.window.total

    @property
    def place(self) -> str:
        """The place of the cursor as ``12/340``; ``~`` marks a number that is not exact yet."""
        if not self.total:
            return ""
        return f"{self.index + 1:,}/{'' if self.window.exact else '~'}{self.total:,}"

    def load(self, source: Source[R], *, at: int = 0, expect: UUID | None = None) -> None:
        """Show a list from its beginning, or with the cursor at a place.

        ``expect`` is the row that should stand there; the cursor goes to it where it moved by a
        few places meanwhile. Rows shown before stay until the new ones are there.
        """
        self._source = source
        self._wanted = expect
        self._fetching = None
        self._set_state("loading")
        self._start(source, at)

    def replace(self, row: R) -> None:
        """Paint a newer version of a row where it is loaded."""
        places = self.window.replace(row)
        for place in places:
            self._refresh_line(place)
        if self.index in places:
            self.post_message(self.Moved(self))

    def move_to(self, index: int) -> None:
        """Put the cursor on a place of the list and scroll there."""
        self._wanted = None
        self.index = max(0, min(index, self.total - 1))

    def set_columns(self, columns: Sequence[Column[R]]) -> None:
        """Show other columns of the same rows."""
        self.columns = tuple(columns)
        self._layout_for = -1
        self.refresh()
        self.post_message(self.StateChanged(self))

    def repaint(self, row_id: UUID) -> None:
        """Paint a row again whose cells depend on more than the row."""
        place = self.window.index_of(row_id)
        if place is not None:
            self._refresh_line(place)

    def go_to(self, index: int, row_id: UUID) -> None:
        """Put the cursor on a row whose place was just found out; it may not be loaded yet."""
        place = self.window.index_of(row_id)
        if place is not None:
            self.move_to(place)
        elif index < self.total and self.window.get(index) is None:
            self.move_to(index)
            self._wanted = row_id
        elif self._source is not None:
            # The list is another one by now than the one that was loaded.
            self.load(self._source, at=index, expect=row_id)

    # Loading

    def _start(self, source: Source[R], at: int) -> None:
        def first_page() -> RowWindow[R]:
            window: RowWindow[R] = RowWindow()
            window.store(0, source.page(PageRequest(PAGE)))
            if at >= window.total and not window.exact:
                window.counted(source.count())
            return window

        self.read(first_page, lambda window: self._started(window, at), self._failed, group="start")

    def _started(self, window: RowWindow[R], at: int) -> None:
        # While the rest is being counted the cursor may only go to what is known to exist.
        self.window = window
        self._fetching = None
        self._set_state("ready" if window.total else "empty")
        self._resize_list()
        self._settle(max(0, min(at, window.total - 1)))
        if not window.exact and self._source is not None:
            self.read(self._source.count, self._counted, self._failed, group="count")

    def _counted(self, total: int) -> None:
        self.window.counted(total)
        self._resize_list()
        self.post_message(self.Moved(self))

    def _settle(self, at: int) -> None:
        place = self.window.index_of(self._wanted) if self._wanted else None
        if place is not None:
            at, self._wanted = place, None
        self.set_reactive(RowTable.index, at)
        self._scroll_to_cursor()
        self.refresh()
        self._fetch_visible()
        self.post_message(self.Moved(self))

    def _failed(self, error: CustomerCenterError) -> None:
        self.problem = str(error)
        self._fetching = None
        self._set_state("stale" if self.total else "failed")

    def _fetch_visible(self) -> None:
        """Ask for the first visible page that is missing, one at a time, then for the next one."""
        if self._source is None or self._fetching is not None or not self.is_attached:
            return
        top, height = self.scroll_offset.y, max(self.size.height, 1)
        number = self.window.missing(top, top + height - 1)
        if number is None:
            number = self.window.missing(top + height, top + 2 * height)
        if number is None:
            return
        self._fetching = number
        source, request, window = self._source, self.window.request(number), self.window
        self.read(
            lambda: source.page(request),
            lambda page: self._fetched(window, number, page),
            self._failed,
            group="page",
        )

    def _fetched(self, window: RowWindow[R], number: int, page: Page[R]) -> None:
        if window is not self.window:
            return
        self._fetching = None
        before = window.total
        if window.exact and len(page.rows) < min(PAGE, before - number * PAGE):
            # Rows were taken out of the list since it was counted.
            self._again()
            return
        window.store(number, page)
        if window.total != before:
            self._resize_list()
        if self._wanted is not None:
            place, self._wanted = window.index_of(self._wanted), None
            if place is not None:
                self.index = place
        if self.state == "stale":
            self._set_state("ready")
        self.refresh()
        self._fetch_visible()
        if self.index // PAGE == number:
            self.post_message(self.Moved(self))

    def _again(self) -> None:
        if self._source is not None:
            row = self.row
            self.load(self._source, at=self.index, expect=row.id if row else None)

    def _resize_list(self) -> None:
        self.virtual_size = Size(0, self.total)
        # A layout alone would not make the scrollbar come or go.
        self._scroll_update(self.virtual_size)
        self.refresh()

    def _set_state(self, state: Literal["loading", "ready", "empty", "failed", "stale"]) -> None:
        self.state = state
        self.post_message(self.StateChanged(self))

    # Painting

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles = {}

    def on_resize(self, event: events.Resize) -> None:
        self._layout_for = -1
        self._scroll_to_cursor()
        self._fetch_visible()
        self.post_message(self.StateChanged(self))

    def layout_columns(self) -> tuple[tuple[Column[R], int], ...]:
        """Return the columns that fit beside the scrollbar, each with its width."""
        width = self.scrollable_content_region.width
        if width == self._layout_for:
            return self._widths
        kept = list(self.columns)
        while len(kept) > 1 and _needed(kept) > width:
            least = max(kept, key=lambda column: column.priority)
            if least.priority == 0:
                break
            kept.remove(least)
        spare = max(0, width - _needed(kept))
        shares = sum(column.weight for column in kept) or 1
        widths = [(column, column.width + spare * column.weight // shares) for column in kept]
        self._layout_for, self._widths = width, tuple(widths)
        return self._widths

    def header(self) -> str:
        """Return the titles, aligned with the columns."""
        cells = (fit(column.title, width, column.align) for column, width in self.layout_columns())
        return (" " * GUTTER + GAP.join(cells))[: self.size.width]

    def render_line(self, y: int) -> Strip:
        index = self.scroll_offset.y + y
        width = self.size.width
        if index >= self.total:
            return Strip.blank(width, self._style("row"))
        at_cursor = index == self.index
        base = self._style(
            ("cursor" if self.has_focus else "blurred")
            if at_cursor
            else "stripe"
            if index % 2
            else "row"
        )
        row = self.window.get(index)
        gutter = MARKER if at_cursor else " " * GUTTER
        if row is None:
            return Strip([Segment(f"{gutter}…".ljust(width), base)], width)
        return Strip(self._segments(self.decorate(row), gutter, base)).adjust_cell_length(
            width, base
        )

    def _segments(self, row: R, gutter: str, base: Style) -> list[Segment]:
        """As few segments as the colours of the row let it be."""
        segments: list[Segment] = []
        plain = gutter
        for number, (column, width) in enumerate(self.layout_columns()):
            if number:
                plain += GAP
            cell = column.cell(row)
            if isinstance(cell, str):
                plain += fit(cell, width, column.align)
                continue
            text, tone = cell
            segments += [
                Segment(plain, base),
                Segment(fit(text, width, column.align), base + self._style(tone)),
            ]
            plain = ""
        segments.append(Segment(plain, base))
        return segments

    def _style(self, name: str) -> Style:
        style = self._styles.get(name)
        if style is None:
            partial = name in TONES
            style = self.get_component_rich_style(f"row-table--{name}", partial=partial)
            self._styles[name] = style
        return style

    def _refresh_line(self, index: int) -> None:
        y = index - self.scroll_offset.y
        if 0 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    # Cursor

    def watch_index(self, old: int, new: int) -> None:
        self._scroll_to_cursor()
        self._refresh_line(old)
        self._refresh_line(new)
        self._fetch_visible()
        self.post_message(self.Moved(self))

    def watch_scroll_y(self, old: float, new: float) -> None:
        super().watch_scroll_y(old, new)
        self._fetch_visible()

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

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self.move_to(self.index + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by screenfuls, the view with it."""
        height = max(self.size.height, 1)
        self.scroll_to(y=self.scroll_offset.y + by * height, animate=False, immediate=True)
        self.move_to(self.index + by * height)

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
            self.post_message(self.Opened(self, row))


def _needed(columns: Sequence[Column[R]]) -> int:
    return GUTTER + sum(column.width for column in columns) + len(GAP) * (len(columns) - 1)
