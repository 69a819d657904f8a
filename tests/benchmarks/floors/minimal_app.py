"""The smallest Textual application: what any of them takes to its first frame."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static


class Minimal(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        yield Static("READY-MARK")


Minimal().run()
