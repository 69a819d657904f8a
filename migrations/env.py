"""Alembic's environment: one migration at a time, with time-outs, on the database of the settings."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, TextClause, text

from db import schema, settings, trigrams
from db.database import open_database
from db.models import Base

# Reflection sees neither the expressions of an index as they were written nor their collation. The
# trigrams are not in every database.
UNSEEN = {
    index.name
    for table in Base.metadata.tables.values()
    for index in table.indexes
    if any(isinstance(column, TextClause) for column in index.expressions)
} | trigrams.INDEXES.keys()


def compared(name: str | None, kind: str, parents: object) -> bool:
    """Leave out what reflection can not see."""
    return not (kind == "index" and name in UNSEEN)


def compared_object(
    item: object, name: str | None, kind: str, reflected: bool, other: object
) -> bool:
    return compared(name, kind, None)


def run(connection: Connection) -> None:
    # A migration that waits for a lock makes every other client wait behind it: give up early.
    connection.execute(text("SELECT set_config('lock_timeout', '2s', false)"))
    connection.execute(text("SELECT set_config('statement_timeout', '0', false)"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        include_name=compared,
        include_object=compared_object,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        run(given)
        return
    with (
        open_database(settings.load().past_pooler()) as database,
        schema.alone(database) as connection,
    ):
        run(connection)


def run_offline() -> None:
    context.configure(
        dialect_name="postgresql",
        # Else each % of a function's body would come out doubled.
        dialect_opts={"paramstyle": "named"},
        target_metadata=Base.metadata,
        literal_binds=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    run_offline()
else:
    run_online()
