"""Campaigns: what leads are contacted for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, NewId, Now, Version

if TYPE_CHECKING:
    from db.models.lead import Lead


class Campaign(Base):
    """A cold-e-mail campaign."""

    __tablename__ = "campaigns"
    __table_args__ = (Index("idx_outreach_campaign_status", "status"),)

    campaign_id: Mapped[NewId]
    name: Mapped[str] = mapped_column(String)
    description: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String, server_default=text("'draft'"))
    created_at: Mapped[Now]
    updated_at: Mapped[Now]
    row_version: Mapped[Version]

    leads: Mapped[list[Lead]] = relationship(back_populates="campaign", passive_deletes="all")
