"""What each import was asked, how far it got and which rows it made, so that it can be resumed and
taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.ddl import moment

revision = "20261202_imports"
down_revision = "20261201_whole_deletes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=True),
        sa.Column("campaign_made", sa.Boolean(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("report", postgresql.JSONB(), nullable=False),
        sa.Column("refused", postgresql.JSONB(), nullable=False),
        moment("started_at", server_default=sa.text("now()"), nullable=False),
        moment("finished_at", nullable=True),
        moment("undone_at", nullable=True),
        sa.PrimaryKeyConstraint("batch_id", name="pk_imports"),
    )
    op.create_table(
        "import_rows",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("slice", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("row_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "slice", name="pk_import_rows"),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["imports.batch_id"], name="fk_import_rows_batch_id_imports"
        ),
    )


def downgrade() -> None:
    op.drop_table("import_rows")
    op.drop_table("imports")
