"""A deleted row is journaled whole, and so is its return, so that either can be taken back."""

from __future__ import annotations

from alembic import op

from migrations import first_triggers as first
from migrations.ddl import replaced

revision = "20261201_whole_deletes"
down_revision = "20261201_suppressions"
branch_labels = None
depends_on = None

# A row comes back by an INSERT: whoever writes one says so for the transaction.
RESTORED = """
    IF current_setting('customer_center.restored', true) = 'yes' THEN
        INSERT INTO changes (table_name, row_id, field, new_value,
                             actor, batch_id, client_id, reason)
        SELECT '{table}', n.{key}, '*', json_build_object('row_version', n.row_version)::text,{labels}
          FROM new_rows n;
    END IF;"""


def inserted(table: str, key: str) -> str:
    """As in the first schema, and a journal entry for each row that comes back."""
    before = first.inserted(table, key)
    body = RESTORED.format(table=table, key=key, labels=first.LABELS)
    return replaced(before.replace("BEGIN", f"BEGIN{body}", 1))


def upgrade() -> None:
    for table, (key, _, _, _) in first.TABLES.items():
        op.execute(replaced(first.deleted(table, key, ())))
        op.execute(inserted(table, key))


def downgrade() -> None:
    for table, (key, _, documents, _) in first.TABLES.items():
        op.execute(replaced(first.deleted(table, key, documents)))
        op.execute(replaced(first.inserted(table, key)))
