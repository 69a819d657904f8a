"""What every reader of a file gives: a header, and rows of cells with their place in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

Cell = object
"""A text; in JSON any other value too, and "" where there is none."""
IsHeader = Callable[[Sequence[str]], bool]

TOO_LARGE: Final = "row too large"
"""The reason for which a row is rejected that is more than memory is spent on."""
NUL: Final = "NUL characters taken out"
"""What is noted of a row that had some: PostgreSQL stores none."""


class Record(NamedTuple):
    """One row: 1 is the first after the header; ``line`` is where it begins, None where unknown.

    It has at least as many cells as the header. ``problem`` tells why it is no row that can be taken:
    a reason, and after a colon more of it. ``notes`` tell what was met in a row that can.
    """

    number: int
    line: int | None
    cells: list[Cell]
    problem: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A file being read. The header grows while JSON is read whose objects bring further keys.

    ``delimited`` tells text of a spreadsheet's kind, where a formula may have an apostrophe before it.
    """

    header: list[str]
    rows: Iterator[Record]
    delimited: bool = False
