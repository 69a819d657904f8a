"""A list of leads above which a filter can be typed."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from textual import events
from textual.timer import Timer

from db.errors import CustomerCenterError
from db.rows import DEFAULT_LEAD_SORT, LeadRow, LeadScope, StatusCounts
from db.statuses import LEAD
from tui.format import plural
from tui.safe import safe
from tui.screens.base import Bottom
from tui.screens.list_screen import SLOW, ListScreen
from tui.screens.menus import PickScreen
from tui.state import Whereabouts
from tui.widgets.bars import KeyBar, TitleBar
from tui.widgets.row_table import RowTable
from tui.widgets.typing_bar import TypingBar

if TYPE_CHECKING:
    from db.filters import Filter
    from tui.widgets.filter_line import FilterLine

PAUSE: Final = 0.3
"""Seconds without a key after which the leads of what is typed are counted."""
KEPT: Final = 100
"""Filters that may be recalled."""


class FilterTyping(ListScreen[LeadRow]):
    """Leads of a scope: ``asked`` is it in the operator's words, ``scope`` what is read by.

    The line is made when it is first wanted, for it brings the language with it.
    """

    def __init__(self, scope: LeadScope, at: Whereabouts | None) -> None:
        super().__init__(DEFAULT_LEAD_SORT, at)
        self.asked = self.scope = scope
        self._line: FilterLine | None = None
        self._counting = False
        self._to_count: Filter | None = None
        self._pause: Timer | None = None

    @abstractmethod
    def text_of_filter(self) -> str:
        """Return the filter in force as it is typed."""

    @abstractmethod
    def show(self, asked: LeadScope) -> None:
        """Show other leads; those shown before stay until the others are there."""

    @property
    def typed(self) -> str | None:
        """The filter that is being typed, None where none is."""
        return self._line.text if self._line is not None else None

    def tell_typist(self, text: str) -> bool:
        """Tell a problem to whoever types; False where nobody does."""
        if self._line is None or not self._line.display:
            return False
        self._line.tell(text, "$tone-bad")
        return True

    async def action_filter(self) -> None:
        """Type a filter."""
        text = self.text_of_filter()
        await self.open_line(f"{text} " if text else "")

    async def open_line(self, text: str) -> None:
        """Let the operator type a filter, beginning with a text."""
        line = await self._made()
        self._show_keys(typing=True)
        line.open(text, tuple(self.host.filters_typed))
        self._help(line)

    async def _made(self) -> FilterLine:
        if self._line is None:
            from tui.widgets.filter_line import FilterLine

            self._line = FilterLine()
            await self.mount(self._line, after=self.query_one(TitleBar))
            await self.query_one(Bottom).mount(TypingBar(("filter",)))
        return self._line

    def _show_keys(self, *, typing: bool) -> None:
        self.query_one(TypingBar).display = typing
        self.query(KeyBar).first().display = not typing

    def _help(self, line: FilterLine) -> None:
        """Read what the database knows that may be typed."""
        scope = replace(self.scope, statuses=(), filter=None)
        gateway = self.host.gateway

        def known() -> dict[str, list[str]]:
            return {"campaign": [row.name for row in gateway.campaigns()]}

        def counted(counts: StatusCounts) -> None:
            odd = [value for value in counts.by_status if value not in LEAD.values()]
            line.show_known({"status": odd}, counts.by_status)

        self.read(known, line.show_known, self._no_help, group="known", patience=None)
        self.read(
            lambda: gateway.lead_counts(scope),
            counted,
            self._no_help,
            group="statuses",
            patience=None,
        )

    def _no_help(self, error: CustomerCenterError) -> None:
        """What the database would help with is not needed to type."""

    def close_line(self) -> None:
        """Go back to the list."""
        if self._line is not None and self._line.display:
            self._line.display = False
            self._show_keys(typing=False)
            self.table.focus()

    def remember(self, text: str) -> None:
        """Keep a filter that can be recalled."""
        if text:
            typed = self.host.filters_typed
            typed[:] = [*(each for each in typed if each != text), text][-KEPT:]

    def on_filter_line_applied(self, message: FilterLine.Applied) -> None:
        from tui.filtering import narrowed

        self.remember(message.text)
        asked = narrowed(self.asked, message.wanted)
        if asked == self.asked:
            self.close_line()
            return
        self.show(asked)

    def on_filter_line_left(self, message: FilterLine.Left) -> None:
        self._leave_line()

    def on_click(self, event: events.Click) -> None:
        """A click into the list leaves the line, once it was seen which row it was on."""
        if isinstance(event.widget, RowTable):
            self._leave_line()

    def _leave_line(self) -> None:
        text = (self.typed or "").strip()
        if text != self.text_of_filter():
            self.remember(text)
        self.close_line()

    def on_filter_line_language_asked(self, message: FilterLine.LanguageAsked) -> None:
        from tui.screens.filter_help import language

        self.app.push_screen(language())

    # By a status

    def action_filter_status(self) -> None:
        """Choose the status that the list is narrowed down to."""
        scope = replace(self.scope, statuses=())

        def ask(counts: StatusCounts) -> None:
            menu = PickScreen.of_statuses(
                "Leads of which status?", counts.by_status, self.asked.statuses
            )
            self.app.push_screen(menu, self._of_status)

        self.read(lambda: self.host.gateway.lead_counts(scope), ask, group="filter")

    def _of_status(self, status: str | None) -> None:
        if status is not None:
            self.show(replace(self.asked, statuses=(status,) if status else ()))

    # How many it would be

    def on_filter_line_edited(self, message: FilterLine.Edited) -> None:
        self._to_count = message.wanted
        if self._pause is None:
            self._pause = self.set_timer(PAUSE, self._count_typed)
        else:
            self._pause.reset()

    def _count_typed(self) -> None:
        """Count the leads of what is typed, one filter at a time."""
        self._pause = None
        wanted = self._to_count
        if self._counting or wanted is None or self.typed is None:
            return
        from tui.filtering import narrowed

        asked, gateway = narrowed(self.asked, wanted), self.host.gateway
        slow = f"   {SLOW}" if self._is_slow(asked) else ""
        self._counting = True
        if slow and self._line is not None:
            self._line.tell(f"counting …{slow}")

        def counted(number: int) -> None:
            self._counting = False
            if wanted == self._to_count and self._line is not None:
                self._line.tell(f"{plural(number, 'lead')}{slow}")
            elif self._to_count is not None:
                self._count_typed()

        def failed(error: CustomerCenterError) -> None:
            self._counting = False
            if wanted == self._to_count and self._line is not None:
                self._line.tell(safe(str(error)))

        self.read(
            lambda: gateway.leads_count(gateway.settled(asked)),
            counted,
            failed,
            group="typed",
            patience=None,
        )

    def _is_slow(self, asked: LeadScope) -> bool:
        """Tell whether all leads have to be read to find those that are asked for."""
        from db.filters import by_index

        narrow = asked.campaign_id or asked.organization_id or asked.statuses
        return not narrow and asked.filter is not None and not by_index(asked.filter)
