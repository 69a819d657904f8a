"""The journal: who changed what, and when; of all rows or of one."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

from textual.app import ComposeResult

from db.rows import ChangeRow, Page, PageRequest
from db.steps import reason_shown
from tui import format
from tui.messages import RowChanged
from tui.safe import safe
from tui.screens.base import AppScreen
from tui.widgets.lead_view import change_text
from tui.widgets.list_view import ListView
from tui.widgets.row_table import Column, RowTable, Source

_NAMESPACE = UUID("6b1f3d5e-2a6f-4c3b-9a55-0d2f7f0c7c11")
_MOST = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """A journal entry as a row of a table."""

    change: ChangeRow

    @property
    def id(self) -> UUID:
        """An id made from the entry's number, for tables know rows by UUID."""
        return uuid5(_NAMESPACE, str(self.change.change_id))


class HistoryScreen(AppScreen[None]):
    """The latest journal entries; Enter opens the row that was changed."""

    scopes = ("table",)

    def __init__(self, row_id: UUID | None = None, name: str = "") -> None:
        super().__init__()
        self.row_id = row_id
        self.row_name = name

    def body(self) -> ComposeResult:
        yield ListView(self.columns(), "Nothing was changed yet.")

    def columns(self) -> tuple[Column[Entry], ...]:
        """Return the columns; the one of times is wide enough for how times are shown now."""
        return (
            Column("when", self._when, format.time_width(self.host.absolute_times)),
            Column("who", lambda row: safe(row.change.actor), 10, weight=1),
            *(() if self.row_id else (Column("of", _whose, 16, weight=2, priority=1),)),
            Column("change", lambda row: change_text(row.change, 200), 30, weight=5),
            Column(
                "reason", lambda row: safe(reason_shown(row.change.reason)), 8, weight=1, priority=2
            ),
        )

    @property
    def table(self) -> RowTable[Entry]:
        """The table of entries."""
        return self.query_one(RowTable)

    def load(self) -> None:
        gateway, row_id = self.host.gateway, self.row_id

        def page(request: PageRequest) -> Page[Entry]:
            found = tuple(Entry(change) for change in gateway.changes(row_id, _MOST))
            return Page(found[request.offset : request.offset + request.limit])

        self.table.load(
            Source(page, lambda: len(gateway.changes(row_id, _MOST))), at=self.table.index
        )

    def _when(self, row: Entry) -> str:
        return format.when(row.change.changed_at, absolute=self.host.absolute_times)

    def crumbs(self) -> tuple[str, ...]:
        return ("Journal", safe(self.row_name)) if self.row_name else ("Journal",)

    def times_changed(self) -> None:
        self.table.set_columns(self.columns())

    def row_changed(self, change: RowChanged) -> None:
        if change.row_id not in self.host.pending and self.row_id in (None, change.row_id):
            self.load_when_shown()

    def on_row_table_opened(self, message: RowTable.Opened) -> None:
        change = message.row.change
        if change.row_id is None or change.field == "*":
            self.host.say("There is no row to open behind this entry.")
        elif change.table_name == "leads":
            self.host.open_lead(change.row_id)
        elif change.table_name == "organizations":
            self.host.open_organization(change.row_id)
        else:
            self.host.go("campaigns")


def _whose(row: Entry) -> str:
    change = row.change
    return safe(change.row_name or change.table_name.removesuffix("s"))
