"""All organizations."""

from __future__ import annotations

from functools import partial
from typing import ClassVar
from uuid import UUID

from textual.app import ComposeResult

from db.rows import DEFAULT_ORGANIZATION_SORT, OrganizationDetail, OrganizationRow
from tui import format
from tui.bindings import bindings
from tui.keymap import hint, hints
from tui.safe import safe
from tui.screens.list_screen import Finder, ListScreen
from tui.state import Whereabouts
from tui.widgets.list_view import ListView
from tui.widgets.row_table import Column, RowTable, Source


class OrganizationsScreen(ListScreen[OrganizationRow]):
    """The list of organizations."""

    scopes = ("organizations", "table")
    BINDINGS = bindings("organizations")
    noun = "organization"
    kind = "organization"
    borrowed = ("company_id",)
    sorts: ClassVar[dict[str, str]] = {
        "name": "name",
        "domain": "domain",
        "country": "country",
        "size": "size",
        "created": "date added",
    }

    def __init__(self, at: Whereabouts | None = None) -> None:
        super().__init__(DEFAULT_ORGANIZATION_SORT, at)

    def body(self) -> ComposeResult:
        yield ListView(
            self.columns(), hints("No organization yet.", hint("app.import", "imports a file"))
        )

    def columns(self) -> tuple[Column[OrganizationRow], ...]:
        return (
            Column("organization", lambda row: safe(row.name), 20, weight=3),
            Column("domain", lambda row: safe(row.email_domain), 18, weight=2),
            Column("country", lambda row: safe(row.country or ""), 10, weight=1, priority=2),
            Column("people", _people, 8, priority=1, align="right"),
            Column("leads", lambda row: format.count(row.leads), 7, align="right"),
            Column("added", self._added, format.time_width(self.host.absolute_times), priority=3),
        )

    def _added(self, row: OrganizationRow) -> str:
        return format.when(row.created_at, absolute=self.host.absolute_times)

    def quick_statuses(self) -> tuple[str, ...]:
        return ()

    def source(self) -> Source[OrganizationRow]:
        gateway = self.host.gateway
        return Source(
            partial(gateway.organizations_page, self.sort),
            gateway.organizations_count,
            gateway.organizations_estimate,
            partial(gateway.organization_milestones, self.sort),
            partial(gateway.organization_key, self.sort),
            partial(gateway.organization_position, self.sort),
            gateway.organization_rows,
        )

    def finder(self, term: str) -> Finder[OrganizationRow]:
        return partial(self.host.gateway.find_organization, self.sort, term)

    def one(self, row_id: UUID) -> OrganizationRow:
        return self.host.gateway.organization_row(row_id)

    def crumbs(self) -> tuple[str, ...]:
        return ("Organizations",)

    def whereabouts(self) -> Whereabouts | None:
        return self.table_at("organizations", sort=self.sort)

    def on_row_table_opened(self, message: RowTable.Opened) -> None:
        self.host.open_organization(message.row.id)

    def action_edit(self) -> None:
        """Edit the organization."""
        row = self.table.row
        if row is not None:
            gateway = self.host.gateway
            self.read(lambda: gateway.organization(row.id), self._edit, group="edit")

    def _edit(self, organization: OrganizationDetail) -> None:
        from tui.screens.forms import EditScreen, before_organization

        before = before_organization(organization)
        self.app.push_screen(EditScreen("organization", organization.id, organization.name, before))

    def action_delete(self) -> None:
        """Delete the organization, where it has no leads."""
        from tui.screens.deleting import ask_to_delete

        row = self.table.row
        if row is not None:
            ask_to_delete(self, "organization", row.id, row.name)

    def action_json(self) -> None:
        """Read the documents of the organization."""
        row = self.table.row
        if row is not None:
            self.host.open_documents(row.id, None, row.name)


def _people(row: OrganizationRow) -> str:
    return format.number(row.estimated_num_employees)
