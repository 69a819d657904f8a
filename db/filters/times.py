"""Times in filters: how they are written, and which span they stand for at a moment."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, Literal, TypeAlias, cast

from db.filters.tree import Ago, Between, Compared, Day, Near, Time, Unit

Span: TypeAlias = tuple[datetime | None, datetime | None]

_DAY: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_AGO: Final = re.compile(r"(\d{1,9})(min|h|d|w|mo|y)", re.ASCII)
_YEARS: Final = range(1900, 3000)
_MOST_DAYS: Final = 36_500  # a hundred years: beyond, Python's and the server's calendars end
_MINUTES: Final[dict[Unit, int]] = {"min": 1, "h": 60, "d": 1_440, "w": 10_080}
_DAYS: Final[dict[Unit, float]] = {
    "min": 1 / 1_440,
    "h": 1 / 24,
    "d": 1,
    "w": 7,
    "mo": 365 / 12,
    "y": 365,
}


class _LocalZone(tzinfo):
    """The zone of this computer. Other than a fixed offset, it knows summer from winter."""

    def utcoffset(self, when: datetime | None) -> timedelta | None:
        return None if when is None else when.replace(tzinfo=None).astimezone().utcoffset()

    def dst(self, when: datetime | None) -> timedelta | None:
        return None

    def tzname(self, when: datetime | None) -> str | None:
        return None if when is None else when.replace(tzinfo=None).astimezone().tzname()

    def fromutc(self, when: datetime) -> datetime:
        local = when.replace(tzinfo=UTC).astimezone()
        made = local.replace(tzinfo=self)
        # The hour that a clock shows twice: this is the second time.
        return made if made.utcoffset() == local.utcoffset() else made.replace(fold=1)


LOCAL: Final = _LocalZone()


def local_now() -> datetime:
    """Return this moment in the zone of this computer: what filters are evaluated against."""
    return datetime.now(LOCAL)


def read_time(text: str) -> Time | None:
    """Return the time that a text stands for, None where it has no form of one.

    Raises ValueError, with a sentence, for a day that does not exist and an age too long.
    """
    lowered = text.lower()
    if lowered in ("now", "today", "yesterday"):
        return Near(cast(Literal["now", "today", "yesterday"], lowered))
    ago = _AGO.fullmatch(lowered)
    if ago is not None:
        return _ago(int(ago[1]), cast(Unit, ago[2]))
    day = _DAY.fullmatch(lowered)
    if day is None:
        return None
    month, number = (int(part) if part else None for part in day.group(2, 3))
    return _day(int(day[1]), month, number)


def _ago(amount: int, unit: Unit) -> Ago:
    if amount * _DAYS[unit] > _MOST_DAYS:
        raise ValueError(f"{amount}{unit} is more than a hundred years.")
    return Ago(amount, unit)


def _day(year: int, month: int | None, day: int | None) -> Day:
    if year not in _YEARS:
        raise ValueError(f"A year is from {_YEARS.start} to {_YEARS.stop - 1}.")
    if month is not None and not 1 <= month <= 12:
        raise ValueError(f"There is no month {month}.")
    if day is not None and month is not None and not 1 <= day <= monthrange(year, month)[1]:
        raise ValueError(f"There is no {year:04}-{month:02}-{day:02}.")
    return Day(year, month, day)


def is_calendar(operand: object) -> bool:
    """Tell whether a time is the same whenever one asks, so that two can be put in order."""
    return isinstance(operand, Day)


def span(value: Compared | Between, now: datetime) -> Span:
    """Return the span of a condition on a time, as (from, to): from <= time < to, None is open.

    ``now`` is timezone-aware; days begin in its zone. The ends are in UTC.
    """
    if isinstance(value, Between):
        lows, highs = zip(
            *(_ends(_time(operand), now) for operand in (value.low, value.high)), strict=True
        )
        return min(lows), max(highs)
    operand = _time(value.operand)
    start, end = _ends(operand, now)
    if isinstance(operand, Ago):
        return (None, start) if value.operator in (">", ">=") else (start, None)
    spans: dict[str, Span] = {
        "=": (start, end),
        "<": (None, start),
        "<=": (None, end),
        ">": (end, None),
        ">=": (start, None),
    }
    return spans[value.operator]


def _time(operand: object) -> Time:
    if not isinstance(operand, Day | Near | Ago):
        raise TypeError(f"{operand!r} is no time")
    return operand


def _ends(operand: Time, now: datetime) -> tuple[datetime, datetime]:
    """First moment of a time, and the first one after it; of an age both are the same."""
    if isinstance(operand, Ago):
        moment = _back(operand, now)
        return moment, moment
    if isinstance(operand, Near) and operand.name == "now":
        moment = now.astimezone(UTC)
        return moment, moment + timedelta.resolution
    if isinstance(operand, Near):
        first = now.date() - timedelta(days=0 if operand.name == "today" else 1)
        return _midnight(first, now), _midnight(first + timedelta(days=1), now)
    return _midnight(operand.first, now), _midnight(_next(operand), now)


def _next(day: Day) -> date:
    """The first day after a day, month or year."""
    if day.month is None:
        return date(day.year + 1, 1, 1)
    days = 1 if day.day is not None else monthrange(day.year, day.month)[1]
    return day.first + timedelta(days=days)


def _midnight(day: date, now: datetime) -> datetime:
    return datetime.combine(day, time(), now.tzinfo).astimezone(UTC)


def _back(ago: Ago, now: datetime) -> datetime:
    """So long before now: months and years by the calendar, their last day where one is missing."""
    if ago.unit in _MINUTES:
        return now.astimezone(UTC) - timedelta(minutes=ago.amount * _MINUTES[ago.unit])
    months = now.year * 12 + now.month - 1 - ago.amount * (12 if ago.unit == "y" else 1)
    year, month = months // 12, months % 12 + 1
    day = min(now.day, monthrange(year, month)[1])
    return now.replace(year=year, month=month, day=day).astimezone(UTC)
