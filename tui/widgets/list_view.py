"""A list as a screen shows it: titles, rows, and what is said where there are none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.keymap import hint
from tui.safe import safe
from tui.widgets.row_table import Column, RowTable
from tui.widgets.still import Still
from tui.widgets.window import HasId

R = TypeVar("R", bound=HasId)


class TableHeader(Still):
    """The titles above a table; they follow its columns each time they are painted."""

    def __init__(self, table: RowTable[Any]) -> None:
        super().__init__()
        self.table = table

    def render(self) -> Content:
        return Content(self.table.header())


class ListState(Static):
    """What stands in the place of rows: loading, nothing there, or an error."""


class ListView(Vertical, Generic[R]):
    """A table with its header; ``empty`` is the sentence for a list without rows."""

    BLANK = True

    def __init__(self, columns: Sequence[Column[R]], empty: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.empty = empty
        self.table: RowTable[R] = RowTable(columns)
        self._told = ""

    def compose(self) -> ComposeResult:
        yield TableHeader(self.table)
        yield self.table
        yield ListState()

    def on_mount(self) -> None:
        self._show_state()

    def on_row_table_state_changed(self, message: RowTable.StateChanged) -> None:
        self._show_state()

    def _show_state(self) -> None:
        state = self.query_one(ListState)
        texts = {
            "loading": "Loading …",
            "empty": self.empty,
            "failed": f"{safe(self.table.problem)}\n\n{hint('app.refresh', 'tries again')}.",
        }
        text = "" if self.table.total else texts.get(self.table.state, "")
        if text != self._told:
            self._told = text
            state.update(Content(text))
            state.display = bool(text)
            self.table.display = not text
        self.query_one(TableHeader).refresh()
