"""Claims of operators as rows that end, for where a pooler leaves no lock to a client; and the role
that logged in beside each entry of the journal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.ddl import comment, moment

revision = "20261204_claims"
down_revision = "20261203_workflows"
branch_labels = None
depends_on = None

COMMENTS = {
    "TABLE lead_claims": "Leads that operators have in triage, and until when; locks where there is no"
    " pooler.",
    "COLUMN lead_claims.lead_id": "The lead.",
    "COLUMN lead_claims.holder": "Which triage has it.",
    "COLUMN lead_claims.operator": "Name of the operator.",
    "COLUMN lead_claims.held_until": "When the claim ends, unless it is renewed.",
}


def upgrade() -> None:
    op.create_table(
        "lead_claims",
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.Uuid(), nullable=False),
        sa.Column("operator", sa.String(), nullable=False),
        moment("held_until", nullable=False),
        sa.PrimaryKeyConstraint("lead_id", name="pk_lead_claims"),
    )
    for on, meaning in COMMENTS.items():
        comment(on, meaning)
    # As with locks, whoever looks at leads sees who is on them.
    op.execute("GRANT SELECT ON lead_claims TO PUBLIC")
    # In two steps, for who migrates did not write the entries that are there.
    op.add_column("changes", sa.Column("role", sa.String(), nullable=True))
    op.alter_column("changes", "role", server_default=sa.text("SESSION_USER"))
    comment("COLUMN changes.role", "Role that logged in; NULL in entries from before it was kept.")


def downgrade() -> None:
    op.drop_column("changes", "role")
    op.drop_table("lead_claims")
