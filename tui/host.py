"""What screens may ask of the application: to say something, to change something, to open something.

Screens know this class and not the application itself, which knows the screens.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from textual.actions import ActionParseResult
from textual.content import Content
from textual.dom import DOMNode
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.signal import Signal

from tui.config import Config
from tui.keymap import registered
from tui.permissions import Permissions
from tui.safe import copyable, safe
from tui.waiting import Waiting

if TYPE_CHECKING:
    from db.database import Database
    from db.rows import CampaignRow, LeadRow, LeadScope, Touched
    from db.settings import Settings
    from tui.gateway import Gateway
    from tui.messages import RowChanged
    from tui.views import Views
    from tui.writes import Write

TONES_OF_NOTES: Final = {"information": "", "warning": "attention", "error": "bad"}
"""The tones of sentences by Textual's word for how grave they are."""


class Host(Waiting):
    """The application as its screens see it.

    ``config`` is what the operator chose. ``permissions`` tell what may not be done.
    ``place`` names the database. ``changes`` tells of rows that were written, ``reloads`` of more
    than can be told one by one, ``touches`` of what anybody wrote. ``pending`` holds the statuses
    that the database has not answered yet, by row id.
    ``filters_typed`` are the filters of this session, the latest last. ``link`` says in a word or
    two how changes by others come to be known.
    """

    def __init__(
        self,
        settings: Settings,
        opener: Callable[[Settings], Database] | None = None,
        config: Config | None = None,
    ) -> None:
        super().__init__(ansi_color=True if settings.no_color else None)
        self.settings = settings
        self.config = config or Config()
        self.permissions = Permissions(read_only=self.config.read_only)
        self._opener = opener
        self.place = ""
        self.changes: Signal[RowChanged] = Signal(self, "changes")
        self.reloads: Signal[None] = Signal(self, "reloads")
        self.touches: Signal[tuple[Touched, ...]] = Signal(self, "touches")
        self.link = ""
        self.pending: dict[UUID, str] = {}
        self.absolute_times = False
        self.filters_typed: list[str] = []

    @cached_property
    def gateway(self) -> Gateway:
        """The way to the database; imported behind the first frame."""
        from tui.gateway import Gateway

        return Gateway(self.settings, self._opener)

    @cached_property
    def views(self) -> Views:
        """The saved views; imported when they are first shown."""
        from tui.views import Views

        return Views()

    def copy_to_clipboard(self, text: str) -> None:
        """Copy a text of anybody's to the clipboard of the operator's terminal."""
        super().copy_to_clipboard(copyable(text))

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Run an action, whatever asks for it; say why where the session may not do it."""
        if self.permissions.refused and isinstance(action, str):
            asked = registered(action, self.scopes())
            if asked is not None and (refusal := self.permissions.refusal(asked)):
                self.say(refusal, "attention")
                return True
        return await super().run_action(action, default_namespace, namespaces)

    @abstractmethod
    def scopes(self) -> tuple[str, ...]:
        """Return the scopes of the keys that work on the screen of now, innermost first."""

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Say it in the status line: a window over the rows would hide them for seconds."""
        text = Content.from_markup(message).plain if markup else message
        self.say(safe(text), TONES_OF_NOTES[severity])

    @abstractmethod
    def say(self, text: str, tone: str = "", *, lasting: bool = False) -> None:
        """Show a safe sentence in the status line; ``tone`` is ``good``, ``attention`` or ``bad``.

        It belongs to the screen that is shown, and is gone where another one is shown in its place.
        A ``lasting`` one is true on every screen, as what the key for undo takes back: it stays
        until something else is said.
        """

    @abstractmethod
    def unsay(self, text: str) -> None:
        """Take a sentence that is true no longer away, where it is the last one."""

    @abstractmethod
    def hush(self) -> None:
        """Take away what was said of what is not shown any more; a lasting sentence stays."""

    @abstractmethod
    def repeat_last_word(self) -> None:
        """Show the last sentence on the screen that is shown now, if it still applies there."""

    @abstractmethod
    def learn_rights(self) -> None:
        """Ask the server what the session may do there now."""

    @abstractmethod
    def permissions_changed(self) -> None:
        """Show what may be done now on the screen that is shown now."""

    @abstractmethod
    def link_changed(self) -> None:
        """Show ``link`` on the screen that is shown now."""

    @abstractmethod
    def set_status(
        self,
        row: LeadRow | CampaignRow,
        target: str,
        *,
        judged: bool = False,
        forced: bool = False,
        reason: str | None = None,
    ) -> bool:
        """Send a status change on its way; False where it was not, or is being asked about first."""

    @abstractmethod
    def choose_status(self, row: LeadRow | CampaignRow, choose: Callable[[str], object]) -> None:
        """Let the operator choose a status for a row."""

    @abstractmethod
    def write(self, write: Write) -> None:
        """Queue a write."""

    @abstractmethod
    def open_lead(self, lead_id: UUID) -> None:
        """Open a lead."""

    @abstractmethod
    def open_leads(self, scope: LeadScope, title: str) -> None:
        """Open the leads of a scope; ``title`` is the safe name of it."""

    @abstractmethod
    def open_organization(self, organization_id: UUID) -> None:
        """Open an organization."""

    @abstractmethod
    def open_history(self, row_id: UUID, name: str, *, campaign: bool = False) -> None:
        """Open the journal of one row, or of a campaign and its leads."""

    @abstractmethod
    def open_documents(self, organization_id: UUID | None, lead_id: UUID | None, name: str) -> None:
        """Open the JSON documents of an organization, and what was imported with a lead."""

    @abstractmethod
    def start_triage(self, scope: LeadScope, title: str) -> None:
        """Start triage on a scope; a scope without a status is asked for one."""

    @abstractmethod
    def go(self, room: str) -> None:
        """Go to a room: ``campaigns``, ``leads``, ``organizations``, ``history`` or ``suppressions``."""


def host(screen: Screen[Any]) -> Host:
    """Return the application of a screen."""
    assert isinstance(screen.app, Host)
    return screen.app
