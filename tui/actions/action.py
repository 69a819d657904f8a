"""What an action is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """Something that an operator can do.

    ``id`` is stable. ``run`` is the Textual action, ``scope`` where it applies. ``footer`` is the
    short word in the footer, empty for an action that is only in the help. ``dangerous`` actions
    ask before they do anything. ``needs`` are the rights on the database that an action takes which
    is there to change something, as :mod:`db.rights` has them.
    """

    id: str
    keys: tuple[str, ...]
    run: str
    description: str
    scope: str
    footer: str = ""
    dangerous: bool = False
    needs: tuple[str, ...] = ()

    @property
    def single_keys(self) -> tuple[str, ...]:
        """The keys that are no chords."""
        return tuple(key for key in self.keys if " " not in key)

    @property
    def chords(self) -> tuple[tuple[str, str], ...]:
        """The chords, as pairs of first and second key."""
        pairs = (key.split(" ") for key in self.keys if " " in key)
        return tuple((first, second) for first, second in pairs)
