"""How a long list comes in: what is visible first, counts later, no key waits for any of it."""

from __future__ import annotations

import threading
from uuid import UUID

from textual import events
from textual.pilot import Pilot
from textual.scrollbar import ScrollTo

from db.rows import Key, Page, PageRequest
from tests.tui.lists_in_memory import Row, Rows, TableApp, numbers, press, settled, showing
from tests.tui.support import until
from tui.widgets.loading import Source
from tui.widgets.row_table import WHEEL, RowTable
from tui.widgets.window import STEP


class LongRows(Rows):
    """A list with all that a long one has; what is counted comes when it is let."""

    def __init__(self, length: int, guess: int | None = None) -> None:
        super().__init__(length)
        self.guess = length if guess is None else guess
        self.counting = threading.Event()
        self.counting.set()
        self.requests: list[PageRequest] = []
        self.surveys = 0

    def page(self, request: PageRequest) -> Page[Row]:
        self.requests.append(request)
        return super().page(request)

    def count(self) -> int:
        assert self.counting.wait(10)
        return super().count()

    def milestones(self, step: int) -> tuple[Key, ...]:
        self.surveys += 1
        return tuple((row.number,) for row in self.rows[step - 1 :: step])

    def key(self, row_id: UUID) -> Key | None:
        return next(((row.number,) for row in self.rows if row.id == row_id), None)

    def position(self, row_id: UUID) -> int | None:
        assert self.counting.wait(10)
        return next((at for at, row in enumerate(self.rows) if row.id == row_id), None)

    @property
    def answers(self) -> bool:
        return super().answers and self.counting.is_set()

    @property
    def source(self) -> Source[Row]:
        return Source(
            self.page, self.count, lambda: self.guess, self.milestones, self.key, self.position
        )


async def shows(pilot: Pilot[None], app: TableApp, row: Row) -> None:
    await until(pilot, lambda: row.number in numbers(app))


async def test_keys_pressed_while_a_page_is_on_its_way_ask_for_one_page_more() -> None:
    rows = LongRows(5_000)
    async with showing(rows) as (_app, table, pilot):
        before = len(rows.requests)
        rows.gate.clear()
        await pilot.press(*["pagedown"] * 30)
        assert table.index == 30 * table.size.height
        rows.gate.set()
        await settled(pilot)
        assert table.row == rows.rows[table.index]
        # The page on its way, the one the cursor stands in, and those around it.
        assert len(rows.requests) - before <= 4


async def test_the_last_rows_come_before_the_list_is_counted() -> None:
    for guess in (4_000, 5_000, 6_000):
        rows = LongRows(5_000, guess)
        rows.counting.clear()
        async with showing(rows) as (app, table, pilot):
            await until(pilot, lambda table=table: table.state == "ready")
            assert table.place == f"1/~{guess:,}"
            await pilot.press("end")
            await shows(pilot, app, rows.rows[-1])
            assert table.place == f"{guess:,}/~{guess:,}"
            await pilot.press("up")
            rows.counting.set()
            await settled(pilot)
            assert table.place == "4,999/5,000"
            assert table.row == rows.rows[-2]


async def test_paging_up_from_the_end_before_the_list_is_counted_skips_no_row() -> None:
    rows = LongRows(1_000, 1_234)
    rows.counting.clear()
    async with showing(rows) as (app, table, pilot):
        await until(pilot, lambda: table.state == "ready")
        await pilot.press("end")
        await shows(pilot, app, rows.rows[-1])
        for _ in range(12):
            top = table.row
            await pilot.press("pageup")
            await until(pilot, lambda top=top: table.row not in (None, top))
        assert table.row == rows.rows[999 - 12 * table.size.height]
        rows.counting.set()
        await settled(pilot)
        assert table.row == rows.rows[table.index]


