"""Moments as people type them: so long ago, or a date or time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

EXAMPLES: Final = "2h, 3d, 2026-11-25 or 2026-11-25T08:00+01:00"
_AGO: Final = re.compile(r"(\d{1,6})\s*([mhdw])")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment(text: str) -> datetime:
    """Read a moment: ``30m``, ``2h``, ``3d``, ``1w`` ago, or an ISO date or time (local zone).

    Raises ValueError, whose text is a sentence without its end.
    """
    ago = _AGO.fullmatch(text.strip().lower())
    try:
        if ago is not None:
            return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        return datetime.fromisoformat(text.strip()).astimezone()
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is no time such as {EXAMPLES}") from None
