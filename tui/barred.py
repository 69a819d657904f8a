"""Which leads of a list are on the suppression list: looked up beside the rows, for those in sight."""

from __future__ import annotations

from functools import partial
from typing import Final

from textual.timer import Timer

from db.rows import LeadRow
from tui.format import lead_name
from tui.screens.base import AppScreen
from tui.widgets.row_table import RowTable

REST: Final = 0.3
"""Seconds between a move of the list and the look: the rows come first."""
AGAIN: Final = 60.0
"""Seconds after which rows in sight are looked up again, for entries come and end."""
BARRED: Final = "⊗"
"""The sign before the name of a lead that is suppressed."""


class Barred(AppScreen[None]):
    """Mix-in for a list of leads; it paints again only where there is a sign to be put or taken."""

    _barred: frozenset[str] = frozenset()
    _bars_known: frozenset[str] = frozenset()
    _bar_timer: Timer | None = None

    def on_mount(self) -> None:
        self.set_interval(AGAIN, self._bar_again)

    def on_screen_resume(self) -> None:
        self._bar_again()

    def on_row_table_moved(self, message: RowTable.Moved) -> None:
        self._bar_soon()

    def _bar_again(self) -> None:
        self._bars_known = frozenset()
        self._bar_soon()

    def _bar_soon(self) -> None:
        if self._bar_timer is None:
            self._bar_timer = self.set_timer(REST, self._bar)

    def _bar(self) -> None:
        self._bar_timer = None
        if self.app.screen is not self or not self.query(RowTable):
            return
        if not self.host.gateway.whole:
            self._bar_soon()
            return
        table = self.query_one(RowTable)
        first, last = table.in_sight()
        rows = filter(None, map(table.window.get, range(first, last + 1)))
        asked = frozenset(row.email for row in rows) - self._bars_known
        if asked:
            gateway = self.host.gateway
            self.read(
                lambda: gateway.suppressed_among(asked),
                partial(self._bars_found, asked),
                lambda error: None,
                group="barred",
                patience=None,
            )

    def _bars_found(self, asked: frozenset[str], barred: frozenset[str]) -> None:
        before, self._barred = self._barred, (self._barred - asked) | barred
        self._bars_known |= asked
        if self._barred != before:
            self.query_one(RowTable).repaint()

    def named(self, row: LeadRow) -> str:
        """Return the cell with a lead's name, after the sign where it is suppressed."""
        return f"{BARRED} {lead_name(row)}" if row.email in self._barred else lead_name(row)
