"""Leads of a campaign, an organization, a status, or all of them."""

from __future__ import annotations

from asyncio import sleep
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, Final
from uuid import UUID

from textual.app import ComposeResult

from db.rows import LeadRow, LeadScope, Sort, Touched
from db.statuses import LEAD
from tui import format
from tui.bindings import bindings
from tui.keymap import hint, hints
from tui.lead_columns import USUAL, Chosen
from tui.presence import Presence
from tui.safe import clip
from tui.screens.column_menu import ColumnsScreen, arranged, available
from tui.screens.filtered import FilteredLeads
from tui.screens.list_screen import Finder
from tui.screens.marking import Marking
from tui.state import Whereabouts
from tui.widgets.lead_view import LeadView
from tui.widgets.list_view import ListView
from tui.widgets.row_table import Cell, Column, RowTable, Source
from tui.widgets.still import Split
from tui.widgets.view_tabs import ViewTabs

if TYPE_CHECKING:
    from db.duplicates import DuplicateSearch

PREVIEW_FROM: Final = 120
"""The width of a terminal from which the preview has room beside the list."""
REST: Final = 0.2
"""Seconds that the cursor has to rest on a row before it is previewed."""


class LeadsScreen(Presence, Marking, FilteredLeads):
    """A list of leads; ``title`` is the safe name of its scope."""

    scopes = ("leads", "table")
    BINDINGS = bindings("leads")
    noun = "lead"
    sorts: ClassVar[dict[str, str]] = {
        "created": "date added",
        "updated": "last change",
        "contacted": "last contact",
        "name": "last name",
        "email": "e-mail address",
        "status": "status",
        "company": "company",
        "campaign": "campaign",
        "title": "job title",
        "verified": "verification",
        "first": "first name",
        "domain": "domain of the address",
    }

    def __init__(
        self, scope: LeadScope | None = None, title: str = "", at: Whereabouts | None = None
    ) -> None:
        super().__init__(scope or LeadScope(), title, at)
        self.preview_wanted: bool | None = None
        self._moved_at = 0.0
        self._held = ""
        self._following = False

    def body(self) -> ComposeResult:
        with Split(id="split"):
            yield ListView(
                self.columns(),
                hints(
                    "No lead here.",
                    hint("leads.filter", "filters"),
                    hint("leads.clear", "shows all"),
                    hint("app.import", "imports"),
                ),
            )
            yield LeadView(id="preview")

    def columns(self) -> tuple[Column[LeadRow], ...]:
        columns = self._available()
        return arranged(columns, self.columns_chosen) or arranged(columns, self._usual())

    def _available(self) -> dict[str, Column[LeadRow]]:
        times = self.host.absolute_times
        return available(self._status, self.named, absolute_times=times)

    def _usual(self) -> Chosen:
        """Return the columns where no view names others; a campaign's leads need not name it."""
        usual = self.host.config.columns or tuple((name, 0) for name in USUAL)
        if self.scope.campaign_id is None:
            return usual
        return tuple(column for column in usual if column[0] != "campaign") or usual

    def action_columns(self) -> None:
        """Choose the columns, their order and their widths."""
        window = ColumnsScreen(self._available(), self._usual(), self.columns_chosen)
        self.app.push_screen(window, self.columns_taken)

    def source(self) -> Source[LeadRow]:
        gateway = self.host.gateway
        return Source(
            partial(gateway.leads_page, self.scope, self.sort),
            partial(gateway.leads_count, self.scope),
            partial(gateway.leads_estimate, self.scope),
            partial(gateway.lead_milestones, self.scope, self.sort),
            partial(gateway.lead_key, self.sort),
            partial(gateway.lead_position, self.scope, self.sort),
            gateway.lead_rows,
            partial(gateway.leads_held, self.scope) if self.scope.narrow else None,
        )

    def duplicate_search(self) -> DuplicateSearch:
        from db.duplicates import DuplicateSearch

        return DuplicateSearch("lead", self.scope.campaign_id)

    def finder(self, term: str) -> Finder[LeadRow]:
        return partial(self.host.gateway.find_lead, self.scope, self.sort, term)

    def one(self, row_id: UUID) -> LeadRow:
        return self.host.gateway.lead_row(row_id)

    def triage_sort(self) -> Sort:
        return self.sort

    def go_back_to(self, row_id: UUID) -> None:
        self.table.load(self.source(), at=self.table.index, expect=row_id)

    # Cells

    def _status(self, row: LeadRow) -> Cell:
        pending = self.host.pending.get(row.id)
        status = LEAD.get(pending or row.status)
        return format.status_text(status, pending=pending is not None), status.tone

    def times_changed(self) -> None:
        super().times_changed()
        self._preview()

    # Other writers

    def catch_up(self, touched: Touched) -> None:
        super().catch_up(touched)
        narrowed = self.scope.filter or (self.scope.statuses and touched.concerns("status"))
        if touched.kind == "lead" and narrowed and not touched.came_or_went:
            self.table.look_for_new(touched.ids)
        if touched.kind == "lead":
            self.query_one(ViewTabs).outdate()

    # Preview

    def on_resize(self) -> None:
        self._show_preview()

    def action_preview(self) -> None:
        """Show or hide the preview."""
        self.preview_wanted = not self.query_one(LeadView).display
        self._show_preview()

    def _show_preview(self) -> None:
        view = self.query_one(LeadView)
        wide = self.size.width >= PREVIEW_FROM
        view.display = wide if self.preview_wanted is None else self.preview_wanted
        self.query_one("#split").set_class(not wide, "-narrow")
        self._preview()

    def _preview(self) -> None:
        view, row = self.query_one(LeadView), self.table.row
        if not view.display:
            self._say_holder(row)
            return
        if row is None:
            view.show_nothing()
            return
        self.read(
            lambda: self.host.gateway.lead(row.id),
            partial(view.show, absolute_times=self.host.absolute_times, holder=self.holder(row)),
            group="preview",
            patience=None,
        )

    def _say_holder(self, row: LeadRow | None) -> None:
        holder = self.holder(row) if row is not None else None
        held = f"{holder} is on {clip(row.name, 40)}." if row is not None and holder else ""
        if held:
            self.host.say(held)
        elif self._held:
            self.host.unsay(self._held)
        self._held = held

    def on_row_table_moved(self, message: RowTable.Moved) -> None:
        self._moved_at = monotonic()
        if not self._following:
            self._follow_cursor()

    async def _follow(self) -> None:
        """Preview the row under the cursor as soon as it rests: a held key paints no preview."""
        moved_at = self._moved_at
        await sleep(moved_at + REST - monotonic())
        if moved_at != self._moved_at:
            self._follow_cursor()
            return
        self._following = False
        if not self.query(LeadView):
            return  # The screen was left meanwhile, and is being taken down.
        self._preview()

    def holders_changed(self) -> None:
        self._preview()

    def _follow_cursor(self) -> None:
        self._following = True
        self.run_worker(self._follow(), name="pause", group="pause")

    def on_row_table_opened(self, message: RowTable.Opened) -> None:
        self.host.open_lead(message.row.id)

    # Triage

    def action_triage(self) -> None:
        """Triage the leads of this list."""
        self.host.start_triage(*self.triage_scope())
