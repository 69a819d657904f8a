"""Triggers at less cost, and the transaction of each journal entry, by which readers keep up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import leaner_triggers

revision = "20261128_leaner_triggers"
down_revision = "20261127_search_indexes"
branch_labels = None
depends_on = None


class Xid8(sa.types.UserDefinedType[str]):
    """PostgreSQL's number of a transaction, which never comes again."""

    def get_col_spec(self) -> str:
        return "xid8"


def upgrade() -> None:
    # The default is the same for all rows that are there, so that none is written anew.
    op.add_column(
        "changes",
        sa.Column(
            "transaction_id",
            Xid8(),
            server_default=sa.text("pg_current_xact_id()"),
            nullable=False,
        ),
    )
    op.create_index("ix_changes_transaction_id", "changes", ["transaction_id"])
    for statement in leaner_triggers.CREATE:
        op.execute(statement)


def downgrade() -> None:
    for statement in leaner_triggers.RESTORE:
        op.execute(statement)
    op.drop_index("ix_changes_transaction_id", "changes")
    op.drop_column("changes", "transaction_id")
