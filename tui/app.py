"""The application: its rooms, keys, theme and the way of a change. No query, no formatting."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from textual.app import SystemCommand
from textual.message import Message
from textual.screen import Screen

from db.errors import CustomerCenterError
from tui.actions import Action
from tui.bindings import bindings
from tui.config import Config
from tui.entering import Entering
from tui.host import Host
from tui.keymap import chords, hint, hints, in_force, keys_shown
from tui.said import Said
from tui.screens import rooms
from tui.screens.start import StartScreen
from tui.theme import NO_COLOUR, THEMES, roles

if TYPE_CHECKING:
    from db.database import Database
    from db.listening import Report
    from db.rows import CampaignRow, LeadRow, LeadScope
    from db.settings import Settings
    from tui.changing import Changing
    from tui.chosen import ChosenTheme
    from tui.live import Live
    from tui.opening import Opening
    from tui.state import StateFile
    from tui.views import Views
    from tui.writer import Outcome
    from tui.writes import Write

SWITCH_INTERVAL: Final = 0.0005
"""Seconds after which a thread that has work to do gets its turn."""
STYLES: Final = Path(__file__).parent / "styles"


class CustomerCenter(Host):
    """The terminal application on one database.

    ``state`` finds the file that keeps where the operator was; without it every start is the first.
    ``chosen`` keeps the theme that the operator chooses. ``views`` finds the saved views; without it
    there are the built-in ones. With ``live`` the screens move with what anybody writes.
    """

    TITLE = "Customer Center"
    CSS_PATH = STYLES / "start.tcss"
    BINDINGS = bindings("everywhere")
    MODES = rooms.MODES
    ENABLE_COMMAND_PALETTE = True

    class Opened(Message):
        """The database was opened, or why not, on its way from the worker's thread."""

        def __init__(self, outcome: Opening | CustomerCenterError) -> None:
            super().__init__()
            self.outcome = outcome

    class Told(Message):
        """What the listener reports, on its way from its thread."""

        def __init__(self, report: Report) -> None:
            super().__init__()
            self.report = report

    class Answered(Message):
        """The writer's outcome, on its way from its thread."""

        def __init__(self, outcome: Outcome) -> None:
            super().__init__()
            self.outcome = outcome

    def __init__(
        self,
        settings: Settings,
        opener: Callable[[Settings], Database] | None = None,
        state: Callable[[Settings], StateFile] | None = None,
        config: Config | None = None,
        chosen: ChosenTheme | None = None,
        views: Callable[[], Views] | None = None,
        *,
        live: bool = False,
    ) -> None:
        super().__init__(settings, opener, config)
        self._lives = live
        self.entering = Entering(self, self._answer_opened, state, views, self._listen)
        self._said = Said()
        for theme in THEMES:
            self.register_theme(theme)
        self._first_theme = NO_COLOUR.name if settings.no_color else self.config.theme
        self._chosen = chosen
        self.theme = self._first_theme
        if self.config.low_bandwidth:
            self.animation_level = "none"

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return roles(self.current_theme)

    def watch_theme(self, theme: str) -> None:
        """Keep the theme that was chosen for the next start."""
        if self._chosen is not None and theme != self._first_theme:
            self._first_theme = ""
            self._chosen.write(theme)

    # Opening and closing

    def get_default_screen(self) -> StartScreen:
        return StartScreen()

    def action_connect(self) -> None:
        """Open the database, then show the first room."""
        self.entering.begin()

    def _answer_opened(self, outcome: Opening | CustomerCenterError) -> None:
        self.post_message(self.Opened(outcome))

    def on_customer_center_opened(self, message: Opened) -> None:
        """Go in, or say why that is not possible."""
        if not isinstance(message.outcome, CustomerCenterError):
            # The first frame needs few styles; the others are parsed as the first room is made.
            self.stylesheet.read_all(sorted(STYLES.glob("*.tcss")))
        self.entering.answered(message.outcome)

    def _listen(self) -> None:
        if self._lives:
            self.live.listen()

    def exit(self, *args: Any, **options: Any) -> None:
        """Leave, having kept where the operator was."""
        self.entering.leave()
        super().exit(*args, **options)

    async def action_quit(self) -> None:
        """Leave; the exit code tells where the database was never reached."""
        self.exit(return_code=3 if self.entering.problem else 0)

    # Going about

    def go(self, room: str) -> None:
        left = self.current_mode
        self.switch_mode(room)
        if left == rooms.REOPENED and room != left:
            self.remove_mode(left)

    def action_go(self, room: str) -> None:
        """Go to a room."""
        self.go(room)

    def action_leave(self) -> None:
        """Leave the screen for the one before; leave the first one by a second key."""
        if len(self.screen_stack) > 1:
            rooms.leave(self)
        elif self.current_mode != "campaigns":
            self.go("campaigns")
        elif self._said.text == rooms.quit_hint():
            self.exit()
        else:
            self.say(rooms.quit_hint())

    def action_help(self) -> None:
        """Show the keys that work here."""
        self.push_screen(rooms.help_screen(self.scopes(), self.permissions.refused))

    def action_look_up(self) -> None:
        """Open the look-up."""
        self.push_screen(rooms.lookup_screen())

    def action_import_file(self) -> None:
        """Open the import."""
        self.push_screen(rooms.import_screen())

    def action_duplicates(self) -> None:
        """Look for likely duplicates of what the screen shows."""
        self.push_screen(rooms.duplicates_screen(rooms.duplicates_from(self.screen)))

    def action_triage(self) -> None:
        """Start triage on what the screen shows."""
        self.start_triage(*rooms.triage_scope(self.screen))

    def start_triage(self, scope: LeadScope, title: str) -> None:
        self.push_screen(rooms.triage_screen(self.screen, scope, title))

    def open_lead(self, lead_id: UUID) -> None:
        self.push_screen(rooms.lead_screen(lead_id))

    def open_leads(self, scope: LeadScope, title: str) -> None:
        self.push_screen(rooms.leads_screen(scope, title))

    def open_organization(self, organization_id: UUID) -> None:
        self.push_screen(rooms.organization_screen(organization_id))

    def open_history(self, row_id: UUID, name: str, *, campaign: bool = False) -> None:
        self.push_screen(rooms.history_screen(row_id, name, campaign=campaign))

    def open_documents(self, organization_id: UUID | None, lead_id: UUID | None, name: str) -> None:
        self.push_screen(rooms.documents_screen(organization_id, lead_id, name))

    def scopes(self, screen: Screen[Any] | None = None) -> tuple[str, ...]:
        """Return the scopes of the keys that work on a screen (that of now), innermost first."""
        screen = screen or self.screen
        shown = rooms.ours(screen)
        own = shown.scopes if shown else ()
        return own if screen.is_modal else (*own, "everywhere")

    def action_view(self, number: int) -> None:
        """Show the leads of a saved view."""
        if number <= len(self.views.all):
            rooms.show_view(self, self.views.all[number - 1])
        else:
            self.say(
                hints(f"There is no view {number}.", hint("app.views", "lists them")), "attention"
            )

    def action_views(self) -> None:
        """Show the saved views."""
        rooms.open_views(self)

    def action_chord(self, prefix: str) -> None:
        """Show what may follow the first key of a chord, and do what is chosen."""
        choices = rooms.with_names_of_views(chords(prefix, self.scopes()), self.views.all)
        menu = rooms.chord_screen(prefix, choices, self.permissions.refused)
        self.push_screen(menu, self._run_chosen)

    def _run_chosen(self, action: Action | None) -> None:
        if action is not None:
            self.call_later(self.run_registered, action)

    async def run_registered(self, action: Action) -> None:
        """Run an action of the registry where it belongs."""
        shown = rooms.ours(self.screen)
        where = shown.target(action) if shown else self.screen
        await self.run_action(action.run, default_namespace=where)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer the actions that work here in the palette, then the themes."""
        scopes = self.scopes(screen)
        for action in in_force():
            if action.scope in scopes:
                keys = f" ({keys_shown(action)})" if action.keys else ""
                title = f"{action.description}{keys}"
                about = self.permissions.refusal(action) or action.id
                yield SystemCommand(title, about, partial(self._run_chosen, action))
        yield SystemCommand("Theme", "Change the colours", self.action_change_theme)

    # Saying

    def say(self, text: str, tone: str = "", *, lasting: bool = False) -> None:
        self._said = Said(text, tone, None if lasting else rooms.page(self))
        self.repeat_last_word()

    def unsay(self, text: str) -> None:
        if self._said.text == text:
            self.say("")

    def hush(self) -> None:
        self._said = self._said.on(None)
        self.repeat_last_word()

    def repeat_last_word(self) -> None:
        self._said = self._said.on(rooms.page(self))
        shown = next(filter(None, map(rooms.ours, reversed(self.screen_stack))), None)
        if shown is not None and shown.is_mounted:
            shown.say(self._said.text, self._said.tone)

    def action_toggle_times(self) -> None:
        """Show times as dates or as ages, everywhere."""
        self.absolute_times = not self.absolute_times
        back = hint("app.times", "shows ages.")
        self.say(f"Times are dates now. {back}" if self.absolute_times else "Times are ages now.")
        for shown in rooms.painted(self):
            shown.times_changed()

    def action_refresh_data(self) -> None:
        """Read again what the screen shows."""
        shown = rooms.ours(self.screen)
        if shown is not None:
            shown.load()
        self.learn_rights()

    def learn_rights(self) -> None:
        self.entering.learn_rights()

    def permissions_changed(self) -> None:
        for shown in rooms.painted(self):
            shown.show_permissions()

    # Other writers

    @cached_property
    def live(self) -> Live:
        """What others write, on its way to the screens; imported once the first room is painted."""
        from tui.live import Live

        return Live(self, lambda report: self.post_message(self.Told(report)))

    def on_customer_center_told(self, message: Told) -> None:
        """Take the listener's report."""
        self.live.told(message.report)

    def link_changed(self) -> None:
        for shown in rooms.painted(self):
            shown.show_link()

    def waiting_changed(self) -> None:
        self.link_changed()

    def action_toggle_live(self) -> None:
        """Let what others write move the screens, or not."""
        self.live.toggle()

    # Changing

    @cached_property
    def changing(self) -> Changing:
        """What becomes of changes; imported with the first one."""
        from tui.changing import Changing

        def answer(outcome: Outcome) -> None:
            self.post_message(self.Answered(outcome))

        return Changing(self, answer)

    def set_status(
        self,
        row: LeadRow | CampaignRow,
        target: str,
        *,
        judged: bool = False,
        forced: bool = False,
        reason: str | None = None,
    ) -> bool:
        return self.changing.set_status(row, target, judged=judged, forced=forced, reason=reason)

    def choose_status(self, row: LeadRow | CampaignRow, choose: Callable[[str], object]) -> None:
        self.changing.choose_status(row, choose)

    def write(self, write: Write) -> None:
        self.changing.write(write)

    def action_undo(self) -> None:
        """Take the last change back."""
        self.changing.undo()

    def action_redo(self) -> None:
        """Do again what was taken back."""
        self.changing.redo()

    def action_repeat(self) -> None:
        """Do the last change on the row at hand."""
        self.changing.repeat()

    def on_customer_center_answered(self, message: Answered) -> None:
        """Take the writer's outcome."""
        self.changing.answered(message.outcome)


def run(
    settings: Settings,
    opener: Callable[[Settings], Database] | None = None,
    state: Callable[[Settings], StateFile] | None = None,
    config: Config | None = None,
    chosen: ChosenTheme | None = None,
    views: Callable[[], Views] | None = None,
) -> int:
    """Run the application and return its exit code: 0, or 3 where there was no database."""
    app = CustomerCenter(settings, opener, state, config, chosen, views, live=True)
    # Textual writes to the terminal in a thread: it is not to wait for what is done after painting.
    sys.setswitchinterval(SWITCH_INTERVAL)
    try:
        app.run()
    finally:
        given_up = app.gateway.close()
    if given_up:
        from tui.format import plural

        print(
            f"Not saved, the database did not answer: {plural(given_up, 'change')}.",
            file=sys.stderr,
        )
    return 3 if given_up else app.return_code or 0
