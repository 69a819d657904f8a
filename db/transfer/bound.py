"""The fields of a profile with the places of their columns in one file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from db.domains import trim
from db.transfer import cells as typed
from db.transfer.cells import is_null_literal
from db.transfer.fields import Combined, Field, First, header_key
from db.transfer.tables import Cell


@dataclass(slots=True)
class Used:
    """The places of a row's cells that columns are made of, and of those that no column understood."""

    taken: set[int] = field(default_factory=set)
    unread: set[int] = field(default_factory=set)


class BoundFirst:
    """A field that takes one cell, with the columns of its headers in this file."""

    def __init__(self, field: First, columns: tuple[int, ...], nulls: bool) -> None:
        self.column = field.column
        self.takes = frozenset(columns)
        self._columns = columns
        self._convert = None if field.convert is typed.text else field.convert
        self._ranges = field.convert is typed.at_least
        self._nulls = nulls

    def value(self, cells: Sequence[Cell], used: Used) -> object:
        """Return the value, None for none, and note which cells it is made of."""
        for index in self._columns:
            found = cells[index]
            if not isinstance(found, str):
                if isinstance(found, dict | list):
                    if found:
                        used.unread.add(index)
                    continue
                found = cell_text(found)
            cell = found.strip() if found.isascii() else trim(found)
            if not cell:
                continue
            if self._nulls and len(cell) < 10 and is_null_literal(cell):
                used.taken.add(index)
                continue
            value: object = cell
            if self._convert is not None:
                try:
                    value = self._convert(cell)
                except (ValueError, OverflowError, OSError):
                    used.unread.add(index)
                    continue
            # A range says more than the number that it begins with, and is kept beside it.
            if not (self._ranges and typed.is_range(cell)):
                used.taken.add(index)
            return value
        return None


class BoundCombined:
    """A field that is made of several cells, blank for a header that the file lacks."""

    def __init__(self, field: Combined, columns: Mapping[str, int]) -> None:
        self.column = field.column
        found = [columns.get(header_key(name)) for name in field.headers]
        self._columns = found
        self.takes = frozenset(
            index
            for name, index in zip(field.headers, found, strict=True)
            if index is not None and name not in field.kept
        )
        self._combine: Callable[..., object] = field.combine

    def value(self, cells: Sequence[Cell], used: Used) -> object:
        """Return the value, None for none, and note which cells it is made of."""
        parts = ["" if index is None else cell_text(cells[index]) for index in self._columns]
        if not any(parts):
            return None
        try:
            value = self._combine(*parts)
        except (ValueError, RecursionError):
            used.unread.update(index for index in self.takes if cell_text(cells[index]))
            return None
        used.taken |= self.takes
        return value


Bound = BoundFirst | BoundCombined


def bound(
    fields: Sequence[Field], columns: Mapping[str, int], nulls: bool = False
) -> tuple[Bound, ...]:
    """Return the fields of which the file has a column."""
    fitting: list[Bound] = []
    for each in fields:
        found = indexes(each.headers, columns)
        if found:
            fitting.append(
                BoundFirst(each, found, nulls)
                if isinstance(each, First)
                else BoundCombined(each, columns)
            )
    return tuple(fitting)


def indexes(headers: Sequence[str], columns: Mapping[str, int]) -> tuple[int, ...]:
    """Return the places of these headers' columns in the file, those that it has."""
    found = (columns.get(header_key(name)) for name in headers)
    return tuple(dict.fromkeys(index for index in found if index is not None))


def cell_text(cell: Cell) -> str:
    """Return a cell as trimmed text; values of JSON as JSON writes them."""
    if not isinstance(cell, str):
        cell = json.dumps(cell, ensure_ascii=False)
    return cell.strip() if cell.isascii() else trim(cell)
