"""Texts with wildcards, compared in any case."""

from __future__ import annotations

from functools import reduce
from typing import Any

from sqlalchemy import ColumnElement, func

from db.filters.tree import Text


def bytewise(lowered: ColumnElement[Any], text: Text) -> ColumnElement[bool]:
    """Compare what is in lower case as the indexes for prefixes can."""
    column = lowered.collate("C")
    if text.exact is not None:
        return column == func.lower(text.exact)
    return column.like(func.lower(_pattern(text)))


def matches(column: ColumnElement[Any], text: Text) -> ColumnElement[bool]:
    """Compare in any case. By ILIKE, for which the planner has statistics, as for lower() not."""
    return column.ilike(_pattern(text))


def _pattern(text: Text) -> str:
    around = "%" if text.contains else ""
    return around + "%".join(_escaped(part) for part in text.parts) + around


def _escaped(part: str) -> str:
    """Letters of a pattern that stand for themselves."""
    return reduce(lambda text, special: text.replace(special, f"\\{special}"), "\\%_", part)
