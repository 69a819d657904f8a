"""Keyset pages: any place of an ordered list at the price of the rows that are shown.

A list is ordered by one expression that is never NULL and by the row's id, both in one direction, so
that a single row comparison continues it and no row is lost at any sort.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Row, Select, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.rows import Key, Page, PageRequest

T = TypeVar("T")
AnySelect: TypeAlias = Select[*tuple[Any, ...]]
AnyRow: TypeAlias = Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class Order:
    """The order of a list: ``by`` is never NULL, ``row_id`` makes it total."""

    by: ColumnElement[Any]
    row_id: InstrumentedAttribute[Any]
    descending: bool = False

    @property
    def columns(self) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
        """The columns of the keyset key, to be selected beside the row."""
        return self.by.label("sort_key"), self.row_id.label("sort_id")

    def clauses(self, *, backwards: bool) -> list[ColumnElement[Any]]:
        """Return what to order by, in the order of the list or against it."""
        if self.descending != backwards:
            return [self.by.desc(), self.row_id.desc()]
        return [self.by.asc(), self.row_id.asc()]

    def beyond(self, key: Key, *, backwards: bool) -> ColumnElement[bool]:
        """Return the condition for the rows that come after the row of this key."""
        place = tuple_(self.by, self.row_id)
        if self.descending != backwards:
            return place < key
        return place > key


def page(
    session: Session,
    query: AnySelect,
    order: Order,
    request: PageRequest,
    make: Callable[[AnyRow], T],
) -> Page[T]:
    """Run ``query`` for the requested rows; ``make`` turns a result row into a frozen row."""
    query = query.add_columns(*order.columns)
    if request.after is not None:
        query = query.where(order.beyond(request.after, backwards=request.backwards))
    query = query.order_by(*order.clauses(backwards=request.backwards))
    found: Sequence[AnyRow] = session.execute(
        query.offset(request.offset).limit(request.limit)
    ).all()
    if request.backwards:
        found = found[::-1]
    if not found:
        return Page(())
    return Page(tuple(make(row) for row in found), _key(found[0]), _key(found[-1]))


def position(session: Session, query: AnySelect, order: Order, key: Key) -> int:
    """Return how many rows of the list stand before the row of this key."""
    before = query.where(order.beyond(key, backwards=True)).with_only_columns(func.count())
    return session.scalar(before) or 0


def count(session: Session, query: AnySelect) -> int:
    """Return the number of rows of a query, exactly."""
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _key(row: AnyRow) -> Key:
    return (row.sort_key, row.sort_id)
