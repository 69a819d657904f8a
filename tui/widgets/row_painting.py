"""The rows of a table that are in sight, each painted as a few segments and kept so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final, Generic, Protocol, TypeVar
from uuid import UUID

from rich.segment import Segment
from rich.style import Style
from textual.filter import LineFilter
from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from tui.theme import TONES
from tui.widgets.columns import (
    CHANGED,
    GUTTER,
    MARKED,
    MARKED_CURSOR,
    MARKER,
    OUTSIDE,
    Column,
    Layout,
)
from tui.widgets.freshening import RowFreshening
from tui.widgets.window import HasId

R = TypeVar("R", bound=HasId)
MARGIN: Final = 2
"""Cells between the rows and the scrollbar, which would else be touched with each row."""
KEPT_STRIPS: Final = 400
"""Painted rows that are kept."""


class Marked(Protocol):
    """Which rows are marked; false where none is."""

    def has(self, row_id: UUID, place: int | None = None) -> bool:
        """Tell whether the row at a place is marked."""

    def told(self, total: int, exact: bool) -> str:
        """Return how many of so many rows are marked, in words."""


class RowPainting(ScrollView, RowFreshening[R], Generic[R]):
    """Mix-in for the table: what it looks like, by its columns, the cursor's place and the marks."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row-table--row",
        "row-table--stripe",
        "row-table--cursor",
        "row-table--blurred",
        *(f"row-table--{tone}" for tone in TONES),
    }

    columns: Sequence[Column[R]] = ()

    def __init__(self, *children: Widget, **options: Any) -> None:
        super().__init__(*children, **options)
        self.marks: Marked | None = None
        self._layout: Layout[R] | None = None
        self._styles: dict[str, Style] = {}
        self._filters: Sequence[LineFilter] = ()
        self._painted: dict[tuple[int, str, str, bool, str, bool], tuple[R | None, Strip]] = {}

    def repaint(self, row_id: UUID | None = None) -> None:
        """Paint a row again whose cells depend on more than the row, or all rows."""
        self._painted.clear()
        place = None if row_id is None else self.window.index_of(row_id)
        if row_id is None:
            self.refresh()
        elif place is not None:
            self._refresh_line(place)

    def repaint_places(self, places: list[int]) -> None:
        for place in places:
            self._refresh_line(place)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles = {}
        self._filters = self.get_line_filters()
        self._painted.clear()

    def header(self) -> str:
        """Return the titles, aligned with the columns."""
        return self.laid_out().header()[: self.size.width]

    def laid_out(self) -> Layout[R]:
        # By the width of now: the first paint of another size comes before its event.
        width = self.scrollable_content_region.width - MARGIN
        if self._layout is None or self._layout.width != width:
            self._layout = Layout.of(self.columns, width)
            self._painted.clear()
        return self._layout

    def render_lines(self, crop: Region) -> list[Strip]:
        # Textual asks for all lines whenever one is painted, and styles each of them again.
        top, cursor, focused = self.scroll_offset.y, self.place_of_cursor, self.has_focus
        get, painted, total = self.window.get, self._painted, self.total
        width = self.laid_out().width + MARGIN
        fresh, outside, marks = self.changed_rows, self.outside, self.marks or None
        lines: list[Strip] = []
        for index in range(top + crop.y, top + crop.bottom):
            row = get(index) if index < total else None
            back = "stripe" if index % 2 and index < total else "row"
            look = back if index != cursor else "cursor" if focused else "blurred"
            sign = ""
            if row is not None and (fresh or outside):
                sign = OUTSIDE if row.id in outside else CHANGED if row.id in fresh else ""
            marked = marks is not None and row is not None and marks.has(row.id, index)
            key = (id(row), look, back, index < total, sign, marked)
            known = painted.get(key)
            if known is None:
                if len(painted) >= KEPT_STRIPS:
                    painted.clear()
                # The row is kept beside its strip, so that no other one can get its id.
                strip = self._paint(row, look, back, index < total, sign, marked)
                known = painted[key] = row, strip
            lines.append(known[1])
        if crop.x == 0 and crop.width == width:
            return lines
        return [line.crop_extend(crop.x, crop.right, self._style("row")) for line in lines]

    def _paint(
        self, row: R | None, look: str, back: str, within: bool, sign: str, marked: bool
    ) -> Strip:
        layout, base = self.laid_out(), self._style(look)
        gutter = MARKER if look != back else " " * GUTTER
        if marked:
            gutter = (MARKED_CURSOR if look != back else MARKED) + gutter[1:]
        if row is not None:
            gutter = gutter[:-1] + sign if sign else gutter
            base = base + self._style("muted") if sign == OUTSIDE else base
            strip = Strip(self._segments(row, gutter, base), layout.taken)
        else:
            text = (gutter + "…" * within).ljust(layout.taken)
            strip = Strip([Segment(text, base)], layout.taken)
        if layout.taken > layout.width:
            strip = strip.crop(0, layout.width)
        strip = Strip([*strip, Segment(" " * MARGIN, self._style(back))], layout.width + MARGIN)
        for line_filter in self._filters:
            strip = strip.apply_filter(line_filter, self.background_colors[1])
        return strip

    def _segments(self, row: R, gutter: str, base: Style) -> list[Segment]:
        # Under the cursor the row has one colour, which is what two rows painted at each key cost.
        plain = gutter[0] in (MARKER[0], MARKED_CURSOR) or gutter[-1] == OUTSIDE
        tone = None if plain else self._style
        return self.laid_out().segments(row, gutter, base, tone)

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
            self.refresh(Region(0, y, self.laid_out().width, 1))
