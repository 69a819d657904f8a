"""Indexes made and dropped while other programs go on reading and writing."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from alembic import op


class Index(NamedTuple):
    """An index as SQL: name, table, columns or expressions, method, and columns it only carries."""

    name: str
    table: str
    columns: str
    method: str = "btree"
    include: str = ""


def replace(*, old: tuple[Index, ...], new: tuple[Index, ...]) -> None:
    """Make indexes, then drop those that they take the place of; a run that was killed is finished.

    On empty tables it happens in the migration's transaction, which is quicker; in a migration that
    is written as SQL too, for whoever runs it as one transaction.
    """
    context = op.get_context()
    if context.as_sql or not any(_filled(index.table) for index in (*old, *new)):
        _replace(old, new)
        return
    with context.autocommit_block():
        # To wait keeps nobody waiting here: only vacuum and other migrations want the same lock.
        op.execute("SELECT set_config('lock_timeout', '60s', false)")
        _replace(old, new, "CONCURRENTLY ")
        op.execute("SELECT set_config('lock_timeout', '2s', false)")


def _replace(old: tuple[Index, ...], new: tuple[Index, ...], how: str = "") -> None:
    for index in new:
        carried = f" INCLUDE ({index.include})" if index.include else ""
        if not op.get_context().as_sql and _left_over(index.name):
            op.execute(f"DROP INDEX {how}IF EXISTS {index.name}")
        op.execute(
            f"CREATE INDEX {how}IF NOT EXISTS {index.name} ON {index.table}"
            f" USING {index.method} ({index.columns}){carried}"
        )
    for index in old:
        op.execute(f"DROP INDEX {how}IF EXISTS {index.name}")


def _filled(table: str) -> bool:
    return bool(op.get_bind().scalar(sa.text(f"SELECT EXISTS (SELECT FROM {table})")))


def _left_over(name: str) -> bool:
    """Tell whether an earlier run was killed while it made this index."""
    query = sa.text("SELECT NOT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")
    return bool(op.get_bind().scalar(query, {"name": name}))
