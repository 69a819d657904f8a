"""What may not be done in this session, and why: read-only mode was chosen, or the role lacks a right.

Footer, help, palette and chords paint it dim, and whatever runs an action says why instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from db.errors import ReadOnly
from tui.actions import ACTIONS, Action
from tui.keymap import in_force
from tui.safe import safe

if TYPE_CHECKING:
    from db.rights import Rights

NEEDS: Final = frozenset(need for action in ACTIONS for need in action.needs)
"""The rights on the database that some action needs."""


class Permissions:
    """What the actions in force need, against what the session has.

    ``reads_only`` is True where nothing may be changed. ``refused`` are the ids of the actions that
    may not be done; until the server was asked, these are none but for read-only mode.
    """

    def __init__(self, *, read_only: bool) -> None:
        self._chosen = read_only
        self._rights: Rights | None = None
        self.reads_only = read_only
        self.refused = self._find_refused()

    def learn(self, rights: Rights) -> None:
        """Take what the server says of the session's role."""
        self._rights = rights
        self.reads_only = self._chosen or rights.reads_only
        self.refused = self._find_refused()

    def refusal(self, action: Action) -> str:
        """Return why an action may not be done, safe to paint; empty where it may."""
        if self._chosen and action.needs:
            return str(ReadOnly())
        return safe(self._rights.refusal(action.needs)) if self._rights is not None else ""

    def _find_refused(self) -> frozenset[str]:
        return frozenset(action.id for action in in_force() if self.refusal(action))
