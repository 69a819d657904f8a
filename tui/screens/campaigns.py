"""The campaigns: what each one's leads have come to, and its status."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final
from uuid import UUID

from textual.app import ComposeResult
from textual.timer import Timer

from db.errors import CustomerCenterError
from db.rows import CampaignRow, LeadScope, Page, PageRequest, StatusCounts, Touched
from db.statuses import CAMPAIGN, Group, values_of
from tui import format
from tui.bindings import bindings
from tui.keymap import hint, hints
from tui.messages import RowChanged
from tui.safe import safe
from tui.screens.status_keys import QUICK_CAMPAIGN, StatusKeys
from tui.state import Whereabouts
from tui.widgets.list_view import ListView
from tui.widgets.row_table import Cell, Column, RowTable, Source

OLD: Final = 60.0
"""After how many seconds leads are counted anew when the campaigns are shown again."""
RESTS: Final = 8
"""How many times longer than a count takes the next one waits while others change leads."""


class CampaignsScreen(StatusKeys[None]):
    """All campaigns, newest first; the numbers of leads come after the names.

    To count all leads takes the server longer than anything else a list shows. The last numbers stay
    until there are newer ones, which are read where leads were changed, by R, and when they are old.
    """

    scopes = ("campaigns", "table")
    BINDINGS = bindings("campaigns")

    def __init__(self, at: Whereabouts | None = None) -> None:
        super().__init__()
        self._reopened = at
        self.counts: dict[UUID, StatusCounts] | None = None
        self._counted_at = 0.0
        self._counting = False
        self._changed_meanwhile = False
        self._count_took = 0.0
        self._count_later: Timer | None = None
        self._mark_counted = False

    def body(self) -> ComposeResult:
        yield ListView(
            (
                Column("status", self._status, 11),
                Column("campaign", lambda row: safe(row.name), 14, weight=1),
                *(
                    Column(
                        group.value,
                        self._group(group),
                        max(7, len(group.value)),
                        align="right",
                        priority=number,
                    )
                    for number, group in enumerate(Group, start=1)
                ),
                Column("leads", self._total, 6, align="right"),
                Column("changed", self._changed, 16, priority=9),
            ),
            hints(
                "No campaign yet.",
                hint("campaigns.add", "adds one"),
                hint("app.import", "imports leads into one"),
            ),
        )

    @property
    def table(self) -> RowTable[CampaignRow]:
        """The table of campaigns."""
        return self.query_one(RowTable)

    def load(self) -> None:
        at = self._reopened or self.whereabouts() or Whereabouts("campaigns")
        self._reopened = None
        self.table.load(self._source(), at=at.index, expect=at.row_id)
        self._count()

    def on_screen_resume(self) -> None:
        if self.counts is not None and time.monotonic() - self._counted_at > OLD:
            self._count()

    def _source(self) -> Source[CampaignRow]:
        gateway = self.host.gateway

        def page(request: PageRequest) -> Page[CampaignRow]:
            rows = gateway.campaigns()
            return Page(rows[request.offset : request.offset + request.limit])

        def named(ids: tuple[UUID, ...]) -> tuple[CampaignRow, ...]:
            return tuple(row for row in gateway.campaigns() if row.id in ids)

        return Source(page, lambda: len(gateway.campaigns()), rows=named)

    def _count(self) -> None:
        """Count the leads, once more afterwards where that is asked for meanwhile."""
        if self._counting:
            self._changed_meanwhile = True
            return
        self._counting, self._changed_meanwhile = True, False
        self._counted_at = time.monotonic()
        gateway = self.host.gateway
        self.read(
            gateway.campaign_counts, self._counted, self._not_counted, group="counts", patience=None
        )

    def _counted(self, counts: dict[UUID, StatusCounts]) -> None:
        before, self.counts = self.counts or {}, counts
        self._count_took = time.monotonic() - self._counted_at
        self._counting = False
        if self._mark_counted:
            self._mark_counted = False
            changed = {each for each in counts if counts[each] != before.get(each)}
            self.table.mark_changed(changed)
        self.table.repaint()
        if self._changed_meanwhile:
            self._count()

    def catch_up(self, touched: Touched) -> None:
        if touched.kind == "campaign":
            self.table.catch_up(touched)
        elif touched.kind == "lead" and touched.concerns("status", "campaign_id"):
            self._mark_counted = True
            self._count_soon()

    def _count_soon(self) -> None:
        """Count now, or a while after the last count: the dearer that was, the longer."""
        wait = self._counted_at + RESTS * self._count_took - time.monotonic()
        if wait <= 0:
            self._count()
        elif self._count_later is None:
            self._count_later = self.set_timer(wait, self._count_now)

    def _count_now(self) -> None:
        self._count_later = None
        self._count()

    def _not_counted(self, error: CustomerCenterError) -> None:
        self._counting = False
        self.read_failed(error)

    def times_changed(self) -> None:
        self.table.repaint()

    def crumbs(self) -> tuple[str, ...]:
        return ("Campaigns",)

    def whereabouts(self) -> Whereabouts | None:
        return self.table_at("campaigns")

    def subject(self) -> CampaignRow | None:
        return self.table.row

    def quick_statuses(self) -> tuple[str, ...]:
        return QUICK_CAMPAIGN

    def triage_scope(self) -> tuple[LeadScope, str]:
        row = self.table.row
        return (LeadScope(row.id), safe(row.name)) if row else super().triage_scope()

    # Cells

    def _status(self, row: CampaignRow) -> Cell:
        pending = self.host.pending.get(row.id)
        status = CAMPAIGN.get(pending or row.status)
        return format.status_text(status, pending=pending is not None), status.tone

    def _group(self, group: Group) -> Callable[[CampaignRow], Cell]:
        values = values_of(group)

        def cell(row: CampaignRow) -> Cell:
            if self.counts is None:
                return "…"
            return format.count(self.counts.get(row.id, StatusCounts()).group(values))

        return cell

    def _total(self, row: CampaignRow) -> Cell:
        if self.counts is None:
            return "…"
        return format.count(self.counts.get(row.id, StatusCounts()).total)

    def _changed(self, row: CampaignRow) -> Cell:
        return format.ago(row.updated_at, absolute=self.host.absolute_times)

    # What happens

    def row_changed(self, change: RowChanged) -> None:
        if change.kind == "lead":
            if change.row_id not in self.host.pending:
                self._count_when_shown()
        elif (
            isinstance(change.row, CampaignRow)
            and self.table.window.index_of(change.row_id) is not None
        ):
            self.table.replace(change.row)
        elif change.row is None and change.row_id in self.host.pending:
            self.table.repaint(change.row_id)
        else:
            self.load()

    def _count_when_shown(self) -> None:
        if self.is_current:
            self._count()
        else:
            self._counted_at = float("-inf")

    def on_row_table_opened(self, message: RowTable.Opened) -> None:
        row: CampaignRow = message.row
        self.host.open_leads(LeadScope(row.id), safe(row.name))

    def action_add(self) -> None:
        """Make a new campaign."""
        from tui.screens.forms import CampaignForm

        self.app.push_screen(CampaignForm())

    def action_delete(self) -> None:
        """Delete the campaign, where it has no leads."""
        from tui.screens.deleting import ask_to_delete

        row = self.table.row
        if row is not None:
            ask_to_delete(self, "campaign", row.id, row.name)

    def action_edit(self) -> None:
        """Rename or describe the campaign."""
        from tui.screens.forms import CampaignForm

        row = self.table.row
        if row is not None:
            self.app.push_screen(CampaignForm(row))
