"""One lead: every field, its organization and campaign, and what happened to it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from textual.app import ComposeResult

from db.errors import CustomerCenterError
from db.rows import ChangeRow, LeadDetail, LeadRow, LeadScope, Touched
from tui.bindings import bindings
from tui.messages import RowChanged
from tui.safe import safe
from tui.screens.page import LeadPage
from tui.widgets.lead_view import LeadView


class LeadScreen(LeadPage):
    """A lead, with its journal below."""

    scopes = ("lead", "scroll")
    BINDINGS = bindings("lead", "scroll")

    def __init__(self, lead_id: UUID) -> None:
        super().__init__()
        self.lead_id = lead_id
        self.lead: LeadDetail | None = None
        self._failed = False
        self.journal: tuple[ChangeRow, ...] = ()

    def body(self) -> ComposeResult:
        yield LeadView(id="lead")

    def load(self) -> None:
        gateway, lead_id = self.host.gateway, self.lead_id
        self.read(
            lambda: (gateway.lead(lead_id), gateway.changes(lead_id, 50)),
            lambda found: self._show(*found),
            group="lead",
        )

    def _show(self, lead: LeadDetail, journal: tuple[ChangeRow, ...]) -> None:
        self.lead, self.journal = lead, journal
        self.show_title()
        self._paint()

    @property
    def unread(self) -> bool:
        return self.lead is None and not self._failed

    def _paint(self) -> None:
        if self.lead is not None:
            self.query_one(LeadView).show(
                self.lead,
                self.journal,
                absolute_times=self.host.absolute_times,
                pending=self.host.pending.get(self.lead_id),
            )

    def read_failed(self, error: CustomerCenterError) -> None:
        super().read_failed(error)
        self._failed = True
        if self.lead is None:
            self.query_one(LeadView).show_problem(str(error))

    def crumbs(self) -> tuple[str, ...]:
        if self.lead is None:
            return ("Lead",)
        return (safe(self.lead.campaign.name), safe(self.lead.name))

    def subject(self) -> LeadDetail | None:
        return self.lead

    def triage_scope(self) -> tuple[LeadScope, str]:
        if self.lead is None:
            return super().triage_scope()
        return LeadScope(self.lead.campaign.id), safe(self.lead.campaign.name)

    def times_changed(self) -> None:
        self._paint()

    def catch_up(self, touched: Touched) -> None:
        if self.lead is None:
            self.load()
        else:
            super().catch_up(touched)

    def row_changed(self, change: RowChanged) -> None:
        if change.row_id != self.lead_id:
            return
        if self.lead is not None and isinstance(change.row, LeadRow):
            self.lead = replace(self.lead, status=change.row.status)
        if self.lead_id in self.host.pending:
            self._paint()
        else:
            self.load()

    def deleted(self) -> None:
        self.app.pop_screen()

    def action_organization(self) -> None:
        """Open the organization of the lead."""
        if self.lead is not None:
            self.host.open_organization(self.lead.organization.id)
