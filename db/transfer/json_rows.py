"""JSON and JSON Lines as rows of cells: each object is a row, its keys are the header.

Objects may stand in an array, in an array under a name such as ``people``, one a line or one after
the other. What n8n wraps (``{"json": {...}}``) is unwrapped; the fields of a nested organization
become columns of their own, ``organization.name``; any other nested value stays one cell.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain, islice
from typing import Any, Final, NamedTuple, TextIO

import ijson

from db.errors import HeaderNotFound, ImportFailed
from db.transfer.json_text import LONGEST_TEXT, PIECE, JsonText
from db.transfer.tables import NUL, TOO_LARGE, Cell, IsHeader, Record, Table

CONTAINERS: Final = [
    "people",
    "contacts",
    "accounts",
    "organizations",
    "companies",
    "leads",
    "results",
    "data",
    "items",
    "records",
    "rows",
    "emails",
]
_FLATTENED: Final = frozenset({"organization", "account", "company", "properties"})
_WRAPPER: Final = frozenset({"json", "pairedItem", "binary", "error", "index"})
_FIRST_OBJECTS: Final = 200
_DEEPEST: Final = 200
_MOST_COLUMNS: Final = 10_000
_OPEN: Final = ("start_map", "start_array")
_CLOSE: Final = ("end_map", "end_array")
_LONGEST_LINE: Final = 64 * 1024 * 1024
_SHOWN: Final = 1_000


def table(title: str, sample: str, file: TextIO, is_header: IsHeader | None) -> Table:
    """Return the table of an open text file, of which ``sample`` is the beginning.

    Reading raises ImportFailed where the file is no JSON; a line of JSON Lines that is none is a row
    with a problem.
    """
    found = _lines(title, file) if _is_json_lines(sample) else _values(title, file)
    first = list(islice(found, _FIRST_OBJECTS))
    header: list[str] = []
    rows = _rows(title, chain(first, found), header)
    for each in first:
        _learn(title, header, _flat(each.value))
    if not header or (is_header is not None and not is_header(header)):
        names = ", ".join(map(repr, header[:8])) or "no object"
        raise HeaderNotFound(title, f"objects of {names}" if header else names)
    return Table(header, rows)


def _is_json_lines(sample: str) -> bool:
    line, end, _ = sample.lstrip().partition("\n")
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and bool(end) and not _containers(value)


def _containers(value: dict[str, Any]) -> list[str]:
    return [name for name in CONTAINERS if isinstance(value.get(name), list)]


def _rows(title: str, found: Iterator[_Found], header: list[str]) -> Iterator[Record]:
    for number, (line, value, problem, notes) in enumerate(found, 1):
        flat = _flat(value)
        if problem is None and flat is None:
            problem = "not an object"
        if flat is None:
            blanks = [""] * (len(header) - 1)
            yield Record(number, line, [_shown(value), *blanks], problem)
            continue
        _learn(title, header, flat)
        cells = [flat.get(name, "") for name in header]
        if problem is not None:
            cells = list(map(_shown, cells))
        yield Record(number, line, cells, problem, notes)


def _shown(value: Cell) -> Cell:
    """Return a value of a row that is rejected, of a long text its beginning."""
    long = isinstance(value, str) and len(value) > _SHOWN
    return f"{str(value)[:_SHOWN]} …" if long else value


def _learn(title: str, header: list[str], flat: dict[str, Cell] | None) -> None:
    known = set(header)
    header.extend(name for name in flat or () if name not in known)
    if len(header) > _MOST_COLUMNS:
        raise ImportFailed(f"{title} has more than {_MOST_COLUMNS:,} columns.")


def _flat(value: Any) -> dict[str, Cell] | None:
    """Return an object's cells by column, None for what is no object."""
    if not isinstance(value, dict):
        return None
    if isinstance(value.get("json"), dict) and _WRAPPER.issuperset(value):
        value = value["json"]
    cells: dict[str, Cell] = {}
    for name, cell in value.items():
        if name in _FLATTENED and isinstance(cell, dict):
            cells |= {f"{name}.{key}": "" if each is None else each for key, each in cell.items()}
        else:
            cells[name] = "" if cell is None else cell
    return cells


class _Found(NamedTuple):
    """A value of the file, the line that it stands on, why it is no row, and what was met in it."""

    line: int | None
    value: object
    problem: str | None = None
    notes: tuple[str, ...] = ()


