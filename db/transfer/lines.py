"""The lines of delimited text as Python's csv reader takes them, however long they are.

NUL is taken out, for PostgreSQL stores none. Of a row beyond the limit its beginning is kept, and of
the rest what tells where the row ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, TextIO

from db.errors import ImportFailed

LONGEST_ROW: Final = 16_000_000
"""Characters of a row that is taken."""
_MOST_BEYOND: Final = LONGEST_ROW
_PIECE: Final = 1024 * 1024
_SHOWN: Final = 1_000
# No file has it, for NUL is taken out.
_CUT: Final = "\0"
# Two quotes in a row tell the reader nothing of where a cell ends, and what stands between single ones
# no more than its last character does.
_BETWEEN: Final = re.compile(r'[^"\r\n]+([^"\r\n])')
_PLAIN: Final = re.compile(r'[^",;\t|\r\n]{2}')


class Lines:
    """Gives line by line, and tells of the row that began last what was met in it.

    ``number`` is that of the last line, ``ended`` tells that there is no further one. ``row`` are the
    lines of the row, none where it ``cut`` off; ``nul`` tells that a NUL was taken out of it.
    """

    def __init__(self, title: str, file: TextIO) -> None:
        self._title = title
        self._file = file
        self.number = 0
        self.ended = False
        self.begin()

    def begin(self) -> None:
        """Begin another row."""
        self.row: list[str] = []
        self.nul = False
        self.cut = False
        self._size = 0
        self._beyond = 0

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        piece = self._file.readline(_PIECE)
        if not piece:
            self.ended = True
            raise StopIteration
        self.number += 1
        line = self._taken(piece)
        while piece[-1] not in "\r\n" and (piece := self._file.readline(_PIECE)):
            line += self._taken(piece)
        if not self.cut:
            self.row.append(line)
        return line

    def _taken(self, piece: str) -> str:
        """Return what is kept of a piece of a line. Raises ImportFailed where it is still too much."""
        if "\0" in piece:
            self.nul = True
            piece = piece.replace("\0", "")
        room = LONGEST_ROW - self._size
        self._size += len(piece)
        if len(piece) <= room:
            return piece
        kept = _ends_alone(piece) if self.cut else self._cut_off(piece, max(room, 0))
        self._beyond += len(kept)
        if self._beyond > _MOST_BEYOND:
            raise ImportFailed(
                f"{self._title}, line {self.number}: a row of more than"
                f" {LONGEST_ROW + _MOST_BEYOND:,} characters, in which the quotes do not add up."
            )
        return kept

    def _cut_off(self, piece: str, room: int) -> str:
        """Mark where the row is cut off, between two characters that mean nothing to the reader."""
        within = _PLAIN.search(piece, room)
        if within is None:
            return piece
        self.cut = True
        self.row.clear()
        place = within.start() + 1
        return piece[:place] + _CUT + _ends_alone(piece[place:])


def _ends_alone(text: str) -> str:
    """Return of a text what tells the reader where cells and rows end."""
    return _BETWEEN.sub(r"\1", text.replace('""', ""))


def beginning(cells: Sequence[str]) -> list[str]:
    """Return the cells of a row that was cut off up to that place, of the last one its first words."""
    place = next(place for place, cell in enumerate(cells) if _CUT in cell)
    return [*cells[:place], f"{cells[place][:_SHOWN]} …"]
