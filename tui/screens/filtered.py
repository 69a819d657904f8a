"""A list of leads that is filtered: by what is typed, by a status, by a saved view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from textual.app import ComposeResult

from db.errors import CustomerCenterError
from db.rows import DEFAULT_LEAD_SORT, LeadScope, Sort
from db.statuses import LEAD
from tui.keymap import hints, key_of
from tui.safe import clip, safe
from tui.screens.base import Bottom
from tui.screens.filter_typing import FilterTyping
from tui.state import Whereabouts
from tui.widgets.bars import KeyBar, StatusBar, TitleBar
from tui.widgets.row_table import RowTable
from tui.widgets.view_tabs import ViewTabs

if TYPE_CHECKING:
    from tui.views import View

LATER: Final = 1.0
"""Seconds after which the views are counted where the database is not open whole yet."""
TABS_FROM: Final = 30
"""The height of a terminal from which the tabs of the views have room."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a list shows: the leads as they were asked for and as they are read, order and view."""

    asked: LeadScope
    scope: LeadScope
    sort: Sort
    view: str
    columns: tuple[tuple[str, int], ...]


class FilteredLeads(FilterTyping):
    """Leads of a scope, whose filter can be changed.

    ``view`` is the name of the saved view that is shown, empty where it is none, ``columns_chosen``
    are its columns where those are not the usual ones.
    """

    AUTO_FOCUS = "RowTable"

    def __init__(self, scope: LeadScope, title: str, at: Whereabouts | None) -> None:
        super().__init__(scope, at)
        self.title_of_scope = title
        self.view = at.view if at is not None else ""
        self.columns_chosen: tuple[tuple[str, int], ...] = ()
        self._before: Shown | None = None
        self._unsent = at.typing if at is not None else None

    def compose(self) -> ComposeResult:
        view = self.host.views.named(self.view) if self.view else None
        self.columns_chosen = view.columns if view is not None else ()
        yield TitleBar()
        yield ViewTabs()
        yield from self.body()
        with Bottom():
            yield StatusBar()
            yield KeyBar(self.scopes)

    def on_mount(self) -> None:
        tabs = self.query_one(ViewTabs)
        self.host.changes.subscribe(self, lambda _: tabs.outdate())
        self.host.reloads.subscribe(self, lambda _: tabs.outdate())
        if self._unsent is not None:
            self.call_after_refresh(self.open_line, self._unsent)

    def load(self) -> None:
        self.query_one(ViewTabs).outdate()
        if self.asked.filter is None:
            super().load()
        else:
            self._settle(self.asked, self._settled_again, self._not_filtered)

    def _settled_again(self, scope: LeadScope) -> None:
        self.scope = scope
        super().load()

    def _not_filtered(self, error: CustomerCenterError) -> None:
        """Show all leads where the filter of a list that is opened names what is gone."""
        if self.table.state == "loading" and not self.table.total:
            self.remember(self.text_of_filter())
            self._take(replace(self.asked, statuses=(), filter=None), view="")
        self.read_failed(error)

    def _settle(
        self,
        asked: LeadScope,
        done: Callable[[LeadScope], None],
        failed: Callable[[CustomerCenterError], None],
    ) -> None:
        self.read(lambda: self.host.gateway.settled(asked), done, failed, group="filter")

    # What is shown

    def offered(self) -> tuple[str, ...]:
        return self.scope.sorts

    def text_of_filter(self) -> str:
        """Return the filter in force as it is typed."""
        if self.asked.filter is None and not self.asked.statuses:
            return ""
        from tui.filtering import filter_of

        return str(filter_of(self.asked))

    def crumbs(self) -> tuple[str, ...]:
        return ("Leads", self.name_of_scope("all"))

    def name_of_scope(self, whole: str) -> str:
        """Return the safe name of the leads: of all, the ``whole``, and what they are narrowed to."""
        name = self.title_of_scope or whole
        if self.asked.filter is not None and not self.view:
            name = clip(name, self.size.width // 4)  # the filter is to be seen beside it
        labels = ", ".join(LEAD.get(status).label for status in self.asked.statuses)
        conditions = str(self.asked.filter) if self.asked.filter is not None else ""
        narrowed = (self.view,) if self.view else (labels, conditions)
        return " · ".join((name, *(clip(text, 200) for text in narrowed if text)))

    def triage_scope(self) -> tuple[LeadScope, str]:
        return self.scope, self.name_of_scope("all leads")

    def whereabouts(self) -> Whereabouts | None:
        at = self.table_at("leads", self.asked, self.sort)
        if at is None and any(table.state == "empty" for table in self.query(RowTable)):
            at = Whereabouts("leads", self.asked, self.sort)
        return None if at is None else replace(at, view=self.view, typing=self.typed)

    # Changing the filter

    def show(self, asked: LeadScope, sort: Sort | None = None, view: str = "") -> None:
        """Show other leads; those shown before stay until the others are there."""
        if asked.filter is None:
            self._take(asked, sort, view)
            return

        def settled(scope: LeadScope) -> None:
            self._take(asked, sort, view, scope)

        self._settle(asked, settled, self._not_settled)

    def _not_settled(self, error: CustomerCenterError) -> None:
        if not self.tell_typist(safe(str(error))):
            self.read_failed(error)

    def _take(
        self,
        asked: LeadScope,
        sort: Sort | None = None,
        view: str = "",
        scope: LeadScope | None = None,
    ) -> None:
        self.close_line()
        self.host.hush()
        self._keep()
        saved = self.host.views.named(view) if view else None
        if saved is not None or self.view:
            # The columns of a view are left with it.
            self._show_columns(saved.columns if saved is not None else ())
        self.asked, self.scope, self.view = asked, scope or asked, view
        if sort is not None and sort.column in self.sorts:
            self.sort = sort
        elif self.sort.column not in self.offered():
            # No index holds the other order for the leads of a filter.
            self.sort = DEFAULT_LEAD_SORT
            self.host.say("Sorted by date added, descending.")
        self._load_other()

    def _keep(self) -> None:
        """Keep what is shown, so that Escape or an error leads back to it."""
        if self._before is None and self.table.state in ("ready", "empty", "stale"):
            self._before = Shown(self.asked, self.scope, self.sort, self.view, self.columns_chosen)

    def _load_other(self) -> None:
        self.table.load(self.source())
        self.show_title()
        self.show_tabs()

    def _sort_by(self, column: str | None) -> None:
        if column is not None:
            self._keep()
        super()._sort_by(column)

    def on_row_table_state_changed(self, message: RowTable.StateChanged) -> None:
        state, problem = message.table.state, message.table.problem
        if state != "loading":
            self.show_tabs()
        before, self._before = self._before, self._before if state == "loading" else None
        if state == "stale" and before is not None:
            keys = f"{key_of('leads.filter')} and {key_of('filter.up')} bring the filter back"
            back = (keys,) if self.asked != before.asked else ()
            self._go_back(before)
            self.host.say(hints(f"The list is as it was. {safe(problem)}", *back), "attention")

    def _go_back(self, before: Shown) -> None:
        """Show again what was shown before."""
        self._before = None
        if self.asked != before.asked:
            self.remember(self.text_of_filter())
        self.asked, self.scope = before.asked, before.scope
        self.sort, self.view = before.sort, before.view
        self._show_columns(before.columns)
        self.table.stay(self.source())
        self.show_title()
        self.show_tabs()

    def action_clear_filter(self) -> None:
        """Show all leads of the list again."""
        if self.asked.filter is None and not self.asked.statuses:
            self.host.say("Nothing is filtered here.")
            return
        self.remember(self.text_of_filter())
        self.show(replace(self.asked, statuses=(), filter=None))

    # Views

    def show_view(self, view: View) -> None:
        """Show a saved view of the leads of this list."""
        from db.filters import FilterError
        from tui.filtering import viewed

        try:
            asked = viewed(self.asked, view)
        except FilterError as error:
            self.host.say(f"{safe(view.name)}: {safe(str(error))}", "bad")
            return
        if self.is_mounted:
            self.show(asked, view.sort, view.name)
            return
        self.asked = self.scope = asked
        self.view, self.sort = view.name, view.sort or self.sort

    @property
    def of_all(self) -> bool:
        """True where the leads are not of one campaign or organization."""
        return self.asked.campaign_id is None and self.asked.organization_id is None

    def views_changed(self) -> None:
        """Take note that views were saved, renamed or deleted."""
        if self.host.views.named(self.view) is None:
            self.view = ""
        self.show_tabs()

    def _show_columns(self, columns: tuple[tuple[str, int], ...]) -> None:
        if columns != self.columns_chosen:
            self.columns_chosen = columns
            self.table.set_columns(self.columns())

    def columns_taken(self, columns: tuple[tuple[str, int], ...] | None) -> None:
        """Show the columns that were chosen, None where none were, and keep them in the view."""
        if columns is None:
            return
        self._show_columns(columns)
        view = self.host.views.named(self.view) if self.view else None
        if view is None:
            saves = f"{key_of('app.views')} and a save the list with them"
            self.host.say(hints("These columns are shown for now.", saves))
            return
        try:
            self.host.views.save(replace(view, columns=columns))
        except CustomerCenterError as error:
            self.read_failed(error)
        else:
            self.host.say(f"Kept in the view {safe(view.name)}.", "good")

    def show_tabs(self) -> None:
        """Show the views as they are now."""
        tabs, gateway = self.query_one(ViewTabs), self.host.gateway
        tabs.display = self.app.size.height >= TABS_FROM
        if not tabs.display or not self.query(RowTable):
            return  # a screen is resized before all of it is there; its list tells when it is
        scope = replace(self.asked, statuses=(), filter=None)
        if self.table.state == "loading" or not gateway.whole:
            # No list waits for what is counted beside it.
            tabs.show(self.host.views.all, self.view, scope)
            if not gateway.whole:
                self.set_timer(LATER, self.show_tabs)
            return
        from tui.filtering import counter

        tabs.show(self.host.views.all, self.view, scope, counter(gateway, scope))

    def on_resize(self) -> None:
        self.show_tabs()
