"""What stands on the screen while the database is being opened, or where it can not be."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static


class StartScreen(Screen[None]):
    """The first frame: painted before the data layer and the other screens are even imported."""

    BINDINGS = [
        Binding("r,R,enter", "app.connect", "Try again"),
        Binding("q,escape", "app.quit", "Quit"),
    ]

    def compose(self) -> ComposeResult:
        yield Static("Customer Center", id="start-title")
        yield Static(id="start-text")

    def on_mount(self) -> None:
        self.show_opening()
        # Imports in the worker would hold up the frame.
        self.call_after_refresh(self.app.run_action, "app.connect")

    def show_opening(self) -> None:
        """Say that the database is being opened."""
        self.query_one("#start-text", Static).update(Content("Opening the database …"))

    def show_problem(self, problem: str) -> None:
        """Say why the database is not there (a safe sentence), and what can be done."""
        self.query_one("#start-text", Static).update(
            Content.assemble(
                problem,
                "\n\n",
                ("R", "bold $accent"),
                " try again   ",
                ("q", "bold $accent"),
                " quit",
            )
        )
