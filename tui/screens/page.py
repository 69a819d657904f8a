"""What the screens that show one lead share: scrolling by keys, and keeping up with other writers."""

from __future__ import annotations

from uuid import UUID

from db.rows import Kind, LeadDetail, Touched
from tui.lead_actions import LeadActions
from tui.messages import RowChanged
from tui.widgets.lead_view import LeadView


class LeadPage(LeadActions):
    """A screen whose body is a lead that may be longer than the screen."""

    def catch_up(self, touched: Touched) -> None:
        lead = self.subject()
        if touched.kind == "lead" and touched.ids is not None:
            for row_id in touched.ids:
                self.row_changed(RowChanged("lead", row_id))
        elif isinstance(lead, LeadDetail):
            shown: dict[Kind, UUID] = {
                "lead": lead.id,
                "campaign": lead.campaign.id,
                "organization": lead.organization.id,
            }
            if touched.touches(shown[touched.kind]):
                self.row_changed(RowChanged("lead", lead.id))

    def action_scroll_lines(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one(LeadView).scroll_relative(y=by, animate=False)

    def action_scroll_page(self, by: int) -> None:
        """Scroll by screenfuls."""
        view = self.query_one(LeadView)
        view.scroll_relative(y=by * max(view.size.height - 1, 1), animate=False)

    def action_scroll_edge(self, to: int) -> None:
        """Scroll to the beginning or the end."""
        view = self.query_one(LeadView)
        if to < 0:
            view.scroll_home(animate=False)
        else:
            view.scroll_end(animate=False)
