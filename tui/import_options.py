"""What is asked of an import besides its file and campaign, as the screen shows and changes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

MODES: Final = {
    "fill": "Blanks of rows that exist are filled",
    "overwrite": "Rows that exist take every value of the file",
    "skip": "Rows that exist are left alone",
}
"""What becomes of rows that exist, by the name of the mode; the usual one first."""


@dataclass(frozen=True)
class ImportOptions:
    """``mode`` is one of ``MODES``; ``keep_going`` commits chunk by chunk, to be resumed."""

    mode: str = "fill"
    keep_going: bool = False

    def with_next_mode(self) -> ImportOptions:
        """Return them with the mode that comes after this one."""
        modes = tuple(MODES)
        return replace(self, mode=modes[(modes.index(self.mode) + 1) % len(modes)])

    def with_other_end(self) -> ImportOptions:
        """Return them with what is in kept where it was all or nothing, and the other way round."""
        return replace(self, keep_going=not self.keep_going)

    def words(self) -> str:
        """Say both in a line."""
        end = "what is in stays, if it stops" if self.keep_going else "all or nothing"
        return f"{MODES[self.mode]}; {end}."
