"""A JSON document as rows: parsed once, and unfolded only where someone looks.

A position is a path of ordinals: ``(0,)`` is the document itself, ``(0, 2)`` its third member,
``(0, 2, 0)`` the first member of that one. Compared as tuples, paths are in document order.
Only containers that were unfolded have an object of their own (`Branch`), so a folded document
of any size costs no more than its parsed values.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, repeat
from typing import Any, TypeAlias

from tui.json_text import is_container, quote, scalar_text

Path: TypeAlias = tuple[int, ...]

ROOT: Path = (0,)

OPEN_AT_FIRST = 500
"""Rows that a fresh document may unfold to; a deeper level that would exceed it stays folded."""

OPEN_AT_MOST = 100_000
"""Rows that one command unfolds before it stops."""

HITS_AT_MOST = 10_000
"""Hits that a search collects before it stops."""

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Branch:
    """A container that was unfolded at least once, and which of its members are unfolded now."""

    __slots__ = ("_starts", "branches", "key_cells", "keys", "open", "parent", "size", "value")

    def __init__(self, value: dict[str, Any] | list[Any], parent: Branch | None) -> None:
        self.value = value
        self.parent = parent
        self.keys = list(value) if isinstance(value, dict) else None
        self.branches: dict[int, Branch] = {}
        self.open = True
        self.size = len(value)
        """Rows below this container while it is open."""
        self.key_cells = -1
        """Cells of the key column, once measured."""
        self._starts: tuple[list[Branch], list[int], list[int]] | None = None

    def key(self, ordinal: int) -> str | int:
        return ordinal if self.keys is None else self.keys[ordinal]

    def child(self, ordinal: int) -> Any:
        return self.value[self.key(ordinal)]  # type: ignore[index]

    def resize(self, delta: int | None = None) -> None:
        """Note that rows came or went below; without a delta they are counted again."""
        self._starts = None
        if delta is None:
            below = sum(branch.size for branch in self.branches.values() if branch.open)
            self.size = len(self.value) + below
        else:
            self.size += delta

    def row_of(self, ordinal: int) -> int:
        """The row of a member, counted from the first row below this container."""
        _, ordinals, starts = self._index()
        before = bisect_right(ordinals, ordinal - 1)
        if not before:
            return ordinal
        branch = self.branches[ordinals[before - 1]]
        return starts[before - 1] + branch.size + ordinal - ordinals[before - 1]

    def at(self, row: int) -> tuple[int, Branch | None, int]:
        """What is at a row: the ordinal and, where it lies deeper, the branch and the row there."""
        branches, ordinals, starts = self._index()
        before = bisect_right(starts, row) - 1
        if before < 0:
            return row, None, 0
        inside = row - starts[before] - 1
        if inside < 0:
            return ordinals[before], None, 0
        if inside < branches[before].size:
            return ordinals[before], branches[before], inside
        return ordinals[before] + 1 + inside - branches[before].size, None, 0

    def _index(self) -> tuple[list[Branch], list[int], list[int]]:
        """The open members, their ordinals, and their rows; kept until rows come or go."""
        if self._starts is None:
            ordinals = sorted(ordinal for ordinal, b in self.branches.items() if b.open)
            branches = [self.branches[ordinal] for ordinal in ordinals]
            starts, below = [], 0
            for ordinal, branch in zip(ordinals, branches, strict=True):
                starts.append(ordinal + below)
                below += branch.size
            self._starts = branches, ordinals, starts
        return self._starts


@dataclass(frozen=True, slots=True)
class Node:
    """One visible row."""

    path: Path
    key: str | int | None
    """The key or index in the parent; None for the document itself."""
    value: Any
    open: bool | None
    """Whether it is unfolded; None where there is nothing to unfold."""
    parent: Branch

    @property
    def depth(self) -> int:
        return len(self.path) - 1


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found, in document order."""

    paths: tuple[Path, ...] = ()
    complete: bool = True

    def after(self, path: Path, step: int = 1) -> Path | None:
        """The next hit after a path, or before it with step -1, around the end if need be."""
        if not self.paths:
            return None
        index = bisect_right(self.paths, path)
        if step < 0:
            index -= 1 + (index > 0 and self.paths[index - 1] == path)
        return self.paths[index % len(self.paths)]


