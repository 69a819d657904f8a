"""Two JSON documents compared, as a document of its own that tells where they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tui.json_text import Number
from tui.json_tree import step

DIFFERENCES_AT_MOST = 10_000
"""Differences that are told before a comparison stops."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """``value`` holds the paths with both values where they differ, and what only one has.

    ``complete`` is False where there are more differences than `DIFFERENCES_AT_MOST`.
    """

    value: dict[str, Any]
    differences: int
    complete: bool


def compare(left: Any, right: Any, names: tuple[str, str]) -> Comparison:
    """Compare two documents as `tui.json_text.parse` returns them, member by member.

    Arrays are compared place by place. What only one document has is told once, at its top.
    """
    differing: dict[str, Any] = {}
    only: tuple[dict[str, Any], dict[str, Any]] = {}, {}
    equal = 0
    waiting = [("$", left, right)]
    while waiting and len(differing) + len(only[0]) + len(only[1]) < DIFFERENCES_AT_MOST:
        path, one, other = waiting.pop()
        if isinstance(one, dict) and isinstance(other, dict):
            both = [key for key in one if key in other]
            waiting += [(path + step(key), one[key], other[key]) for key in reversed(both)]
            for mine, theirs, found in (one, other, only[0]), (other, one, only[1]):
                found.update((path + step(key), mine[key]) for key in mine if key not in theirs)
        elif isinstance(one, list) and isinstance(other, list):
            shared = min(len(one), len(other))
            waiting += [(f"{path}[{n}]", one[n], other[n]) for n in reversed(range(shared))]
            for items, found in (one, only[0]), (other, only[1]):
                found.update((f"{path}[{n}]", items[n]) for n in range(shared, len(items)))
        elif type(one) is type(other) and one == other:
            equal += 1
        else:
            differing[path] = {names[0]: one, names[1]: other}
    value = {
        "different": differing,
        f"only_in_{names[0]}": only[0],
        f"only_in_{names[1]}": only[1],
        "equal_values": Number(equal),
    }
    return Comparison(value, len(differing) + len(only[0]) + len(only[1]), complete=not waiting)
