"""What the actions in force say of keys: which are bound, how they read, what follows a chord.

The actions in force are those of the table, until the start of the application puts others there:
with the keys of the operator.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from tui.actions import ACTIONS, SCOPES, Action
from tui.key_names import painted

_in_force: tuple[Action, ...] = ACTIONS
_bound = False


def use(actions: tuple[Action, ...]) -> None:
    """Put other actions in force. Raises RuntimeError where keys were bound already."""
    global _in_force
    if _bound and actions != _in_force:
        raise RuntimeError("Keys are chosen before the application is imported.")
    _in_force = actions


def in_force(*, to_bind: bool = False) -> tuple[Action, ...]:
    """Return all actions with the keys that they have now; none change once they are bound."""
    global _bound
    _bound = _bound or to_bind
    return _in_force


def actions(*scopes: str) -> tuple[Action, ...]:
    """Return the actions of these scopes, in the order of the registry."""
    return tuple(action for action in _in_force if action.scope in scopes)


def registered(run: str, scopes: tuple[str, ...]) -> Action | None:
    """Return the action of these scopes that a Textual action is run for, None where none is."""
    return next((action for action in actions(*scopes) if action.run == run), None)


def key_of(action_id: str) -> str:
    """Return the first key of an action as people write it, empty for one that has none."""
    keys = next(action.keys for action in _in_force if action.id == action_id)
    return shown(keys[0]) if keys else ""


def first_keys(*action_ids: str) -> str:
    """Return the first key of each of some actions, those left out that have none."""
    return " ".join(filter(None, map(key_of, action_ids)))


def hint(action_id: str, what: str) -> str:
    """Return what the first key of an action does, as ``u undoes``; empty where it has no key."""
    key = key_of(action_id)
    return f"{key} {what}" if key else ""


def hints(sentence: str, *of_keys: str) -> str:
    """Return a sentence and, apart from it, one on keys from the hints that are not empty."""
    keys = ", ".join(filter(None, of_keys))
    return f"{sentence}   {keys}." if keys else sentence


def undoable(sentence: str) -> str:
    """Return a sentence on a change and, apart from it, the key that takes that back."""
    return f"{sentence}   {hint('app.undo', 'undoes')}".rstrip()


def quick_keys(scopes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the keys of the quick statuses 1 to 9 in these scopes, as people write them."""
    quick = (action for action in actions(*scopes) if ".quick_" in action.id)
    return tuple(shown(action.keys[0]) if action.keys else "" for action in quick)


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


def shown(key: str) -> str:
    """Return a key or chord as people write it: ``question_mark`` is ``?``, ``g l`` is ``gl``."""
    return "".join(_part(part) for part in key.split(" "))


def _part(key: str) -> str:
    *modifiers, name = key.split("+")
    return "+".join((*modifiers, painted(name)))


def keys_shown(action: Action) -> str:
    """Return all keys of an action as people write them."""
    return " ".join(shown(key) for key in action.keys)


_NUMBERED: Final = re.compile(r"_([1-9])$")


class Entry(NamedTuple):
    """What some keys do, as people read it; ``action_id`` is the action, or the first of nine."""

    keys: str
    what: str
    action_id: str


def entries(scope: str) -> tuple[Entry, ...]:
    """Return what the keys of a scope do.

    Actions and keys that differ by their number alone are one entry.
    """
    return tuple(_entries(scope))


def _entries(scope: str) -> Iterator[Entry]:
    shown_keys = {action.id: keys_shown(action) for action in actions(scope)}
    for action in actions(scope):
        keys, what = shown_keys[action.id], action.description
        first = _NUMBERED.sub("_1", action.id)
        of_nine = [shown_keys.get(f"{first[:-1]}{number}") for number in range(1, 10)]
        keys_of_first = of_nine[0] or ""
        alike = "1" in keys_of_first and of_nine == [
            keys_of_first.replace("1", str(number)) for number in range(1, 10)
        ]
        if not (_NUMBERED.search(action.id) and alike):
            if keys:
                yield Entry(keys, what, action.id)
        elif action.id == first:
            keys = f"{keys} … {keys.replace('1', '9')}"
            yield Entry(keys, what.replace("1", "1 … 9"), first)


BAR: Final = r"\|"  # in a cell of a Markdown table


def markdown() -> str:
    """Return the table of all keys for the README."""
    rows = (
        f"| {title} | `{keys.replace('|', BAR)}` | {what} |"
        for scope, title in SCOPES.items()
        for keys, what, _ in entries(scope)
    )
    return "\n".join(("| where | keys | what |", "|---|---|---|", *rows))
