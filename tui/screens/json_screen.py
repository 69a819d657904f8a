"""A screen around a JSON viewer: what is shown, the path of the cursor, and searching."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.content import Content
from textual.dom import DOMNode
from textual.timer import Timer
from textual.widgets import Input, Static

from tui.actions import Action
from tui.bindings import bindings
from tui.json_paint import value_text
from tui.json_tree import JsonTree, Path
from tui.safe import ELLIPSIS, clip, safe
from tui.screens.base import AppScreen, Bottom
from tui.screens.menus import PickScreen
from tui.widgets.bars import KeyBar, StatusBar, TitleBar, place_width
from tui.widgets.inputs import LineInput
from tui.widgets.json_viewer import JsonViewer
from tui.widgets.list_view import ListState
from tui.widgets.typing_bar import TypingBar

REST = 0.1
"""Seconds after the last key until the path is painted."""

LISTED_AT_MOST = 1_000
"""Hits that the list of them shows."""

_PLACEHOLDERS = {
    "search": "a key or a value",
    "keys": "a key",
    "path": "a JSONPath, as $.pages[*].title or $.** ? (@.price > 9)",
}


class SearchLine(LineInput):
    """The line below a document that asks what to search for."""

    BINDINGS = bindings("search")


class HitsMenu(PickScreen):
    """The places that a search found, each with its value; the answer is the number of one."""

    numbered = False


class JsonScreen(AppScreen[None]):
    """A JSON viewer with a line above it that names what is shown."""

    scopes: ClassVar[tuple[str, ...]] = ("json",)

    def __init__(self) -> None:
        super().__init__()
        self._place: JsonViewer.PathChanged | None = None
        self._resting: Timer | None = None
        self._said_meanwhile = False
        self._found = ""
        self._asking = "search"
        self._typed: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        yield TitleBar()
        yield from self.body()
        with Bottom():
            yield StatusBar()
            yield KeyBar(self.scopes)
            yield TypingBar(("search",))

    def body(self) -> ComposeResult:
        yield Static(id="documents")
        yield JsonViewer()
        yield ListState()
        yield SearchLine()

    @property
    def viewer(self) -> JsonViewer:
        """The tree of the document."""
        return self.query_one(JsonViewer)

    def target(self, action: Action) -> DOMNode:
        if action.scope == "json":
            return self.viewer
        return super().target(action)

    # Showing

    def show_state(self, text: str) -> None:
        """Show a safe text in the place of a document, or the document where there is none."""
        state = self.query_one(ListState)
        state.update(Content(text))
        state.display = bool(text)
        self.viewer.display = not text

    def forget_place(self) -> None:
        """Forget the cursor and the search of the document before."""
        self._found, self._place = "", None

    def on_json_viewer_path_changed(self, message: JsonViewer.PathChanged) -> None:
        """Show where the cursor stands once it rests: a path is as long as a row."""
        self._place = message
        self._said_meanwhile = False
        if self._resting is None:
            self._resting = self.set_timer(REST, self._rested)
        else:
            self._resting.reset()

    def _rested(self) -> None:
        self._resting = None
        if not self._said_meanwhile:
            self.show_place()

    def say(self, text: str, tone: str = "") -> None:
        # What is said while the cursor comes to rest is not painted over by its path.
        self._said_meanwhile = bool(text) and self._resting is not None
        super().say(text, tone)

    def on_screen_resume(self) -> None:
        # The screens' common handler comes after this one, and repeats the last word.
        self.call_later(self.show_place)

    def show_place(self) -> None:
        """Paint the path of the cursor, its row, and what a search found."""
        bar, place = self.query_one(StatusBar), self._place
        if place is None:
            bar.show_place("")
            return
        right = f"{self._found}{place.position:,}/{place.total:,}"
        bar.show_place(right)
        bar.say(_end_of(place.path, self.size.width - place_width(right) - 4))

    # Asking

    def ask(self, what: str, *, at: int | None = None) -> None:
        """Let the operator type what to look for (``search``, ``keys`` or ``path``).

        What was typed last stands there, selected, or with the cursor at a character (from 1).
        """
        self._asking = what
        line = self.query_one(SearchLine)
        line.placeholder = _PLACEHOLDERS[what]
        line.value = self._typed.get(what, "")
        self._typing(True)
        line.focus()
        if at is None:
            line.select_all()
        else:
            line.cursor_position = at - 1

    def on_json_viewer_search_requested(self, message: JsonViewer.SearchRequested) -> None:
        self.ask("keys" if message.keys_only else "search")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_find()

    def action_find(self) -> None:
        """Take what was typed; nothing typed ends the search."""
        text = self._typed[self._asking] = self.query_one(SearchLine).value
        self.viewer.focus()
        self.answer(self._asking, text)

    def answer(self, what: str, text: str) -> None:
        """Do what was asked for."""
        self.viewer.find(text, keys_only=what == "keys")

    def action_leave_search(self) -> None:
        """Go back to the document without a search."""
        self.viewer.focus()

    def on_input_blurred(self, event: Input.Blurred) -> None:
        self._typing(False)

    def _typing(self, on: bool) -> None:
        self.query_one(SearchLine).display = on
        self.query_one(TypingBar).display = on
        self.query(KeyBar).first().display = not on

    # Hits

    def on_json_viewer_found(self, message: JsonViewer.Found) -> None:
        term = safe(message.term, limit=60)
        more = "" if message.complete else "+"
        self._found = f"{message.count:,}{more} found   " if message.term and message.count else ""
        self.show_place()
        if message.term and not message.count:
            what = "No key" if self._asking == "keys" else "Nothing"
            self.host.say(f"{what} here holds {term}.", "attention")

    def on_json_viewer_hits_requested(self, message: JsonViewer.HitsRequested) -> None:
        tree, hits = self.viewer.tree_shown, self.viewer.hits
        if tree is None or not hits.paths:
            self.host.say("There are no hits to list: / searches.", "attention")
            return
        shown = hits.paths[:LISTED_AT_MOST]
        width = self.size.width * 9 // 10 - 6
        choices = tuple((str(n), _hit_line(tree, path, width)) for n, path in enumerate(shown))
        more = f", the first {len(shown):,}" if len(shown) < len(hits.paths) else ""
        title = f"{self._found.strip()}{more}"
        place = self._place.path if self._place else ""
        here = next((str(n) for n, path in enumerate(shown) if tree.path_text(path) == place), None)

        def chosen(number: str | None) -> None:
            if number is not None:
                self.viewer.go_to(shown[int(number)])

        self.app.push_screen(HitsMenu(title, choices, here), chosen)


class ResultScreen(JsonScreen):
    """A document that was made of another one; leaving it goes back there."""

    def __init__(self, subject: str, title: str, tree: JsonTree) -> None:
        """Make it; ``subject`` and ``title`` are safe texts, the title tells what is shown."""
        super().__init__()
        self._subject, self._title, self._tree = subject, title, tree

    def crumbs(self) -> tuple[str, ...]:
        return ("Documents", self._subject)

    def on_mount(self) -> None:
        self.query_one("#documents", Static).update(
            Content.assemble((f"▸ {self._title}", "bold $accent"), ("   q back", "dim"))
        )
        self.show_state("")
        self.viewer.show_tree(self._tree)
        self.viewer.focus()


def _hit_line(tree: JsonTree, path: Path, width: int) -> str:
    """Return the end of a path and the beginning of its value as safe text of so many cells."""
    place = _end_of(tree.path_text(path), width * 2 // 3)
    return clip(f"{place}  {value_text(tree.value_at(path), width)}", width)


def _end_of(path: str, width: int) -> str:
    """Return a path as safe text of so many cells; of a longer one the end, which tells more."""
    shown = safe(path[-4 * max(width, 1) :])
    if len(path) <= 4 * width and cell_len(shown) <= width:
        return shown
    while shown and cell_len(shown) >= width:
        shown = shown[1:]
    return ELLIPSIS + shown
