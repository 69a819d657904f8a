"""The words of organizations' names are found by an index, in the middle of a name too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261127_search_indexes"
down_revision = "20261126_list_indexes"
branch_labels = None
depends_on = None

NAME = "ix_organizations_name_words"
WORDS = "to_tsvector('simple'::regconfig, translate(name, './_-', '    '))"


def upgrade() -> None:
    """Make the index while other programs write; one that a killed run left is made anew.

    On an empty table it happens in the migration's transaction, which is quicker.
    """
    context = op.get_context()
    if not context.as_sql and not _is_true("SELECT EXISTS (SELECT FROM organizations)"):
        _make()
        return
    with context.autocommit_block():
        left_over = f"SELECT NOT indisvalid FROM pg_index WHERE indexrelid = to_regclass('{NAME}')"
        if not context.as_sql and _is_true(left_over):
            _drop()
        _make("CONCURRENTLY ")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        _drop()


def _make(how: str = "") -> None:
    op.execute(f"CREATE INDEX {how}IF NOT EXISTS {NAME} ON organizations USING gin ({WORDS})")


def _drop() -> None:
    op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")


def _is_true(query: str) -> bool:
    return bool(op.get_bind().scalar(sa.text(query)))
