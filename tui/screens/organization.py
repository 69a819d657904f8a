"""One organization: its card, and its leads over all campaigns."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from db.errors import CustomerCenterError
from db.rows import DEFAULT_LEAD_SORT, LeadRow, LeadScope, OrganizationDetail, Touched
from db.statuses import LEAD
from tui import format, links
from tui.barred import Barred
from tui.bindings import bindings
from tui.messages import RowChanged
from tui.safe import safe
from tui.screens.base import Subject
from tui.screens.marking import Marking
from tui.widgets.lead_view import Fact, documents_line, facts
from tui.widgets.list_view import ListView
from tui.widgets.row_table import Cell, Column, RowTable, Source

if TYPE_CHECKING:
    from db.duplicates import DuplicateSearch


class OrganizationScreen(Barred, Marking):
    """A card above the leads; status keys work on the lead under the cursor, or on all marked."""

    scopes = ("organization", "table")
    BINDINGS = bindings("organization")

    def __init__(self, organization_id: UUID) -> None:
        super().__init__()
        self.organization_id = organization_id
        self.scope = LeadScope(organization_id=organization_id)
        self.sort = DEFAULT_LEAD_SORT
        self.organization: OrganizationDetail | None = None

    def body(self) -> ComposeResult:
        with VerticalScroll(id="card", can_focus=False):
            yield Static(id="card-text")
        yield ListView(self.columns(), "No lead of this organization is in a campaign.")

    def columns(self) -> tuple[Column[LeadRow], ...]:
        """Return the columns; the one of times is wide enough for how times are shown now."""
        return (
            Column("status", self._status, 16),
            Column("name", self.named, 16, weight=2),
            Column("title", lambda row: safe(row.title or ""), 12, weight=2, priority=2),
            Column("campaign", lambda row: safe(row.campaign_name), 14, weight=2),
            Column(
                "contact",
                self._contact,
                format.time_width(self.host.absolute_times),
                priority=1,
            ),
        )

    @property
    def table(self) -> RowTable[LeadRow]:
        """The table of its leads."""
        return self.query_one(RowTable)

    def load(self) -> None:
        gateway = self.host.gateway
        self._read_card()
        row = self.table.row
        self.table.load(
            Source(
                partial(gateway.leads_page, self.scope, self.sort),
                partial(gateway.leads_count, self.scope),
                rows=gateway.lead_rows,
                held=partial(gateway.leads_held, self.scope),
            ),
            at=self.table.index,
            expect=row.id if row else None,
        )

    def _read_card(self) -> None:
        gateway = self.host.gateway
        self.read(
            lambda: gateway.organization(self.organization_id), self._show, group="organization"
        )

    def catch_up(self, touched: Touched) -> None:
        if touched.kind == "lead":
            self.table.catch_up(touched)
        elif touched.kind == "organization" and touched.touches(self.organization_id):
            self._read_card()
        elif touched.kind == "campaign" and touched.concerns("name"):
            self.table.freshen(None)

    def _show(self, organization: OrganizationDetail) -> None:
        self.organization = organization
        self.show_title()
        self._paint_card()

    def times_changed(self) -> None:
        self.table.set_columns(self.columns())
        self._paint_card()

    def on_resize(self) -> None:
        self.call_after_refresh(self._paint_card)

    def _paint_card(self) -> None:
        width = self.query_one("#card").scrollable_content_region.width
        if self.organization is not None and width > 0:
            text = card(self.organization, width, self.host.absolute_times)
            self.query_one("#card-text", Static).update(text)

    def read_failed(self, error: CustomerCenterError) -> None:
        super().read_failed(error)
        if self.organization is None:
            self.query_one("#card-text", Static).update(Content(safe(str(error))))

    def crumbs(self) -> tuple[str, ...]:
        name = self.organization.name if self.organization else ""
        return ("Organizations", safe(name)) if name else ("Organizations",)

    def subject(self) -> Subject | None:
        return self.table.row or self.organization

    def triage_scope(self) -> tuple[LeadScope, str]:
        name = safe(self.organization.name) if self.organization else "organization"
        return self.scope, name

    def duplicate_search(self) -> DuplicateSearch:
        from db.duplicates import DuplicateSearch

        return DuplicateSearch("organization", of=self.organization_id)

    def row_changed(self, change: RowChanged) -> None:
        if isinstance(change.row, LeadRow):
            self.table.replace(change.row)
        elif change.row_id in self.host.pending:
            self.table.repaint(change.row_id)
        elif (
            change.row_id == self.organization_id
            or self.table.window.index_of(change.row_id) is not None
        ):
            self.load()

    def on_row_table_opened(self, message: RowTable.Opened) -> None:
        self.host.open_lead(message.row.id)

    def action_edit(self) -> None:
        """Edit the organization, or one field of all leads that are marked."""
        if self.marks:
            super().action_edit()
            return
        from tui.screens.forms import EditScreen, before_organization

        if self.organization is not None:
            before = before_organization(self.organization)
            self.app.push_screen(
                EditScreen("organization", self.organization_id, self.organization.name, before)
            )

    def action_delete(self) -> None:
        """Delete what is marked, or the lead; the organization where it has none."""
        from tui.screens.deleting import ask_to_delete

        found = self.organization
        if found is not None and self.table.state == "empty":
            ask_to_delete(self, "organization", found.id, found.name, leave=True)
        else:
            super().action_delete()

    def action_json(self) -> None:
        """Read the documents of the organization."""
        if self.organization is not None:
            self.host.open_documents(self.organization_id, None, self.organization.name)

    def action_history(self) -> None:
        if self.organization is not None:
            self.host.open_history(self.organization_id, self.organization.name)

    def _contact(self, row: LeadRow) -> Cell:
        return format.when(row.last_contacted_at, absolute=self.host.absolute_times)

    def _status(self, row: LeadRow) -> Cell:
        pending = self.host.pending.get(row.id)
        status = LEAD.get(pending or row.status)
        return format.status_text(status, pending=pending is not None), status.tone


def card(organization: OrganizationDetail, width: int, absolute: bool) -> Content:
    """Return all fields of an organization; those without a value are left out."""
    people = organization.estimated_num_employees
    external = " ".join(
        safe(part) for part in (organization.external_source, organization.external_id) if part
    )
    place = " · ".join(
        safe(part)
        for part in (organization.country, organization.time_zone, organization.language)
        if part
    )
    size = format.plural(people, "employee") if people is not None else ""
    rows: list[Fact] = [
        ("Domain", " · ".join(part for part in (safe(organization.email_domain), size) if part)),
        ("Known as", safe(organization.formatted_organization_name or "")),
        ("Website", links.web(organization.website_url)),
        ("LinkedIn", links.web(organization.linkedin_url)),
        ("Where", place),
        ("Address", safe(organization.raw_address or "")),
        (
            "Source",
            " · ".join(part for part in (safe(organization.source or ""), external) if part),
        ),
        (
            "Added",
            f"{format.ago(organization.created_at, absolute=absolute)}, "
            f"changed {format.ago(organization.updated_at, absolute=absolute)}",
        ),
        ("Documents", documents_line(organization)),
    ]
    title = Content.styled(safe(organization.name), "bold")
    return Content("\n").join([title, *facts(rows, width)])
