"""Cells of exports as typed values.

A converter gets a cell that is not blank, trimmed, and returns the value to store. It raises
ValueError where it does not understand the cell, which is then kept as it is among the custom data
instead of being lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from db.statuses import LEAD
from db.verification import from_provider

# PostgreSQL's btree refuses entries over 2,704 bytes, and names and ids are indexed.
_LONGEST_INDEXED: Final = 500
_LARGEST_INTEGER: Final = 2_147_483_647
_NO_VALUE: Final = frozenset({"null", "n/a", "#n/a", "-", "--", "none", "undefined", "nan", "nil"})
_TRUE: Final = frozenset({"true", "yes", "y", "1", "x"})
_FALSE: Final = frozenset({"false", "no", "n", "0"})
_GROUPED: Final = re.compile(r"\d{1,3}(?:[,. '’\u00a0\u202f]\d{3})+|\d+")
# What stands in the place of a number of employees: 51-200, 10,001+, 11 employees.
_NUMBER: Final = r"\d(?:[\d.,'’ \u00a0\u202f]*\d)?"
_RANGE: Final = re.compile(
    rf"({_NUMBER})\s*(\+|[-–—]\s*{_NUMBER}\+?)?(?:\s*employees)?", re.IGNORECASE
)
_SLASHED: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:,?\s+(.+))?")
_EPOCH: Final = re.compile(r"\d{10}(?:\d{3})?")
_WRITTEN: Final = (
    "%d.%m.%Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%d %B %Y",
)
_CLOCKS: Final = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p")


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


def at_least(cell: str) -> int:
    """Return a number, of a range such as ``51-200`` or ``10,001+`` the lower bound."""
    span = _RANGE.fullmatch(cell)
    return whole_number(span[1] if span else cell)


def is_range(cell: str) -> bool:
    """Tell whether :func:`at_least` takes less than the cell says."""
    span = _RANGE.fullmatch(cell)
    return span is not None and span[2] is not None


def moment(cell: str) -> datetime:
    """Return a date or time in UTC, which is what one without an offset is taken for.

    Understood are ISO 8601, ``02.01.2026``, ``Jan 2, 2026``, ``2 January 2026``, mail's format, and
    seconds or milliseconds since 1970. ``01/02/2026`` could be two days and is not guessed; dates
    with slashes are taken where only one reading is possible.
    """
    parsed = _parsed(cell)
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    try:
        return parsed.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("out of range") from error


def _parsed(cell: str) -> datetime:
    if _EPOCH.fullmatch(cell):
        return datetime.fromtimestamp(int(cell) / (1000 if len(cell) == 13 else 1), UTC)
    try:
        return datetime.fromisoformat(cell)
    except ValueError:
        pass
    slashed = _SLASHED.fullmatch(cell)
    if slashed:
        return _unambiguous(slashed)
    for date in _WRITTEN:
        for form in (date, *(f"{date} {clock}" for clock in _CLOCKS)):
            try:
                return datetime.strptime(cell, form)
            except ValueError:
                continue
    try:
        return parsedate_to_datetime(cell)
    except (TypeError, ValueError, IndexError, OverflowError):
        raise ValueError("not a time") from None


def _unambiguous(slashed: re.Match[str]) -> datetime:
    """Return the day that only one order of day and month allows, or the same in both."""
    first, second = int(slashed[1]), int(slashed[2])
    if first <= 12 and second <= 12 and first != second:
        raise ValueError("day and month could be the other way round")
    day, month = (second, first) if second > 12 else (first, second)
    clock = slashed[4] or "00:00"
    for form in _CLOCKS:
        try:
            time = datetime.strptime(clock, form).time()
        except ValueError:
            continue
        return datetime.combine(datetime(int(slashed[3]), month, day), time)
    raise ValueError("not a time")


def truth(cell: str) -> bool:
    """Return what TRUE, false, yes, 0 and their like say."""
    word = cell.casefold()
    if word not in _TRUE and word not in _FALSE:
        raise ValueError("neither true nor false")
    return word in _TRUE


def words(cell: str) -> list[str]:
    """Return a comma-separated list without its empty items."""
    return [item for item in (part.strip() for part in cell.split(",")) if item]


def postal_address(*parts: str) -> str | None:
    """Return the parts of a postal address, blank ones among them, as one line."""
    return ", ".join(part for part in parts if part) or None


def word_key(cell: str) -> str:
    """Return a word of a vocabulary as it is compared: lower case, without separators."""
    return re.sub(r"[\W_]+", "", cell.casefold())


def one_of(vocabulary: Mapping[str, str]) -> Callable[[str], str]:
    """Return the converter for words of a vocabulary, whatever their case and separators."""
    known = {word_key(word): ours for word, ours in vocabulary.items()}

    def convert(cell: str) -> str:
        ours = known.get(word_key(cell))
        if ours is None:
            raise ValueError("not a word of the vocabulary")
        return ours

    return convert


_STATUSES: Final = one_of({value: value for value in LEAD.values()})


def lead_status(cell: str) -> str:
    """Return a status of our own vocabulary."""
    return _STATUSES(cell)


def verification(cell: str, provider: str = "") -> str | None:
    """Return our status for a word of a provider of verifications, None for "unverified"."""
    return from_provider(cell, provider).status
