"""Each sort that a list offers runs on an index, in both directions."""

from __future__ import annotations

from migrations.indexes import Index, replace

revision = "20261126_list_indexes"
down_revision = "20261125_first_schema"
branch_labels = None
depends_on = None

NAME = "lower(coalesce(last_name, '') || ' ' || coalesce(first_name, '')) COLLATE \"C\""
CONTACTED = "coalesce(last_contacted_at, '1900-01-01 00:00:00+00'::timestamptz)"

NEW = (
    Index("ix_leads_updated", "leads", "updated_at, lead_id"),
    Index("ix_leads_contacted", "leads", f"{CONTACTED}, lead_id"),
    Index("ix_leads_name", "leads", f"{NAME}, lead_id"),
    Index("ix_leads_status_created", "leads", "status, created_at, lead_id"),
    Index("ix_leads_campaign_status_created", "leads", "campaign_id, status, created_at, lead_id"),
    Index("ix_leads_campaign_contacted", "leads", f"campaign_id, {CONTACTED}, lead_id"),
    Index("ix_leads_campaign_name", "leads", f"campaign_id, {NAME}, lead_id"),
    Index("ix_organizations_by_name", "organizations", 'lower(name) COLLATE "C", organization_id'),
    Index("ix_organizations_domain", "organizations", 'email_domain COLLATE "C", organization_id'),
    Index("ix_organizations_country", "organizations", "coalesce(country, ''), organization_id"),
    Index(
        "ix_organizations_size",
        "organizations",
        "coalesce(estimated_num_employees, -1), organization_id",
    ),
    Index("ix_organizations_created", "organizations", "created_at, organization_id"),
)
OLD = (
    Index(
        "ix_leads_campaign_status", "leads", "campaign_id, status, created_at DESC, lead_id DESC"
    ),
    Index("ix_organizations_name", "organizations", "lower(name), organization_id"),
    Index("ix_organizations_name_prefix", "organizations", 'lower(name) COLLATE "C"'),
    Index("ix_organizations_domain_prefix", "organizations", 'email_domain COLLATE "C"'),
)


def upgrade() -> None:
    replace(old=OLD, new=NEW)


def downgrade() -> None:
    replace(old=NEW, new=OLD)
