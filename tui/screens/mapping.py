"""What the columns of a file mean: a list of them with their first values, each with its target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.bindings import bindings
from tui.format import plural
from tui.safe import clip, fit, safe
from tui.screens.menus import PickScreen
from tui.screens.typing import TypingScreen

if TYPE_CHECKING:
    from db.transfer.peeking import Peek

COLUMN, TARGET = 24, 30
KEPT: Final = "kept as it is"


class MappingScreen(TypingScreen[dict[str, str]]):
    """The answer is the mapping, by column; nothing where the columns stay as they were.

    ``chosen`` is what was chosen before.
    """

    scopes = ("mapping",)
    BINDINGS = bindings("mapping")

    def __init__(self, name: str, peek: Peek, chosen: dict[str, str]) -> None:
        super().__init__()
        self.file_name = name
        self.peek = peek
        self.chosen = {**peek.targets, **chosen}

    def body(self) -> ComposeResult:
        with Vertical(id="mapping"):
            yield Static(self._about(), id="mapping-about")
            yield OptionList(*(Option(self._line(name)) for name in self.peek.header))

    def crumbs(self) -> tuple[str, ...]:
        return ("Import", safe(self.file_name), "Columns")

    def on_mount(self) -> None:
        columns = self.query_one(OptionList)
        columns.highlighted = 0
        columns.focus()

    def _about(self) -> Content:
        known = f"read as {self.peek.profile}" if self.peek.profile else "no export that is known"
        return Content.assemble(
            (f"{plural(len(self.peek.header), 'column')}, {known}", "bold $primary"),
            "\n",
            (
                f" {'column':<{COLUMN}}  {'goes to':<{TARGET}}  first values",
                "$tone-muted",
            ),
        )

    def _line(self, name: str) -> Content:
        target = self.chosen.get(name)
        place = self.peek.header.index(name)
        values = ", ".join(filter(None, (row[place] for row in self.peek.rows)))
        return Content.assemble(
            fit(safe(name) or f"column {place + 1}", COLUMN),
            "  ",
            (fit(target or KEPT, TARGET), "$accent" if target else "$tone-muted"),
            "  ",
            (clip(safe(values), self._room()), "$tone-muted"),
        )

    def _room(self) -> int:
        """The cells for the first values on a line."""
        return max(self.app.size.width - COLUMN - TARGET - 10, 1)

    @property
    def column(self) -> str:
        """The column under the cursor."""
        return self.peek.header[self.query_one(OptionList).highlighted or 0]

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        columns = self.query_one(OptionList)
        columns.action_cursor_down() if by > 0 else columns.action_cursor_up()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_choose()

    def action_choose(self) -> None:
        """Choose where the column under the cursor goes."""
        name = self.column
        holders = {target: column for column, target in self.chosen.items()}
        choices = [("", KEPT)]
        for target in self.peek.possible:
            holder = holders.get(target)
            note = f"  now {safe(holder)}" if holder not in (None, name) else ""
            choices.append((target, clip(target + note, 52)))
        menu = PickScreen(
            f"{safe(name, limit=40)} goes to", tuple(choices), self.chosen.get(name, "")
        )
        self.app.push_screen(menu, lambda target: self._set(name, target))

    def _set(self, name: str, target: str | None) -> None:
        """Take a target for a column, from another one that had it; None changes nothing."""
        if target is None:
            return
        before = [column for column, held in self.chosen.items() if held == target]
        for column in before:
            del self.chosen[column]
        self.chosen.pop(name, None)
        if target:
            self.chosen[name] = target
        for column in {name, *before}:
            place = self.peek.header.index(column)
            self.query_one(OptionList).replace_option_prompt_at_index(place, self._line(column))

    def action_clear(self) -> None:
        """Keep the column under the cursor among the custom data."""
        self._set(self.column, "")

    def action_take(self) -> None:
        """Go back with the mapping."""
        self.dismiss(self.peek.mapping(self.chosen))

    def action_leave(self) -> None:
        """Go back without one."""
        self.dismiss(None)
