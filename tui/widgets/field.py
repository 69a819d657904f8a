"""A field of a form: its label, its input, and what is to be said about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from tui.keymap import key_of
from tui.safe import safe, safe_lines, wrap
from tui.widgets.inputs import LONGEST, LineInput, TextInput, paintable, paintable_lines

THEIRS_LINES: Final = 3
THEIRS_WIDTH: Final = 50


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field by its name in the database; ``long`` ones have several lines."""

    name: str
    label: str
    long: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class Theirs:
    """What another writer made of a value while it was edited, and what it was before both."""

    now: str | None
    before: str | None


class Field(Vertical):
    """A value under edit.

    ``before`` is the value in the database as far as is known, ``text`` the one that would be
    written now. A value with characters that can not be painted, or a very long one, is *held*: it
    is shown harmless and locked, and stays as it is unless it is edited in $EDITOR or replaced
    whole.
    """

    def __init__(
        self,
        spec: FieldSpec,
        before: str | None,
        text: str | None,
        *,
        theirs: Theirs | None = None,
    ) -> None:
        super().__init__(classes="long" if spec.long else "short")
        self.spec = spec
        self.before = before
        self.theirs = theirs
        self._loaded: str | None = text
        self._shown = ""
        self.input: LineInput | TextInput = TextInput() if spec.long else LineInput()

    def compose(self) -> ComposeResult:
        with Horizontal(classes="field-line"):
            yield Static(Content(self.spec.label), classes="field-label")
            yield self.input
        yield Static(classes="field-note")

    def on_mount(self) -> None:
        self.load(self._loaded)
        if self.theirs is not None:
            self._show_theirs(self.theirs)

    def on_descendant_focus(self) -> None:
        self.add_class("-focused")

    def on_descendant_blur(self) -> None:
        self.remove_class("-focused")

    @property
    def held(self) -> bool:
        """True while the value is not fit for the input."""
        return self.input.locked

    @property
    def text(self) -> str | None:
        """The value as it would be written; the loaded one, to the character, until it is changed."""
        now = self.input.text if isinstance(self.input, TextInput) else self.input.value
        return self._loaded if now == self._shown else now or None

    @property
    def edited(self) -> bool:
        """True where the text differs from the value in the database."""
        return (self.text or None) != (self.before or None)

    def load(self, text: str | None) -> None:
        """Put a text into the input, or hold it."""
        given = text or ""
        plain = given.replace("\r\n", "\n") if self.spec.long else given
        held = plain != (paintable_lines(plain) if self.spec.long else paintable(plain))
        visible = _visible(given, long=self.spec.long) if held else plain
        self.input.show(visible, locked=held)
        self._loaded = text
        self._shown = self.input.text if isinstance(self.input, TextInput) else self.input.value
        self.say(self._held_note() if held else "", "muted")

    def replace_whole(self) -> None:
        """Make room for another value in the place of one that is held."""
        if self.held:
            self.input.show("", locked=False)
            # An empty input is a value of its own here: nothing was loaded that equals it.
            self._loaded, self._shown = None, ""
            self.say("The stored value goes when this is saved.", "attention")

    def take_theirs(self) -> bool:
        """Take the other writer's value; False where there is none to take."""
        if self.theirs is None:
            return False
        self.load(self.theirs.now)
        self.theirs = None
        return True

    def say(self, text: str, tone: str = "bad") -> None:
        """Show a safe sentence under the input; none for an empty one."""
        note = self.query_one(".field-note", Static)
        note.update(Content(text))
        note.set_classes(f"field-note -{tone}")
        note.display = bool(text)
        self.set_class(bool(text) and tone == "bad", "-refused")

    def problem(self, sentence: str) -> None:
        """Say why the text was refused."""
        self.say(f"✗ {sentence}" if sentence else "", "bad")

    def _held_note(self) -> str:
        what = (
            "Too long for this form"
            if len(self._loaded or "") > LONGEST
            else "Has hidden characters"
        )
        return (
            f"{what}: {key_of('form.editor')} opens $EDITOR, {key_of('form.replace')} replaces it."
        )

    def _show_theirs(self, theirs: Theirs) -> None:
        head = f"⚠ Theirs; {key_of('form.theirs')} takes it, saving keeps yours:"
        lines = [head, *_clipped(theirs.now), "Before:", *_clipped(theirs.before)]
        self.say("\n".join(lines), "attention")


def _clipped(text: str | None) -> list[str]:
    """Return the first lines of another version of a value, as they stand below the input."""
    lines = wrap(text, THEIRS_WIDTH) if text else ["(empty)"]
    if len(lines) > THEIRS_LINES:
        lines = [*lines[: THEIRS_LINES - 1], f"{lines[THEIRS_LINES - 1]} …"]
    return [f"  {line}" for line in lines]


def _visible(text: str, *, long: bool) -> str:
    if not long:
        return safe(text)
    return "\n".join(safe_lines(text, limit=LONGEST // 10))
