"""What the role of a session may not do, and the sentence that says so.

A right is written as PostgreSQL writes it, without schema: ``UPDATE leads``, ``UPDATE leads.status``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

JOURNAL: Final = "INSERT changes"
"""What every change needs, for the triggers write the journal with the rights of who changes a row."""
_VERBS: Final = {"INSERT": "add", "UPDATE": "change", "DELETE": "delete"}
_WORDS: Final = {JOURNAL: "change anything", "INSERT imports": "import files"}


@dataclass(frozen=True, slots=True)
class Rights:
    """The role of a session and what it lacks of the rights that were asked for.

    ``reads_only`` is True where it may change nothing at all.
    """

    role: str
    missing: frozenset[str] = frozenset()
    reads_only: bool = False

    def refusal(self, needs: Iterable[str]) -> str:
        """Return why what needs these rights may not be done, empty where it may.

        The name of the role in it is not safe to paint.
        """
        lacking = next((need for need in needs if self.reads_only or need in self.missing), None)
        if lacking is None:
            return ""
        return f"Your role {self.role} may not {_in_words(lacking)}: ask for role operator."


def parts(right: str) -> tuple[str, str, str]:
    """Return privilege, table and column of a right; the column is empty for any."""
    privilege, _, relation = right.partition(" ")
    table, _, column = relation.partition(".")
    return privilege, table, column


def _in_words(right: str) -> str:
    privilege, table, _ = parts(right)
    return _WORDS.get(right) or f"{_VERBS[privilege]} {table}"
