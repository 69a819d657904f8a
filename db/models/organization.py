"""Organizations: the companies that leads work for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, Document, NewId, Now, Version

if TYPE_CHECKING:
    from db.models.lead import Lead


class Organization(Base):
    """A company, found by its e-mail domain, which subsidiaries may share."""

    __tablename__ = "organizations"

    organization_id: Mapped[NewId]
    name: Mapped[str] = mapped_column(String)
    email_domain: Mapped[str] = mapped_column(String)
    external_id: Mapped[str | None] = mapped_column(String)
    external_source: Mapped[str | None] = mapped_column(String)
    website_url: Mapped[str | None] = mapped_column(String)
    linkedin_url: Mapped[str | None] = mapped_column(String)
    estimated_num_employees: Mapped[int | None] = mapped_column(Integer)
    website_summary_data: Mapped[Document | None]
    website_raw_data: Mapped[Document | None]
    country: Mapped[str | None] = mapped_column(String)
    language: Mapped[str | None] = mapped_column(String)
    time_zone: Mapped[str | None] = mapped_column(String)
    source: Mapped[str | None] = mapped_column(String)
    formatted_organization_name: Mapped[str | None] = mapped_column(String)
    raw_address: Mapped[str | None] = mapped_column(String)
    created_at: Mapped[Now]
    updated_at: Mapped[Now]
    row_version: Mapped[Version]
    custom_data: Mapped[Document | None]

    leads: Mapped[list[Lead]] = relationship(back_populates="organization", passive_deletes="all")

    __table_args__ = (
        UniqueConstraint("external_source", "external_id"),
        Index("idx_outreach_organization_email_domain", "email_domain"),
        # The lists by domain and by name, and what a domain or a name begins with: LIKE needs the
        # order of bytes.
        Index("ix_organizations_domain", text('email_domain COLLATE "C"'), "organization_id"),
        Index("ix_organizations_by_name", text('lower(name) COLLATE "C"'), "organization_id"),
        # Subdomains of a domain.
        Index("ix_organizations_domain_suffix", text('reverse(email_domain) COLLATE "C"')),
        # The other sorts of the list.
        Index("ix_organizations_country", text("coalesce(country, '')"), "organization_id"),
        Index(
            "ix_organizations_size",
            text("coalesce(estimated_num_employees, -1)"),
            "organization_id",
        ),
        Index("ix_organizations_created", "created_at", "organization_id"),
        # Words of a name, wherever they stand in it.
        Index(
            "ix_organizations_name_words",
            text("to_tsvector('simple'::regconfig, translate(name, './_-', '    '))"),
            postgresql_using="gin",
        ),
    )
