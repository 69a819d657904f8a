"""Likely duplicates: groups of rows that are probably one, with the reasons; Enter merges a group."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Final
from uuid import UUID

from textual.app import ComposeResult
from textual.worker import get_current_worker

from db.duplicates import DuplicateGroup, DuplicateKind, Duplicates, DuplicateSearch
from db.merging import MergeRow
from db.rows import LeadRow, OrganizationRow
from tui import format
from tui.bindings import bindings
from tui.format import plural
from tui.keymap import hint
from tui.messages import RowChanged
from tui.reading import Arrived
from tui.safe import safe
from tui.screens.base import AppScreen, Subject
from tui.widgets.list_view import ListView
from tui.widgets.row_table import Column, RowTable

SHORT: Final = {
    "domain": "domain",
    "mailbox": "mailbox",
    "linkedin": "LinkedIn",
    "name": "name",
    "person": "person",
}
"""The reasons in the words of a column."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a group in the list; ``place`` is its own, for a row may be in several groups."""

    group: DuplicateGroup
    row: OrganizationRow | LeadRow
    place: int

    @property
    def id(self) -> UUID:
        """The place as an id, for tables know rows by UUID."""
        return UUID(int=self.place)

    @property
    def first(self) -> bool:
        """True for the first row of its group."""
        return self.row is self.group.rows[0]


class DuplicatesScreen(AppScreen[None]):
    """What a search finds, read anew when it is shown; Escape stops a search."""

    scopes = ("duplicates", "table")
    BINDINGS = bindings("duplicates")

    def __init__(self, search: DuplicateSearch) -> None:
        super().__init__()
        self.search = search
        self.found: Duplicates | None = None

    def body(self) -> ComposeResult:
        yield ListView(self.columns(), "Nothing looks like a duplicate here.   w looks at others")

    def columns(self) -> tuple[Column[Entry], ...]:
        """Return the columns; what a group shares stands at its first row."""
        return (
            Column("same", _why, 22, weight=1),
            Column("name", lambda entry: safe(entry.row.name), 16, weight=2),
            Column("where", _where, 18, weight=2),
            Column("", self._about, 14),
        )

    @property
    def table(self) -> RowTable[Entry]:
        """The table of the rows."""
        return self.query_one(RowTable)

    def crumbs(self) -> tuple[str, ...]:
        kind = "Leads" if self.search.kind == "lead" else "Organizations"
        scope = "one campaign" if self.search.campaign_id else ""
        return tuple(filter(None, ("Duplicates", kind, "of one" if self.search.of else scope)))

    def subject(self) -> Subject | None:
        entry = self.table.row
        return entry.row if entry is not None else None

    # Searching

    def load(self) -> None:
        search, gateway = self.search, self.host.gateway

        def rows() -> tuple[Entry, ...]:
            worker = get_current_worker()

            def go_on(done: int, total: int) -> bool:
                said = f"Looking for duplicates: {done + 1} of {total} …   Esc stops"
                self.post_message(Arrived(lambda: self._tell(said)))
                return not worker.is_cancelled

            found = gateway.duplicates(search, go_on)
            self.post_message(Arrived(lambda: None if worker.is_cancelled else self._found(found)))
            return _entries(found)

        self.table.load_whole(rows)

    def _tell(self, said: str) -> None:
        # A search that comes by itself leaves what was said about the change that it follows.
        if self.found is None and self.table.state == "loading":
            self.host.say(said)

    def _found(self, found: Duplicates) -> None:
        again, self.found = self.found is not None, found
        if not again:
            more = "" if found.complete else " There are more: these come first."
            leads = (
                "   One person in two campaigns is two leads." if self.search.kind == "lead" else ""
            )
            self.host.say(f"{plural(len(found.groups), 'group')}.{more}{leads}")

    def on_row_table_state_changed(self, message: RowTable.StateChanged) -> None:
        super().on_row_table_state_changed(message)
        if message.table.state == "failed":
            again = hint("app.refresh", "looks again")
            self.host.say(f"{safe(message.table.problem)}   {again}".rstrip(), "attention")

    def action_kind(self) -> None:
        """Look at leads in the place of organizations, or the other way round."""
        other: DuplicateKind = "lead" if self.search.kind == "organization" else "organization"
        self._look(DuplicateSearch(other, limit=self.search.limit))

    def action_everywhere(self) -> None:
        """Look at all rows, where the search was narrower."""
        self._look(replace(self.search, campaign_id=None, of=None))

    def _look(self, search: DuplicateSearch) -> None:
        self.search, self.found = search, None
        self.show_title()
        self.load()

    def row_changed(self, change: RowChanged) -> None:
        """Take the groups of a row that was changed away, for they may be none any more."""
        if self.found is None or self.table.state != "ready":
            return
        left = tuple(
            group
            for group in self.found.groups
            if all(row.id != change.row_id for row in group.rows)
        )
        if left != self.found.groups:
            self.found = replace(self.found, groups=left)
            self.table.show_whole(_entries(self.found))

    # Merging

    def on_row_table_opened(self, message: RowTable.Opened) -> None:
        group: DuplicateGroup = message.row.group
        ids = tuple(row.id for row in group.rows)
        # The row under the cursor is the one that stays, unless the operator says otherwise.
        keep = message.row.row.id
        self.read(
            lambda: self.host.gateway.merge_rows(self.search.kind, ids),
            partial(self._merge, keep),
            group="merge",
        )

    def _merge(self, keep: UUID, rows: tuple[MergeRow, ...]) -> None:
        from tui.screens.merge import MergeScreen

        self.app.push_screen(MergeScreen(self.search.kind, rows, keep))

    def _about(self, entry: Entry) -> str:
        row = entry.row
        if isinstance(row, LeadRow):
            return safe(row.status, limit=14)
        return f"{plural(row.leads, 'lead')} {format.age(row.created_at)}"


def _entries(found: Duplicates) -> tuple[Entry, ...]:
    rows = ((group, row) for group in found.groups for row in group.rows)
    return tuple(Entry(group, row, place) for place, (group, row) in enumerate(rows))


def _why(entry: Entry) -> str:
    if not entry.first:
        return "  ┆"
    more = f" +{entry.group.more:,}" if entry.group.more else ""
    return " · ".join(SHORT[reason] for reason in entry.group.reasons) + more


def _where(entry: Entry) -> str:
    row = entry.row
    return safe(row.email if isinstance(row, LeadRow) else row.email_domain)
