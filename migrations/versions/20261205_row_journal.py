"""The journal of updates is written row by row, and one trigger of leads less: writers pay less."""

from __future__ import annotations

from alembic import op

from migrations import row_triggers

revision = "20261205_row_journal"
down_revision = "20261204_claims"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in row_triggers.CREATE:
        op.execute(statement)


def downgrade() -> None:
    for statement in row_triggers.RESTORE:
        op.execute(statement)
