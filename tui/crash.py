"""What is left of an error that nobody expected: a report in a private file and a sentence."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from platformdirs import user_log_path

from db.settings import redact
from tui.safe import safe, safe_lines


def report(error: BaseException) -> str:
    """Write a report and return the sentence with which the application ends."""
    return f"Customer Center stopped, what was committed is safe: {noted(error)}"


def noted(error: BaseException) -> str:
    """Write a report without the values of variables and return a sentence for the user.

    The report is readable by its owner alone. A trace's locals hold connection strings and personal
    data, so they are never part of it.
    """
    text = "\n".join(safe_lines(redact("".join(traceback.format_exception(error)))))
    what = safe(redact(f"{type(error).__name__}: {error}"), limit=200)
    try:
        path = _write(text)
    except OSError:
        return f"an error that was not expected ({what})."
    return f"an error that was not expected ({what}). The details are in {path}"


def _write(text: str) -> Path:
    name = f"crash-{datetime.now(UTC):%Y%m%d-%H%M%S}-"
    folder: Path | None = user_log_path("customer-center")
    try:
        assert folder is not None
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        folder = None
    handle, path = tempfile.mkstemp(prefix=name, suffix=".txt", dir=folder)
    with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
        file.write(f"{sys.version}\n\n{text}\n")
    return Path(path)
