"""Until when a lead is snoozed: what an operator may type, and the moment that it means."""

from __future__ import annotations

import re
from calendar import day_name, monthrange
from datetime import date, datetime, time, timedelta
from typing import Final

from db.filters.times import read_time
from db.filters.tree import Day

FORMS: Final = "3d, 2w, 1mo, tomorrow, monday or 2026-12-01"
_LENGTH: Final = re.compile(r"(\d{1,4}) ?(h|d|w|mo|y)", re.ASCII)
_MOST_YEARS: Final = 10


def until(text: str, now: datetime) -> datetime:
    """Return the moment that a text means: days begin at midnight in the zone of ``now``.

    Raises ValueError, with a sentence, for a text that means none or one that is not to come.
    """
    wanted = text.strip().lower()
    length = _LENGTH.fullmatch(wanted)
    if length is not None:
        moment = _ahead(int(length[1]), length[2], now)
    else:
        moment = _midnight(_day(wanted, now), now)
    if moment <= now:
        raise ValueError(f"{text.strip()} is not to come; it may be {FORMS}.")
    if moment > now + timedelta(days=366 * _MOST_YEARS):
        raise ValueError(f"{text.strip()} is more than {_MOST_YEARS} years away.")
    return moment


def _ahead(amount: int, unit: str, now: datetime) -> datetime:
    if unit == "h":
        return now + timedelta(hours=amount)
    if unit in "dw":
        return _midnight(now.date() + timedelta(days=amount * (7 if unit == "w" else 1)), now)
    months = now.year * 12 + now.month - 1 + amount * (12 if unit == "y" else 1)
    year, month = months // 12, months % 12 + 1
    if year > now.year + _MOST_YEARS:
        raise ValueError(f"{amount}{unit} is more than {_MOST_YEARS} years away.")
    return _midnight(date(year, month, min(now.day, monthrange(year, month)[1])), now)


def _day(wanted: str, now: datetime) -> date:
    if wanted in ("today", "tomorrow"):
        return now.date() + timedelta(days=wanted == "tomorrow")
    if len(wanted) >= 3:
        for number, name in enumerate(map(str.lower, day_name)):
            if name.startswith(wanted):
                return now.date() + timedelta(days=(number - now.weekday() - 1) % 7 + 1)
    day = read_time(wanted)
    if not isinstance(day, Day) or day.day is None:
        raise ValueError(f"Not understood: {wanted[:40]!r}; it may be {FORMS}.")
    return day.first


def _midnight(day: date, now: datetime) -> datetime:
    return datetime.combine(day, time(), now.tzinfo)
