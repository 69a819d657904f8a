"""What an action is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

WRITING: Final = frozenset(
    {
        "status_menu",
        "quick_status",
        "decide",
        "judge",
        "add",
        "clear_icebreaker",
        "delete",
        "edit",
        "edit_here",
        "edit_long",
        "import_file",
        "merge",
        "redo",
        "remove",
        "repeat",
        "snooze",
        "to_campaign",
        "undo",
        "undo_import",
    }
)
"""What actions run that write: in read-only mode they say so instead."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that an operator can do.

    ``id`` is stable. ``run`` is the Textual action, ``scope`` where it applies. ``footer`` is the
    short word in the footer, empty for an action that is only in the help. ``dangerous`` actions
    ask before they do anything.
    """

    id: str
    keys: tuple[str, ...]
    run: str
    description: str
    scope: str
    footer: str = ""
    dangerous: bool = False

    @property
    def single_keys(self) -> tuple[str, ...]:
        """The keys that are no chords."""
        return tuple(key for key in self.keys if " " not in key)

    @property
    def chords(self) -> tuple[tuple[str, str], ...]:
        """The chords, as pairs of first and second key."""
        pairs = (key.split(" ") for key in self.keys if " " in key)
        return tuple((first, second) for first, second in pairs)

    @property
    def writes(self) -> bool:
        """True where the action is there to change something in the database."""
        return self.run.removeprefix("app.").partition("(")[0] in WRITING
