"""How far a list reaches: a guess of its length, and milestones on the way."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.queries.keyset import AnySelect, Order
from db.rows import Key


def estimate(session: Session, query: AnySelect) -> int:
    """Return the planner's guess of the number of rows of a query, without running it."""
    connection = session.connection()
    statement = query.compile(connection, compile_kwargs={"render_postcompile": True})
    explained: Any = connection.exec_driver_sql(
        f"EXPLAIN (FORMAT JSON) {statement}", statement.construct_params()
    )
    plan = explained.scalar_one()
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return int(plan[0]["Plan"]["Plan Rows"])


def milestones(session: Session, query: AnySelect, order: Order, step: int) -> tuple[Key, ...]:
    """Return the keyset key of every ``step``-th row of a list, about at the price of a count."""
    number = func.row_number().over(order_by=order.clauses(backwards=False)).label("number")
    listed = query.with_only_columns(*order.columns, number).subquery()
    keys = (listed.c[column.name] for column in order.columns)
    found = session.execute(
        select(*keys).where(listed.c.number % step == 0).order_by(listed.c.number)
    )
    return tuple(tuple(row) for row in found)
