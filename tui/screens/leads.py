"""Leads of a campaign, an organization, a status, or all of them."""

from __future__ import annotations

from asyncio import sleep
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import ClassVar, Final
from uuid import UUID

from textual.app import ComposeResult

from db.rows import DEFAULT_LEAD_SORT, LeadRow, LeadScope, StatusCounts, Touched
from db.statuses import LEAD, verification
from tui import format
from tui.bindings import bindings
from tui.lead_actions import LeadActions
from tui.safe import safe
from tui.screens.list_screen import Finder, ListScreen
from tui.screens.menus import PickScreen
from tui.state import Whereabouts
from tui.widgets.lead_view import LeadView
from tui.widgets.list_view import ListView
from tui.widgets.row_table import Cell, Column, RowTable, Source
from tui.widgets.still import Split

PREVIEW_FROM: Final = 120
"""The width of a terminal from which the preview has room beside the list."""
REST: Final = 0.12
"""Seconds that the cursor has to rest on a row before it is previewed."""


class LeadsScreen(LeadActions, ListScreen[LeadRow]):
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
    }

    def __init__(
        self, scope: LeadScope | None = None, title: str = "", at: Whereabouts | None = None
    ) -> None:
        super().__init__(DEFAULT_LEAD_SORT, at)
        self.scope = scope or LeadScope()
        self.title_of_scope = title
        self.preview_wanted: bool | None = None
        self._moved_at = 0.0
        self._following = False

    def body(self) -> ComposeResult:
        with Split(id="split"):
            yield ListView(self.columns(), "No lead here.   f chooses a status, I imports.")
            yield LeadView(id="preview")

    def columns(self) -> tuple[Column[LeadRow], ...]:
        columns = [
            Column("status", self._status, 16),
            Column("name", lambda row: safe(row.name), 16, weight=3),
            Column("company", lambda row: safe(row.company_name), 14, weight=3, priority=1),
            Column("title", lambda row: safe(row.title or ""), 12, weight=2, priority=4),
            Column("e-mail", lambda row: safe(row.email), 22, weight=3, priority=3),
            Column("verified", _verified, 12, priority=5),
            Column(
                "contact",
                self._contact,
                format.time_width(self.host.absolute_times),
                priority=2,
            ),
        ]
        if self.scope.campaign_id is None:
            columns.insert(
                3,
                Column("campaign", lambda row: safe(row.campaign_name), 12, weight=2, priority=2),
            )
        return tuple(columns)

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
        )

    def offered(self) -> tuple[str, ...]:
        return self.scope.sorts

    def finder(self, term: str) -> Finder[LeadRow]:
        return partial(self.host.gateway.find_lead, self.scope, self.sort, term)

    def one(self, row_id: UUID) -> LeadRow:
        return self.host.gateway.lead_row(row_id)

    def crumbs(self) -> tuple[str, ...]:
        labels = ", ".join(LEAD.get(status).label for status in self.scope.statuses)
        scope = self.title_of_scope or "all"
        return ("Leads", f"{scope} · {labels}" if labels else scope)

    def whereabouts(self) -> Whereabouts | None:
        return self.table_at("leads", self.scope, self.sort)

    def triage_scope(self) -> tuple[LeadScope, str]:
        return self.scope, self.title_of_scope or "all leads"

    # Cells

    def _status(self, row: LeadRow) -> Cell:
        pending = self.host.pending.get(row.id)
        status = LEAD.get(pending or row.status)
        return format.status_text(status, pending=pending is not None), status.tone

    def _contact(self, row: LeadRow) -> Cell:
        return format.when(row.last_contacted_at, absolute=self.host.absolute_times)

    def times_changed(self) -> None:
        super().times_changed()
        self._preview()

    # Other writers

    def catch_up(self, touched: Touched) -> None:
        super().catch_up(touched)
        narrowed = self.scope.filter or (self.scope.statuses and touched.concerns("status"))
        if touched.kind == "lead" and narrowed and not touched.came_or_went:
            self.table.recount()

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
            return
        if row is None:
            view.show_nothing()
            return
        self.read(
            lambda: self.host.gateway.lead(row.id),
            partial(view.show, absolute_times=self.host.absolute_times),
            group="preview",
        )

    def on_row_table_moved(self, message: RowTable.Moved) -> None:
        self._moved_at = monotonic()
        if self.query_one(LeadView).display and not self._following:
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

    def _follow_cursor(self) -> None:
        self._following = True
        self.run_worker(self._follow(), name="pause", group="pause")

    def on_row_table_opened(self, message: RowTable.Opened) -> None:
        self.host.open_lead(message.row.id)

    # Filter and triage

    def action_filter(self) -> None:
        """Choose the status that the list is narrowed down to."""
        scope = replace(self.scope, statuses=())

        def ask(counts: StatusCounts) -> None:
            menu = PickScreen.of_statuses(
                "Leads of which status?", counts.by_status, self.scope.statuses
            )
            self.app.push_screen(menu, self._filter)

        self.read(lambda: self.host.gateway.lead_counts(scope), ask, group="filter")

    def _filter(self, status: str | None) -> None:
        if status is not None:
            self._narrow((status,) if status else ())

    def action_clear_filter(self) -> None:
        """Show the leads of every status again."""
        self._narrow(())

    def _narrow(self, statuses: tuple[str, ...]) -> None:
        self.scope = replace(self.scope, statuses=statuses)
        if self.sort.column not in self.offered():
            # No index holds the other order for the leads of one status.
            self.sort = DEFAULT_LEAD_SORT
            self.host.say("Sorted by date added, descending.")
        self.table.move_to(0)
        self.table.load(self.source())
        self.show_title()

    def action_triage(self) -> None:
        """Triage the leads of this list."""
        self.host.start_triage(*self.triage_scope())


def _verified(row: LeadRow) -> Cell:
    entry = verification(row.email_verification_status)
    return format.verification_text(row.email_verification_status), entry.tone
