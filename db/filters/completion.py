"""What may be typed next at a place in the text of a filter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from db.countries import NAMES as COUNTRIES
from db.filters.fields import DOCUMENTS, FIELDS, FORMS, Field, Kind, named
from db.filters.tree import written

MOST: Final = 50
LONGEST: Final = 20_000  # letters of a text that is looked at; a novel that was pasted is no filter

# A value as far as it is typed: an operator, then letters and texts in quotes, the last one open.
_VALUE: Final = re.compile(r"([<>=~]*)((?:\"(?:\\.|[^\"\\]+)*+(?:\"|$)|[^\s,\"]+)*+)", re.DOTALL)
_NAME: Final = re.compile(r"-?([A-Za-z_][\w.]*):", re.ASCII)


@dataclass(frozen=True, slots=True)
class Completion:
    """A text to put in, and what it means."""

    text: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Completions:
    """What may stand in the place of ``text[start:end]``, the best first."""

    start: int
    end: int
    options: tuple[Completion, ...]


def complete(
    text: str, cursor: int, known: Mapping[str, Sequence[str]] | None = None
) -> Completions:
    """Return what may be typed at ``cursor``, a place in the text: fields, or values of a field.

    ``known`` has values of fields that the database knows, such as the names of campaigns under
    ``campaign``; countries are all there are unless ``country`` is among them. The text need not
    be a filter yet.
    """
    cursor = min(max(cursor, 0), len(text))
    if len(text) > LONGEST:
        return Completions(cursor, cursor, ())
    start, field = _place(text, cursor)
    found = _VALUE.match(text, start)
    end = max(found.end() if found else cursor, cursor)
    typed = text[start:cursor]
    if field is None:
        minus = typed.startswith("-")
        names = (Completion(f"{each.name}:", each.meaning) for each in FIELDS)
        return Completions(start + minus, end, _fitting(names, typed[minus:]))
    options = _values(field, (known or {}).get(field.name, ()))
    return Completions(start, end, _fitting(options, typed))


def _place(text: str, cursor: int) -> tuple[int, Field | None]:
    """Where the value or name begins that the cursor is in, and the field it belongs to."""
    at = start = 0
    field: Field | None = None
    while at < cursor:
        if text[at].isspace():
            at, field = at + 1, None
            start = at
            continue
        if text[at] == ",":
            at += 1
            start = at
            continue
        name = _NAME.match(text, at, cursor) if at == start and field is None else None
        if name is not None:
            at = start = name.end()
            field = named(name[1])
            continue
        value = _VALUE.match(text, at)
        assert value is not None
        at = max(value.end(), at + 1)
    return start, field


def _values(field: Field, known: Sequence[str]) -> Iterator[Completion]:
    if field.kind is Kind.PATH:
        yield from (Completion(each.name, each.meaning) for each in DOCUMENTS)
    elif field.choices:
        yield from (Completion(choice, field.meaning) for choice in field.choices)
    elif field.kind in (Kind.TIME, Kind.NUMBER):
        yield from (Completion(form, field.meaning) for form in FORMS[field.kind])
    elif field.name == "country":
        known = known or COUNTRIES
    yield from (Completion(written(value), field.meaning) for value in known)


def _fitting(options: Iterable[Completion], typed: str) -> tuple[Completion, ...]:
    """Those that begin as what was typed, then those that have it within, in any case."""
    wanted = typed.strip('~="').lower()
    within = [option for option in options if wanted in option.text.lower()]
    within.sort(key=lambda option: not option.text.strip('"').lower().startswith(wanted))
    return tuple(within[:MOST])
