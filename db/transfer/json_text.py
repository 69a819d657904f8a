"""A JSON document as the pieces of bytes that a parser reads, however long a text in it is."""

from __future__ import annotations

import re
from typing import Final, TextIO

PIECE: Final = 4 * 1024 * 1024  # a text is put together anew for each piece that it goes on in
LONGEST_TEXT: Final = 4 * PIECE
"""Characters of a text after which the rest of it is left out, give or take a piece."""
_ESCAPED: Final = re.compile(r"\\.", re.DOTALL)
_END_OF_TEXT: Final = re.compile(r'(?<!\\)(?:\\\\)*"')


class JsonText:
    """The file of a parser, which is told of each event by :meth:`heard`.

    ``cut`` tells that a text was cut short since it was set to False.
    """

    def __init__(self, file: TextIO) -> None:
        self.cut = False
        self._file = file
        self._held = ""
        self._within = False
        self._silent = 0

    def heard(self) -> None:
        """The parser made something of what it has read."""
        self._silent = 0

    def read(self, size: int = -1) -> bytes:
        """Return about so many characters as UTF-8, nothing at the end."""
        piece = self._piece(size)
        while piece and self._within and self._silent > LONGEST_TEXT:
            self.cut = True
            end = _END_OF_TEXT.search(piece)
            if end is not None:
                piece = piece[end.end() - 1 :]
                break
            piece = self._piece(size)
        self._silent += len(piece)
        quotes = _ESCAPED.sub("", piece) if "\\" in piece else piece
        self._within ^= quotes.count('"') % 2 == 1
        return piece.encode("utf-8", "replace")

    def _piece(self, size: int) -> str:
        """Return the next characters up to an escape that goes on after them, which is held back."""
        text, read = "", "…"
        while read and not text:
            read = self._file.read(size)
            text, self._held = self._held + read, ""
            escape = text.rfind("\\", max(len(text) - 5, 0))
            if not read or escape < 0:
                break
            if (escape + 1 - len(text[: escape + 1].rstrip("\\"))) % 2:
                text, self._held = text[:escape], text[escape:]
        return text
