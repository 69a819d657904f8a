"""The line of a prompt."""

from __future__ import annotations

from typing import Final

from textual import events
from textual.message import Message
from textual.widgets import Input

from tui.widgets.inputs import paintable

LONGEST: Final = 500
"""Characters that a prompt takes."""


class PromptInput(Input):
    """A line that takes a pasted text whole, its lines as one, or not at all."""

    class NotPasted(Message):
        """A text was too long."""

    def __init__(self, value: str = "", *, placeholder: str = "") -> None:
        super().__init__(paintable(value), placeholder=placeholder, max_length=LONGEST)

    def validate_value(self, value: str) -> str:
        """Keep what can not be painted out, wherever it comes from."""
        return paintable(value)

    def on_paste(self, event: events.Paste) -> None:
        """Take the text of all pasted lines; half of it would be another one."""
        event.stop()
        event.prevent_default()
        text = paintable(" ".join(event.text[: 2 * LONGEST].split()))
        if len(self.value) - len(self.selected_text) + len(text) > LONGEST:
            self.post_message(self.NotPasted())
            return
        self.replace(text, *sorted(self.selection))
