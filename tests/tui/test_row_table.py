"""The row-windowed table on lists in memory: moving, loading in pieces, failing, aligning."""

from __future__ import annotations

import threading

import pytest
from rich.cells import cell_len
from textual.widgets import Static

from db.rows import Page, PageRequest
from tests.tui.lists_in_memory import Row, Rows, numbers, press, settled, showing
from tests.tui.support import painted, until
from tui.widgets.row_table import MARKER, RowTable, Source

HOSTILE = "\x1b]52;c;AAAA\x07[/red] [b \u202e" + "e" + "\u0301" * 200 + "漢字"


async def test_the_first_rows_are_painted_below_their_titles() -> None:
    async with showing(Rows(3)) as (app, _, _):
        assert painted(app)[0].split() == ["number", "text", "rare", "seldom"]
        assert numbers(app) == [0, 10, 20]


async def test_paging_down_to_the_end_paints_every_row_in_order() -> None:
    rows = Rows(530)
    async with showing(rows, (80, 90)) as (app, _table, pilot):
        seen = numbers(app)
        while seen[-1] != rows.rows[-1].number:
            await press(pilot, "pagedown")
            seen += [number for number in numbers(app) if number > seen[-1]]
        assert seen == [row.number for row in rows.rows]


async def test_paging_up_from_the_end_paints_every_row_in_order() -> None:
    rows = Rows(530)
    async with showing(rows, (80, 90)) as (app, _table, pilot):
        await press(pilot, "end")
        seen = numbers(app)
        while seen[0] != 0:
            await press(pilot, "pageup")
            seen = [number for number in numbers(app) if number < seen[0]] + seen
        assert seen == [row.number for row in rows.rows]


async def test_the_end_of_a_long_list_costs_one_page() -> None:
    rows = Rows(5000)
    async with showing(rows) as (app, _, pilot):
        before = rows.asked
        await press(pilot, "end")
        assert numbers(app)[-1] == 49_990
        assert rows.asked - before <= 2


async def test_keys_pressed_faster_than_pages_load_move_the_cursor_at_once() -> None:
    rows = Rows(1000)
    async with showing(rows) as (_app, table, pilot):
        rows.gate.clear()
        await pilot.press("end", "pageup", "pageup", "up")
        at = table.index
        assert table.row is None
        rows.gate.set()
        await settled(pilot)
        assert table.index == at
        assert table.row == rows.rows[at]


async def test_enter_opens_the_row_under_the_cursor() -> None:
    async with showing(Rows(3)) as (app, _, pilot):
        await press(pilot, "down", "enter")
        assert app.opened == [Row(10)]


async def test_enter_on_a_row_that_is_not_loaded_opens_nothing() -> None:
    rows = Rows(1000)
    async with showing(rows) as (app, _, pilot):
        rows.gate.clear()
        await pilot.press("end", "enter")
        await pilot.pause()
        assert app.opened == []


async def test_a_list_reads_itself_again_with_the_cursor_on_its_row() -> None:
    rows = Rows(500)
    async with showing(rows) as (_app, table, pilot):
        await press(pilot, *["pagedown"] * 12)
        row = table.row
        assert row is not None
        rows.rows[:0] = [Row(-3), Row(-2), Row(-1)]
        at = rows.rows.index(row)
        table.load(rows.source, at=at, expect=row.id)
        await settled(pilot)
        assert table.row == row
        assert table.place == f"{at + 1}/503"


async def test_the_cursor_goes_where_it_is_sent_after_a_list_was_read_again() -> None:
    rows = Rows(500)
    async with showing(rows) as (_app, table, pilot):
        await press(pilot, "down", "down")
        table.load(rows.source, at=2, expect=rows.rows[2].id)
        await settled(pilot)
        await press(pilot, *["pagedown"] * 8)
        assert table.index == 2 + 8 * table.size.height


async def test_a_key_pressed_while_the_list_is_counted_is_not_taken_back() -> None:
    rows = Rows(500)
    async with showing(rows) as (_app, table, pilot):
        await press(pilot, "down", "down")
        counting, go = threading.Event(), threading.Event()

        def count() -> int:
            counting.set()
            assert go.wait(10)
            return len(rows.rows)

        table.load(Source(rows.page, count), at=2, expect=rows.rows[2].id)
        await until(pilot, lambda: counting.is_set() and table.state == "ready")
        await pilot.press("down")
        go.set()
        await settled(pilot)
        assert table.index == 3


async def test_pages_go_on_loading_after_a_list_was_read_again_while_one_was_on_its_way() -> None:
    rows = Rows(500)
    first, later = threading.Event(), threading.Event()

    def page(request: PageRequest) -> Page[Row]:
        gate = first if request.after is None and not request.backwards else later
        assert gate.wait(10)
        return rows.page(request)

    async with showing(rows) as (_, table, pilot):
        table.load(Source(page, rows.count))
        await pilot.press("end")
        first.set()
        await until(pilot, lambda: table.state == "ready")
        later.set()
        await settled(pilot)
        await press(pilot, "end")
        assert table.row == rows.rows[-1]


