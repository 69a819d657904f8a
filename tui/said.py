"""The last sentence of the status line, and where it is true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from textual.screen import Screen


@dataclass(frozen=True, slots=True)
class Said:
    """A safe sentence, its tone, and the page that it was said on; on no page it is true on all."""

    text: str = ""
    tone: str = ""
    page: Screen[Any] | None = None

    def on(self, page: Screen[Any] | None) -> Said:
        """Return what is left of it on a page."""
        return self if self.page in (None, page) else Said()
