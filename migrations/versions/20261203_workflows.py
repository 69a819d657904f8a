"""Functions and views for workflows; comments on all that they meet; an address must be one."""

from __future__ import annotations

from importlib import import_module

import sqlalchemy as sa
from alembic import op

from migrations import leaner_triggers, workflow_functions
from migrations.ddl import comment, moment
from migrations.first_comments import FUNCTIONS, RELATIONS

revision = "20261203_workflows"
down_revision = "20261202_quieter_triggers"
branch_labels = None
depends_on = None

# The name of a revision is none that an import statement takes.
BACK_AT_A_REPLY: str = import_module("migrations.versions.20261129_snooze").BACK_AT_A_REPLY


def upgrade() -> None:
    op.create_table(
        "lead_leases",
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("worker", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        moment("leased_until", nullable=False),
        sa.PrimaryKeyConstraint("lead_id", name="pk_lead_leases"),
    )
    for statement in workflow_functions.CREATE:
        op.execute(statement)
    op.execute(
        leaner_triggers.before_write("leads", BACK_AT_A_REPLY + workflow_functions.EMAIL_IS_ONE)
    )
    for name, (about, columns) in RELATIONS.items():
        kind = "VIEW" if name in workflow_functions.VIEWS else "TABLE"
        comment(f"{kind} {name}", about)
        for column, meaning in columns.items():
            comment(f"COLUMN {name}.{column}", meaning)
    for signature, meaning in FUNCTIONS.items():
        comment(f"FUNCTION {signature}", meaning)


def downgrade() -> None:
    for name, (_, columns) in RELATIONS.items():
        if name not in workflow_functions.VIEWS and name != "lead_leases":
            comment(f"TABLE {name}", None)
            for column in columns:
                comment(f"COLUMN {name}.{column}", None)
    op.execute(leaner_triggers.before_write("leads", BACK_AT_A_REPLY))
    for statement in workflow_functions.DROP:
        op.execute(statement)
    op.drop_table("lead_leases")