async def test_rows_taken_out_meanwhile_make_the_list_shorter() -> None:
    rows = Rows(500)
    async with showing(rows) as (_app, table, pilot):
        del rows.rows[150:]
        await press(pilot, "end", *["pageup"] * 8)
        assert table.total == 150
        assert table.row == rows.rows[table.index]


async def test_a_found_row_beyond_what_was_counted_is_gone_to() -> None:
    rows = Rows(150)
    async with showing(rows) as (_app, table, pilot):
        rows.rows += [Row(10_000 + number) for number in range(200)]
        table.go_to(340, rows.rows[340].id)
        await settled(pilot)
        assert table.row == rows.rows[340]


async def test_a_found_row_stands_under_the_cursor_though_the_list_moved_on() -> None:
    rows = Rows(90)
    async with showing(rows) as (_app, table, pilot):
        rows.rows.insert(0, Row(-5))
        table.go_to(0, rows.rows[50].id)
        await settled(pilot)
        assert table.row == rows.rows[50]


async def test_a_newer_version_of_a_row_is_painted_in_its_place() -> None:
    async with showing(Rows(3)) as (app, table, pilot):
        table.replace(Row(10, "newer"))
        await settled(pilot)
        assert "newer" in painted(app)[2]


async def test_an_empty_list_says_so_in_a_sentence() -> None:
    async with showing(Rows(0)) as (app, table, _):
        assert table.state == "empty"
        assert any(line.strip() == "Nothing here." for line in painted(app))


async def test_keys_work_again_when_an_empty_list_got_rows() -> None:
    rows = Rows(0)
    async with showing(rows) as (_app, table, pilot):
        rows.rows += [Row(1), Row(2)]
        table.load(rows.source)
        await settled(pilot)
        await press(pilot, "down")
        assert table.row == Row(2)


async def test_a_list_says_that_it_is_loading() -> None:
    rows = Rows(3)
    rows.gate.clear()
    async with showing(rows) as (app, _, pilot):
        await pilot.pause()
        assert any(line.strip() == "Loading …" for line in painted(app))


async def test_a_list_that_can_not_be_read_says_why() -> None:
    rows = Rows(3)
    rows.failing = True
    async with showing(rows) as (app, table, _):
        assert table.state == "failed"
        assert any("The database is [/red] gone." in line for line in painted(app))


async def test_rows_stay_when_they_can_not_be_read_again() -> None:
    rows = Rows(3)
    async with showing(rows) as (app, table, pilot):
        rows.failing = True
        table.load(rows.source)
        await settled(pilot)
        assert table.state == "stale"
        assert numbers(app) == [0, 10, 20]


async def test_a_page_that_failed_is_asked_for_again_by_the_next_key() -> None:
    rows = Rows(1000)
    async with showing(rows) as (_app, table, pilot):
        rows.failing = True
        await press(pilot, "end")
        assert table.row is None
        rows.failing = False
        await press(pilot, "up")
        assert table.row == rows.rows[-2]
        assert table.state == "ready"


@pytest.mark.parametrize("width", [30, 48, 70, 71, 80, 200])
async def test_every_line_fills_the_screen_exactly(width: int) -> None:
    rows = Rows(40)
    rows.rows[1] = Row(10, HOSTILE)
    async with showing(rows, (width, 24)) as (app, _, _):
        assert {cell_len(line) for line in painted(app)} == {width}


async def test_a_narrow_screen_leaves_out_the_columns_of_least_worth() -> None:
    async with showing(Rows(3), (50, 10)) as (app, _, _):
        assert painted(app)[0].split() == ["number", "text", "seldom"]


async def test_cells_stand_below_their_titles_beside_wide_and_hostile_text() -> None:
    rows = Rows(3)
    rows.rows[1] = Row(10, HOSTILE)
    async with showing(rows) as (app, _, _):
        lines = painted(app)[:4]
        edges = {
            cell_len(line[: line.index(word)])
            for line, word in zip(lines, ("seldom", "seldom", "seldom", "seldom"), strict=True)
        }
        assert len(edges) == 1


async def test_controls_of_a_cell_are_not_painted() -> None:
    rows = Rows(1)
    rows.rows[0] = Row(0, HOSTILE)
    async with showing(rows) as (app, _, _):
        assert all(char.isprintable() for char in "".join(painted(app)))


async def test_the_cursor_stays_on_its_row_and_in_sight_when_the_screen_gets_smaller() -> None:
    async with showing(Rows(60), (120, 40)) as (app, table, pilot):
        table.move_to(35)
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert table.row == Row(350)
        assert any(line.startswith(MARKER) for line in painted(app))


async def test_a_click_puts_the_cursor_on_a_row_and_a_second_one_opens_it() -> None:
    async with showing(Rows(5)) as (app, table, pilot):
        await pilot.click(RowTable, offset=(5, 3), times=2)
        await settled(pilot)
        assert table.index == 3
        assert app.opened == [Row(30)]


async def test_the_state_line_is_gone_while_there_are_rows() -> None:
    async with showing(Rows(5)) as (app, _, _):
        assert not any(widget.display for widget in app.query("ListState").results(Static))
