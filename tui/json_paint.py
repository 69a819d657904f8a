"""How a row of a JSON tree looks: its parts, safe to paint, and cut to the width."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Literal, TypeAlias

from rich.cells import cell_len

from tui.json_text import Number, quote, scalar_text
from tui.json_tree import Branch, Node, values
from tui.safe import ELLIPSIS, clip, safe

Part: TypeAlias = Literal[
    "space", "glyph", "key", "index", "string", "number", "literal", "count", "preview"
]

KEY_COLUMN = 24
"""Cells up to which the values of a container line up; longer keys push theirs to the right."""

MEASURED_KEYS = 1_000
"""Keys of a container that are looked at for the width of its column."""

_INDENT = 2
_PLAIN_KEY = re.compile(r"[\w@$#./:+*~&%!?=|<>()-]+")


def row_parts(node: Node, width: int) -> list[tuple[Part, str]]:
    """The parts of a row from left to right, of ``width`` cells at most altogether."""
    room = _Room(width)
    room.add("space", _indent(node.depth, width))
    glyph = {None: "  ", True: "▾ ", False: "▸ "}[node.open]
    room.add("glyph", glyph)
    if node.key is not None:
        room.add(*_key(node.key, node.parent, max(8, width // 2)))
    for part, text in _value(node, room.left):
        room.add(part, text)
    return room.parts


def value_is_cut(node: Node, width: int) -> bool:
    """Whether a row of ``width`` cells shows less than the whole string."""
    if not isinstance(node.value, str):
        return False
    part, shown = row_parts(node, width)[-1]
    return "\n" in node.value or part == "key" or shown.endswith(ELLIPSIS)


class _Room:
    """Collects parts until the width is used up; the one that no longer fits is cut."""

    def __init__(self, width: int) -> None:
        self.left = width
        self.parts: list[tuple[Part, str]] = []

    def add(self, part: Part, text: str) -> None:
        shown = clip(text, self.left)
        if shown:
            self.left -= cell_len(shown)
            self.parts.append((part, shown))


def _indent(depth: int, width: int) -> str:
    """Blanks for the depth; from a third of the width on, the depth as a number."""
    if depth * _INDENT <= width // 3:
        return " " * (depth * _INDENT)
    return f"{f'+{depth} ':>{width // 3}}"


def _key(key: str | int, parent: Branch, limit: int) -> tuple[Part, str]:
    column = _key_column(parent)
    if isinstance(key, int):
        return "index", f"{key:>{column}}  "
    shown = clip(key_text(key), limit)
    return "key", shown + " " * (max(0, column - cell_len(shown)) + 2)


def key_text(key: str) -> str:
    """The key as it is, or quoted where it is empty or its ends would not be seen."""
    return safe(key) if _PLAIN_KEY.fullmatch(key) else f'"{safe(key)}"'


def _key_column(parent: Branch) -> int:
    if parent.key_cells < 0:
        if parent.keys is None:
            parent.key_cells = len(str(len(parent.value) - 1))
        else:
            sizes = (cell_len(clip(key_text(k), 80)) for k in parent.keys[:MEASURED_KEYS])
            parent.key_cells = max((size for size in sizes if size <= KEY_COLUMN), default=0)
    return parent.key_cells


def _value(node: Node, room: int) -> Iterator[tuple[Part, str]]:
    value = node.value
    if not isinstance(value, dict | list):
        yield _scalar(value, room)
        return
    opener, closer = "{}" if isinstance(value, dict) else "[]"
    count = f"{opener}{len(value) or ''}{closer}"
    yield "count", count
    if node.open is False:
        yield "preview", " " * max(2, 6 - len(count)) + preview(value, room)


def _scalar(value: Any, room: int) -> tuple[Part, str]:
    if isinstance(value, Number):
        return "number", value
    if isinstance(value, str):
        return "string", f'"{value}"' if len(value) < 8 * room else f'"{value[: 8 * room]}'
    return "literal", scalar_text(value)


def value_text(value: Any, room: int) -> str:
    """The value on one line, a container as its size and its first members."""
    if not isinstance(value, dict | list):
        return _scalar(value, room)[1]
    count = f"{{{len(value)}}}" if isinstance(value, dict) else f"[{len(value)}]"
    return f"{count}  {preview(value, room)}"


def preview(value: dict[str, Any] | list[Any], room: int) -> str:
    """The first members of a container on one line, about as many as fit into ``room`` cells."""
    members: Iterator[str]
    if isinstance(value, dict):
        pairs = islice(value.items(), room)
        members = (f"{clip(key_text(key), room)}: {_brief(item, room)}" for key, item in pairs)
    else:
        members = (_brief(item, room) for item in islice(values(value), room))
    shown: list[str] = []
    for member in members:
        shown.append(member)
        room -= len(member) + 2
        if room < 0:
            break
    return ", ".join(shown)


def _brief(value: Any, room: int) -> str:
    if isinstance(value, dict):
        return "{…}" if value else "{}"
    if isinstance(value, list):
        return "[…]" if value else "[]"
    if isinstance(value, str) and not isinstance(value, Number):
        return quote(value[:room])
    return scalar_text(value)[:room]
