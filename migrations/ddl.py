"""Pieces of SQL that several revisions need; the first ones have copies of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def moment(name: str, **options: object) -> sa.Column[object]:
    """A column of a time with its zone."""
    return sa.Column(name, sa.DateTime(timezone=True), **options)  # type: ignore[arg-type]


def new_id() -> sa.TextClause:
    """The server's function for ids: those of uuidv7() lie beside each other in the index."""
    context = op.get_context()
    if context.as_sql:
        return sa.text("gen_random_uuid()")
    found = op.get_bind().scalar(sa.text("SELECT to_regprocedure('uuidv7()') IS NOT NULL"))
    return sa.text("uuidv7()" if found else "gen_random_uuid()")


def replaced(function: str) -> str:
    """Return the statement that puts a function in the place of the one of its name."""
    return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


def comment(on: str, text: str | None) -> None:
    """Write what a thing is for into the database, None to take it away.

    No value can be bound there: a quote is doubled, and a colon is no parameter.
    """
    quoted = "NULL" if text is None else "'" + text.replace("'", "''") + "'"
    op.execute(sa.text(f"COMMENT ON {on} IS {quoted.replace(':', chr(92) + ':')}"))
