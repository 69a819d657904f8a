"""The fields and forms of the language as people read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from db.filters.fields import FIELDS, FORMS, Field, Kind

_TITLES: Final = {
    Kind.TEXT: "text",
    Kind.WORD: "word of a list",
    Kind.NUMBER: "number",
    Kind.TIME: "time",
    Kind.ID: "id",
    Kind.FIELDS: "names of fields",
    Kind.PATH: "place in a document",
}


def markdown() -> str:
    """Return the tables of all fields and of what may be said of each kind, for the README."""
    return "\n".join((*_fields(), "", *_forms()))


def _fields() -> Iterator[str]:
    yield "| field | holds | meaning |"
    yield "|---|---|---|"
    for field in FIELDS:
        yield f"| `{field.name}` | {_TITLES[field.kind]} | {_meaning(field)} |"


def _meaning(field: Field) -> str:
    if field.kind is not Kind.WORD:
        return field.meaning
    return f"{field.meaning}: {', '.join(f'`{choice}`' for choice in field.choices)}"


def _forms() -> Iterator[str]:
    yield "| of a field that holds | one may say |"
    yield "|---|---|"
    for kind, forms in FORMS.items():
        yield f"| {_TITLES[kind]} | {', '.join(f'`{form}`' for form in forms)} |"
