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

    campaign: Mapped[Campaign] = relationship(back_populates="leads")
    organization: Mapped[Organization] = relationship(back_populates="leads")

    __table_args__ = (
        UniqueConstraint("campaign_id", "email"),
        Index("ix_leads_email", "email"),
        Index("idx_outreach_lead_status", "status"),
        # The lists: newest first over all, by campaign, by campaign and status, by organization.
        Index("ix_leads_created", text("created_at DESC"), text("lead_id DESC")),
        Index("ix_leads_campaign", "campaign_id", text("created_at DESC"), text("lead_id DESC")),
        Index(
            "ix_leads_campaign_status",
            "campaign_id",
            "status",
            text("created_at DESC"),
            text("lead_id DESC"),
        ),
        Index("ix_leads_company", "company_id", text("created_at DESC"), text("lead_id DESC")),
        # Looking up by the start of an address, and by its domain with all subdomains.
        Index("ix_leads_email_prefix", text('email COLLATE "C"')),
        Index("ix_leads_email_suffix", text('reverse(email) COLLATE "C"')),
        Index("ix_leads_name_prefix", text('lower(last_name) COLLATE "C"')),
        Index("ix_leads_first_name_prefix", text('lower(first_name) COLLATE "C"')),
    )
