"""Scrolling by keys on a screen that shows one lead."""

from __future__ import annotations

from tui.lead_actions import LeadActions
from tui.widgets.lead_view import LeadView


class LeadPage(LeadActions):
    """A screen whose body is a lead that may be longer than the screen."""

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
