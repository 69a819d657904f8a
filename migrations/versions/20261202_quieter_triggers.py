"""No writer waits to announce what it wrote, and the journal of a single row costs less."""

from __future__ import annotations

from alembic import op

from migrations import quieter_triggers

revision = "20261202_quieter_triggers"
down_revision = "20261202_imports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in quieter_triggers.CREATE:
        op.execute(statement)


def downgrade() -> None:
    for statement in quieter_triggers.RESTORE:
        op.execute(statement)
