"""The application: its rooms, keys, theme and the way of a change. No query, no formatting."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, Literal
from uuid import UUID

from rich.text import Text
from textual.app import SystemCommand
from textual.message import Message
from textual.screen import Screen
from textual.worker import WorkerFailed, get_current_worker

from db.errors import CustomerCenterError, SchemaMismatch, StaleRow
from db.rows import CampaignRow, LeadRow, LeadScope, StatusChange
from db.settings import Settings
from db.statuses import CAMPAIGN, LEAD, allows, judgement_allows
from tui import crash
from tui.actions import ACTIONS, Action
from tui.bindings import bindings
from tui.format import plural
from tui.host import Host
from tui.keymap import chords, keys_shown
from tui.messages import RowChanged, WriteRefused, WriteWaiting, Written
from tui.safe import clip, safe
from tui.screens import rooms
from tui.screens.base import AppScreen
from tui.screens.start import StartScreen
from tui.theme import DARK, NO_COLOUR, THEMES
from tui.undo import UndoStack
from tui.writer import Outcome
from tui.writes import AddCampaign, EditFields, SetStatus, Write

if TYPE_CHECKING:
    from db.database import Database

STYLES = Path(__file__).parent / "styles"
SWITCH_INTERVAL: Final = 0.0005
"""Seconds after which a thread that has work to do gets its turn."""


class CustomerCenter(Host):
    """The terminal application on one database."""

    TITLE = "Customer Center"
    CSS_PATH: ClassVar = sorted(STYLES.glob("*.tcss"))
    BINDINGS = bindings("everywhere")
    MODES = rooms.MODES
    ENABLE_COMMAND_PALETTE = True

    class Answered(Message):
        """The writer's outcome, on its way from its thread."""

        def __init__(self, outcome: Outcome) -> None:
            super().__init__()
            self.outcome = outcome

    def __init__(
        self, settings: Settings, opener: Callable[[Settings], Database] | None = None
    ) -> None:
        super().__init__(settings, opener)
        self.undo_stack = UndoStack()
        self.problem: CustomerCenterError | None = None
        self._said = ("", "")
        self._latest: dict[UUID, UUID] = {}
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = (NO_COLOUR if settings.no_color else DARK).name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return DARK.variables

    # Opening and closing

    def on_mount(self) -> None:
        self.push_screen(StartScreen())
        self.action_connect()

    def action_connect(self) -> None:
        """Open the database in a worker, then show the first room."""
        if any(worker.group == "open" and not worker.is_finished for worker in self.workers):
            return
        if isinstance(self.screen, StartScreen) and self.screen.is_mounted:
            self.screen.show_opening()
        self.run_worker(self._open, name="open", group="open", thread=True)

    def _open(self) -> None:
        worker = get_current_worker()
        try:
            place = self.gateway.open()
            empty = self.gateway.is_empty()
        except CustomerCenterError as error:
            self.post_message(rooms.Opened(error=error))
            return
        if not worker.is_cancelled:
            self.post_message(rooms.Opened(place=place, empty=empty))

    def on_opened(self, message: rooms.Opened) -> None:
        """Go in, or say why that is not possible."""
        self.problem = message.error
        if isinstance(message.error, SchemaMismatch):
            self.exit(return_code=3, message=Text(safe(str(message.error))))
        elif message.error is not None:
            if isinstance(self.screen, StartScreen):
                self.screen.show_problem(str(message.error))
        else:
            self.place = message.place
            # What was imported stays: no key is to wait for a collection that looks through it.
            gc.freeze()
            self.switch_mode("campaigns")
            for warning in self.settings.warnings:
                self.say(safe(warning), "attention")
            if message.empty:
                self.push_screen(rooms.welcome())

    async def action_quit(self) -> None:
        """Leave; the exit code tells where the database was never reached."""
        self.exit(return_code=3 if self.problem else 0)

    def _fatal_error(self) -> None:
        # Textual would show a trace with the values of all variables, secrets among them.
        error: BaseException = self._exception or RuntimeError("unknown")
        if isinstance(error, WorkerFailed):
            error = error.error
        self.panic(Text(crash.report(error)))

    # Going about

    def go(self, room: str) -> None:
        self.switch_mode(room)

    def action_go(self, room: str) -> None:
        """Go to a room."""
        self.go(room)

    def action_leave(self) -> None:
        """Leave the screen for the one before; leave the first one by a second key."""
        if len(self.screen_stack) > 1:
            self.pop_screen()
        elif self.current_mode != "campaigns":
            self.switch_mode("campaigns")
        elif self._said[0] == rooms.QUIT_HINT:
            self.exit()
            return
        else:
            self.say(rooms.QUIT_HINT)
            return
        if self._said[0] == rooms.QUIT_HINT:
            self._said = ("", "")

    def action_help(self) -> None:
        """Show the keys that work here."""
        self.push_screen(rooms.help_screen(self.scopes()))

    def action_look_up(self) -> None:
        """Open the look-up."""
        self.push_screen(rooms.lookup_screen())

    def action_import_file(self) -> None:
        """Open the import."""
        self.push_screen(rooms.import_screen())

    def action_triage(self) -> None:
        """Start triage on what the screen shows."""
        self.start_triage(*rooms.triage_scope(self.screen))

    def start_triage(self, scope: LeadScope, title: str) -> None:
        self.push_screen(rooms.triage_screen(scope, title))

    def open_lead(self, lead_id: UUID) -> None:
        self.push_screen(rooms.lead_screen(lead_id))

    def open_leads(self, scope: LeadScope, title: str) -> None:
        self.push_screen(rooms.leads_screen(scope, title))

    def open_organization(self, organization_id: UUID) -> None:
        self.push_screen(rooms.organization_screen(organization_id))

    def open_history(self, row_id: UUID, name: str) -> None:
        self.push_screen(rooms.history_screen(row_id, name))

    def open_documents(self, organization_id: UUID | None, lead_id: UUID | None, name: str) -> None:
        self.push_screen(rooms.documents_screen(organization_id, lead_id, name))

    def scopes(self) -> tuple[str, ...]:
        """Return the scopes of the keys that work now, innermost first."""
        screen = self.screen
        own = screen.scopes if isinstance(screen, AppScreen) else ()
        return own if screen.is_modal else (*own, "everywhere")

    def action_chord(self, prefix: str) -> None:
        """Show what may follow the first key of a chord, and do what is chosen."""
        choices = chords(prefix, self.scopes())
        self.push_screen(rooms.chord_screen(prefix, choices), self._run_chosen)

    def _run_chosen(self, action: Action | None) -> None:
        if action is not None:
            self.call_later(self.run_registered, action)

    async def run_registered(self, action: Action) -> None:
        """Run an action of the registry where it belongs."""
        screen = self.screen
        where = screen.target(action) if isinstance(screen, AppScreen) else screen
        await self.run_action(action.run, default_namespace=where)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer the actions that work here in the palette, then the themes."""
        scopes = self.scopes()
        for action in ACTIONS:
            if action.scope in scopes:
                title = f"{action.description} ({keys_shown(action)})"
                yield SystemCommand(title, action.id, partial(self._run_chosen, action))
        yield SystemCommand("Theme", "Change the colours", self.action_change_theme)

    # Saying

    def say(self, text: str, tone: str = "") -> None:
        self._said = (text, tone)
        self.repeat_last_word()

    def repeat_last_word(self) -> None:
        for screen in reversed(self.screen_stack):
            if isinstance(screen, AppScreen):
                if screen.is_mounted:
                    screen.say(*self._said)
                return

    def action_toggle_times(self) -> None:
        """Show times as dates or as ages, everywhere."""
        self.absolute_times = not self.absolute_times
        self.say("Times are dates now; T: ages." if self.absolute_times else "Times are ages now.")
        for screen in self.screen_stack:
            if isinstance(screen, AppScreen):
                screen.times_changed()

    def action_refresh_data(self) -> None:
        """Read again what the screen shows."""
        if isinstance(self.screen, AppScreen):
            self.screen.load()

    # Changing

    def set_status(
        self,
        row: LeadRow | CampaignRow,
        target: str,
        *,
        judged: bool = False,
        forced: bool = False,
        reason: str | None = None,
    ) -> bool:
        kind: Literal["lead", "campaign"] = "lead" if isinstance(row, LeadRow) else "campaign"
        seen = self.pending.get(row.id, row.status)
        vocabulary = LEAD if kind == "lead" else CAMPAIGN
        if seen == target:
            self.say(f"{safe(row.name)} is {vocabulary.get(target).label} already.")
            return False
        allowed = judgement_allows(seen, target) if judged else allows(kind, seen, target)
        if not forced and not allowed:
            rooms.ask_to_force(self, row, seen, target)
            return False
        self.write(
            SetStatus(kind, row.id, row.name, seen, target, judged, forced=forced, reason=reason)
        )
        if forced and isinstance(self.screen, AppScreen):
            self.screen.status_sent(row.id)
        return True

    def choose_status(self, row: LeadRow | CampaignRow, choose: Callable[[str], object]) -> None:
        seen = self.pending.get(row.id, row.status)

        def chosen(target: str | None) -> None:
            if target:
                choose(target)

        self.push_screen(rooms.status_menu(row, seen), chosen)

    def write(self, write: Write) -> None:
        if isinstance(write, SetStatus):
            self.pending[write.row_id] = write.target
            self._latest[write.row_id] = write.change_id
            self.undo_stack.sent(write)
            self.changes.publish(RowChanged(write.kind, write.row_id))

        def answered(outcome: Outcome) -> None:
            self.post_message(self.Answered(outcome))

        self.gateway.writer.submit(write, answered)

    def action_undo(self) -> None:
        """Take the last change back."""
        self._step(self.undo_stack.undo(), "There is nothing to undo.")

    def action_redo(self) -> None:
        """Do again what was taken back."""
        self._step(self.undo_stack.redo(), "There is nothing to redo.")

    def _step(self, write: SetStatus | None, nothing: str) -> None:
        if write is None:
            self.say(nothing)
        else:
            self.write(write)

    def on_customer_center_answered(self, message: Answered) -> None:
        """Take the writer's outcome: paint the row as it is now and say what happened."""
        match message.outcome:
            case Written(write, result):
                self._written(write, result)
            case WriteRefused(write, error):
                self._refused(write, error)
            case WriteWaiting(_, unsaved, error):
                self.say(
                    f"{plural(unsaved, 'change')} unsaved, trying again: {safe(str(error))}", "bad"
                )

    def _written(self, write: Write, result: object) -> None:
        if isinstance(write, SetStatus) and isinstance(result, StatusChange):
            self._settle(write)
            self.changes.publish(RowChanged(write.kind, write.row_id, result.row))
            self.say(rooms.status_sentence(write), "good")
            if write.purpose == "undo" and isinstance(self.screen, AppScreen):
                self.screen.undone(write.row_id)
        elif isinstance(write, EditFields):
            self.changes.publish(RowChanged(write.kind, write.row_id))
            names = ", ".join(result) if isinstance(result, tuple) else ""
            self.say(
                f"{safe(write.name)}: saved {names}." if names else "Nothing was changed.", "good"
            )
        elif isinstance(result, CampaignRow):
            self.changes.publish(RowChanged("campaign", result.id, result))
            self.say(f"Added the campaign {safe(result.name)}.", "good")

    def _refused(self, write: Write, error: CustomerCenterError) -> None:
        if isinstance(write, SetStatus):
            self._settle(write)
            self.undo_stack.refused(write)
            current = error.current if isinstance(error, StaleRow) else None
            row = current if isinstance(current, LeadRow | CampaignRow) else None
            self.changes.publish(RowChanged(write.kind, write.row_id, row))
            for screen in self.screen_stack:
                if isinstance(screen, AppScreen):
                    screen.status_refused(write.row_id)
        else:
            self.push_screen(rooms.edit_again(write, error))
        name = "" if isinstance(write, AddCampaign) else f"{clip(write.name, 30)}: "
        self.say(f"{name}{safe(str(error))}", "bad")

    def _settle(self, write: SetStatus) -> None:
        """Take the pending mark away unless a later key on the same row waits too."""
        if self._latest.get(write.row_id) == write.change_id:
            del self._latest[write.row_id]
            del self.pending[write.row_id]


def run(settings: Settings, opener: Callable[[Settings], Database] | None = None) -> int:
    """Run the application and return its exit code: 0, or 3 where there was no database."""
    app = CustomerCenter(settings, opener)
    # Textual writes to the terminal in a thread: it is not to wait for what is done after painting.
    sys.setswitchinterval(SWITCH_INTERVAL)
    try:
        app.run()
    finally:
        given_up = app.gateway.close()
    if given_up:
        print(
            f"Not saved, the database did not answer: {plural(given_up, 'change')}.",
            file=sys.stderr,
        )
    return 3 if given_up else app.return_code or 0
