"""The row-windowed table alone on a screen, over a list in memory that can be slow or fail."""

from __future__ import annotations

import operator
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from db.errors import DatabaseUnavailable
from db.rows import Page, PageRequest
from tests.tui.support import PATIENCE, painted
from tui.theme import DARK, THEMES
from tui.waiting import Waiting
from tui.widgets.list_view import ListView
from tui.widgets.row_table import Column, RowTable, Source


@dataclass(frozen=True)
class Row:
    """A row of a list in memory."""

    number: int
    text: str = ""

    @property
    def id(self) -> UUID:
        return UUID(int=self.number + 1_000)


class Rows:
    """A list that can change, be slow or fail while it is shown."""

    def __init__(self, length: int) -> None:
        self.rows = [Row(10 * number) for number in range(length)]
        self.failing = False
        self.gate = threading.Event()
        self.gate.set()
        self.asked = 0

    def page(self, request: PageRequest) -> Page[Row]:
        self._answer()
        self.asked += 1
        listed = self.rows[::-1] if request.backwards else self.rows
        if request.after is not None:
            (bound,) = request.after
            beyond = operator.lt if request.backwards else operator.gt
            listed = [row for row in listed if beyond(row.number, bound)]
        taken = listed[request.offset : request.offset + request.limit]
        taken = taken[::-1] if request.backwards else taken
        if not taken:
            return Page(())
        return Page(tuple(taken), (taken[0].number,), (taken[-1].number,))

    def count(self) -> int:
        self._answer()
        return len(self.rows)

    def _answer(self) -> None:
        assert self.gate.wait(10)
        if self.failing:
            raise DatabaseUnavailable("The database is [/red] gone.")

    @property
    def answers(self) -> bool:
        return self.gate.is_set()

    @property
    def source(self) -> Source[Row]:
        return Source(self.page, self.count)


COLUMNS = (
    Column("number", lambda row: str(row.number), 8, align="right"),
    Column("text", lambda row: (row.text or f"row {row.number}", "good"), 10, weight=1),
    Column("rare", lambda row: "rare", 20, priority=2),
    Column("seldom", lambda row: "seldom", 20, priority=1),
)


class TableApp(Waiting):
    """A list alone on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[Row] = []
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return DARK.variables

    def compose(self) -> ComposeResult:
        yield ListView(COLUMNS, "Nothing here.")

    @property
    def table(self) -> RowTable[Row]:
        return self.query_one(RowTable)

    def on_row_table_opened(self, message: RowTable.Opened) -> None:
        self.opened.append(message.row)


Shown = tuple[TableApp, RowTable[Row], Pilot[None]]


@asynccontextmanager
async def showing(rows: Rows, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Shown]:
    app = TableApp()
    async with app.run_test(size=size) as pilot:
        app.table.load(rows.source)
        if rows.answers:
            await settled(pilot)
        yield app, app.table, pilot
        rows.gate.set()


async def settled(pilot: Pilot[Any]) -> None:
    quiet = 0
    end = time.monotonic() + PATIENCE
    while quiet < 2:
        await pilot.pause()
        quiet = 0 if any(not worker.is_finished for worker in pilot.app.workers) else quiet + 1
        assert time.monotonic() < end


async def press(pilot: Pilot[Any], *keys: str) -> None:
    await pilot.press(*keys)
    await settled(pilot)


def numbers(app: App[Any]) -> list[int]:
    """The numbers of the rows that are painted."""
    return [int(line[2:10]) for line in painted(app)[1:] if line[2:10].strip().isdigit()]
