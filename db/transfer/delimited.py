"""Delimited text as rows of cells: any of four delimiters, any line end, lines before the header.

Line breaks in cells, empty lines, and rows with too few or too many cells are tolerated.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Final, TextIO, cast

from db.errors import HeaderNotFound, ImportFailed
from db.transfer.tables import IsHeader, Record, Table

_DELIMITERS: Final = ",;\t|"
_LINES_BEFORE_HEADER: Final = 20
_LONGEST_CELL: Final = 16 * 1024 * 1024
_LONGEST_LINE: Final = 2 * _LONGEST_CELL
_MEGABYTE: Final = 1024 * 1024
_Line = tuple[int, list[str], bool]


def table(title: str, sample: str, file: TextIO, is_header: IsHeader | None) -> Table:
    """Return the table of an open text file, of which ``sample`` is the beginning.

    Reading raises ImportFailed where the quotes do not add up or a cell is larger than any can be.
    """
    csv.field_size_limit(_LONGEST_CELL)
    found = _known_header(sample, is_header) if is_header else _guessed_header(sample)
    if found is None:
        raise HeaderNotFound(title, _glimpse(sample))
    delimiter, header = found
    records = _records(title, _Lines(title, file), delimiter)
    for _, cells, _ in records:
        if cells == header:
            break
    return Table(header, _numbered(records, header), delimited=True)


def _known_header(sample: str, is_header: IsHeader) -> tuple[str, list[str]] | None:
    for delimiter in _DELIMITERS:
        for record in _first_records(sample, delimiter):
            if is_header(record):
                return delimiter, record
    return None


def _guessed_header(sample: str) -> tuple[str, list[str]] | None:
    """The first line of the width that most lines have, by the delimiter that makes them widest."""
    best: tuple[int, str, list[str]] | None = None
    for delimiter in _DELIMITERS:
        records = list(_first_records(sample, delimiter))
        if not records:
            continue
        [(width, _)] = Counter(len(record) for record in records).most_common(1)
        header = next(record for record in records if len(record) >= width)
        if best is None or width > best[0]:
            best = width, delimiter, header
    return best and best[1:]


def _first_records(sample: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    with suppress(csv.Error):
        yield from (record for record in islice(reader, _LINES_BEFORE_HEADER) if any(record))


def _glimpse(text: str) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return repr(line if len(line) <= 60 else line[:60] + "...")


class _Lines:
    """The lines of a file without NUL, counted, and whether its end was reached.

    ``record`` are those of the record that is being read.
    """

    def __init__(self, title: str, file: TextIO) -> None:
        self._title = title
        self._file = file
        self.number = 0
        self.ended = False
        self.record: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._file.readline(_LONGEST_LINE)
        if not line:
            self.ended = True
            raise StopIteration
        self.number += 1
        if len(line) == _LONGEST_LINE:
            raise ImportFailed(
                f"{self._title}, line {self.number}: longer than"
                f" {_LONGEST_LINE // _MEGABYTE} million characters; nothing can be made of it."
            )
        if "\0" in line:
            line = line.replace("\0", "")
        self.record.append(line)
        return line


def _records(title: str, lines: _Lines, delimiter: str) -> Iterator[_Line]:
    """Yield the first line of each record that is not empty, its cells, and if quotes are amiss."""
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        start = lines.number + 1
        lines.record.clear()
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ImportFailed(
                f"{title}, line {start}: {error}; a quote that opens there may never close."
            ) from None
        # Only within quotes does the reader ask for one more line than there is.
        if lines.ended:
            raise ImportFailed(f"{title}, line {start}: a quote that opens there never closes.")
        if record:
            yield start, record, len(lines.record) > 1 and _is_amiss(lines.record, delimiter)


def _is_amiss(lines: Sequence[str], delimiter: str) -> bool:
    """Tell whether a quote that was never closed took in lines up to the next one.

    That one opens a cell, so that text comes after it where only a delimiter may.
    """
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return True
    return False


def _numbered(records: Iterator[_Line], header: Sequence[str]) -> Iterator[Record]:
    width = len(header)
    for number, (first, cells, amiss) in enumerate(records, 1):
        problem = "unclosed quote" if amiss else None
        if len(cells) < width:
            cells += [""] * (width - len(cells))
        elif cells == header:
            problem = "header again"
        yield Record(number, first, cast("list[object]", cells), problem)
