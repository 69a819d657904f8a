"""The look-up counts an organization's leads, and finds a person by both names, within indexes."""

from __future__ import annotations

from migrations.indexes import Index, replace

revision = "20261130_lookup_indexes"
down_revision = "20261129_snooze"
branch_labels = None
depends_on = None

NEWEST = "company_id, created_at DESC, lead_id DESC"
NEW = (
    Index("ix_leads_company_newest", "leads", NEWEST, include="last_contacted_at"),
    Index(
        "ix_leads_both_names_prefix",
        "leads",
        'lower(first_name) COLLATE "C", lower(last_name) COLLATE "C"',
    ),
)
OLD = (
    Index("ix_leads_company", "leads", NEWEST),
    Index("ix_leads_first_name_prefix", "leads", 'lower(first_name) COLLATE "C"'),
)


def upgrade() -> None:
    replace(old=OLD, new=NEW)


def downgrade() -> None:
    replace(old=NEW, new=OLD)
