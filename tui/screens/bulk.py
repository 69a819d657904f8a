"""A change of many leads: what would happen, the question whether it is meant, how far it is."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from string import digits
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Label, Static

from db.errors import CustomerCenterError, WriteCancelled
from db.many import BulkField, BulkOutcome, BulkRequest
from db.rows import CampaignRow
from db.statuses import CAMPAIGN, LEAD, VERIFICATIONS
from tui import format, many_words
from tui.format import plural
from tui.host import Host, host
from tui.messages import WriteGoesOn, WriteRefused, WriteWaiting, Written
from tui.reading import Reader
from tui.safe import clip, safe
from tui.screens.deleting import WORD
from tui.screens.menus import MENU_WIDTH, Menu, PickScreen, PromptScreen
from tui.writer import Outcome
from tui.writes import ChangeMany

DELETED: Final = "deleted"
"""What becomes of leads that are deleted, in words; the name of a single one follows it."""
TYPED_FROM: Final = 51
"""Leads from which on their number has to be typed."""


class BulkScreen(Menu[bool], Reader):
    """The summary of a change, whose answer is No unless it is typed or ``y`` is pressed.

    It stays while the change runs, unless it is sent behind. Dismissed with True where the change is
    done or goes on.
    """

    BINDINGS: ClassVar = [
        Binding("escape,q,n", "leave", "No; stop", show=False),
        Binding("enter", "enter", "What was typed; go on behind", show=False),
        Binding("y", "yes", "Yes", show=False),
        Binding("f", "force", "Force what is not allowed", show=False),
    ]

    def __init__(self, request: BulkRequest, what: str, foreseen: BulkOutcome) -> None:
        super().__init__()
        self.request = request
        self.what = what
        self.foreseen = foreseen
        self.typed = ""
        self.running = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="menu"):
            yield Label(classes="menu-title")
            yield Static(classes="menu-text")
            yield Static(classes="menu-hint")

    def on_mount(self) -> None:
        self._show_summary()

    def _show(self, lines: list[tuple[str, str]], *hint: str | tuple[str, str]) -> None:
        leads = plural(self.foreseen.changed, "lead")
        title = f"{leads} {self.what}"
        if self.request.deletes and not self.running:
            title = f"Delete {leads}{self.what.removeprefix(DELETED)}?"
        self.query_one(Label).update(Content(title))
        styled = [
            Content.styled(text, f"$tone-{tone}") if tone else Content(text) for text, tone in lines
        ]
        self.query_one(".menu-text", Static).update(Content("\n").join(styled))
        self.query_one(".menu-hint", Static).update(Content.assemble(*hint))

    # The question

    @property
    def word(self) -> str:
        """What has to be typed, empty where ``y`` is enough: the number, or a word for one lead."""
        changed = self.foreseen.changed
        if self.request.deletes and changed == 1:
            return WORD
        return str(changed) if changed and (self.request.deletes or changed >= TYPED_FROM) else ""

    def _show_summary(self, problem: str = "") -> None:
        key = "bold $accent"
        hint: list[str | tuple[str, str]] = []
        lines = many_words.lines(self.request, self.foreseen)
        if problem:
            lines.append((problem, "bad"))
        if not self.foreseen.changed:
            hint = [("Esc", key), " back"]
        elif self.word:
            hint = [
                "Type ",
                (self.word, key),
                f" and Enter: {self.typed}▏  ",
                ("Esc", key),
                " no",
            ]
        else:
            hint = [("y", key), " yes   ", ("n", key), " no, as Enter and Esc"]
        if self._forceable:
            hint += ["   ", ("f", key), " force"]
        self._show(lines, *hint)

    @property
    def _forceable(self) -> bool:
        return not self.request.forced and many_words.can_be_forced(self.foreseen)

    def on_key(self, event: events.Key) -> None:
        """Take the digits of the number, or the letters of the word."""
        if self.running or not self.word:
            return
        typed = event.character or ""
        if event.key == "backspace":
            self.typed = self.typed[:-1]
        elif typed and typed in (self.word if self.word == WORD else digits):
            self.typed = (self.typed + typed)[: len(self.word)]
        else:
            return
        event.stop()
        self._show_summary()

    def action_yes(self) -> None:
        """Do it, where no number has to be typed."""
        if not self.running and self.foreseen.changed and not self.word:
            self._send()

    def action_enter(self) -> None:
        """Do it where the number was typed, which else is No; leave what runs alone."""
        if self.running:
            self.dismiss(True)
        elif self.word and self.typed == self.word:
            self._send()
        elif self.typed:
            typed, self.typed = self.typed, ""
            what = "the word" if self.word == WORD else "the number"
            self._show_summary(f"{typed} is not {what}.")
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Leave without a change; stop what runs."""
        if self.running:
            host(self).gateway.writer.cancel(self.request.change_id)
            self._show([("Stopping …", "attention")], "")
        else:
            host(self).say("Nothing was changed.")
            self.dismiss(False)

    def action_force(self) -> None:
        """Ask for the reason, then say what would happen with it."""
        if not self.running and self._forceable:
            prompt = PromptScreen("Against the rules: why?", "The journal keeps the reason")
            self.app.push_screen(prompt, self._forced)

    def _forced(self, reason: str | None) -> None:
        if reason:
            request = replace(self.request, forced=True, reason=reason)
            gateway = host(self).gateway
            self.read(
                lambda: gateway.preview_many(request), partial(self._again, request), group="many"
            )

    def _again(self, request: BulkRequest, foreseen: BulkOutcome) -> None:
        self.request, self.foreseen, self.typed = request, foreseen, ""
        self._show_summary()

    def read_failed(self, error: CustomerCenterError) -> None:
        self._show_summary(safe(str(error)))

    # While it runs

    def _send(self) -> None:
        self.running = True
        self._show_progress("Waiting for its turn …")
        self.request = replace(self.request, place=self.foreseen.place)
        host(self).write(ChangeMany(self.request, self.what))

    def _show_progress(self, text: str, tone: str = "") -> None:
        key = "bold $accent"
        self._show([(text, tone)], ("Esc", key), " stops it   ", ("Enter", key), " goes on behind")

    def told(self, outcome: Outcome) -> None:
        """Show how far the change is; go where it is done."""
        match outcome:
            case WriteGoesOn(_, done, total):
                self._show_progress(many_words.progress(done, total))
            case WriteWaiting(_, _, error):
                self._show_progress(safe(str(error)), "bad")
            case Written() | WriteRefused() if self.app.screen is self:
                self.dismiss(isinstance(outcome, Written))


