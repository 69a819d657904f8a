"""A first start on an empty database: where the first leads come from."""

from __future__ import annotations

from typing import Final, Literal

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from db.errors import CustomerCenterError
from tui.bindings import bindings
from tui.keymap import key_of
from tui.safe import safe
from tui.screens.base import AppScreen
from tui.screens.typing import TypingScreen

Way = Literal["import", "demo", "connect", "empty"]
WAYS: Final[dict[Way, tuple[str, str]]] = {
    "import": ("Import a file", "people or accounts as CSV, such as Apollo's exports"),
    "demo": ("Fill with demo data", "a few campaigns to try every key on"),
    "connect": ("Connect to a server", "a PostgreSQL that you share with others"),
    "empty": ("Start empty", "and add a campaign by hand"),
}


class Choice(Static):
    """One way to begin: its key, its name and what it is."""

    class Clicked(Message):
        """The mouse chose."""

        def __init__(self, way: Way) -> None:
            super().__init__()
            self.way = way

    def __init__(self, way: Way) -> None:
        super().__init__()
        self.way = way

    def show(self, *, chosen: bool) -> None:
        """Paint the choice with or without the cursor on it."""
        title, text = WAYS[self.way]
        key = key_of(f"welcome.{self.way}")
        self.set_class(chosen, "-chosen")
        self.update(
            Content.assemble(
                (key, "bold $accent"),
                ("  " + title, "bold"),
                "\n   ",
                (text, "" if chosen else "$tone-muted"),
            )
        )

    def on_click(self) -> None:
        self.post_message(self.Clicked(self.way))


class WelcomeScreen(TypingScreen[None]):
    """Four ways to begin, by key or by cursor."""

    scopes = ("welcome",)
    BINDINGS = bindings("welcome")

    def __init__(self) -> None:
        super().__init__()
        self.index = 0
        self.busy = False

    def body(self) -> ComposeResult:
        with Vertical(id="welcome"):
            yield Static("Welcome", id="welcome-title")
            yield Static("There is nothing here yet. How do you want to begin?", id="welcome-text")
            for way in WAYS:
                yield Choice(way)
            yield Static(id="welcome-note")

    def on_mount(self) -> None:
        self._point(0)

    def note(self, text: str, tone: str = "muted") -> None:
        """Show a safe sentence under the choices."""
        self.query_one("#welcome-note", Static).update(Content.styled(text, f"$tone-{tone}"))

    def _point(self, index: int) -> None:
        self.index = index % len(WAYS)
        for place, choice in enumerate(self.query(Choice)):
            choice.show(chosen=place == self.index)

    def on_choice_clicked(self, message: Choice.Clicked) -> None:
        self.action_choose(message.way)

    # Keys

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        if not self.busy:
            self._point(self.index + by)

    def action_take(self) -> None:
        """Take the choice under the cursor."""
        self.action_choose(tuple(WAYS)[self.index])

    def action_choose(self, way: Way) -> None:
        """Begin in one of the ways."""
        if self.busy:
            return
        from tui.screens.connect import ConnectScreen
        from tui.screens.import_file import ImportScreen

        self._point(tuple(WAYS).index(way))
        match way:
            case "import":
                self.app.switch_screen(ImportScreen())
            case "connect":
                self.app.push_screen(ConnectScreen())
            case "demo":
                self._fill()
            case "empty":
                self.dismiss()

    # Demo data

    def _fill(self) -> None:
        self.busy = True
        self.note("Making the demo data …", "busy")
        gateway = self.host.gateway
        self.read(gateway.fill_with_demo, lambda _: self._filled(), self._failed, group="demo")

    def _filled(self) -> None:
        below: Screen[object] = self.app.screen_stack[-2]
        self.dismiss()
        if isinstance(below, AppScreen):
            below.load()
        self.host.say("This is the demo data: change what you like.", "good")

    def _failed(self, error: CustomerCenterError) -> None:
        self.busy = False
        self.note(safe(str(error)), "bad")
