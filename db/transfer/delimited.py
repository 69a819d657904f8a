"""Delimited text as rows of cells: any of four delimiters, any line end, lines before the header.

Line breaks in cells, empty lines, and rows with too few or too many cells are tolerated; the latter are
noted. A row that is larger than any can be is one with a problem.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Final, NamedTuple, TextIO, cast

from db.errors import HeaderNotFound, ImportFailed
from db.transfer.lines import LONGEST_ROW, Lines, beginning
from db.transfer.tables import NUL, TOO_LARGE, IsHeader, Record, Table

_DELIMITERS: Final = ",;\t|"
_LINES_BEFORE_HEADER: Final = 20


def table(title: str, sample: str, file: TextIO, is_header: IsHeader | None) -> Table:
    """Return the table of an open text file, of which ``sample`` is the beginning.

    Reading raises ImportFailed where the quotes do not add up.
    """
    csv.field_size_limit(3 * LONGEST_ROW)
    found = _known_header(sample, is_header) if is_header else _guessed_header(sample)
    if found is None:
        raise HeaderNotFound(title, _glimpse(sample))
    delimiter, header = found
    rows = _rows(title, Lines(title, file), delimiter)
    for row in rows:
        if row.cells == header:
            break
    return Table(header, _numbered(rows, header), delimited=True)


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


class _Row(NamedTuple):
    """A row with the line on which it begins, why it is none that can be taken, and if it had NUL."""

    line: int
    cells: list[str]
    problem: str | None
    nul: bool


def _rows(title: str, lines: Lines, delimiter: str) -> Iterator[_Row]:
    """Yield the rows that are not empty. Raises ImportFailed for a quote that never closes."""
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        start = lines.number + 1
        lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ImportFailed(f"{title}, line {start}: {error}.") from None
        # Only within quotes does the reader ask for one more line than there is.
        if lines.ended:
            raise ImportFailed(f"{title}, line {start}: a quote that opens there never closes.")
        if lines.cut:
            yield _Row(start, beginning(cells), _too_large(start, lines.number), lines.nul)
        elif cells:
            amiss = len(lines.row) > 1 and _is_amiss(lines.row, delimiter)
            yield _Row(start, cells, "unclosed quote" if amiss else None, lines.nul)


def _too_large(first: int, last: int) -> str:
    upto = f", up to line {last:,}, where a quote closes" if last > first else ""
    return f"{TOO_LARGE}: more than {LONGEST_ROW:,} characters{upto}; cut off here"


def _is_amiss(lines: Sequence[str], delimiter: str) -> bool:
    """Tell whether a quote that was never closed took in lines up to the next one.

    That one opens a cell, so that text comes after it where only a delimiter may.
    """
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return True
    return False


def _numbered(rows: Iterator[_Row], header: Sequence[str]) -> Iterator[Record]:
    width = len(header)
    for number, (line, cells, problem, nul) in enumerate(rows, 1):
        notes: tuple[str, ...] = (NUL,) if nul else ()
        if len(cells) < width:
            notes += (f"fewer cells than the {width:,} columns",)
            cells += [""] * (width - len(cells))
        elif len(cells) > width and any(cell.strip() for cell in cells[width:]):
            notes += (f"more cells than the {width:,} columns",)
        elif cells == header:
            problem = "header again"
        yield Record(number, line, cast("list[object]", cells), problem, notes)
