"""The words of organizations' names are found by an index, in the middle of a name too."""

from __future__ import annotations

from migrations.indexes import Index, replace

revision = "20261127_search_indexes"
down_revision = "20261126_list_indexes"
branch_labels = None
depends_on = None

WORDS = Index(
    "ix_organizations_name_words",
    "organizations",
    "to_tsvector('simple'::regconfig, translate(name, './_-', '    '))",
    "gin",
)


def upgrade() -> None:
    replace(old=(), new=(WORDS,))


def downgrade() -> None:
    replace(old=(WORDS,), new=())
