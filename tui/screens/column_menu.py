"""The columns that a list of leads may have, by id, and the window in which they are chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Label, OptionList, Static
from textual.widgets.option_list import Option

from db.rows import LeadRow
from db.statuses import verification
from tui import format
from tui.bindings import bindings
from tui.keymap import first_keys, key_of
from tui.lead_columns import NARROWEST, WIDEST, Chosen
from tui.safe import safe
from tui.screens.menus import KeyedMenu, key_hints
from tui.widgets.row_table import Cell, Column


def available(
    status: Callable[[LeadRow], Cell], name: Callable[[LeadRow], Cell], *, absolute_times: bool
) -> dict[str, Column[LeadRow]]:
    """Return all columns by their ids; ``status`` and ``name`` paint the cells of those."""

    def when(at: datetime | None) -> str:
        return format.when(at, absolute=absolute_times)

    time = format.time_width(absolute_times)
    return {
        "status": Column("status", status, 16),
        "name": Column("name", name, 16, weight=3),
        "company": Column("company", lambda row: safe(row.company_name), 14, weight=3, priority=1),
        "campaign": Column(
            "campaign", lambda row: safe(row.campaign_name), 12, weight=2, priority=2
        ),
        "title": Column("title", lambda row: safe(row.title or ""), 12, weight=2, priority=4),
        "email": Column("e-mail", lambda row: safe(row.email), 22, weight=3, priority=3),
        "verified": Column("verified", _verified, 12, priority=5),
        "contact": Column("contact", lambda row: when(row.last_contacted_at), time, priority=2),
        "added": Column("added", lambda row: when(row.created_at), time, priority=1),
        "changed": Column("changed", lambda row: when(row.updated_at), time, priority=1),
        "first": Column("first", lambda row: safe(row.first_name or ""), 12, weight=1, priority=1),
        "last": Column("last", lambda row: safe(row.last_name or ""), 12, weight=1, priority=1),
        "domain": Column(
            "domain", lambda row: safe(row.email.rpartition("@")[2]), 16, 2, priority=1
        ),
        "id": Column("id", lambda row: str(row.id), 36, priority=1),
    }


def arranged(columns: Mapping[str, Column[LeadRow]], chosen: Chosen) -> tuple[Column[LeadRow], ...]:
    """Return the chosen columns; on a narrow screen those stay longer that were put first."""
    known = [(columns[name], width) for name, width in chosen if name in columns]
    placed = [
        (replace(column, priority=min(column.priority, at)), width)
        for at, (column, width) in enumerate(known)
    ]
    return tuple(
        replace(column, width=width, weight=0) if width else column for column, width in placed
    )


def _verified(row: LeadRow) -> Cell:
    entry = verification(row.email_verification_status)
    return format.verification_text(row.email_verification_status), entry.tone


class ColumnsScreen(KeyedMenu[Chosen]):
    """The columns to choose from; the answer is the chosen ones, empty for the usual ones."""

    BINDINGS = bindings("columns")

    def __init__(
        self, columns: Mapping[str, Column[LeadRow]], usual: Chosen, chosen: Chosen
    ) -> None:
        super().__init__()
        self._columns = columns
        self._usual = usual
        self._fill(chosen)

    def _fill(self, chosen: Chosen) -> None:
        known = tuple((name, width) for name, width in chosen if name in self._columns)
        first = known or self._usual
        self._shown = {name for name, _ in first}
        self._widths = dict(first)
        rest = (name for name in self._columns if name not in self._shown)
        self._order = [*(name for name, _ in first), *rest]

    def compose(self) -> ComposeResult:
        with Vertical(classes="menu"):
            yield Label(Content("Columns"), classes="menu-title")
            yield OptionList()
            yield Static(self._hints(), classes="menu-hint")

    def _hints(self) -> Content:
        return key_hints(
            (key_of("columns.tick"), "shows, hides"),
            (first_keys("columns.move_up", "columns.move_down"), "move"),
            (first_keys("columns.narrow", "columns.widen"), "width"),
            (key_of("columns.usual"), "usual"),
            ("Enter", "takes"),
            (key_of("columns.leave"), "leaves"),
        )

    def on_mount(self) -> None:
        self._paint(0)
        self.query_one(OptionList).focus()

    def _paint(self, at: int) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(Option(self._line(name)) for name in self._order)
        options.highlighted = at

    def _line(self, name: str) -> Content:
        width = self._widths.get(name, 0)
        mark = "✔" if name in self._shown else " "
        note = f"{width} wide" if width else ""
        tone = "" if name in self._shown else "dim"
        return Content.assemble((f"{mark} {self._columns[name].title:<14}", tone), (note, "dim"))

    @property
    def _at(self) -> int:
        return self.query_one(OptionList).highlighted or 0

    def action_tick(self) -> None:
        """Show or hide the column; the last one stays."""
        at, name = self._at, self._order[self._at]
        if name not in self._shown:
            self._shown.add(name)
        elif len(self._shown) > 1:
            self._shown.remove(name)
        self._paint(at)

    def action_shift(self, by: int) -> None:
        """Move the column to another place."""
        at = self._at
        to = max(0, min(at + by, len(self._order) - 1))
        self._order.insert(to, self._order.pop(at))
        self._paint(to)

    def action_widen(self, by: int) -> None:
        """Give the column another width; narrower than the narrowest it has its own again."""
        at, name = self._at, self._order[self._at]
        width = (self._widths.get(name, 0) or self._columns[name].width) + by
        self._widths[name] = 0 if width < NARROWEST else min(width, WIDEST)
        self._paint(at)

    def action_usual(self) -> None:
        """Choose the usual columns again."""
        self._fill(())
        self._paint(0)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        chosen = tuple(
            (name, self._widths.get(name, 0)) for name in self._order if name in self._shown
        )
        self.dismiss(() if chosen == self._usual else chosen)
