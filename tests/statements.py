"""Every statement that the program sends while tests run, and whether data was written into one.

A literal of a statement must stand in the program's source: a value of a user, a file or a row that
was put into the text instead of being bound does not.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, event

ROOT: Final = Path(__file__).parents[1]
SOURCES: Final = ("db", "migrations", "tui")
SENDERS: Final = (f"{ROOT / 'db'}/", f"{ROOT / 'tui'}/")  # migrations know no data
# The environment may lie in the checkout too.
OURS: Final = (*SENDERS, f"{ROOT / 'migrations'}/", f"{ROOT / 'tests'}/")
_BODY: Final = re.compile(
    r"\$(\w*)\$.*?\$\1\$|^COMMENT ON .*", re.DOTALL
)  # of a function or a comment, which is source as it is
_LITERAL: Final = re.compile(r"'((?:[^']|'')*)'|(?<![\w.$\"])(\d{2,})(?![\w\"])")


class Statements:
    """The distinct statements of this process, each judged once."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._new: list[str] = []

    def listen(self) -> None:
        """Note what any engine sends from now on."""
        event.listen(Engine, "before_cursor_execute", self._note)

    def with_data(self) -> list[str]:
        """Return the program's statements since the last call that hold a literal of no source."""
        new, self._new = self._new, []
        return [statement for statement in new if foreign_literals(statement)]

    def _note(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement not in self._seen:
            self._seen.add(statement)
            if _sender().startswith(SENDERS):
                self._new.append(statement)


def foreign_literals(statement: str) -> list[str]:
    """Return the texts and numbers in a statement that do not stand in the program's source."""
    found = _LITERAL.finditer(_BODY.sub("", statement))
    literals = {match[1] if match[1] is not None else match[2] for match in found}
    return sorted(literal for literal in literals if _unescaped(literal) not in _source())


def _unescaped(literal: str) -> str:
    """Return a literal as it was before SQL and the driver doubled some characters."""
    return literal.replace("''", "'").replace("%%", "%")


def _sender() -> str:
    """Return the file of the nearest caller that is of this repository."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        frame = frame.f_back
        name = frame.f_code.co_filename
        if name.startswith(OURS) and name != __file__:
            return name
    return ""


@cache
def _source() -> str:
    files = (path for name in SOURCES for path in (ROOT / name).rglob("*.py"))
    return "\n".join(path.read_text(encoding="utf-8") for path in files)
