"""Columns of a table: which of them fit, how wide each is, and how a row of them is painted.

Each change of colour costs some forty bytes on the line to the terminal and a segment to paint, so a
row is painted in as few pieces as its colours let it be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar

from rich.segment import Segment
from rich.style import Style

from tui.safe import fit

R = TypeVar("R")
Cell = str | tuple[str, str]
"""A cell's safe text, or a pair of text and tone."""

GUTTER: Final = 2
MARKER: Final = "▌ "
CHANGED: Final = "•"
"""The sign, in the gutter, of a row that another writer changed just now."""
OUTSIDE: Final = "×"
"""The sign, in the gutter, of a row that does not belong to the list any more."""
MARKED: Final = "✓"
"""What stands before a marked row; under the cursor it is ``MARKED_CURSOR``."""
MARKED_CURSOR: Final = "✔"
GAP: Final = "  "


@dataclass(frozen=True)
class Column(Generic[R]):
    """A column: its title, how a row's cell reads, and how wide it is.

    ``width`` is the least number of cells; what is left over is shared by ``weight``. ``priority``
    drops columns from a narrow screen, the highest number first; 0 always stays.
    """

    title: str
    cell: Callable[[R], Cell]
    width: int
    weight: int = 0
    priority: int = 0
    align: Literal["left", "right"] = "left"


@dataclass(frozen=True)
class Layout(Generic[R]):
    """Columns as they stand on a screen of ``width`` cells, each with its width."""

    width: int
    columns: tuple[tuple[Column[R], int], ...]
    taken: int
    """Cells of a row: ``width``, or more where not even the columns that always stay fit."""

    @classmethod
    def of(cls, columns: Sequence[Column[R]], width: int) -> Layout[R]:
        """Lay out the columns that fit."""
        kept = list(columns)
        while len(kept) > 1 and _needed(kept) > width:
            least = max(kept, key=lambda column: column.priority)
            if least.priority == 0:
                break
            kept.remove(least)
        spare = max(0, width - _needed(kept))
        shares = sum(column.weight for column in kept) or 1
        widths = [column.width + spare * column.weight // shares for column in kept]
        taken = GUTTER + sum(widths) + len(GAP) * (len(kept) - 1)
        return cls(width, tuple(zip(kept, widths, strict=True)), max(width, taken))

    def header(self) -> str:
        """Return the titles, aligned with the columns."""
        cells = (fit(column.title, width, column.align) for column, width in self.columns)
        return " " * GUTTER + GAP.join(cells)

    def segments(
        self, row: R, gutter: str, base: Style, tone: Callable[[str], Style] | None
    ) -> list[Segment]:
        """Paint a row in pieces of one colour; without ``tone`` in one.

        A toned piece takes the blanks around it along, for they show no colour of their own.
        """
        segments: list[Segment] = []
        text, colour, used = gutter, "", GUTTER - len(GAP)
        for number, (column, width) in enumerate(self.columns):
            if number:
                text += GAP
            cell = column.cell(row)
            shown, wanted = (cell, "") if isinstance(cell, str) else cell
            if tone is not None and wanted != colour and shown:
                if not (number == 0 or text.isspace()):
                    segments.append(Segment(text, base + tone(colour) if colour else base))
                    text = ""
                colour = wanted
            text += fit(shown, width, column.align)
            used += len(GAP) + width
        text += " " * (self.taken - used)
        segments.append(Segment(text, base + tone(colour) if tone and colour else base))
        return segments


def _needed(columns: Sequence[Column[R]]) -> int:
    return GUTTER + sum(column.width for column in columns) + len(GAP) * (len(columns) - 1)
