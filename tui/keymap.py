"""What the table of actions says of keys: which are bound, how they read, what follows a chord."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tui.actions import ACTIONS, SCOPES, Action


def actions(*scopes: str) -> tuple[Action, ...]:
    """Return the actions of these scopes, in the order of the registry."""
    return tuple(action for action in ACTIONS if action.scope in scopes)


def prefixes(*scopes: str) -> tuple[str, ...]:
    """Return the first keys of the chords in these scopes."""
    return tuple(dict.fromkeys(first for action in actions(*scopes) for first, _ in action.chords))


def chords(prefix: str, scopes: tuple[str, ...]) -> tuple[tuple[str, Action], ...]:
    """Return what may follow the first key of a chord: pairs of second key and action."""
    return tuple(
        (second, action)
        for action in actions(*scopes)
        for first, second in action.chords
        if first == prefix
    )


_GLYPHS: Final = {
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "comma": ",",
    "minus": "-",
    "full_stop": ".",
    "vertical_line": "|",
    "equals_sign": "=",
    "asterisk": "*",
    "space": "Space",
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
}


def shown(key: str) -> str:
    """Return a key or chord as people write it: ``question_mark`` is ``?``, ``g l`` is ``gl``."""
    parts = [_GLYPHS.get(part, part) for part in key.split(" ")]
    text = "".join(parts)
    return text.upper() if text[:1] == "f" and text[1:].isdigit() else text


def keys_shown(action: Action) -> str:
    """Return all keys of an action as people write them."""
    return " ".join(shown(key) for key in action.keys)


_NUMBERED: Final = re.compile(r"_([1-9])$")


def entries(scope: str) -> tuple[tuple[str, str], ...]:
    """Return what the keys of a scope do: pairs of keys and description, as people read them.

    Keys that differ by their number alone are one entry.
    """
    return tuple(_entries(scope))


def _entries(scope: str) -> Iterator[tuple[str, str]]:
    for action in actions(scope):
        keys, what = keys_shown(action), action.description
        number = _NUMBERED.search(action.id)
        if number is None:
            yield keys, what
        elif number[1] == "1":
            yield f"{keys} … {keys.replace('1', '9')}", what.replace("1", "1 … 9")


BAR: Final = r"\|"  # in a cell of a Markdown table


def markdown() -> str:
    """Return the table of all keys for the README."""
    rows = (
        f"| {title} | `{keys.replace('|', BAR)}` | {what} |"
        for scope, title in SCOPES.items()
        for keys, what in entries(scope)
    )
    return "\n".join(("| where | keys | what |", "|---|---|---|", *rows))
