"""Small questions over a screen: one of several, one text, yes or no, the second key of a chord."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final, Generic, Literal, TypeVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from db.statuses import CAMPAIGN, LEAD, Status, allows
from tui import format
from tui.actions import Action
from tui.bindings import quit_bindings
from tui.keymap import shown
from tui.safe import clip, safe

T = TypeVar("T")
MENU_WIDTH: Final = 58


class Menu(ModalScreen[T | None], Generic[T]):
    """A box in the middle of the screen; Escape leaves it without an answer."""

    BINDINGS: ClassVar = [
        Binding("escape,q", "dismiss_none", "Cancel", show=False),
        *quit_bindings("app.quit"),
    ]

    def action_dismiss_none(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)


class ListMenu(Menu[T], Generic[T]):
    """A menu of a list; Enter takes the entry under the cursor."""

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        options = self.query_one(OptionList)
        options.action_cursor_down() if by > 0 else options.action_cursor_up()


class KeyedMenu(ListMenu[T], Generic[T], inherit_bindings=False):
    """A list whose keys are in the registry."""

    BINDINGS: ClassVar = quit_bindings("app.quit")


def key_hints(*hints: tuple[str, str]) -> Content:
    """Return a line of keys, each with a word on what it does; a key that is none is left out."""
    parts: list[str | tuple[str, str]] = []
    for key, word in hints:
        if key:
            parts += [(key, "bold $accent"), f" {word}  "]
    return Content.assemble(*parts)


class PickScreen(ListMenu[str]):
    """One of several, by cursor or by number."""

    numbered: ClassVar[bool] = True

    BINDINGS: ClassVar = [
        Binding("j", "move(1)", "Next", show=False),
        Binding("k", "move(-1)", "Previous", show=False),
    ]

    def __init__(
        self,
        title: str,
        choices: tuple[tuple[str, str | Content], ...],
        current: str | None = None,
    ) -> None:
        super().__init__()
        self.title_text = title
        self.choices = choices
        self.current = current

    @classmethod
    def of_statuses(
        cls, title: str, counts: Mapping[str, int], current: tuple[str, ...]
    ) -> PickScreen:
        """Make a menu of lead statuses with their numbers of leads; the empty choice is all."""
        known = [status for status in LEAD.statuses if counts.get(status.value)]
        others = [LEAD.get(value) for value in counts if not LEAD.get(value).known]
        width = max((cell_len(status.label) for status in known + others), default=10) + 4
        choices = [("", Content(f"{'all statuses':<{width}}{sum(counts.values()):>9,}"))]
        choices += [
            (status.value, _status_line(status, width, f"{counts[status.value]:>9,}"))
            for status in known + others
        ]
        return cls(title, tuple(choices), current[0] if len(current) == 1 else None)

    def compose(self) -> ComposeResult:
        with Vertical(classes="menu"):
            yield Label(Content(self.title_text), classes="menu-title")
            yield OptionList(
                *(Option(_content(label), id=f"c{i}") for i, (_, label) in self._numbered())
            )

    def _numbered(self) -> list[tuple[int, tuple[str, str | Content]]]:
        return list(enumerate(self.choices))

    def on_mount(self) -> None:
        values = [value for value, _ in self.choices]
        options = self.query_one(OptionList)
        options.highlighted = values.index(self.current) if self.current in values else 0
        options.focus()

    def on_key(self, event: events.Key) -> None:
        if (
            self.numbered
            and event.character
            and event.character.isdecimal()
            and event.character != "0"
        ):
            number = int(event.character)
            if number <= len(self.choices):
                event.stop()
                self.dismiss(self.choices[number - 1][0])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self.choices[event.option_index][0])


class StatusMenu(PickScreen):
    """All statuses of a vocabulary: those that may come next first, the others must be forced."""

    # The digits are quick statuses outside of the menu: here they would mean others.
    numbered = False

    def __init__(self, kind: Literal["lead", "campaign"], name: str, seen: str) -> None:
        vocabulary = LEAD if kind == "lead" else CAMPAIGN
        others = [status for status in vocabulary.statuses if status.value != seen]
        allowed = [status for status in others if allows(kind, seen, status.value)]
        forced = [status for status in others if status not in allowed]
        width = max(cell_len(status.label) for status in vocabulary.statuses) + 4
        choices = [
            (status.value, _status_line(status, width, status.meaning)) for status in allowed
        ]
        choices += [
            (status.value, _status_line(status, width, "asks first", dim=True)) for status in forced
        ]
        here = vocabulary.get(seen)
        super().__init__(
            f"{safe(name, limit=40)} is {safe(here.label)}. Change to:", tuple(choices)
        )


class PromptScreen(Menu[str]):
    """One line of text."""

    BINDINGS: ClassVar = [Binding("escape", "dismiss_none", "Cancel", show=False)]

    def __init__(self, title: str, placeholder: str = "", value: str = "") -> None:
        super().__init__()
        self.title_text = title
        self.placeholder = placeholder
        self.value = value

    def compose(self) -> ComposeResult:
        from tui.widgets.prompt_input import PromptInput

        with Vertical(classes="menu"):
            yield Label(Content(self.title_text), classes="menu-title")
            yield PromptInput(self.value, placeholder=self.placeholder)
            yield Static(Content("Enter takes it, Esc leaves"), classes="menu-hint")

    def on_prompt_input_not_pasted(self) -> None:
        """Say what became of a text that is too long."""
        from tui.widgets.prompt_input import LONGEST

        text = f"Not pasted: at most {LONGEST} characters have room here."
        hint = Content.styled(text, "$tone-attention")
        self.query_one(".menu-hint", Static).update(hint)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip() or None)


class ConfirmScreen(Menu[bool]):
    """A question whose answer is No unless ``y`` is pressed."""

    BINDINGS: ClassVar = [
        Binding("y", "answer(True)", "Yes", show=False),
        Binding("n,enter,q,escape", "answer(False)", "No", show=False),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self.question = question

    def compose(self) -> ComposeResult:
        with Vertical(classes="menu"):
            yield Label(Content(self.question), classes="menu-title")
            yield Static(
                Content.assemble(
                    ("y", "bold $accent"), " yes   ", ("n", "bold $accent"), " no, as Enter and Esc"
                ),
                classes="menu-hint",
            )

    def action_answer(self, yes: bool) -> None:
        """Answer."""
        self.dismiss(yes)


class ChordMenu(ModalScreen[Action | None]):
    """What may follow the first key of a chord, at the bottom; ``refused`` actions are dim."""

    def __init__(
        self,
        prefix: str,
        choices: tuple[tuple[str, Action], ...],
        refused: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__()
        self.prefix = prefix
        self.choices = choices
        self.refused = refused

    def compose(self) -> ComposeResult:
        lines = [self._line(second, action) for second, action in self.choices]
        yield Static(Content("\n").join(lines), classes="chord")

    def _line(self, second: str, action: Action) -> Content:
        dim = action.id in self.refused
        keys = f"{shown(self.prefix)} {shown(second):<3}"
        return Content.assemble(
            (keys, "dim" if dim else "bold $accent"), (action.description, "dim" if dim else "")
        )

    def on_key(self, event: events.Key) -> None:
        event.stop()
        chosen = next((action for second, action in self.choices if second == event.key), None)
        self.dismiss(chosen)


def _status_line(status: Status, width: int, note: str, *, dim: bool = False) -> Content:
    text = format.status_text(status)
    padding = " " * max(1, width - cell_len(text))
    note = clip(note, MENU_WIDTH - width)
    tone = "dim" if dim else f"$tone-{status.tone}"
    return Content.assemble((text, tone), padding, (note, "dim"))


def _content(label: str | Content) -> Content:
    return Content(label) if isinstance(label, str) else label
