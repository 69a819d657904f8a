"""Campaigns and organizations, to which leads belong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign."""

    campaign_id: UUID
    name: str
    description: str | None
    status: str
    created_at: datetime
    updated_at: datetime
    row_version: int

    @property
    def id(self) -> UUID:
        """The primary key, under the name that all rows share."""
        return self.campaign_id


@dataclass(frozen=True, slots=True)
class OrganizationRow:
    """An organization as a list shows it."""

    organization_id: UUID
    name: str
    email_domain: str
    country: str | None
    estimated_num_employees: int | None
    leads: int
    created_at: datetime
    row_version: int

    @property
    def id(self) -> UUID:
        """The primary key, under the name that all rows share."""
        return self.organization_id


@dataclass(frozen=True, slots=True)
class OrganizationDetail:
    """An organization with every field but its documents, whose sizes in bytes are told."""

    organization_id: UUID
    name: str
    email_domain: str
    external_id: str | None
    external_source: str | None
    website_url: str | None
    linkedin_url: str | None
    estimated_num_employees: int | None
    country: str | None
    language: str | None
    time_zone: str | None
    source: str | None
    formatted_organization_name: str | None
    raw_address: str | None
    created_at: datetime
    updated_at: datetime
    row_version: int
    summary_bytes: int | None
    raw_bytes: int | None
    custom_bytes: int | None

    @property
    def id(self) -> UUID:
        """The primary key, under the name that all rows share."""
        return self.organization_id
