"""E-mails and domains that nobody may write to, and a guard that holds whoever writes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import suppression_triggers as triggers
from migrations.ddl import moment, new_id

revision = "20261201_suppressions"
down_revision = "20261130_lookup_indexes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suppressions",
        sa.Column("suppression_id", sa.Uuid(), server_default=new_id(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        moment("expires_at", nullable=True),
        moment("created_at", server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("suppression_id", name="pk_suppressions"),
        sa.UniqueConstraint("value", name="uq_suppressions_value"),
        sa.CheckConstraint("kind IN ('email', 'domain')", name="ck_suppressions_kind"),
        sa.CheckConstraint(
            "length(value) <= 320 AND CASE kind"
            r" WHEN 'email' THEN value ~ '^[^@\s]+@[^@\s]+[.][^@\s]+$'"
            r" ELSE value ~ '^[a-z0-9_-]+([.][a-z0-9_-]+)+$' END",
            name="ck_suppressions_value",
        ),
    )
    op.create_index(
        "ix_suppressions_created",
        "suppressions",
        [sa.text("created_at DESC"), sa.text("suppression_id DESC")],
    )
    for statement in triggers.CREATE:
        op.execute(statement)


def downgrade() -> None:
    for statement in triggers.DROP:
        op.execute(statement)
