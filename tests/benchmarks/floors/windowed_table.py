"""A list of leads without anything around it: psycopg2, keyset pages, one segment a row.

It blocks while it reads, knows one order and no NULL, and can nothing but scroll: the floor for a
table, not a design for one. ``python windowed_table.py URL``
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from typing import Any

import psycopg2
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

PAGE, KEPT = 200, 10
QUERY = (
    "SELECT first_name, last_name, email, title, status,"
    " to_char(created_at, 'YYYY-MM-DD HH24:MI'), created_at, lead_id::text FROM leads "
)
WIDTHS = (14, 18, 44, 16, 13, 17)
EVEN = Style.parse("#d8d8d8 on #101418")
ODD = Style.parse("#d8d8d8 on #161b20")
CURSOR = Style.parse("bold #ffffff on #0b5cad")
FAR = 1_000_000_000


class Leads(ScrollView, can_focus=True):
    """All leads, newest first."""

    BINDINGS = [
        Binding("down", "go(1)"),
        Binding("up", "go(-1)"),
        Binding("pagedown", "page(1)"),
        Binding("pageup", "page(-1)"),
        Binding("end", f"go({FAR})"),
        Binding("home", f"go(-{FAR})"),
    ]

    def __init__(self, url: str) -> None:
        super().__init__()
        self.db = psycopg2.connect(url).cursor()
        self.index = 0
        self.pages: OrderedDict[int, list[tuple[Any, ...]]] = OrderedDict()
        self.anchors: dict[int, tuple[Any, ...] | None] = {0: None}
        self.db.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = 'leads'::regclass")
        self.total = self.db.fetchall()[0][0]
        self.virtual_size = Size(sum(WIDTHS), self.total)

    def page(self, number: int) -> list[tuple[Any, ...]]:
        found = self.pages.get(number)
        if found is not None:
            self.pages.move_to_end(number)
            return found
        if number in self.anchors or number < self.total // PAGE // 2:
            anchor = max(known for known in self.anchors if known <= number)
            key = self.anchors[anchor]
            beyond = "WHERE (created_at, lead_id) < (%s, %s::uuid) " if key else ""
            self.db.execute(
                f"{QUERY}{beyond}ORDER BY created_at DESC, lead_id DESC OFFSET %s LIMIT %s",
                (*(key or ()), (number - anchor) * PAGE, PAGE),
            )
            found = self.db.fetchall()
        else:
            after = max(0, self.total - (number + 1) * PAGE)
            self.db.execute(
                f"{QUERY}ORDER BY created_at, lead_id OFFSET %s LIMIT %s",
                (after, min(PAGE, self.total - number * PAGE)),
            )
            found = self.db.fetchall()[::-1]
        if len(found) == PAGE:
            self.anchors[number + 1] = found[-1][6:8]
        self.pages[number] = found
        if len(self.pages) > KEPT:
            self.pages.popitem(last=False)
        return found

    def render_line(self, y: int) -> Strip:
        index = y + self.scroll_offset.y
        page = self.page(index // PAGE) if index < self.total else []
        style = CURSOR if index == self.index else ODD if index & 1 else EVEN
        place = index % PAGE
        text = ""
        if place < len(page):
            cells = zip(page[place], WIDTHS, strict=False)
            text = "".join(f"{(value or '')[: width - 1]:{width}}" for value, width in cells)
        width = self.size.width
        return Strip([Segment(text[:width].ljust(width), style)], width)

    def move(self, to: int) -> None:
        old, self.index = self.index, min(max(to, 0), self.total - 1)
        top, height = self.scroll_offset.y, self.size.height
        if self.index < top:
            self.scroll_to(y=self.index, animate=False, immediate=True)
        elif self.index >= top + height:
            self.scroll_to(y=self.index - height + 1, animate=False, immediate=True)
        top = self.scroll_offset.y
        for index in (old, self.index):
            if top <= index < top + height:
                self.refresh(Region(0, index - top, self.size.width, 1))

    def action_go(self, by: int) -> None:
        self.move(self.index + by)

    def action_page(self, by: int) -> None:
        height = self.size.height
        y = max(0, self.scroll_offset.y + by * height)
        self.scroll_to(y=y, animate=False, immediate=True)
        self.move(self.index + by * height)


class Floor(App[None]):
    """The list alone."""

    CSS = "Leads { height: 1fr; }"

    def compose(self) -> ComposeResult:
        yield Leads(sys.argv[1])


Floor().run()
