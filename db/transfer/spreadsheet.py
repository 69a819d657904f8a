"""Values as cells that a spreadsheet shows and does not run, and back."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Final

# What spreadsheets take for the begin of a formula (OWASP, CSV injection), full-width forms too. An
# apostrophe that stands before one already gets another, so that taking one off restores the cell.
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_PERHAPS: Final = frozenset("'=+-@\t\r\n＝＋－＠")  # a set is quicker than the expression


def csv_cell(value: object, harmless: bool = True) -> str:
    """Return a value as the text of a cell, with an apostrophe where it would run as a formula.

    Documents are JSON, times ISO 8601 in UTC, and nothing is an empty cell.
    """
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    cell = value if isinstance(value, str) else plain(value)
    return f"'{cell}" if harmless and cell[:1] in _PERHAPS and _FORMULA.match(cell) else cell


def restored(cell: str) -> str:
    """Return the text from which :func:`csv_cell` made a cell."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def plain(value: object) -> str:
    """Return a value as text; a time is ISO 8601 in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)