async def test_a_list_read_again_is_painted_before_the_place_of_its_row_is_counted() -> None:
    rows = LongRows(5_000)
    async with showing(rows) as (_app, table, pilot):
        table.move_to(3_000)
        await press(pilot, "up", "up", "up")
        row, top = table.row, table.index - table.scroll_offset.y
        assert row is not None
        rows.rows[:0] = [Row(-number) for number in range(250, 0, -1)]
        rows.counting.clear()
        table.load(rows.source, at=table.index, expect=row.id)
        await until(pilot, lambda: table.state == "ready" and not table.window.exact)
        assert table.row == row
        await pilot.press("down")
        below = rows.rows[rows.rows.index(row) + 1]
        assert table.row == below
        rows.counting.set()
        await settled(pilot)
        assert (table.row, table.place) == (below, "3,249/5,250")
        assert table.index - table.scroll_offset.y == top + 1


async def test_a_key_pressed_while_the_list_is_read_again_is_not_taken_back() -> None:
    rows = LongRows(5_000)
    async with showing(rows) as (_app, table, pilot):
        await pilot.press("down", "down")
        assert table.row is not None
        rows.gate.clear()
        table.load(rows.source, at=table.index, expect=table.row.id)
        await pilot.press("down")
        rows.gate.set()
        await settled(pilot)
        assert table.row == rows.rows[3]


async def test_rows_put_in_above_leave_the_rows_in_sight_where_they_are() -> None:
    rows = LongRows(5_000)
    async with showing(rows) as (app, table, pilot):
        await press(pilot, *["pagedown"] * 20)
        rows.rows[:0] = [Row(-2), Row(-1)]
        seen = numbers(app)
        while seen[-1] < 9_000:
            await press(pilot, "pagedown")
            seen += [number for number in numbers(app) if number > seen[-1]]
        assert seen == list(range(seen[0], seen[-1] + 10, 10))
        assert table.row is not None


async def test_jumps_into_a_long_list_cost_no_more_than_a_step_after_one_survey() -> None:
    rows = LongRows(20 * STEP)
    async with showing(rows) as (_app, table, pilot):
        before = len(rows.requests)
        for at in (10 * STEP + 77, 3 * STEP - 1, 17 * STEP, 8 * STEP + 1_999):
            table.move_to(at)
            await settled(pilot)
            assert table.row == rows.rows[at]
        assert rows.surveys == 1
        assert max(request.offset for request in rows.requests[before:]) < STEP


async def test_a_dragged_scrollbar_takes_the_cursor_along_and_loads_what_it_stops_at() -> None:
    rows = LongRows(20 * STEP)
    async with showing(rows) as (app, table, pilot):
        before = len(rows.requests)
        rows.gate.clear()
        for y in range(1_000, 30_000, 1_000):
            table.post_message(ScrollTo(y=y, animate=False))
        await until(pilot, lambda: table.scroll_offset.y == 29_000)
        rows.gate.set()
        await settled(pilot)
        assert numbers(app)[0] == rows.rows[29_000].number
        assert table.index == 29_000
        assert len(rows.requests) - before <= 4


async def test_the_wheel_moves_the_view_and_the_cursor_stays_in_sight() -> None:
    rows = LongRows(500)
    async with showing(rows) as (app, table, pilot):
        wheel(table, down=True)
        await settled(pilot)
        assert numbers(app)[0] == rows.rows[WHEEL].number
        assert table.index == WHEEL
        table.move_to(WHEEL + 5)
        wheel(table, down=True)
        await settled(pilot)
        assert (table.scroll_offset.y, table.index) == (2 * WHEEL, WHEEL + 5)
        wheel(table, down=False)
        wheel(table, down=False)
        await settled(pilot)
        assert numbers(app)[0] == rows.rows[0].number


def wheel(table: RowTable[Row], *, down: bool) -> None:
    kind = events.MouseScrollDown if down else events.MouseScrollUp
    table.post_message(kind(table, 5, 5, 0, 0, 0, False, False, False))
