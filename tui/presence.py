"""Which leads of a list other operators are on in triage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from db.rows import LeadRow
from tui.barred import Barred
from tui.safe import clip
from tui.widgets.row_table import RowTable

if TYPE_CHECKING:
    from db.claims import Holders

LOOK_EVERY: Final = 5.0
"""Seconds between two looks at who is on which lead."""
HELD: Final = "@"
"""The sign before the name of a lead that somebody is on."""


class Presence(Barred):
    """Mix-in for a list of leads; it looks while it is on top, and paints where something changed."""

    _holders: Holders | None = None

    def on_mount(self) -> None:
        self.set_interval(LOOK_EVERY, self._look)

    def _look(self) -> None:
        if self.app.screen is self:
            gateway = self.host.gateway
            self.read(
                gateway.claim_holders,
                self._looked,
                lambda error: None,
                group="holders",
                patience=None,
            )

    def _looked(self, holders: Holders) -> None:
        before = self._holders.by_key if self._holders is not None else {}
        self._holders = holders
        if holders.by_key != before:
            self.query_one(RowTable).repaint()
            self.holders_changed()

    def holders_changed(self) -> None:
        """Paint again what else tells who is on a lead."""

    def holder(self, row: LeadRow) -> str | None:
        """Return the safe name of the operator who is on a lead, None where nobody is."""
        found = self._holders.of(row.id) if self._holders is not None else None
        return clip(found, 40) if found is not None else None

    def named(self, row: LeadRow) -> str:
        """Return the cell with a lead's name, after the signs that there are for it."""
        named = super().named(row)
        return f"{HELD} {named}" if self.holder(row) else named
