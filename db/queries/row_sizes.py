"""How many rows are too large to be announced whole, as some programs' triggers do."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, Text, case, cast, func, literal, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import TableSample

# PostgreSQL fails the transaction that notifies of so many bytes or more.
PAYLOAD_LIMIT: Final = 8_000
LOOKED_AT: Final = 2_000
"""Rows that are measured; of a larger table a sample by pages is."""
# Stored and perhaps compressed: whatever such documents hold, they are longer than the limit as text.
_SURELY_LARGE: Final = 40_000
_ESTIMATE: Final = text("SELECT reltuples FROM pg_class WHERE oid = CAST(:table AS regclass)")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many rows were measured, and how many of them are too large."""

    measured: int
    too_large: int


def sizes(session: Session, table: Table) -> Sizes:
    """Measure up to ``LOOKED_AT`` rows as JSON; large documents are not even read."""
    estimate = session.scalar(_ESTIMATE, {"table": table.name}) or 0
    share = min(100.0, 100.0 * LOOKED_AT / max(estimate, 1))
    sample = table.tablesample(func.system(share), name="sample")
    rows = select(_bytes(sample).label("bytes")).limit(LOOKED_AT).subquery()
    too_large = func.count().filter(rows.c.bytes >= PAYLOAD_LIMIT)
    measured, large = session.execute(select(func.count(rows.c.bytes), too_large)).one()
    return Sizes(measured, large)


def _bytes(sample: TableSample) -> ColumnElement[int]:
    stored: ColumnElement[Any] = reduce(
        operator.add,
        (
            func.coalesce(func.pg_column_size(column), 0)
            for column in sample.columns
            if isinstance(column.type, JSONB)
        ),
        literal(0),
    )
    whole = func.octet_length(cast(func.row_to_json(sample.table_valued()), Text))
    return case((stored > _SURELY_LARGE, stored), else_=whole)
