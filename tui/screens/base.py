"""What all screens share: the lines around them, reading, saying, and status keys."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar
from uuid import UUID

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.dom import DOMNode
from textual.screen import Screen

from db.errors import CustomerCenterError
from db.rows import (
    DEFAULT_LEAD_SORT,
    CampaignRow,
    LeadDetail,
    LeadRow,
    LeadScope,
    OrganizationDetail,
    OrganizationRow,
    Sort,
    Touched,
    summed_up,
)
from tui.actions import Action
from tui.host import Host, host
from tui.key_order import HoldsKeys, Typed
from tui.keymap import actions, hint
from tui.messages import RowChanged
from tui.reading import Reader
from tui.safe import safe
from tui.state import Room, Whereabouts
from tui.widgets.bars import KeyBar, StatusBar, TitleBar
from tui.widgets.row_table import RowTable

if TYPE_CHECKING:
    from db.duplicates import DuplicateSearch

ResultT = TypeVar("ResultT")
Subject = LeadRow | LeadDetail | CampaignRow | OrganizationRow | OrganizationDetail

WAITING: Final = "waiting, Esc stops"
"""What is said while the operator waits for the database."""


class Bottom(Vertical):
    """The two lines at the bottom of a screen."""

    BLANK = True


class AppScreen(Screen[ResultT], Reader, HoldsKeys):
    """A screen with title, status and key lines around its body.

    ``scopes`` names the actions of the screen in the registry of keys, innermost first.
    """

    BLANK = True
    scopes: ClassVar[tuple[str, ...]] = ()
    _outdated = False
    _missed: tuple[Touched, ...] = ()

    @property
    def host(self) -> Host:
        """The application, as screens know it."""
        return host(self)

    def compose(self) -> ComposeResult:
        yield TitleBar()
        yield from self.body()
        with Bottom():
            yield StatusBar()
            yield KeyBar(self.scopes)

    def body(self) -> ComposeResult:
        """Yield the widgets between the lines."""
        yield from ()

    def crumbs(self) -> tuple[str, ...]:
        """Return the safe names of the way to this screen, outermost first."""
        return ()

    def load(self) -> None:
        """Read what the screen shows, for the first time or again."""

    @property
    def unread(self) -> bool:
        """True while that is read for the first time to which the keys of the screen apply."""
        table = self.focused
        return isinstance(table, RowTable) and table.state == "loading" and table.row is None

    def holds(self, key: Typed) -> bool:
        return self.unread and getattr(key, "key", "") in self._own_keys

    @cached_property
    def _own_keys(self) -> frozenset[str]:
        return frozenset(key for action in actions(*self.scopes) for key in action.single_keys)

    def subject(self) -> Subject | None:
        """Return what status, copy and history keys apply to."""
        return None

    def target(self, action: Action) -> DOMNode:
        """Return the node on which an action of the registry runs."""
        return self.query_one(RowTable) if action.scope == "table" else self

    def triage_scope(self) -> tuple[LeadScope, str]:
        """Return the leads that triage from here is about, and their safe name."""
        return LeadScope(), "all leads"

    def triage_sort(self) -> Sort:
        """Return the order of a triage that is begun here."""
        return DEFAULT_LEAD_SORT

    def duplicate_search(self) -> DuplicateSearch | None:
        """Return what to look for duplicates of from here, None for all organizations."""
        return None

    def back_at(self) -> UUID | None:
        """Return the row that a list below is to show when this screen is left."""
        return None

    def go_back_to(self, row_id: UUID) -> None:
        """Take note of the row that was shown by the screen above when it was left."""

    def whereabouts(self) -> Whereabouts | None:
        """Return where the next start is to reopen, None where that is the screen below."""
        return None

    def table_at(
        self, room: Room, scope: LeadScope | None = None, sort: Sort | None = None
    ) -> Whereabouts | None:
        """Return where the cursor of the screen's table is, None before there are rows."""
        # Where the operator is may be asked for while the screen is still being made.
        table = next(iter(self.query(RowTable)), None)
        if table is None or table.row is None:
            return None
        return Whereabouts(room, scope or LeadScope(), sort, table.row.id, table.index)

    def times_changed(self) -> None:
        """Paint times again, as dates or as ages."""
        self.load()

    def row_changed(self, change: RowChanged) -> None:
        """Take note of a row that was written; screens repaint what they show of it."""

    def catch_up(self, touched: Touched) -> None:
        """Read again what the screen shows of some rows that somebody wrote."""

    def _told(self, news: tuple[Touched, ...]) -> None:
        """Catch up now where the operator sees the screen, else when it is shown again."""
        seen = (screen for screen in reversed(self.app.screen_stack) if not screen.is_modal)
        if next(seen, None) is self:
            for touched in news:
                self.catch_up(touched)
        else:
            self.missed(*news)

    def missed(self, *news: Touched) -> None:
        """Take note of what is to be caught up with when the screen is shown again."""
        self._missed = summed_up((*self._missed, *news))

    def load_when_shown(self) -> None:
        """Read again now, or as soon as the screen is shown again."""
        # Not is_current: that is true of the screen below as well.
        if self.app.screen is self:
            self.load()
        else:
            self._outdated = True

    def status_sent(self, row_id: UUID) -> None:
        """Take note that a change that was asked about first is on its way."""

    def status_refused(self, row_id: UUID) -> None:
        """Take note that a change was not done."""

    def undone(self, row_id: UUID) -> None:
        """Take note of a change that the operator took back."""

    def go_on(self) -> None:
        """Go on to the next row: a change was repeated on this one."""
        for table in self.query(RowTable):
            table.action_move(1)

    def on_mount(self) -> None:
        self.host.changes.subscribe(self, self.row_changed)
        self.host.reloads.subscribe(self, lambda _: self.load())
        self.host.touches.subscribe(self, self._told)
        # Watched rather than told by a message, so that it is painted together with the cursor.
        for table in self.query(RowTable):
            self.watch(table, "place", self.query_one(StatusBar).show_place)
        self.load()

    def on_unmount(self) -> None:
        # A signal would keep the screen, and all that it shows, until it tells of something.
        for signal in (self.host.changes, self.host.reloads, self.host.touches):
            signal.unsubscribe(self)

    def on_screen_resume(self) -> None:
        self.show_permissions()
        self.host.repeat_last_word()
        self.show_link()
        missed, self._missed = self._missed, ()
        if self._outdated:
            self._outdated = False
            self.load()
        else:
            self._told(missed)

    def on_resize(self) -> None:
        self.call_after_refresh(self.show_title)

    def show_title(self) -> None:
        """Paint the title line."""
        place, config = self.host.place, self.host.config
        reads_only = self.host.permissions.reads_only
        shown = f"{safe(place)} read-only" if reads_only else safe(place)
        self.query_one(TitleBar).show(self.crumbs(), shown, config.environment(place))

    def show_permissions(self) -> None:
        """Show what may be done in this session: in the title line, and by the keys."""
        self.show_title()
        for bar in self.query(KeyBar):
            bar.dim(self.host.permissions.refused)

    def show_link(self) -> None:
        """Show how changes by others come to be known, or that the database lets wait."""
        link = WAITING if self.host.lets_wait else self.host.link
        self.query_one(StatusBar).show_link(link)

    def say(self, text: str, tone: str = "") -> None:
        """Show a safe sentence in the status line."""
        self.query_one(StatusBar).say(text, tone)

    def read_failed(self, error: CustomerCenterError) -> None:
        self.host.say(safe(str(error)), "bad")

    def on_row_table_state_changed(self, message: RowTable.StateChanged) -> None:
        table = message.table
        if table.state == "stale":
            again = ", ".join(filter(None, ("Shown as it was", hint("app.refresh", "reads again"))))
            self.host.say(f"{again}. {safe(table.problem)}", "bad")

    # Keys that many screens share

    def action_history(self) -> None:
        """Open the journal of the row."""
        subject = self.subject()
        if subject is not None:
            of_campaign = isinstance(subject, CampaignRow)
            self.host.open_history(subject.id, _name(subject), campaign=of_campaign)

    def action_copy(self, what: str) -> None:
        """Copy something of the row to the clipboard of the operator's terminal."""
        subject = self.subject()
        if subject is None:
            return
        text = _copied(subject, what)
        if text is None:
            self.host.say(f"There is no {what} here to copy.", "attention")
            return
        self.host.copy_to_clipboard(text)
        self.host.say(f"Copied: {safe(text, limit=200)}")


def _name(subject: Subject) -> str:
    return subject.name


def _copied(subject: Subject, what: str) -> str | None:
    if what == "row":
        return json.dumps(_as_json(asdict(subject)), ensure_ascii=False)
    if what == "id":
        return str(subject.id)
    if isinstance(subject, LeadRow | LeadDetail):
        return subject.email if what == "email" else subject.email.rpartition("@")[2]
    if isinstance(subject, OrganizationRow | OrganizationDetail) and what == "domain":
        return subject.email_domain
    return None


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_as_json(item) for item in value]
    return value if isinstance(value, str | int | float | None) else str(value)
