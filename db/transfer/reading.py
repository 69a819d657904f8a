"""Files as rows of cells, whatever program wrote them: delimited text, JSON, JSON Lines.

Tolerated: UTF-8 with or without a byte order mark, UTF-16, UTF-32, bytes of Windows-1252 in the
midst of UTF-8, NUL characters (PostgreSQL stores none; they are taken out).
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable
from typing import BinaryIO, Final

from db.errors import HeaderNotFound, ImportFailed
from db.transfer import delimited, json_rows
from db.transfer.sources import Source
from db.transfer.tables import IsHeader, Table

_SAMPLE: Final = 256 * 1024
_ERRORS: Final = {"utf-8-sig": "customer_center.windows_1252"}
_MARKS: Final = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_MAGIC: Final = {
    b"PK\x03\x04": "a spreadsheet or ZIP archive; save it as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save it as CSV",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "an archive within an archive; unpack it first",
    b"BZh": "compressed by bzip2; unpack it first",
    b"\xfd7zXZ": "compressed by xz; unpack it first",
    b"\x28\xb5\x2f\xfd": "compressed by zstd; unpack it first",
}
_JSON: Final = re.compile(r'\s*(?:\{\s*["}]|\[\s*[{\]])')


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


def read_table(source: Source, stream: BinaryIO, is_header: IsHeader | None) -> Table:
    """Find the header in a source's bytes: the first of the first lines that ``is_header`` accepts.

    Without ``is_header`` it is guessed: the first line that is as wide as most. Of JSON the keys of
    the first objects are the header. Raises HeaderNotFound, and ImportFailed with a sentence for
    anything that is no table. The rows are read while the stream is open, and only once.
    """
    assert isinstance(stream, io.BufferedReader)
    sample = stream.peek(_SAMPLE)[:_SAMPLE]
    encoding = _encoding(source.title, sample)
    errors = _ERRORS.get(encoding, "replace")
    text = codecs.getincrementaldecoder(encoding)(errors).decode(sample).replace("\0", "")
    reader: Callable[..., Table] = delimited.table
    if _JSON.match(text):
        reader = json_rows.table
    decoded = io.TextIOWrapper(stream, encoding, errors, newline="")
    try:
        return reader(source.title, text, decoded, is_header)
    except HeaderNotFound:
        if _is_binary(text):
            raise ImportFailed(f"{source.title} is not a text file.") from None
        raise


def read_text(title: str, content: bytes) -> str:
    """Return the text of a whole file, decoded as tables are. Raises ImportFailed where it is none."""
    encoding = _encoding(title, content[:_SAMPLE])
    text = content.decode(encoding, _ERRORS.get(encoding, "replace")).replace("\0", "")
    if _is_binary(text):
        raise ImportFailed(f"{title} is not a text file.")
    return text


def _encoding(title: str, sample: bytes) -> str:
    """Tell the encoding by the byte order mark, else by where the zero bytes are."""
    if not sample.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise ImportFailed(f"{title} is empty.")
    for magic, meaning in _MAGIC.items():
        if sample.startswith(magic):
            raise ImportFailed(f"{title} is not a table but {meaning}.")
    for mark, encoding in _MARKS.items():
        if sample.startswith(mark):
            return encoding
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
