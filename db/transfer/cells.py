"""Cells of exports as typed values.

A converter gets a cell that is not blank, trimmed, and returns the value to store. It raises
ValueError where it does not understand the cell, which is then kept as it is among the custom data
instead of being lost.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

# PostgreSQL's btree refuses entries over 2,704 bytes, and names and ids are indexed.
_LONGEST_INDEXED: Final = 500
_LARGEST_INTEGER: Final = 2_147_483_647
_NO_VALUE: Final = frozenset({"null", "n/a", "#n/a", "-", "--", "none", "undefined", "nan", "nil"})
_TRUE: Final = frozenset({"true", "yes", "y", "1", "x"})
_FALSE: Final = frozenset({"false", "no", "n", "0"})
_GROUPED: Final = re.compile(r"\d{1,3}(?:[,. '’\u00a0\u202f]\d{3})+|\d+")


def is_null_literal(cell: str) -> bool:
    """Tell whether a program wrote its word for "nothing" instead of nothing."""
    return cell.strip().casefold() in _NO_VALUE


def text(cell: str) -> str:
    """Return the cell as it is."""
    return cell


def short_text(cell: str) -> str:
    """Return the cell where it is short enough to be indexed."""
    if len(cell) > _LONGEST_INDEXED:
        raise ValueError(f"longer than {_LONGEST_INDEXED} characters")
    return cell


def whole_number(cell: str) -> int:
    """Return ``1,200``, ``1.200``, ``1 200`` and ``1200.0`` as a number of PostgreSQL's integer."""
    digits = re.sub(r"\.00?$", "", cell)
    if not _GROUPED.fullmatch(digits):
        raise ValueError("not a whole number")
    number = int(re.sub(r"\D", "", digits))
    if number > _LARGEST_INTEGER:
        raise ValueError("too large")
    return number


def moment(cell: str) -> datetime:
    """Return an ISO 8601 date or time; one without an offset is UTC."""
    parsed = datetime.fromisoformat(cell)
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    try:
        return parsed.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("out of range") from error


def truth(cell: str) -> bool:
    """Return what TRUE, false, yes, 0 and their like say."""
    word = cell.casefold()
    if word not in _TRUE and word not in _FALSE:
        raise ValueError("neither true nor false")
    return word in _TRUE


def words(cell: str) -> list[str]:
    """Return a comma-separated list without its empty items."""
    return [item for item in (part.strip() for part in cell.split(",")) if item]
