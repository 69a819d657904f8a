"""The theme that the operator chose in the application, kept beside their other state.

It holds until the configuration names another one than it did then: the later word counts.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from platformdirs import user_state_path


@dataclass(frozen=True, slots=True)
class ChosenTheme:
    """The file of the choice; ``configured`` is the theme that it stands above."""

    path: Path
    configured: str

    @classmethod
    def over(cls, configured: str) -> Self:
        """Return the choice that stands above the theme of the configuration."""
        return cls(user_state_path("customer-center") / "theme.json", configured)

    def read(self) -> str:
        """Return the name of the chosen theme, empty where none holds."""
        try:
            found = json.loads(self.path.read_bytes())
            chosen = found["chosen"] if found["configured"] == self.configured else ""
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return ""
        return chosen if isinstance(chosen, str) else ""

    def write(self, theme: str) -> None:
        """Keep a choice. What goes wrong with it never stops the application."""
        with suppress(OSError):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            text = json.dumps({"chosen": theme, "configured": self.configured})
            self.path.write_text(text, "utf-8")
