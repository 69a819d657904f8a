"""The choice among values that other writers changed since the step that is to be taken back."""

from __future__ import annotations

from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Label, OptionList, Static
from textual.widgets.option_list import Option

from db.steps import Conflict, Preview
from tui import format
from tui.bindings import bindings
from tui.keymap import key_of
from tui.screens.menus import KeyedMenu, key_hints
from tui.step_words import conflict_text, losses, step_text

LISTED: Final = 500
"""How many conflicts are listed; the others can be chosen only all together."""


class ConflictScreen(KeyedMenu[tuple[Conflict, ...]]):
    """Which of the others' values are written over; the answer is those, or None for no undo at all."""

    BINDINGS = bindings("conflict")

    def __init__(self, preview: Preview) -> None:
        super().__init__()
        self.preview = preview
        self.chosen: frozenset[Conflict] = frozenset()

    @property
    def listed(self) -> tuple[Conflict, ...]:
        """The conflicts that are painted."""
        return self.preview.conflicts[:LISTED]

    def compose(self) -> ComposeResult:
        step, conflicts = self.preview.step, self.preview.conflicts
        word = "Undo" if step.purpose == "undo" else "Do again"
        number = format.plural(len(conflicts), "value")
        lines = [
            f"{word}: {step_text(step)} ({format.moment(step.at)})",
            f"Others changed {number} since; take back those too?",
            losses(self.preview.gone, self.preview.lost),
        ]
        with Vertical(classes="menu"):
            yield Label(Content("\n".join(filter(None, lines))), classes="menu-title")
            yield OptionList(*(Option(self._line(conflict)) for conflict in self.listed))
            yield Static(self._hint(), classes="menu-hint")

    def on_mount(self) -> None:
        options = self.query_one(OptionList)
        options.highlighted = 0
        options.focus()

    def _line(self, conflict: Conflict) -> Content:
        whose, what = conflict_text(conflict)
        mark = "[x] " if conflict in self.chosen else "[ ] "
        return Content.assemble((mark, "bold $accent"), (whose, "bold"), "\n    ", (what, "dim"))

    def _hint(self) -> Content:
        more = len(self.preview.conflicts) - len(self.listed)
        text = key_hints(
            (key_of("conflict.choose"), "this one"),
            (key_of("conflict.all"), "all"),
            ("Enter", "goes on"),
            (key_of("conflict.leave"), "no undo"),
        )
        return text if not more else text + Content(f"   and {more:,} more")

    def action_choose(self) -> None:
        """Choose the value under the cursor, or leave it to its writer again."""
        at = self.query_one(OptionList).highlighted
        if at is not None:
            self.chosen ^= {self.listed[at]}
            self._paint(at)

    def action_choose_all(self) -> None:
        """Choose all values, also those that are not listed; none where all were chosen."""
        every = frozenset(self.preview.conflicts)
        self.chosen = frozenset() if self.chosen == every else every
        for at in range(len(self.listed)):
            self._paint(at)

    def on_option_list_option_selected(self) -> None:
        """Take the step back, and with it what was chosen."""
        self.dismiss(tuple(one for one in self.preview.conflicts if one in self.chosen))

    def _paint(self, at: int) -> None:
        options = self.query_one(OptionList)
        options.replace_option_prompt_at_index(at, self._line(self.listed[at]))
