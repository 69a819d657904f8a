"""Converted rows go by COPY into a temporary table, from which set-based statements work.

The table is gone with the transaction, and nothing of the file is held in memory but one chunk.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from typing import Final

import psycopg2
from sqlalchemy import Connection, text

from db.transfer.columns import LEAD_COLUMNS, ORGANIZATION_COLUMNS
from db.transfer.mapping import Converted

ROWS: Final = "customer_center_import_rows"

# Columns of both tables have the same names, so those of the staging table tell which is meant.
LEAD: Final = "lead_"
ORGANIZATION: Final = "organization_"

_COLUMNS: Final = (
    "row_no",
    "email",
    "domain",
    "free",
    "stated",
    *(LEAD + name for name in LEAD_COLUMNS),
    *(ORGANIZATION + name for name in ORGANIZATION_COLUMNS),
    "summary",
    "raw",
    "custom",
)
_PIECE: Final = 64 * 1024
_ESCAPED: Final = re.compile(r"[\\\n\r]")

# Rows of equal organization_key are sure to mean the same organization.
_CREATE: Final = f"""
CREATE TEMPORARY TABLE {ROWS} (
    row_no integer NOT NULL,
    email text,
    domain text NOT NULL,
    free boolean NOT NULL,
    stated boolean NOT NULL,
    {"".join(f"{LEAD}{name} {kind}, " for name, kind in LEAD_COLUMNS.items())}
    {"".join(f"{ORGANIZATION}{name} {kind}, " for name, kind in ORGANIZATION_COLUMNS.items())}
    summary jsonb,
    raw jsonb,
    custom jsonb,
    organization_key text NOT NULL GENERATED ALWAYS AS (
        domain || chr(31) || coalesce({ORGANIZATION}external_source, '')
               || chr(31) || coalesce({ORGANIZATION}external_id, '')
               || chr(31) || lower(coalesce({ORGANIZATION}name, ''))
    ) STORED
) ON COMMIT DROP"""


def stage(connection: Connection, lines: Iterator[str]) -> None:
    """Make the temporary table of one transaction and copy lines into it, as :func:`line` makes them.

    They are taken one by one while the server works on those before. What taking one raises is raised
    here.
    """
    connection.execute(text(_CREATE))
    stream = _Stream(lines)
    with closing(connection.connection.cursor()) as cursor:
        try:
            cursor.copy_expert(
                f"COPY {ROWS} ({', '.join(_COLUMNS)}) FROM STDIN", stream, size=_PIECE
            )
        except psycopg2.Error:
            # The server was told that there was an error, and says so; it is the first that counts.
            if stream.error is not None:
                raise stream.error from None
            raise
    connection.execute(text(f"ANALYZE {ROWS} (row_no, email, domain, organization_key)"))


class _Stream:
    """Lines as the file that a COPY reads."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.error: Exception | None = None

    def read(self, size: int) -> str:
        """Return some lines, about so many characters, nothing at the end."""
        piece: list[str] = []
        try:
            for line in self._lines:
                piece.append(line)
                size -= len(line)
                if size <= 0:
                    break
        except Exception as error:
            self.error = error
            raise
        return "".join(piece)


def line(number: int, row: Converted) -> str:
    """Return one line of PostgreSQL's COPY text format.

    Raises ValueError for a number that JSON does not have.
    """
    lead, organization = row.lead.get, row.organization.get
    values = [
        number,
        row.email,
        row.domain,
        row.free,
        row.stated,
        *[lead(name) for name in LEAD_COLUMNS],
        *[organization(name) for name in ORGANIZATION_COLUMNS],
        _json(row.summary),
        _json(row.raw),
        _json(row.custom),
    ]
    # No value has a NUL, so that it can stand for NULL; few have what must be escaped.
    texts = ["\0" if value is None else _text(value) for value in values]
    joined = "\t".join(texts)
    if joined.count("\t") >= len(texts) or _ESCAPED.search(joined):
        joined = "\t".join(map(_escape, texts))
    return joined.replace("\0", "\\N") + "\n"


_encode: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def _json(document: object) -> str | None:
    """Return a document as JSON, None for one that is empty. Raises ValueError for infinity."""
    return _encode(document) if document else None


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _escape(value: str) -> str:
    value = value.replace("\\", r"\\").replace("\t", r"\t")
    return value.replace("\n", r"\n").replace("\r", r"\r")
