"""Delimited text files as rows of cells, whatever program wrote them.

Tolerated: UTF-8 with or without a byte order mark, UTF-16, bytes of Windows-1252 in the midst of
UTF-8, any of four delimiters, any line end, lines before the header, NUL characters (PostgreSQL
stores none; they are taken out), line breaks in cells, rows with too few or too many cells.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from db.errors import ImportFailed

Row = list[str]

_SAMPLE: Final = 256 * 1024
_DELIMITERS: Final = ",;\t|"
_LINES_BEFORE_HEADER: Final = 20
_LONGEST_CELL: Final = 16 * 1024 * 1024
_ERRORS: Final = {"utf-8-sig": "customer_center.windows_1252"}
_MAGIC: Final = {
    b"PK\x03\x04": "a spreadsheet or ZIP archive; save it as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save it as CSV",
    b"\x1f\x8b": "compressed by gzip; unpack it first",
    b"%PDF": "a PDF",
}


def _windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that are no UTF-8 as Windows-1252, and its five gaps as Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    broken = error.object[error.start : error.end]
    text = "".join(
        bytes([byte]).decode("latin-1" if byte in b"\x81\x8d\x8f\x90\x9d" else "cp1252")
        for byte in broken
    )
    return text, error.end


codecs.register_error("customer_center.windows_1252", _windows_1252)


@dataclass
class Table:
    """An open file: its header and, once, its rows.

    ``rows`` yields (number, cells): 1 is the first row after the header, empty lines have no
    number, and every row has at least as many cells as the header. ``position`` and ``size`` are in
    bytes. Reading raises ImportFailed where the quotes do not add up.
    """

    header: Row
    rows: Iterator[tuple[int, Row]]
    position: Callable[[], int]
    size: int
    close: Callable[[], None]


def open_table(path: Path, is_header: Callable[[Sequence[str]], bool], expected: str) -> Table:
    """Open a file and find its header: the first of the first lines that ``is_header`` accepts.

    ``expected`` tells the user which headers those are. Raises ImportFailed, with a sentence, for
    anything that is not such a file.
    """
    try:
        with ExitStack() as stack:
            file = stack.enter_context(path.open("rb"))
            table = _open(path, file, is_header, expected)
            stack.pop_all()
            return table
    except IsADirectoryError:
        raise ImportFailed(f"{path} is a folder, not a file.") from None
    except FileNotFoundError:
        raise ImportFailed(f"There is no file {path}.") from None
    except OSError as error:
        raise ImportFailed(f"{path} cannot be read: {error.strerror or error}.") from None


def _open(
    path: Path, file: BinaryIO, is_header: Callable[[Sequence[str]], bool], expected: str
) -> Table:
    csv.field_size_limit(_LONGEST_CELL)
    sample = file.read(_SAMPLE)
    encoding = _encoding(path, sample)
    errors = _ERRORS.get(encoding, "replace")
    text = codecs.getincrementaldecoder(encoding)(errors).decode(sample).replace("\0", "")
    delimiter = _delimiter(text, is_header)
    if delimiter is None and _is_binary(text):
        raise ImportFailed(f"{path} is not a text file.")
    if delimiter is None:
        raise ImportFailed(
            f"{path} has no known header: it begins with {_glimpse(text)}. {expected}"
        )
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    decoded = io.TextIOWrapper(file, encoding, errors, newline="")
    records = _records(path, _Lines(decoded), delimiter)
    header = next(record for record in records if is_header(record))
    return Table(header, _numbered(records, len(header)), file.tell, size, decoded.close)


def _encoding(path: Path, sample: bytes) -> str:
    """Tell the encoding by the byte order mark, else by where the zero bytes are."""
    if not sample.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise ImportFailed(f"{path} is empty.")
    for magic, meaning in _MAGIC.items():
        if sample.startswith(magic):
            raise ImportFailed(f"{path} is not a CSV file but {meaning}.")
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) / 2
    if odd > 0.3 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.3 * half and odd < 0.05 * half:
        return "utf-16-be"
    return "utf-8-sig"


def _is_binary(text: str) -> bool:
    controls = sum(text.count(chr(code)) for code in range(32) if chr(code) not in "\t\n\r\x1b")
    return controls > 0.05 * len(text)


def _delimiter(text: str, is_header: Callable[[Sequence[str]], bool]) -> str | None:
    """Return the delimiter by which one of the first lines reads as a header that is known."""
    for delimiter in _DELIMITERS:
        with suppress(csv.Error):
            reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            if any(is_header(record) for record in islice(reader, _LINES_BEFORE_HEADER)):
                return delimiter
    return None


def _glimpse(text: str) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return repr(line if len(line) <= 60 else line[:60] + "...")


class _Lines:
    """The lines of a file without NUL, counted, and whether its end was reached."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.number = 0
        self.ended = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._file, "")
        if not line:
            self.ended = True
            raise StopIteration
        self.number += 1
        return line.replace("\0", "") if "\0" in line else line


def _records(path: Path, lines: _Lines, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        start = lines.number + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ImportFailed(
                f"{path}, line {start}: {error}; a quote that opens there may never close."
            ) from None
        # Only within quotes does the reader ask for one more line than there is.
        if lines.ended:
            raise ImportFailed(f"{path}, line {start}: a quote that opens there never closes.")
        if record:
            yield record


def _numbered(records: Iterator[Row], width: int) -> Iterator[tuple[int, Row]]:
    for number, record in enumerate(records, 1):
        if len(record) < width:
            record += [""] * (width - len(record))
        yield number, record