def answered(app: Host, write: ChangeMany, outcome: Outcome) -> None:
    """Say what became of a change of many leads, and show it where its screen is still open."""
    shown = [
        screen
        for screen in app.screen_stack
        if isinstance(screen, BulkScreen) and screen.request.change_id == write.change_id
    ]
    for screen in shown:
        screen.told(outcome)
    match outcome:
        case Written(_, BulkOutcome() as done):
            tone = "good" if done.changed else "attention"
            app.say(many_words.sentence(done, write.what), tone, lasting=bool(done.changed))
            app.reloads.publish(None)
        case WriteRefused(_, error):
            app.say(safe(str(error)), "attention" if isinstance(error, WriteCancelled) else "bad")
        case WriteWaiting(_, unsaved, error):
            problem = safe(str(error))
            told = f"{plural(unsaved, 'change')} unsaved, trying again: {problem}"
            app.say(told, "bad", lasting=True)
        case WriteGoesOn(_, rows, total) if not shown:
            app.say(f"{write.what}: {rows:,} of {total:,} …", lasting=True)


# Menus


class UnnumberedMenu(PickScreen):
    """One of several; the digits mean quick statuses elsewhere, so none here."""

    numbered = False


def status_menu(marked: str) -> PickScreen:
    """All statuses; ``marked`` says which leads get one."""
    choices = (
        (
            status.value,
            Content.assemble(
                (f"{format.status_text(status):<18}", f"$tone-{status.tone}"),
                (clip(status.meaning, MENU_WIDTH - 18), "dim"),
            ),
        )
        for status in LEAD.statuses
    )
    return UnnumberedMenu(f"{marked}: change to", tuple(choices))


def campaign_menu(marked: str, campaigns: tuple[CampaignRow, ...]) -> PickScreen:
    """The campaigns, by id."""
    choices = (
        (str(row.id), f"{CAMPAIGN.get(row.status).glyph} {safe(row.name, limit=50)}")
        for row in campaigns
    )
    return UnnumberedMenu(f"{marked}: move to the campaign", tuple(choices))


FIELDS: Final[dict[str, tuple[BulkField, str]]] = {
    "set language": ("language", "language"),
    "set source": ("source", "source"),
    "set title": ("title", "title"),
    "set verification": ("email_verification_status", "verification"),
    "clear language": ("language", "language"),
    "clear source": ("source", "source"),
    "clear title": ("title", "title"),
    "clear icebreaker": ("email_icebreaker", "icebreaker"),
}
"""What can be done to a field of many leads: the field, and its name for people."""


def field_menu(marked: str) -> PickScreen:
    """The choices of ``FIELDS``."""
    return PickScreen(f"{marked}: which field?", tuple((choice, choice) for choice in FIELDS))


def verification_menu(marked: str) -> PickScreen:
    """All verifications of an address."""
    choices = ((entry.value, f"{entry.glyph} {entry.value}") for entry in VERIFICATIONS)
    return PickScreen(f"{marked}: verification", tuple(choices))
