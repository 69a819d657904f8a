"""Leads: a person in a campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, Document, Moment, NewId, Now, Version

if TYPE_CHECKING:
    from db.models.campaign import Campaign
    from db.models.organization import Organization

# What lists sort by, never NULL, as SQL.
NAME = "lower(coalesce(last_name, '') || ' ' || coalesce(first_name, '')) COLLATE \"C\""
CONTACTED = "coalesce(last_contacted_at, '1900-01-01 00:00:00+00'::timestamptz)"


class Lead(Base):
    """A person who may be written to in one campaign, at one organization."""

    __tablename__ = "leads"

    lead_id: Mapped[NewId]
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaigns.campaign_id"))
    company_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.organization_id"))
    first_name: Mapped[str | None] = mapped_column(String)
    last_name: Mapped[str | None] = mapped_column(String)
    email: Mapped[str] = mapped_column(String)
    external_id: Mapped[str | None] = mapped_column(String)
    title: Mapped[str | None] = mapped_column(String)
    headline: Mapped[str | None] = mapped_column(String)
    linkedin_url: Mapped[str | None] = mapped_column(String)
    email_verification_status: Mapped[str | None] = mapped_column(String)
    email_verification_message: Mapped[str | None] = mapped_column(String)
    email_icebreaker: Mapped[str | None] = mapped_column(String)
    status: Mapped[str] = mapped_column(String, server_default=text("'new'"))
    language: Mapped[str | None] = mapped_column(String)
    source: Mapped[str | None] = mapped_column(String)
    email_sent_at: Mapped[Moment | None]
    reply_received_at: Mapped[Moment | None]
    last_contacted_at: Mapped[Moment | None]
    created_at: Mapped[Now]
    updated_at: Mapped[Now]
    row_version: Mapped[Version]
    custom_data: Mapped[Document | None]
    snoozed_until: Mapped[Moment | None]

    campaign: Mapped[Campaign] = relationship(back_populates="leads")
    organization: Mapped[Organization] = relationship(back_populates="leads")

    __table_args__ = (
        UniqueConstraint("campaign_id", "email"),
        Index("ix_leads_email", "email"),
        Index("idx_outreach_lead_status", "status"),
        # The lists, newest first: of all, of a campaign, of an organization.
        Index("ix_leads_created", text("created_at DESC"), text("lead_id DESC")),
        Index("ix_leads_campaign", "campaign_id", text("created_at DESC"), text("lead_id DESC")),
        # The last one also tells how many leads an organization has and when one was written to.
        Index(
            "ix_leads_company_newest",
            "company_id",
            text("created_at DESC"),
            text("lead_id DESC"),
            postgresql_include=["last_contacted_at"],
        ),
        # The lists of one status, newest first, and the lists by status.
        Index("ix_leads_status_created", "status", "created_at", "lead_id"),
        Index("ix_leads_campaign_status_created", "campaign_id", "status", "created_at", "lead_id"),
        # The other sorts, of all leads and of a campaign; the one by address has ix_leads_email and
        # the constraint on campaign and address.
        Index("ix_leads_updated", "updated_at", "lead_id"),
        Index("ix_leads_contacted", text(CONTACTED), "lead_id"),
        Index("ix_leads_campaign_contacted", "campaign_id", text(CONTACTED), "lead_id"),
        Index("ix_leads_name", text(NAME), "lead_id"),
        Index("ix_leads_campaign_name", "campaign_id", text(NAME), "lead_id"),
        # Looking up by the start of an address, and by its domain with all subdomains.
        Index("ix_leads_email_prefix", text('email COLLATE "C"')),
        Index("ix_leads_email_suffix", text('reverse(email) COLLATE "C"')),
        Index("ix_leads_name_prefix", text('lower(last_name) COLLATE "C"')),
        Index(
            "ix_leads_both_names_prefix",
            text('lower(first_name) COLLATE "C"'),
            text('lower(last_name) COLLATE "C"'),
        ),
    )
