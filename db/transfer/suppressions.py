"""The suppression list as files: CSV with a header, or one value a line, in and out again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TextIO

from db.errors import ImportFailed
from db.suppression import Entry, SuppressionRow, read_value
from db.transfer import cells
from db.transfer.fields import header_key
from db.transfer.reading import read_text
from db.transfer.spreadsheet import csv_cell, restored

COLUMNS: Final = (
    "value",
    "kind",
    "reason",
    "source",
    "expires_at",
    "created_at",
    "created_by",
)
# Of several, the first that is not blank; other programs call them so.
_VALUE: Final = (
    "value",
    "email",
    "emailaddress",
    "address",
    "domain",
    "domainname",
    "companydomain",
    "website",
    "blocklist",
    "blockedvalue",
)
_REASON: Final = ("reason", "comment", "note", "notes")
_SOURCE: Final = ("source", "list")
_UNTIL: Final = ("expiresat", "expires", "until", "expiry")
_DELIMITERS: Final = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that is not taken, and why."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class ListRead:
    """What a file holds; what is blank in it is what was given beside it."""

    entries: tuple[Entry, ...]
    rejected: tuple[Rejected, ...]


def read_list(
    content: bytes,
    name: str,
    *,
    reason: str | None = None,
    source: str | None = None,
    expires_at: datetime | None = None,
) -> ListRead:
    """Read a suppression list, in any encoding in which a table is read.

    With a header there may be a reason, a source and an expiry in further columns; without one, a
    line holds one address or domain and nothing else. Lines that begin with ``#`` are comments.
    Raises ImportFailed where the file holds no line, or is no text.
    """
    rows = list(_rows(read_text(name, content)))
    if not rows:
        raise ImportFailed(f"{name} holds no line.")
    header = _header(rows[0][1])
    defaults = Entry("", reason, source, expires_at)
    entries: list[Entry] = []
    rejected: list[Rejected] = []
    for line, row in rows[1:] if header else rows:
        try:
            entries.append(_entry(row, header, defaults))
        except ValueError as error:
            rejected.append(Rejected(line, ", ".join(filter(None, row))[:200], str(error)))
    return ListRead(tuple(entries), tuple(rejected))


def write_list(out: TextIO, rows: Iterable[SuppressionRow]) -> int:
    """Write suppressions as CSV that :func:`read_list` reads back, and return their number.

    Cells that a spreadsheet would run as formulas get an apostrophe.
    """
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    number = 0
    for row in rows:
        writer.writerow(csv_cell(getattr(row, name)) for name in COLUMNS)
        number += 1
    return number


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield what is not blank and no comment, with the number of its line."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            cleaned = [cell.strip() for cell in row]
            if any(cleaned) and not cleaned[0].startswith("#"):
                yield reader.line_num, cleaned
    except csv.Error as error:
        raise ImportFailed(f"Line {reader.line_num} can not be read: {error}.") from error


def _header(row: Sequence[str]) -> dict[str, int]:
    """Return the place of each column of a header row, nothing where it is none."""
    names: dict[str, int] = {}
    for place, cell in enumerate(row):
        names.setdefault(header_key(cell), place)
    return names if any(name in names for name in _VALUE) else {}


def _entry(row: Sequence[str], header: dict[str, int], defaults: Entry) -> Entry:
    if not header:
        if len([cell for cell in row if cell]) > 1:
            raise ValueError("a line of several cells needs a header that names them")
        return Entry(_value(row[0]), defaults.reason, defaults.source, defaults.expires_at)
    until = _cell(row, header, _UNTIL)
    try:
        expires_at = cells.moment(until) if until else defaults.expires_at
    except ValueError:
        raise ValueError(f"{until[:40]!r} is no date such as 2026-12-01") from None
    return Entry(
        _value(_cell(row, header, _VALUE)),
        _cell(row, header, _REASON) or defaults.reason,
        _cell(row, header, _SOURCE) or defaults.source,
        expires_at,
    )


def _cell(row: Sequence[str], header: dict[str, int], names: Sequence[str]) -> str:
    places = [header[name] for name in names if header.get(name, len(row)) < len(row)]
    return next((cell for cell in (restored(row[place]) for place in places) if cell), "")


def _value(text: str) -> str:
    if not text:
        raise ValueError("there is no address and no domain")
    return read_value(text.removeprefix("'"))
