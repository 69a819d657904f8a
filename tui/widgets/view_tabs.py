"""The saved views above a list, each with its number of leads."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from db.errors import CustomerCenterError
from db.rows import LeadScope
from tui.reading import Reader
from tui.safe import clip, safe
from tui.widgets.still import Still

if TYPE_CHECKING:
    from tui.views import View

PAUSE: Final = 2.0
"""Seconds from a change until the views are counted again."""
SHARE: Final = 10
"""The pause is so many times as long as counting took."""
UNKNOWN: Final = "?"
GAP: Final = "   "


class ViewCounts(Reader):
    """Mix-in: counts views one after the other, so that no list waits for many."""

    def __init__(self, *children: Widget, **options: Any) -> None:
        super().__init__(*children, **options)
        self.counts: dict[str, str] = {}
        self._waiting: deque[View] = deque()

    def count_views(self, views: tuple[View, ...], count: Callable[[View], int]) -> None:
        """Count all of these views; ``count`` blocks."""
        self._waiting = deque(views)
        self._count_next(count)

    def view_counted(self, name: str) -> None:
        """Take note that another view was counted."""

    def all_counted(self) -> None:
        """Take note that all views were counted."""

    def _count_next(self, count: Callable[[View], int]) -> None:
        if not self._waiting:
            self.all_counted()
            return
        view = self._waiting.popleft()

        def arrived(text: str) -> None:
            self.counts[view.name] = text
            self.view_counted(view.name)
            self._count_next(count)

        def failed(error: CustomerCenterError) -> None:
            arrived(UNKNOWN)

        self.read(lambda: f"{count(view):,}", arrived, failed, group="counts", patience=None)


class ViewTabs(Still, ViewCounts):
    """One line with the names of the views, as many as fit, the one that is shown among them."""

    def __init__(self) -> None:
        super().__init__()
        self._views: tuple[View, ...] = ()
        self._current = ""
        self._scope: LeadScope | None = None
        self._count: Callable[[View], int] | None = None
        self._began = 0.0
        self._took = 0.0
        self._pause: Timer | None = None

    def show(
        self,
        views: tuple[View, ...],
        current: str,
        scope: LeadScope,
        count: Callable[[View], int] | None = None,
    ) -> None:
        """Show views of a scope, ``current`` is the name of the one that is shown.

        Without a ``count`` they have no numbers yet.
        """
        other = (views, scope) != (self._views, self._scope)
        self._views, self._current, self._scope, self._count = views, current, scope, count
        if other:
            self.counts = {}
        if count is not None and (other or not self.counts):
            self._recount()
        self._paint()

    def outdate(self) -> None:
        """Count again in a moment."""
        if self.display and self._pause is None and self._count is not None:
            pause = max(PAUSE, SHARE * self._took)
            self._pause = self.set_timer(pause, self._recount)

    def _recount(self) -> None:
        if self._pause is not None:
            self._pause.stop()
            self._pause = None
        if self._count is not None:
            self._began = monotonic()
            self.count_views(self._views, self._count)

    def view_counted(self, name: str) -> None:
        self._paint()

    def all_counted(self) -> None:
        self._took = monotonic() - self._began

    def on_resize(self) -> None:
        self._paint()

    def _paint(self) -> None:
        labels = [self._label(number, view) for number, view in enumerate(self._views, start=1)]
        shown = labels[slice(*self._fitting(labels))]
        self.update(Content(GAP).join(shown), layout=False)

    def _fitting(self, labels: list[Content]) -> tuple[int, int]:
        """Return the first and the end of the tabs that fit with the current one."""
        width = self.size.width - 2
        names = [view.name for view in self._views]
        current = names.index(self._current) if self._current in names else 0
        first = end = 0
        for first in range(current + 1):
            taken, end = -len(GAP), first
            while end < len(labels) and taken + len(GAP) + labels[end].cell_length <= width:
                taken += len(GAP) + labels[end].cell_length
                end += 1
            if end > current:
                break
        return first, end

    def _label(self, number: int, view: View) -> Content:
        key = f"'{number} " if number <= 9 else ""
        name, count = clip(safe(view.name), 24), self.counts.get(view.name, "")
        tone = "bold $primary" if view.name == self._current else ""
        return Content.assemble((key, "dim"), (name, tone), (f" {count}" if count else "", "dim"))
