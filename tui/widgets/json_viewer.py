"""A JSON document as a foldable tree, painted line by line; of any size, depth and content."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from textual.message import Message
from textual.worker import get_current_worker

from tui.bindings import bindings
from tui.json_text import InvalidJson, parse, scalar_text, to_json
from tui.json_tree import ROOT, Hits, JsonTree, Path
from tui.widgets.json_rows import JsonRows
from tui.widgets.text_view import COPY_AT_MOST, SHOWN_AT_MOST, copy

SMALL = 64 * 1024
"""Characters up to which a document is parsed and searched at once, without a thread."""


class JsonViewer(JsonRows, inherit_bindings=False):
    """Shows JSON text with `load`; `find` searches in it.

    While it reads, and where there is no document or no valid one, it says so instead.
    """

    BINDINGS = bindings("json")

    @dataclass
    class Loaded(Message):
        """A document was read (``valid``), or is shown as text or as missing."""

        valid: bool

    @dataclass
    class SearchRequested(Message):
        """The operator wants to search: ask for a term and hand it to `find`."""

        keys_only: bool

    class HitsRequested(Message):
        """The operator wants to see all hits: show `hits` and hand the chosen one to `go_to`."""

    @dataclass
    class Found(Message):
        """A search ended; ``complete`` is False where it stopped at the most hits it keeps."""

        term: str
        count: int
        complete: bool

    @dataclass
    class _Parsed(Message):
        load: int
        outcome: JsonTree | InvalidJson
        text: str

    @dataclass
    class _Unfolded(Message):
        load: int
        tree: JsonTree
        reached: int | None

    @dataclass
    class _Searched(Message):
        load: int
        term: str
        hits: Hits

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._hits = Hits()
        self._load = 0  # tells an answer of a thread for this document from one for the last
        self._small = True

    # What is shown

    @property
    def hits(self) -> Hits:
        """What the last search found in what is shown."""
        return self._hits

    def load(self, text: str | None, title: str) -> None:
        """Show a document; None is a missing one. The title names it, as in "Website summary"."""
        self._forget()
        name = title[:1].lower() + title[1:]
        if text is None:
            self.show_text("", notice=f"No {name} yet")
            self.post_message(self.Loaded(valid=False))
            return
        self._small = len(text) <= SMALL
        if self._small:
            self._show(_read(text), text)
            return
        self.show_text("", notice=f"Reading {name} …")
        self.run_worker(
            partial(self._read_in_thread, text, self._load),
            group=f"json-read-{id(self)}",
            description=f"read {name}",
            exit_on_error=False,
            thread=True,
        )

    def show_tree(self, tree: JsonTree) -> None:
        """Show a document that was parsed elsewhere."""
        self._forget()
        self._small = False
        self._show(tree, "")

    def _forget(self) -> None:
        self._load += 1
        self._tree, self._as_text = None, False
        self._term, self._hits = "", Hits()

    def _read_in_thread(self, text: str, load: int) -> None:
        self.post_message(self._Parsed(load, _read(text), text))

    def on_json_viewer__parsed(self, message: _Parsed) -> None:
        message.stop()
        if message.load == self._load:
            self._show(message.outcome, message.text)

    def _show(self, outcome: JsonTree | InvalidJson, text: str) -> None:
        if isinstance(outcome, InvalidJson):
            self.show_text(text, notice=f"{outcome} It is shown as text.")
        else:
            self._tree = outcome
            self._show_rows(ROOT)
        self.post_message(self.Loaded(valid=self._tree is not None))

    def action_toggle_wrap(self) -> None:
        """Show the document as wrapped text, or as a tree again."""
        if self._tree is None:
            return
        path = self._tree.node(self._cursor).path
        self._as_text = not self._as_text
        if not self._as_text:
            self._show_rows(path)
            return
        text, complete = _joined(self._tree.value, SHOWN_AT_MOST)
        cut = "" if complete else f"The first {SHOWN_AT_MOST:,} characters of the document:"
        self.show_text(text, notice=cut)

    # Folding

    def _open_levels(self, depth: int | None) -> None:
        tree = self.tree_shown
        if self._small or tree is None:
            super()._open_levels(depth)
            return
        self.run_worker(
            partial(self._open_in_thread, tree.value, depth, self._load),
            group=f"json-open-{id(self)}",
            description="unfold JSON",
            exit_on_error=False,
            exclusive=True,
            thread=True,
        )

    def _open_in_thread(self, value: object, depth: int | None, load: int) -> None:
        worker = get_current_worker()
        tree = JsonTree(value)  # another one, for the one that is shown is being painted
        reached = tree.open_levels(depth)
        if not worker.is_cancelled:
            self.post_message(self._Unfolded(load, tree, reached))

    def on_json_viewer__unfolded(self, message: _Unfolded) -> None:
        message.stop()
        here = self._here()
        if here and message.load == self._load:
            self._tree = message.tree
            self._show_rows(here[1].path)
            self._tell_reached(message.reached)

    # Search

    def action_search(self, keys_only: bool = False) -> None:
        if self.tree_shown:
            self.post_message(self.SearchRequested(keys_only))

    def action_list_hits(self) -> None:
        if self.tree_shown:
            self.post_message(self.HitsRequested())

    def go_to(self, path: Path) -> None:
        """Unfold what a path lies in and put the cursor on it."""
        if tree := self.tree_shown:
            tree.reveal(path)
            self._show_rows(path)

    def find(self, term: str, *, keys_only: bool = False) -> None:
        """Search keys and scalars, folded ones too, and go to the first hit from the cursor on.

        The answer is a `Found` message: at once for a small document, from a thread for a large
        one. An empty term ends the search.
        """
        tree = self.tree_shown
        if tree is None:
            return
        if self._small:
            self._take_hits(term, tree.find(term, keys_only=keys_only))
            return
        self.run_worker(
            partial(self._find_in_thread, tree, term, keys_only, self._load),
            group=f"json-find-{id(self)}",
            description="search JSON",
            exit_on_error=False,
            exclusive=True,
            thread=True,
        )

    def _find_in_thread(self, tree: JsonTree, term: str, keys_only: bool, load: int) -> None:
        worker = get_current_worker()
        hits = tree.find(term, keys_only=keys_only, cancelled=lambda: worker.is_cancelled)
        if not worker.is_cancelled:
            self.post_message(self._Searched(load, term, hits))

    def on_json_viewer__searched(self, message: _Searched) -> None:
        message.stop()
        if message.load == self._load:
            self._take_hits(message.term, message.hits)

    def _take_hits(self, term: str, hits: Hits) -> None:
        self._term, self._hits = term.casefold(), hits
        here = self._here()
        if here and here[1].path not in hits.paths:
            self._go_to_hit(1)
        self.refresh()
        self.post_message(self.Found(term, len(hits.paths), hits.complete))

    def _go_to_hit(self, step: int) -> None:
        here = self._here()
        if here and (path := self._hits.after(here[1].path, step)):
            self.go_to(path)

    def action_next_hit(self) -> None:
        self._go_to_hit(1)

    def action_previous_hit(self) -> None:
        self._go_to_hit(-1)

    # Copying

    def action_copy_value(self) -> None:
        """A string without quotes, anything else as JSON."""
        if here := self._here():
            value = here[1].value
            if isinstance(value, dict | list):
                copy(self, _joined(value, COPY_AT_MOST)[0], "value")
            else:
                copy(self, scalar_text(value), "value")

    def action_copy_key(self) -> None:
        """The key as it is, or the number of a member of an array."""
        if here := self._here():
            key = here[1].key
            if key is None:
                self.notify("The document itself has no key.", markup=False)
            else:
                copy(self, str(key), "key")

    def action_copy_path(self) -> None:
        if here := self._here():
            copy(self, here[0].path_text(here[1].path), "path")

    def action_copy_jq(self) -> None:
        if here := self._here():
            copy(self, here[0].jq_text(here[1].path), "jq path")


def _read(text: str) -> JsonTree | InvalidJson:
    try:
        return JsonTree(parse(text))
    except InvalidJson as error:
        return error


def _joined(value: object, limit: int) -> tuple[str, bool]:
    """The first characters of the value as JSON text, and whether they are all.

    Where they are not, there is one more than ``limit``.
    """
    pieces: list[str] = []
    left = limit
    for piece in to_json(value):
        pieces.append(piece)
        left -= len(piece)
        if left < 0:
            break
    return "".join(pieces)[: limit + 1], left >= 0
