"""Leads, how many there are, and which of them a list holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from db.rows.parents import CampaignRow, OrganizationDetail

if TYPE_CHECKING:
    from db.filters.tree import Filter
    from db.suppression import SuppressionRow


@dataclass(frozen=True, slots=True)
class LeadRow:
    """A lead as a list shows it, with the names of its organization and campaign."""

    lead_id: UUID
    first_name: str | None
    last_name: str | None
    email: str
    title: str | None
    status: str
    email_verification_status: str | None
    last_contacted_at: datetime | None
    created_at: datetime
    updated_at: datetime
    row_version: int
    campaign_id: UUID
    campaign_name: str
    company_id: UUID
    company_name: str
    snoozed_until: datetime | None = None

    @property
    def id(self) -> UUID:
        """The primary key, under the name that all rows share."""
        return self.lead_id

    @property
    def name(self) -> str:
        """First and last name, or the e-mail address where both are missing."""
        return " ".join(part for part in (self.first_name, self.last_name) if part) or self.email


@dataclass(frozen=True, slots=True)
class Contact:
    """When somebody at a company was contacted last, by which campaign."""

    name: str
    campaign: str
    contacted_at: datetime


@dataclass(frozen=True, slots=True)
class LeadDetail:
    """A lead with every field, its campaign and its organization.

    ``contacts`` are the latest ones with the same company by other campaigns, latest first.
    ``company_in_icebreaker`` is another company of the campaign that the icebreaker names where it
    names its own with no word. ``suppressed`` is what keeps the address from being written to.
    """

    lead_id: UUID
    first_name: str | None
    last_name: str | None
    email: str
    external_id: str | None
    title: str | None
    headline: str | None
    linkedin_url: str | None
    email_verification_status: str | None
    email_verification_message: str | None
    email_icebreaker: str | None
    status: str
    language: str | None
    source: str | None
    email_sent_at: datetime | None
    reply_received_at: datetime | None
    last_contacted_at: datetime | None
    created_at: datetime
    updated_at: datetime
    row_version: int
    custom_bytes: int | None
    campaign: CampaignRow
    organization: OrganizationDetail
    contacts: tuple[Contact, ...] = ()
    snoozed_until: datetime | None = None
    company_in_icebreaker: str | None = None
    suppressed: SuppressionRow | None = None

    @property
    def id(self) -> UUID:
        """The primary key, under the name that all rows share."""
        return self.lead_id

    @property
    def name(self) -> str:
        """First and last name, or the e-mail address where both are missing."""
        return " ".join(part for part in (self.first_name, self.last_name) if part) or self.email

    @property
    def row(self) -> LeadRow:
        """The same lead as a list shows it."""
        return LeadRow(
            self.lead_id,
            self.first_name,
            self.last_name,
            self.email,
            self.title,
            self.status,
            self.email_verification_status,
            self.last_contacted_at,
            self.created_at,
            self.updated_at,
            self.row_version,
            self.campaign.campaign_id,
            self.campaign.name,
            self.organization.organization_id,
            self.organization.name,
            self.snoozed_until,
        )


@dataclass(frozen=True, slots=True)
class LeadScope:
    """Which leads a list or a queue holds; all conditions apply together.

    ``now`` (timezone-aware) is what the times of the filter count from, so that a list stays the
    same while one pages through it; without it each query takes the moment at which it is made.
    ``awake`` leaves out the leads that are snoozed.
    """

    campaign_id: UUID | None = None
    organization_id: UUID | None = None
    statuses: tuple[str, ...] = ()
    filter: Filter | None = None
    now: datetime | None = None
    awake: bool = False

    @property
    def narrow(self) -> bool:
        """True where not every lead is in it, so that a change may move one out."""
        return replace(self, now=None) != LeadScope()

    @property
    def sorts(self) -> tuple[str, ...]:
        """The columns that a list of these leads is sorted by: an index holds each such order.

        Another sort is possible, at the price of reading all leads of the scope.
        """
        if self.organization_id is not None or self.statuses or self.filter is not None:
            return ("created",)
        if self.campaign_id is not None:
            return ("created", "contacted", "name", "email", "status")
        return ("created", "updated", "contacted", "name", "email", "status")


@dataclass(frozen=True, slots=True)
class StatusCounts:
    """Numbers of leads by status."""

    by_status: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All leads."""
        return sum(self.by_status.values())

    def group(self, values: tuple[str, ...]) -> int:
        """Leads in any of these statuses."""
        return sum(self.by_status.get(value, 0) for value in values)
