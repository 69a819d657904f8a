"""Keyset pages: any place of an ordered list at the price of the rows that are shown.

A list is ordered by expressions that are never NULL and by the row's id, all in one direction, so
that a single row comparison continues it, one index serves both directions, and no row is lost at
any sort.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Integer, Row, Select, bindparam, func, select, tuple_
from sqlalchemy.orm import Session

from db.rows import Key, Page, PageRequest

T = TypeVar("T")
AnySelect: TypeAlias = Select[*tuple[Any, ...]]
AnyRow: TypeAlias = Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class Order:
    """The order of a list: ``by`` are never NULL, and the row's id, the last one, makes it total."""

    by: tuple[ColumnElement[Any], ...]
    descending: bool = False

    @property
    def columns(self) -> tuple[ColumnElement[Any], ...]:
        """The columns of the keyset key, to be selected beside the row."""
        return tuple(column.label(f"sort_{place}") for place, column in enumerate(self.by))

    def clauses(self, *, backwards: bool) -> list[ColumnElement[Any]]:
        """Return what to order by, in the order of the list or against it."""
        if self.descending != backwards:
            return [column.desc() for column in self.by]
        return [column.asc() for column in self.by]

    def beyond(self, key: Key, *, backwards: bool) -> ColumnElement[bool]:
        """Return the condition for the rows that come after the row of this key."""
        place = tuple_(*self.by)
        values = tuple_(
            *(
                bindparam(f"key_{number}", value, type_=column.type)
                for number, (column, value) in enumerate(zip(self.by, key, strict=True))
            )
        )
        if self.descending != backwards:
            return place < values
        return place > values


class Listing(Generic[T]):
    """An ordered list that is read in pages; what SQLAlchemy makes of it is made once.

    ``make`` turns a result row, whose first columns are those of ``query``, into a frozen row.
    """

    def __init__(self, query: AnySelect, order: Order, make: Callable[[AnyRow], T]) -> None:
        self.query = query
        self.order = order
        self.make = make
        self._statements: dict[tuple[str, bool, bool], AnySelect] = {}

    def page(self, session: Session, request: PageRequest) -> Page[T]:
        """Return the requested rows."""
        if request.offset:
            # Rows are not put together only to be skipped: their keys alone may be in an index.
            skipped = self._run("keys", session, request, {"skip": request.offset - 1})
            if not skipped:
                return Page(())
            request = replace(request, after=self._key(skipped[0]), offset=0)
        found = self._run("rows", session, request, {"limit": request.limit})
        if not found:
            return Page(())
        if request.backwards:
            found = found[::-1]
        return Page(tuple(map(self.make, found)), self._key(found[0]), self._key(found[-1]))

    def _run(
        self, what: str, session: Session, request: PageRequest, values: dict[str, int]
    ) -> Sequence[AnyRow]:
        statement = self._statement(what, request.backwards, request.after is not None)
        key = {f"key_{place}": value for place, value in enumerate(request.after or ())}
        # Columns alone need nothing of what a session does for objects.
        return session.connection().execute(statement, values | key).all()

    def _statement(self, what: str, backwards: bool, continued: bool) -> AnySelect:
        known = self._statements.get((what, backwards, continued))
        if known is not None:
            return known
        if what == "rows":
            made = self.query.add_columns(*self.order.columns)
            made = made.limit(bindparam("limit", type_=Integer))
        else:
            made = self.query.with_only_columns(*self.order.columns)
            made = made.offset(bindparam("skip", type_=Integer)).limit(1)
        if continued:
            # Which row to go on from is given at each run.
            anywhere = (None,) * len(self.order.by)
            made = made.where(self.order.beyond(anywhere, backwards=backwards))
        made = made.order_by(*self.order.clauses(backwards=backwards))
        self._statements[what, backwards, continued] = made
        return made

    def _key(self, row: AnyRow) -> Key:
        return tuple(row[-len(self.order.by) :])


def page(
    session: Session,
    query: AnySelect,
    order: Order,
    request: PageRequest,
    make: Callable[[AnyRow], T],
) -> Page[T]:
    """Return the requested rows of a query that is run once; see :class:`Listing`."""
    return Listing(query, order, make).page(session, request)


def position(session: Session, query: AnySelect, order: Order, key: Key) -> int:
    """Return how many rows of the list stand before the row of this key."""
    before = query.where(order.beyond(key, backwards=True)).with_only_columns(func.count())
    return session.scalar(before) or 0


def count(session: Session, query: AnySelect) -> int:
    """Return the number of rows of a query, exactly."""
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0
