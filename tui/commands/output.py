"""What a command says: data on stdout as a table or as JSON, talk on stderr. Nothing harmful.

Text of the database may hold anything. In tables it goes through :mod:`tui.safe`; in JSON every
character that is not printable is escaped, which loses nothing.
"""

from __future__ import annotations

import dataclasses
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final, TextIO
from uuid import UUID

from rich.cells import cell_len

from tui.json_text import Number, to_json
from tui.safe import clip, fit, safe, safe_lines

PROGRAM: Final = "customer-center"
GAP: Final = "  "
NARROWEST: Final = 8
LONGEST: Final = 2_000  # characters of a sentence; an argument that it repeats may be a novel
NOTHING: Final = "–"
_UNUSUAL: Final = re.compile(r"[^\x20-\x7e\n]")
_BATCH: Final = 4_000


def talk(sentence: str) -> None:
    """Say something to the person on stderr, as one harmless line."""
    if sys.stderr is not None:
        print(f"{PROGRAM}: {safe(sentence, limit=LONGEST)}", file=sys.stderr, flush=True)


def say(line: str = "") -> None:
    """Write a line that is safe already to stdout."""
    print(line.rstrip())


def cell(value: object) -> str:
    """Return a value as text for people; a dash stands for none."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, datetime):
        return f"{value.astimezone():%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else safe(str(value))


# Tables


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    On a terminal, ``fixed`` columns keep their width, ``optional`` ones are left out where there is
    no room, and the others share what is left. Nowhere is a cell wider than ``widest``.
    """

    title: str
    fixed: bool = False
    optional: bool = False
    widest: int = 254


def table(columns: Sequence[Column], rows: Iterable[Sequence[object]], indent: str = "") -> None:
    """Write aligned columns with a header; fitted to the width where stdout is a terminal."""
    texts = [
        [clip(cell(value), column.widest) for value, column in zip(row, columns, strict=True)]
        for row in rows
    ]
    widths = [
        max(cell_len(text) for text in (column.title, *(row[place] for row in texts)))
        for place, column in enumerate(columns)
    ]
    room = _room()
    shown = list(range(len(columns)))
    if room is not None:
        shown, widths = _fitted(columns, widths, room - len(indent))
    for line in ([column.title for column in columns], *texts):
        say(indent + GAP.join(fit(line[place], widths[place]) for place in shown))


def fields(pairs: Iterable[tuple[str, object]], indent: str = "") -> None:
    """Write a name and a value a line, the values aligned; a text of several lines keeps them."""
    listed = list(pairs)
    width = max((len(name) for name, _ in listed), default=0)
    for name, value in listed:
        several = isinstance(value, str) and "\n" in value
        lines = safe_lines(str(value)) if several else [cell(value)]
        say(f"{indent}{name:<{width}}{GAP}{lines[0]}")
        for line in lines[1:]:
            say(f"{indent}{'':<{width}}{GAP}{line}")


def _room() -> int | None:
    """Return the width of the terminal in cells, None where stdout is none."""
    if sys.stdout is None or not sys.stdout.isatty():
        return None
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except OSError:
        return 80


def _fitted(columns: Sequence[Column], widths: list[int], room: int) -> tuple[list[int], list[int]]:
    """Return the places of the columns that are shown, and the widths of all columns."""
    shown = list(range(len(columns)))
    optional = [place for place in shown if columns[place].optional]

    def least(place: int) -> int:
        flexible = not (columns[place].fixed or columns[place].optional)
        return min(NARROWEST, widths[place]) if flexible else widths[place]

    gaps = len(GAP)
    while optional and sum(least(place) + gaps for place in shown) - gaps > room:
        shown.remove(optional.pop())
    fitted = list(widths)
    while sum(fitted[place] + gaps for place in shown) - gaps > room:
        widest = max(shown, key=lambda place: fitted[place] - least(place))
        if fitted[widest] <= least(widest):
            break
        fitted[widest] -= 1
    return shown, fitted


# JSON


def document(value: object) -> Any:
    """Return rows, times and ids as what JSON knows: objects, arrays, text, numbers, null.

    Times are ISO 8601 in UTC. Numbers become `Number`, so that a stored document keeps each digit.
    """
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int | float):
        return Number(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return {str(key): document(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: document(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, Iterable) and not isinstance(value, bytes | UUID):
        return [document(item) for item in value]
    return str(value)


def print_json(value: object) -> None:
    """Write one JSON document to stdout; ``value`` is a `document` or parsed JSON text."""
    pieces = to_json(value)
    only_ascii = not writes_utf8(sys.stdout)
    while batch := "".join(islice(pieces, _BATCH)):
        print(escaped(batch, only_ascii=only_ascii), end="")
    print()


def writes_utf8(stream: TextIO | None) -> bool:
    """Tell whether a stream takes every character."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return encoding.lower().replace("-", "").replace("_", "") == "utf8"


def escaped(json_text: str, *, only_ascii: bool = False) -> str:
    r"""Return JSON text with every character escaped that is not printable.

    Controls, bidirectional overrides and the like become ``\uXXXX``, which JSON reads back as they
    were; with ``only_ascii`` all but ASCII does.
    """

    def escape(found: re.Match[str]) -> str:
        char = found[0]
        if char.isprintable() and not only_ascii:
            return char
        units = char.encode("utf-16-be", "surrogatepass").hex()
        return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))

    return _UNUSUAL.sub(escape, json_text)


class JsonSink:
    """A file for JSON text of others: what is written to it goes on `escaped`."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._only_ascii = not writes_utf8(stream)

    def write(self, text: str) -> int:
        """Write JSON text."""
        return self._stream.write(escaped(text, only_ascii=self._only_ascii))


class TerminalSink:
    """A terminal for lines of others: what is written to it goes on as harmless lines."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write lines."""
        return self._stream.write("\n".join(safe_lines(text)))
