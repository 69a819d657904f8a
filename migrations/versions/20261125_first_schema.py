"""Campaigns, organizations, leads, and the journal of their changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import first_triggers as triggers

revision = "20261125_first_schema"
down_revision = None
branch_labels = None
depends_on = None


def new_id() -> sa.TextClause:
    """The server's function for ids: those of uuidv7() lie beside each other in the index."""
    context = op.get_context()
    if context.as_sql:
        return sa.text("gen_random_uuid()")
    found = op.get_bind().scalar(sa.text("SELECT to_regprocedure('uuidv7()') IS NOT NULL"))
    return sa.text("uuidv7()" if found else "gen_random_uuid()")


def moment(name: str, **options: object) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), **options)  # type: ignore[arg-type]


def bookkeeping() -> list[sa.Column[object]]:
    now = {"server_default": sa.text("now()"), "nullable": False}
    return [
        moment("created_at", **now),
        moment("updated_at", **now),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
    ]


def texts(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.String(), nullable=True) for name in names]


def document(name: str) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(), nullable=True)


def upgrade() -> None:
    create_campaigns()
    create_organizations()
    create_leads()
    create_changes()
    for statement in triggers.CREATE:
        op.execute(statement)


def downgrade() -> None:
    for table in ("changes", "leads", "organizations", "campaigns"):
        op.drop_table(table)
    for statement in triggers.DROP:
        op.execute(statement)


def create_campaigns() -> None:
    op.create_table(
        "campaigns",
        sa.Column("campaign_id", sa.Uuid(), server_default=new_id(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("status", sa.String(), server_default=sa.text("'draft'"), nullable=False),
        *bookkeeping(),
        sa.PrimaryKeyConstraint("campaign_id", name="pk_campaigns"),
    )
    op.create_index("idx_outreach_campaign_status", "campaigns", ["status"])


def create_organizations() -> None:
    op.create_table(
        "organizations",
        sa.Column("organization_id", sa.Uuid(), server_default=new_id(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email_domain", sa.String(), nullable=False),
        *texts("external_id", "external_source", "website_url", "linkedin_url"),
        sa.Column("estimated_num_employees", sa.Integer(), nullable=True),
        document("website_summary_data"),
        document("website_raw_data"),
        *texts("country", "language", "time_zone", "source"),
        *texts("formatted_organization_name", "raw_address"),
        *bookkeeping(),
        document("custom_data"),
        sa.PrimaryKeyConstraint("organization_id", name="pk_organizations"),
        sa.UniqueConstraint(
            "external_source", "external_id", name="uq_organizations_external_source_external_id"
        ),
    )
    op.create_index("idx_outreach_organization_email_domain", "organizations", ["email_domain"])
    for name, expression in (
        ("ix_organizations_domain_prefix", 'email_domain COLLATE "C"'),
        ("ix_organizations_domain_suffix", 'reverse(email_domain) COLLATE "C"'),
        ("ix_organizations_name_prefix", 'lower(name) COLLATE "C"'),
    ):
        op.create_index(name, "organizations", [sa.text(expression)])
    op.create_index(
        "ix_organizations_name", "organizations", [sa.text("lower(name)"), "organization_id"]
    )


def create_leads() -> None:
    op.create_table(
        "leads",
        sa.Column("lead_id", sa.Uuid(), server_default=new_id(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        *texts("first_name", "last_name"),
        sa.Column("email", sa.String(), nullable=False),
        *texts("external_id", "title", "headline", "linkedin_url"),
        *texts("email_verification_status", "email_verification_message", "email_icebreaker"),
        sa.Column("status", sa.String(), server_default=sa.text("'new'"), nullable=False),
        *texts("language", "source"),
        moment("email_sent_at", nullable=True),
        moment("reply_received_at", nullable=True),
        moment("last_contacted_at", nullable=True),
        *bookkeeping(),
        document("custom_data"),
        sa.PrimaryKeyConstraint("lead_id", name="pk_leads"),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.campaign_id"], name="fk_leads_campaign_id_campaigns"
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["organizations.organization_id"],
            name="fk_leads_company_id_organizations",
        ),
        sa.UniqueConstraint("campaign_id", "email", name="uq_leads_campaign_id_email"),
    )
    newest = [sa.text("created_at DESC"), sa.text("lead_id DESC")]
    op.create_index("ix_leads_email", "leads", ["email"])
    op.create_index("idx_outreach_lead_status", "leads", ["status"])
    op.create_index("ix_leads_created", "leads", newest)
    op.create_index("ix_leads_campaign", "leads", ["campaign_id", *newest])
    op.create_index("ix_leads_campaign_status", "leads", ["campaign_id", "status", *newest])
    op.create_index("ix_leads_company", "leads", ["company_id", *newest])
    for name, expression in (
        ("ix_leads_email_prefix", 'email COLLATE "C"'),
        ("ix_leads_email_suffix", 'reverse(email) COLLATE "C"'),
        ("ix_leads_name_prefix", 'lower(last_name) COLLATE "C"'),
        ("ix_leads_first_name_prefix", 'lower(first_name) COLLATE "C"'),
    ):
        op.create_index(name, "leads", [sa.text(expression)])


def create_changes() -> None:
    op.create_table(
        "changes",
        sa.Column("change_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        moment("changed_at", server_default=sa.text("now()"), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=True),
        sa.Column("field", sa.String(), nullable=False),
        *texts("old_value", "new_value"),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        *texts("reason"),
        sa.PrimaryKeyConstraint("change_id", name="pk_changes"),
    )
    op.create_index("ix_changes_row_id", "changes", ["row_id", "change_id"])
    for column in ("client_id", "batch_id"):
        op.create_index(
            f"ix_changes_{column}",
            "changes",
            [column],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )
