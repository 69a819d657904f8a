"""From rows to text: ages, names, statuses as a glyph and a word. Free of Textual.

Text of the database passes :mod:`tui.safe` on its way; what comes out of here can be painted.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from db.rows import LeadRow
from db.statuses import Status, verification
from tui.safe import safe

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
_UNITS: Final = (
    (365 * DAY, "y"),
    (30 * DAY, "mo"),
    (7 * DAY, "w"),
    (DAY, "d"),
    (HOUR, "h"),
    (MINUTE, "m"),
)


def clock() -> datetime:
    """Return the time from which ages are counted."""
    return datetime.now(UTC)


PENDING: Final = "⋯"
"""The sign before a status that the database has not answered yet."""
SNOOZED: Final = "☾"
"""The sign before the name of a lead that is snoozed."""


def lead_name(lead: LeadRow) -> str:
    """Return the name of a lead in a list, after a sign where it is snoozed."""
    asleep = lead.snoozed_until is not None and lead.snoozed_until > clock()
    return f"{SNOOZED} {safe(lead.name)}" if asleep else safe(lead.name)


def age(moment: datetime | None, now: datetime | None = None) -> str:
    """Return how long ago a moment was, such as ``3d``; ``in 2h`` for one to come."""
    if moment is None:
        return "–"
    seconds = ((now or clock()) - moment).total_seconds()
    ahead = seconds < 0
    for length, unit in _UNITS:
        if abs(seconds) >= length:
            text = f"{int(abs(seconds) // length)}{unit}"
            return f"in {text}" if ahead else text
    return "now"


def stamp(moment: datetime | None) -> str:
    """Return a moment as date and minute in the operator's time zone."""
    return "–" if moment is None else f"{moment.astimezone():%Y-%m-%d %H:%M}"


def when(moment: datetime | None, *, absolute: bool = False) -> str:
    """Return a moment as an age, or as a date and time."""
    return stamp(moment) if absolute else age(moment)


def time_width(absolute: bool) -> int:
    """Return how many cells a column of :func:`when` takes."""
    return 16 if absolute else 9


def ago(moment: datetime | None, *, absolute: bool = False) -> str:
    """Return a moment within a sentence: ``3d ago``, or the date and time."""
    if moment is None:
        return "never"
    if absolute:
        return stamp(moment)
    text = age(moment)
    return text if text == "now" or text.startswith("in ") else f"{text} ago"


def moment(at: datetime, now: datetime | None = None) -> str:
    """Return when something was, as people say it: ``17:02``, ``yesterday 17:02``, else the date."""
    local, today = at.astimezone(), (now or clock()).astimezone().date()
    if local.date() == today:
        return f"{local:%H:%M}"
    if local.date() == today - timedelta(days=1):
        return f"yesterday {local:%H:%M}"
    return stamp(at)


def status_text(status: Status, *, pending: bool = False) -> str:
    """Return a status as glyph and word; one that is on its way to the database has a mark."""
    mark = PENDING if pending else status.glyph
    label = status.label if status.known else safe(status.label, limit=40)
    return f"{mark} {label}"


def verification_text(value: str | None) -> str:
    """Return an e-mail verification as glyph and word."""
    entry = verification(value)
    return f"{entry.glyph} {safe(entry.value)}"


def number(value: int | None) -> str:
    """Return a number with separated thousands, a dash for none."""
    return "–" if value is None else f"{value:,}"


def count(value: int) -> str:
    """Return a count in six cells: a dot for zero, ``123.4k`` and ``1.2M`` for large ones."""
    if value == 0:
        return "·"
    if value < 100_000:
        return f"{value:,}"
    return f"{value / 1000:.1f}k" if value < 999_950 else f"{value / 1_000_000:.1f}M"


def plural(value: int, word: str) -> str:
    """Return a number with its noun: ``1 lead``, ``2 leads``, ``2 entries``."""
    if value == 1:
        return f"1 {word}"
    ends_in_ies = word.endswith("y") and word[-2:-1] not in "aeiou"
    return f"{value:,} {word[:-1]}ies" if ends_in_ies else f"{value:,} {word}s"


def size(value: int | None) -> str:
    """Return a number of bytes: ``312 B``, ``27 kB``, ``5.2 MB``."""
    if value is None:
        return "none"
    if value < 1000:
        return f"{value} B"
    if value < 1_000_000:
        return f"{value / 1000:.0f} kB"
    return f"{value / 1_000_000:.1f} MB"
