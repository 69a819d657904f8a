"""A JSON document as a foldable tree, painted line by line; of any size, depth and content."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import islice

from textual.message import Message
from textual.worker import get_current_worker

from tui.bindings import bindings
from tui.json_text import InvalidJson, parse, scalar_text, to_json
from tui.json_tree import ROOT, Hits, JsonTree
from tui.widgets.json_rows import JsonRows
from tui.widgets.text_view import copy

SMALL = 64 * 1024
"""Characters up to which a document is parsed and searched at once, without a thread."""

COPY_AT_MOST = 1_000_000
"""Characters that are copied at most: terminals drop a longer clipboard, some without a word."""

TEXT_AT_MOST = 1_000_000
"""Characters of a document that are shown as wrapped text."""


class JsonViewer(JsonRows, inherit_bindings=False):
    """Shows JSON text with `load`; `find` searches in it.

    While it reads, and where there is no document or no valid one, it says so instead.
    """

    BINDINGS = bindings("json")

    @dataclass
    class Loaded(Message):
        """A document was read (``valid``), or is shown as text or as missing."""

        valid: bool

    class SearchRequested(Message):
        """The operator wants to search: ask for a term and hand it to `find`."""

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

    def load(self, text: str | None, title: str) -> None:
        """Show a document; None is a missing one. The title names it, as in "Website summary"."""
        self._load += 1
        self._tree, self._as_text = None, False
        self._term, self._hits = "", Hits()
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
        text, complete = _joined(self._tree.value, TEXT_AT_MOST)
        cut = "" if complete else f"The first {TEXT_AT_MOST:,} characters of the document:"
        self.show_text(text, notice=cut)

    # Search

    def action_search(self) -> None:
        if self.tree_shown:
            self.post_message(self.SearchRequested())

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
        if here := self._here():
            tree, node = here
            if path := self._hits.after(node.path, step):
                tree.reveal(path)
                self._show_rows(path)

    def action_next_hit(self) -> None:
        self._go_to_hit(1)

    def action_previous_hit(self) -> None:
        self._go_to_hit(-1)

    # Copying

    def action_copy_value(self) -> None:
        """A string without quotes, anything else as JSON."""
        if here := self._here():
            value = here[1].value
            if not isinstance(value, dict | list):
                copy(self, scalar_text(value), "value")
                return
            text, complete = _joined(value, COPY_AT_MOST)
            if complete:
                copy(self, text, "value")
            else:
                self.notify(
                    f"Not copied: the value has more than {COPY_AT_MOST:,} characters.",
                    severity="warning",
                    markup=False,
                )

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
    """The value as JSON text of at most about ``limit`` characters, and whether that is all."""
    pieces = to_json(value)
    text = "".join(islice(pieces, limit))
    return text[:limit], len(text) <= limit and next(pieces, None) is None
