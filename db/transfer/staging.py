"""Converted rows go by COPY into a temporary table, from which set-based statements work.

The table is gone with the transaction, and nothing of the file is held in memory but one chunk.
"""

from __future__ import annotations

import io
import json
from contextlib import closing
from datetime import datetime
from typing import Final

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
_CHUNK_ROWS: Final = 2_000
_CHUNK_CHARACTERS: Final = 4 * 1024 * 1024

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
        domain || chr(31) || coalesce({ORGANIZATION}external_id, '')
               || chr(31) || lower(coalesce({ORGANIZATION}name, ''))
    ) STORED
) ON COMMIT DROP"""


class Staging:
    """The temporary table of one import, filled chunk by chunk."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lines: list[str] = []
        self._characters = 0
        connection.execute(text(_CREATE))

    def add(self, number: int, row: Converted) -> bool:
        """Take a row; True tells that a chunk went to the database."""
        line = _line(number, row)
        self._lines.append(line)
        self._characters += len(line)
        if len(self._lines) < _CHUNK_ROWS and self._characters < _CHUNK_CHARACTERS:
            return False
        self._flush()
        return True

    def finish(self) -> None:
        """Write what is left, and let the planner see what is there."""
        self._flush()
        self._connection.execute(text(f"ANALYZE {ROWS} (row_no, email, domain, organization_key)"))

    def _flush(self) -> None:
        if self._lines:
            with closing(self._connection.connection.cursor()) as cursor:
                cursor.copy_expert(
                    f"COPY {ROWS} ({', '.join(_COLUMNS)}) FROM STDIN",
                    io.StringIO("".join(self._lines)),
                    size=1024 * 1024,
                )
        self._lines = []
        self._characters = 0


def _line(number: int, row: Converted) -> str:
    """One line of PostgreSQL's COPY text format."""
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
    return "\t".join(["\\N" if value is None else _copied(value) for value in values]) + "\n"


_encode: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def _json(document: object) -> str | None:
    """Return a document as JSON, None for one that is empty. Raises ValueError for infinity."""
    return _encode(document) if document else None


def _copied(value: object) -> str:
    if not isinstance(value, str):
        return value.isoformat() if isinstance(value, datetime) else str(value)
    if "\\" in value:
        value = value.replace("\\", r"\\")
    if value.isprintable():
        return value
    return value.replace("\t", r"\t").replace("\n", r"\n").replace("\r", r"\r")