class JsonTree:
    """A parsed document, which containers are unfolded, and the rows that this makes."""

    def __init__(self, value: Any) -> None:
        self._top = Branch([value], None)
        self.open_levels(None, rows=OPEN_AT_FIRST)

    @property
    def value(self) -> Any:
        return self._top.value[0]  # type: ignore[index]

    @property
    def rows(self) -> int:
        """The number of visible rows; never 0."""
        return self._top.size

    def node(self, row: int) -> Node:
        """What is in a row; raises IndexError where there is none."""
        if not 0 <= row < self.rows:
            raise IndexError(row)
        path: list[int] = []
        branch: Branch | None = self._top
        while branch is not None:
            parent = branch
            ordinal, branch, row = parent.at(row)
            path.append(ordinal)
        value = parent.child(ordinal)
        state = parent.branches.get(ordinal)
        return Node(
            path=tuple(path),
            key=None if parent is self._top else parent.key(ordinal),
            value=value,
            open=(state is not None and state.open) if is_container(value) else None,
            parent=parent,
        )

    def row_of(self, path: Path) -> int:
        """The row of a path, or of its nearest visible ancestor."""
        row, branch = -1, self._top
        for ordinal in path:
            row += 1 + branch.row_of(ordinal)
            below = branch.branches.get(ordinal)
            if below is None or not below.open:
                break
            branch = below
        return row

    def siblings(self, node: Node) -> int:
        """How many members the node's container has."""
        return len(node.parent.value)

    def open(self, path: Path) -> None:
        """Unfold a container and all that it is in; nothing happens on a scalar."""
        branch = self._top
        way: list[tuple[Branch, bool]] = []
        for ordinal in path:
            below = branch.branches.get(ordinal)
            if below is None:
                value = branch.child(ordinal)
                if not is_container(value):
                    break
                below = branch.branches[ordinal] = Branch(value, branch)
                below.open = False
            way.append((below, below.open))
            branch, below.open = below, True
        grown = 0
        for branch, was_open in reversed(way):  # each level once, however deep
            branch.resize(grown)
            grown = grown if was_open else branch.size
        self._top.resize(grown)

    def fold(self, path: Path) -> None:
        """Fold a container; what is unfolded below comes back when it is unfolded."""
        branch: Branch | None = self._top
        for ordinal in path:
            branch = branch.branches.get(ordinal) if branch else None
        if branch is not None and branch.open and branch.parent is not None:
            branch.open = False
            self._resize(branch.parent, -branch.size)

    def reveal(self, path: Path) -> int:
        """Unfold all that the path lies in; its row."""
        self.open(path[:-1])
        return self.row_of(path)

    def fold_all(self) -> None:
        """Fold everything below the members of the document."""
        self.open_levels(1)

    def open_levels(self, depth: int | None, *, rows: int = OPEN_AT_MOST) -> int | None:
        """Unfold to a depth (1 shows the members of the document), or all; fold what is deeper.

        Stops before the level that would make more than ``rows`` rows, and returns the depth
        reached; None says that nothing was left out. The first level is always unfolded.
        """
        self._top.branches.clear()
        opened, level, visible = [self._top], [self._top], 1
        levels, stopped = 0, None
        while level and (depth is None or levels < depth):
            deeper = [
                (branch, ordinal, value)
                for branch in level
                for ordinal, value in enumerate(values(branch.value))
                if is_container(value)
            ]
            visible += sum(len(value) for _, _, value in deeper)
            if visible > rows and levels:
                stopped = levels
                break
            level = []
            for branch, ordinal, value in deeper:
                below = branch.branches[ordinal] = Branch(value, branch)
                level.append(below)
            opened += level
            levels += 1
        for branch in reversed(opened):  # from the leaves up, so that each counts what it holds
            branch.resize()
        return stopped

    def find(
        self,
        term: str,
        *,
        keys_only: bool = False,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Hits:
        """Where a key or a scalar contains the term, in whatever case; folded parts too."""
        needle = term.casefold()
        hits: list[Path] = []
        path: list[int] = []
        stack: list[Iterator[tuple[int, tuple[Any, Any]]]] = [enumerate([(None, self.value)])]
        while stack and needle and not cancelled():
            for ordinal, (key, value) in stack[-1]:
                container = isinstance(value, dict | list)
                if (key is not None and needle in key.casefold()) or (
                    not container and not keys_only and needle in scalar_text(value).casefold()
                ):
                    if len(hits) == HITS_AT_MOST:
                        return Hits(tuple(hits), complete=False)
                    hits.append((*path, ordinal))
                if container:
                    path.append(ordinal)
                    pairs = value.items() if isinstance(value, dict) else zip(repeat(None), value)
                    stack.append(enumerate(pairs))
                    break
            else:
                stack.pop()
                if path:
                    path.pop()
        return Hits(tuple(hits))

    def value_at(self, path: Path) -> Any:
        """The value of a path, folded or not."""
        value = self.value
        for ordinal in path[1:]:
            value = value[_nth(value, ordinal) if isinstance(value, dict) else ordinal]
        return value

    def path_text(self, path: Path) -> str:
        """The path as in ``$.pages[3].title``, unusual keys as in ``$["a b"]``.

        The keys come from the document: make the text safe before it is painted.
        """
        return "$" + "".join(self._steps(path))

    def jq_text(self, path: Path) -> str:
        """The path as jq takes it: ``.pages[3].title``, ``.["a b"]``; ``.`` is the document."""
        text = "".join(self._steps(path))
        return text if text.startswith(".") else "." + text

    def _steps(self, path: Path) -> Iterator[str]:
        value = self.value
        branch: Branch | None = self._top.branches.get(0)
        for ordinal in path[1:]:
            if isinstance(value, dict):
                key = branch.keys[ordinal] if branch and branch.keys else _nth(value, ordinal)
                value = value[key]
                yield step(key)
            else:
                value = value[ordinal]
                yield f"[{ordinal}]"
            branch = branch.branches.get(ordinal) if branch else None

    @staticmethod
    def _resize(branch: Branch | None, delta: int) -> None:
        while branch is not None:
            branch.resize(delta)
            branch = branch.parent if branch.open else None


def step(key: str) -> str:
    """A key as a step of a path: ``.title``, or ``["a b"]``."""
    return f".{key}" if _PLAIN_KEY.fullmatch(key) else f"[{quote(key)}]"


def _nth(value: dict[str, Any], ordinal: int) -> str:
    return next(islice(value, ordinal, None))


def values(container: dict[str, Any] | list[Any]) -> Iterable[Any]:
    """The members of an object or an array."""
    return container.values() if isinstance(container, dict) else container
