"""Inputs that keep what can not be painted out: what is typed, pasted or set is what is shown."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from textual.binding import Binding
from textual.widgets import Input, TextArea
from textual.widgets.text_area import Edit, EditResult

from tui.safe import safe

LONGEST: Final = 50_000
"""Characters that an input takes; longer texts are for an editor."""


def paintable(text: str) -> str:
    """Return one line's text without the characters that :func:`tui.safe.safe` shows otherwise."""
    kept = text[:LONGEST]
    if kept.isascii() and kept.isprintable():
        return kept
    kept = "".join(char for char in kept if safe(f"a{char}", limit=2) == f"a{char}")
    if safe(kept, limit=LONGEST) == kept:
        return kept
    return "".join(char for char in kept if safe(char) == char)  # marks alone or in a crowd


def paintable_lines(text: str) -> str:
    """Return a text of several lines like :func:`paintable`; line ends and tabs stay."""
    lines = text[:LONGEST].replace("\r\n", "\n").split("\n")
    return "\n".join("\t".join(paintable(piece) for piece in line.split("\t")) for line in lines)


class LineInput(Input):
    """One line of text. While ``locked`` is set it can be read but not changed."""

    BINDINGS: ClassVar = [
        Binding("down", "app.focus_next", "Next field", show=False),
        Binding("up", "app.focus_previous", "Previous field", show=False),
    ]

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(paintable(value), placeholder=placeholder, select_on_focus=False, id=id)
        self.cursor_blink = False
        self.locked = False

    def validate_value(self, value: str) -> str:
        """Keep what can not be painted out, wherever it comes from."""
        return paintable(value)

    def show(self, value: str, *, locked: bool) -> None:
        """Show another text, with the cursor at its end."""
        self.locked = locked
        self.set_class(locked, "-locked")
        self.value = value
        self.cursor_position = 0 if locked else len(self.value)

    def replace(self, text: str, start: int, end: int) -> None:
        if self.locked:
            self.restricted()
        else:
            super().replace(text, start, end)

    async def action_submit(self) -> None:
        # At once and not by the message, so that what is typed ahead is not typed in here.
        self.screen.focus_next()
        await super().action_submit()

    def action_copy(self) -> None:
        if not self.locked:  # what is shown is not what is stored
            super().action_copy()


class TextInput(TextArea):
    """Lines of text; Enter begins another one. While ``locked`` it can be read but not changed."""

    def __init__(self, value: str = "", *, id: str | None = None) -> None:
        super().__init__(
            paintable_lines(value),
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            id=id,
        )
        self.cursor_blink = False

    @property
    def locked(self) -> bool:
        """True while the text can not be changed here."""
        return self.read_only

    def show(self, value: str, *, locked: bool) -> None:
        """Show another text, with the cursor at its end."""
        self.read_only = locked
        self.set_class(locked, "-locked")
        self.load_text(value if locked else paintable_lines(value))
        self.move_cursor(self.document.start if locked else self.document.end)

    def edit(self, edit: Edit) -> EditResult:
        edit.text = paintable_lines(edit.text)
        return super().edit(edit)

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        # A printable key is never one of the screen's, locked or not.
        return bool(character and character.isprintable()) or super().check_consume_key(
            key, character
        )

    async def _on_key(self, event: Any) -> None:
        if self.read_only and event.is_printable:
            event.stop()
            self.app.bell()
            return
        await super()._on_key(event)

    def action_copy(self) -> None:
        if not self.locked:
            super().action_copy()
