"""Searching a list for a text anywhere in its rows: no index knows that, so it is walked in order.

The walk goes in strides of one short statement each, so that no search runs into the time-out of
statements, however long the list is, and each stride can tell how far it got and be the last.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from db.queries.keyset import AnyRow, AnySelect, Order
from db.rows import Key

FIRST_STRIDE: Final = 500
"""Rows of the first stride: most matches are near."""

SHORTEST_STRIDE: Final = 100
LONGEST_STRIDE: Final = 100_000
STRIDE_TIME: Final = 0.2
"""Seconds that a stride should take: so often a search tells how far it got."""

GoOn = Callable[[int], bool]
"""Called after each stride with the number of rows walked over; False ends the search."""


class Match(NamedTuple):
    """A row that was found, so many rows beyond where the search began."""

    row_id: UUID
    steps: int


def always(walked: int) -> bool:
    """Go on to the end of the list."""
    return True


def beginning(start: str) -> str:
    """Return the pattern of LIKE for all that begins with a text."""
    return f"{_literally(start)}%"


def containing(part: str) -> str:
    """Return the pattern of LIKE for all that holds a text anywhere."""
    return f"%{_literally(part)}%"


def contains(term: str, *texts: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that one of some texts holds a term, letters in any case."""
    pattern = containing(term)
    return or_(*(text.ilike(pattern) for text in texts))


def _literally(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def walk(
    session: Session,
    listed: AnySelect,
    order: Order,
    condition: ColumnElement[bool],
    *,
    after: Key | None = None,
    until: UUID | None = None,
    backwards: bool = False,
    go_on: GoOn = always,
    afar: Callable[[], ColumnElement[bool]] | None = None,
) -> Match | None:
    """Return the first row of a list that meets a condition, None where none does.

    ``listed`` selects the ids of the list. The walk begins beyond the row of the key ``after`` and
    ends with the row of the id ``until``, or with the list; it does not go round. ``afar`` is called
    where nothing was near, for the same condition in a way that is cheaper over many rows.
    """
    walked, stride = 0, FIRST_STRIDE
    while True:
        started = monotonic()
        query = _stride(listed, order, condition, after, until, backwards, stride)
        row = session.execute(query).one_or_none()
        if row is None:
            return None
        walked += row.number
        if row.met:
            return Match(row.row_id, walked)
        if row.row_id == until or not go_on(walked):
            return None
        if afar is not None:
            condition, afar = afar(), None
        after = _key(row, order)
        stride = _next(stride, monotonic() - started)


def _stride(
    listed: AnySelect,
    order: Order,
    condition: ColumnElement[bool],
    after: Key | None,
    until: UUID | None,
    backwards: bool,
    stride: int,
) -> AnySelect:
    """The first row of the stride that is met, else its last row; nothing at the end of the list."""
    clauses = order.clauses(backwards=backwards)
    (row_id,) = listed.selected_columns
    rows = listed.with_only_columns(
        *order.columns,
        row_id.label("row_id"),
        condition.label("met"),
        func.row_number().over(order_by=clauses).label("number"),
    )
    if after is not None:
        rows = rows.where(order.beyond(after, backwards=backwards))
    within = rows.order_by(*clauses).limit(stride).subquery()
    last = within.c.number == stride
    if until is not None:
        last = or_(last, within.c.row_id == until)
    # By the columns of the list and not by the number: so the walk ends with the row that is met.
    falling = order.descending != backwards
    keys = list(within.c)[: len(order.columns)]
    return (
        select(within)
        .where(or_(within.c.met, last))
        .order_by(*(key.desc() if falling else key.asc() for key in keys))
        .limit(1)
    )


def _key(row: AnyRow, order: Order) -> Key:
    return tuple(row[: len(order.columns)])


def _next(stride: int, seconds: float) -> int:
    """Return the rows of the next stride, by how long this one took."""
    if seconds < STRIDE_TIME / 2:
        return min(stride * 2, LONGEST_STRIDE)
    if seconds > STRIDE_TIME * 2:
        return max(stride // 2, SHORTEST_STRIDE)
    return stride