def _lines(title: str, file: TextIO) -> Iterator[_Found]:
    number = 0
    while line := file.readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE and not _ends(line):
            while (rest := file.readline(PIECE)) and not _ends(rest):
                pass
            problem = f"{TOO_LARGE}: more than {_LONGEST_LINE:,} characters; cut off here"
            yield _Found(number, storable(line[:_SHOWN]), problem)
        elif line.strip():
            try:
                value = json.loads(line, parse_constant=_no_constant)
            except (ValueError, RecursionError):
                yield _Found(number, storable(line.strip()), "not JSON")
            else:
                yield _Found(number, storable(value), None, _notes(value))


def _ends(line: str) -> bool:
    return line[-1] in "\r\n"


def _no_constant(word: str) -> object:
    raise ValueError(f"{word} is no JSON")


def _values(title: str, file: TextIO) -> Iterator[_Found]:
    """Yield the objects of a document one by one, so that it is never held whole."""
    text = JsonText(file)
    try:
        for value in _Objects().found(_events(text)):
            problem = f"{TOO_LARGE}: a text of more than {LONGEST_TEXT:,} characters"
            yield _Found(None, storable(value), problem if text.cut else None, _notes(value))
            text.cut = False
    except (ijson.JSONError, _TooDeep) as error:
        why = str(error).splitlines()[0]
        raise ImportFailed(f"{title} is no JSON from some place on: {why}.") from None


def _events(text: JsonText) -> Iterator[tuple[str, object]]:
    for event in ijson.basic_parse(text, multiple_values=True, buf_size=PIECE):
        text.heard()
        yield event


class _TooDeep(Exception):
    """Values within values within values, more than anybody means."""

    def __init__(self) -> None:
        super().__init__(f"more than {_DEEPEST} values within each other")


class _Value:
    """One value being put together from its events."""

    def __init__(self) -> None:
        self._builder = ijson.ObjectBuilder()
        self.depth = 0

    def add(self, event: str, value: object) -> bool:
        """Take an event; True tells that the value is whole."""
        self._builder.event(event, value)
        self.depth += (event in _OPEN) - (event in _CLOSE)
        if self.depth > _DEEPEST:
            raise _TooDeep
        return self.depth == 0 and event != "map_key"

    @property
    def value(self) -> object:
        return self._builder.value


class _Objects:
    """What stands in an array, at the top or under a container's name, else the top itself."""

    def __init__(self) -> None:
        self._one: _Value | None = None
        self._top: _Value | None = None
        self._in_array = False
        self._contained = False
        self._key = ""

    def found(self, events: Iterable[tuple[str, object]]) -> Iterator[object]:
        """Yield the values in their order."""
        for event, value in events:
            if self._one is None and self._in_array and event == "end_array":
                self._in_array = False
            elif self._one is not None or self._in_array:
                self._one = self._one or _Value()
                if self._one.add(event, value):
                    yield self._one.value
                    self._one = None
            elif self._top is not None:
                if self._of_top(self._top, event, value):
                    if not self._contained:
                        yield self._top.value
                    self._top = None
            elif event == "start_array":
                self._in_array = True
            else:
                self._top, self._contained = _Value(), False
                if self._top.add(event, value):
                    yield self._top.value
                    self._top = None

    def _of_top(self, top: _Value, event: str, value: object) -> bool:
        """Take an event of the object at the top; the arrays of its containers are gone through."""
        if top.depth == 1 and event == "map_key":
            self._key = str(value)
            return False
        if top.depth == 1 and event != "end_map":
            if event == "start_array" and self._key in CONTAINERS:
                self._in_array = self._contained = True
                return False
            top.add("map_key", self._key)
        return top.add(event, value)


def storable(value: Any) -> Any:
    """Return a value of JSON without what PostgreSQL does not store: NUL and lone surrogates."""
    if isinstance(value, str):
        if value.isprintable():
            return value
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {storable(key): storable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [storable(each) for each in value]
    if isinstance(value, Decimal):
        return float(value)
    return value


def _notes(value: Any) -> tuple[str, ...]:
    return (NUL,) if _has_nul(value) else ()


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(each) for pair in value.items() for each in pair)
    return isinstance(value, list) and any(map(_has_nul, value))
