"""Whole rows reversed by the journal: those that were deleted come back, those that came back go again.

A row in whose place another writer wrote one meanwhile stays away, and one that another writer
changed since it came back stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final
from uuid import UUID

from psycopg2 import errorcodes
from sqlalchemy import (
    ColumnElement,
    Integer,
    Table,
    and_,
    cast,
    delete,
    false,
    func,
    not_,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.engine import sqlstate
from db.models import Change
from db.queries.steps import MODELS, of_rows
from db.rows import Kind
from db.steps import CannotTakeBack

# The triggers journal the rows of an INSERT where it says that they come back.
_RESTORED: Final = text("SELECT set_config('customer_center.restored', 'yes', true)")

Rows = list[tuple[Kind, UUID]]


def lost(session: Session, which: ColumnElement[bool]) -> int:
    """Count documents of deleted rows that the journal does not hold: those of long ago."""
    return sum(_lost(session, which, name, _table(model)) for name, (_, model) in MODELS.items())


def come_back(session: Session, which: ColumnElement[bool]) -> Rows:
    """Write the rows of these entries again that were deleted; return those that there was place for.

    Raises CannotTakeBack where a row needs one that is gone.
    """
    session.execute(_RESTORED)
    # Leads need their campaign and organization: they come after those, and go before them.
    return _reversed(session, which, _back, reversed(MODELS.items()))


def go_again(session: Session, which: ColumnElement[bool]) -> Rows:
    """Delete the rows of these entries that had come back; return those that nobody changed since.

    Raises CannotTakeBack where a row is needed by another one.
    """
    return _reversed(session, which, _again, MODELS.items())


def number(session: Session, which: ColumnElement[bool]) -> int:
    """Return how many entries are of whole rows."""
    return session.scalar(select(func.count()).where(which, of_rows())) or 0


def _reversed(
    session: Session,
    which: ColumnElement[bool],
    statement: Callable[[ColumnElement[bool], str, Table], Any],
    models: Iterable[tuple[str, tuple[Kind, type[Any]]]],
) -> Rows:
    try:
        return [
            (kind, row_id)
            for table_name, (kind, model) in models
            for row_id in session.scalars(statement(which, table_name, _table(model)))
        ]
    except IntegrityError as error:
        if sqlstate(error) != errorcodes.FOREIGN_KEY_VIOLATION:
            raise
        raise CannotTakeBack(
            "Not taken back: a row needs a campaign or an organization that is gone, "
            "or is needed by leads."
        ) from error


def _back(which: ColumnElement[bool], table_name: str, table: Table) -> Any:
    """The rows that were deleted, written again as they were."""
    row = select(cast(Change.old_value, JSONB).label("row"))
    kept = row.where(_deleted(which, table_name)).cte("kept")
    values = [_value(kept.c.row, column) for column in table.c]
    written = insert(table).from_select(list(table.c.keys()), select(*values))
    return written.on_conflict_do_nothing().returning(_key(table))


def _again(which: ColumnElement[bool], table_name: str, table: Table) -> Any:
    """The rows that came back, deleted again where nobody changed them since."""
    version = cast(cast(Change.new_value, JSONB)["row_version"].astext, Integer)
    came = and_(which, of_rows(), Change.table_name == table_name, Change.new_value.is_not(None))
    return (
        delete(table)
        .where(came, Change.row_id == _key(table), version == table.c.row_version)
        .returning(_key(table))
    )


def _deleted(which: ColumnElement[bool], table_name: str) -> ColumnElement[bool]:
    return and_(which, of_rows(), Change.table_name == table_name, Change.old_value.is_not(None))


def _lost(session: Session, which: ColumnElement[bool], table_name: str, table: Table) -> int:
    row = cast(Change.old_value, JSONB)
    left_out = [
        not_(row.has_key(column.name)) for column in table.c if isinstance(column.type, JSONB)
    ]
    query = select(func.count()).where(_deleted(which, table_name), or_(false(), *left_out))
    return session.scalar(query) or 0


def _value(row: ColumnElement[Any], column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the value of a column in a row that is JSON."""
    if isinstance(column.type, JSONB):
        return func.nullif(row[column.name], cast("null", JSONB))
    return cast(row[column.name].astext, column.type)


def _key(table: Table) -> ColumnElement[UUID]:
    (key,) = table.primary_key.columns
    return key


def _table(model: type[Any]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table
