"""The JSON viewer driven by keys."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widget import Widget

from tui.widgets.json_viewer import SMALL, JsonViewer
from tui.widgets.text_view import TextView, TextWindow

DATA = Path(__file__).parents[1] / "data"
DOCUMENT = json.dumps(
    {
        "name": "Ada",
        "pages": [{"title": "Home"}, {"title": "About us", "body": "lorem ipsum " * 300}],
        "staff": 50,
    }
)


class ViewerApp(App[None]):
    """A viewer alone, and what it said last."""

    def __init__(self) -> None:
        super().__init__()
        self.place = ("", 0, 0)
        self.loaded: list[bool] = []
        self.found: list[tuple[str, int, bool]] = []
        self.searches = 0

    def compose(self) -> ComposeResult:
        yield JsonViewer()

    def on_json_viewer_path_changed(self, message: JsonViewer.PathChanged) -> None:
        self.place = (message.path, message.position, message.total)

    def on_json_viewer_loaded(self, message: JsonViewer.Loaded) -> None:
        self.loaded.append(message.valid)

    def on_json_viewer_found(self, message: JsonViewer.Found) -> None:
        self.found.append((message.term, message.count, message.complete))

    def on_json_viewer_search_requested(self) -> None:
        self.searches += 1


Running = tuple[ViewerApp, JsonViewer, Pilot[None]]


@asynccontextmanager
async def viewing(text: str | None, title: str = "Website summary") -> AsyncIterator[Running]:
    app = ViewerApp()
    async with app.run_test(size=(80, 24)) as pilot:
        viewer = app.query_one(JsonViewer)
        viewer.focus()
        viewer.load(text, title)
        await settled(app, pilot)
        yield app, viewer, pilot


async def settled(app: ViewerApp, pilot: Pilot[None]) -> None:
    await app.workers.wait_for_complete()
    await pilot.pause()


def screen_lines(view: Widget) -> list[str]:
    return [view.render_line(y).text.rstrip() for y in range(view.size.height)]


def large_document() -> str:
    items = [{"id": n, "text": f"entry {n}"} for n in range(4_000)]
    text = json.dumps({"items": items, "last": "needle"})
    assert len(text) > SMALL
    return text


async def test_a_document_is_painted_with_the_cursor_marked() -> None:
    async with viewing(DOCUMENT) as (app, viewer, _):
        lines = screen_lines(viewer)
        assert lines[0] == "▌▾ {3}"
        assert lines[1] == '     name   "Ada"'
        assert lines[3] == "     ▾ 0  {1}"
        assert app.place == ("$", 1, 9)
        assert app.loaded == [True]


async def test_a_cut_line_fills_the_width_and_ends_in_an_ellipsis() -> None:
    async with viewing(DOCUMENT) as (_, viewer, _):
        line = screen_lines(viewer)[7]
        assert len(line) == 80
        assert line.endswith("…")


async def test_keys_move_the_cursor_and_tell_its_path() -> None:
    async with viewing(DOCUMENT) as (app, _, pilot):
        await pilot.press("down", "j", "l", "l")
        await pilot.pause()
        assert app.place == ("$.pages[0].title", 5, 9)
        await pilot.press("left")
        await pilot.pause()
        assert app.place == ("$.pages[0]", 4, 9)
        await pilot.press("J")
        await pilot.pause()
        assert app.place == ("$.pages[1]", 6, 9)
        await pilot.press("J", "K")
        await pilot.pause()
        assert app.place == ("$.pages[0]", 4, 9)
        await pilot.press("G")
        await pilot.pause()
        assert app.place == ("$.staff", 9, 9)
        await pilot.press("home")
        await pilot.pause()
        assert app.place == ("$", 1, 9)


async def test_pages_move_cursor_and_screen_alike() -> None:
    async with viewing(json.dumps(list(range(100)))) as (app, viewer, pilot):
        await pilot.press("pagedown", "down")
        await pilot.pause()
        assert app.place == ("$[24]", 26, 101)
        assert screen_lines(viewer)[1].startswith("▌")
        await pilot.press("ctrl+u", "pageup")
        await pilot.pause()
        assert app.place == ("$", 1, 101)


async def test_a_folded_container_shows_a_preview_and_unfolds_again() -> None:
    async with viewing(DOCUMENT) as (app, viewer, pilot):
        await pilot.press("down", "down", "enter")
        await pilot.pause()
        assert screen_lines(viewer)[2] == "▌  ▸ pages  [2]   {…}, {…}"
        assert app.place == ("$.pages", 3, 4)
        await pilot.press("space")
        await pilot.pause()
        assert app.place == ("$.pages", 3, 9)


async def test_folding_all_keeps_the_cursor_on_what_hides_it() -> None:
    async with viewing(DOCUMENT) as (app, viewer, pilot):
        await pilot.press("down", "down", "down", "down")
        viewer.action_fold_all()
        await pilot.pause()
        assert app.place == ("$.pages", 3, 4)
        viewer.action_open_all()
        await pilot.pause()
        assert app.place == ("$.pages", 3, 9)
        viewer.action_fold_depth(2)
        await pilot.pause()
        assert app.place == ("$.pages", 3, 6)


async def test_a_long_text_opens_whole_in_a_window() -> None:
    async with viewing(json.dumps({"body": "first\n" + "word " * 9_000 + "end"})) as running:
        app, _, pilot = running
        await pilot.press("down", "enter")
        await pilot.pause()
        assert isinstance(app.screen, TextWindow)
        view = app.screen.query_one(TextView)
        assert screen_lines(view)[0] == " first"
        await pilot.press("end")
        await pilot.pause()
        assert screen_lines(view)[-1].endswith("end")
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(app.screen, TextWindow)


async def test_a_short_value_opens_no_window() -> None:
    async with viewing(DOCUMENT) as (app, _, pilot):
        await pilot.press("down", "enter")
        await pilot.pause()
        assert not isinstance(app.screen, TextWindow)


async def test_a_search_goes_to_hits_in_folded_parts_and_around_the_end() -> None:
    async with viewing(DOCUMENT) as (app, viewer, pilot):
        viewer.action_fold_all()
        viewer.find("TITLE")
        await pilot.pause()
        assert app.found == [("TITLE", 2, True)]
        assert app.place[0] == "$.pages[0].title"
        await pilot.press("n")
        await pilot.pause()
        assert app.place[0] == "$.pages[1].title"
        await pilot.press("n")
        await pilot.pause()
        assert app.place[0] == "$.pages[0].title"
        await pilot.press("N")
        await pilot.pause()
        assert app.place[0] == "$.pages[1].title"


async def test_a_hit_is_marked_within_its_row() -> None:
    async with viewing(DOCUMENT) as (_, viewer, pilot):
        viewer.find("bout")
        await pilot.press("home")
        await pilot.pause()
        texts = [segment.text for segment in viewer.render_line(6)]
        assert "bout" in texts


async def test_a_search_without_a_hit_leaves_the_cursor() -> None:
    async with viewing(DOCUMENT) as (app, viewer, pilot):
        viewer.find("nowhere")
        await pilot.pause()
        assert app.found == [("nowhere", 0, True)]
        assert app.place[0] == "$"


async def test_the_search_key_asks_for_a_term() -> None:
    async with viewing(DOCUMENT) as (app, _, pilot):
        await pilot.press("slash")
        await pilot.pause()
        assert app.searches == 1


async def test_a_large_document_is_read_and_searched_in_threads() -> None:
    async with viewing(large_document()) as (app, viewer, pilot):
        assert screen_lines(viewer)[1].startswith("   ▸ items  [4000]")
        viewer.find("needle")
        await settled(app, pilot)
        assert app.found == [("needle", 1, True)]
        assert app.place == ("$.last", 3, 3)


async def test_the_answer_for_an_earlier_document_is_dropped() -> None:
    async with viewing(None) as (app, viewer, pilot):
        viewer.load(large_document(), "Website raw data")
        viewer.load('["new"]', "Website raw data")
        await settled(app, pilot)
        assert screen_lines(viewer)[1] == '     0  "new"'


async def test_a_missing_document_says_so_and_takes_keys() -> None:
    async with viewing(None) as (app, viewer, pilot):
        await pilot.press("down", "enter", "J", "h", "l", "n", "W", "slash", "G")
        assert screen_lines(viewer)[0] == " No website summary yet"
        assert app.loaded == [False]
        assert app.searches == 0


async def test_invalid_json_is_shown_as_text_with_its_error() -> None:
    async with viewing('{"a": nul}\x1b[2J') as (app, viewer, _):
        lines = screen_lines(viewer)
        assert lines[0].startswith(" This is not valid JSON: expecting value at line 1, column 7.")
        assert ' {"a": nul}^[[2J' in lines
        assert app.loaded == [False]


async def test_a_document_deeper_than_the_stack_is_a_tree_too() -> None:
    async with viewing("[" * 3_000 + '"core"' + "]" * 3_000) as (app, viewer, pilot):
        viewer.find("core")
        await pilot.pause()
        assert app.place == ("$" + "[0]" * 3_000, 3_001, 3_001)
        assert screen_lines(viewer)[-1].endswith('"core"')


@pytest.mark.parametrize("text", ["null", '""', "0", "{}", "[]", "1e400"])
async def test_a_document_may_be_a_single_value(text: str) -> None:
    async with viewing(text) as (app, viewer, pilot):
        await pilot.press("enter", "l", "h", "J", "down")
        assert screen_lines(viewer)[0] == f"▌  {text}"
        assert app.place == ("$", 1, 1)


async def test_the_document_is_shown_as_wrapped_text_and_as_a_tree_again() -> None:
    async with viewing(DOCUMENT) as (app, viewer, pilot):
        await pilot.press("down", "W")
        await pilot.pause()
        assert screen_lines(viewer)[:2] == [" {", '   "name": "Ada",']
        await pilot.press("W")
        await pilot.pause()
        assert screen_lines(viewer)[1] == '▌    name   "Ada"'
        assert app.place == ("$.name", 2, 9)


@pytest.mark.parametrize(
    ("steps", "action", "copied"),
    [
        (1, "copy_value", "Ada"),
        (8, "copy_value", "50"),
        (3, "copy_value", '{\n  "title": "Home"\n}'),
        (1, "copy_key", "name"),
        (3, "copy_key", "0"),
        (4, "copy_path", "$.pages[0].title"),
        (4, "copy_jq", ".pages[0].title"),
    ],
)
async def test_values_and_paths_are_copied(steps: int, action: str, copied: str) -> None:
    async with viewing(DOCUMENT) as (app, viewer, pilot):
        viewer.move(steps)
        await viewer.run_action(action)
        await pilot.pause()
        assert app.clipboard == copied


async def test_a_large_document_unfolds_beside_the_keys() -> None:
    async with viewing(large_document()) as (app, viewer, pilot):
        await pilot.press("down")
        viewer.action_open_all()
        await settled(app, pilot)
        assert app.place[1:] == (2, 1 + 1 + 3 * 4_000 + 1)
        viewer.action_fold_depth(2)
        await settled(app, pilot)
        assert app.place[1:] == (2, 1 + 1 + 4_000 + 1)


async def test_what_is_too_long_for_a_clipboard_is_not_copied() -> None:
    async with viewing(json.dumps({"long": "x" * 1_000_001})) as (app, viewer, pilot):
        for _ in range(2):
            viewer.action_copy_value()
            await pilot.press("down")
        viewer.action_copy_value()
        assert app.clipboard == ""
        viewer.action_copy_key()
        assert app.clipboard == "long"


async def test_of_a_very_long_text_the_beginning_is_shown() -> None:
    async with viewing(json.dumps({"long": "word " * 100_000})) as (app, _, pilot):
        await pilot.press("down", "enter")
        await pilot.pause()
        await pilot.press("end")
        view = app.screen.query_one(TextView)
        assert screen_lines(view)[-1].endswith("…")


async def test_a_document_too_deep_to_be_read_is_shown_as_text() -> None:
    async with viewing("[" * 100_000 + "]" * 100_000) as (app, viewer, _):
        assert "more than 10,000 levels" in screen_lines(viewer)[0]
        assert app.loaded == [False]


async def test_a_click_moves_and_a_second_one_folds() -> None:
    async with viewing(DOCUMENT) as (app, _, pilot):
        await pilot.click(JsonViewer, offset=(5, 2))
        await pilot.pause()
        assert app.place == ("$.pages", 3, 9)
        await pilot.click(JsonViewer, offset=(5, 2))
        await pilot.pause()
        assert app.place == ("$.pages", 3, 4)


async def test_hostile_keys_and_values_are_shown_as_harmless_text() -> None:
    hostile = {
        "[/red]": "[@click=app.bell]x[/]",
        "\x1b]52;c;aGk=\x07": "\x9b31m\u202e\x00",
        "k" * 5_000: "two\nlines",
        "": "e" + "\u0301" * 10_000,
    }
    async with viewing(json.dumps(hostile)) as (app, viewer, pilot):
        shown = "\n".join(screen_lines(viewer))
        assert not [char for char in shown if char != "\n" and not char.isprintable()]
        assert '"[/red]"' in shown
        assert "[@click=app.bell]x[/]" in shown
        assert '""' in shown
        for _ in range(4):
            await pilot.press("down")
            viewer.action_copy_value()
            viewer.action_copy_path()
            await pilot.press("enter")
            await pilot.pause()
            if isinstance(app.screen, TextWindow):
                await pilot.press("escape")
                await pilot.pause()


async def test_naughty_strings_are_painted_line_by_line() -> None:
    async with viewing((DATA / "blns.json").read_text(encoding="utf-8")) as (_, viewer, pilot):
        for _ in range(23):
            assert {viewer.render_line(y).cell_length for y in range(24)} == {79}
            await pilot.press("pagedown")


async def test_a_narrower_screen_keeps_the_cursor_in_sight() -> None:
    async with viewing(json.dumps(list(range(60)))) as (_, viewer, pilot):
        viewer.move(20)
        await pilot.resize_terminal(40, 10)
        await pilot.pause()
        assert any(line.startswith("▌") for line in screen_lines(viewer))
