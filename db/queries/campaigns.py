"""Reads of campaigns and of their numbers of leads."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.errors import NotFound
from db.models import Campaign, Lead
from db.rows import CampaignRow, StatusCounts

# The columns of a campaign row, in its order.
ROW: Final = (
    Campaign.campaign_id,
    Campaign.name,
    Campaign.description,
    Campaign.status,
    Campaign.created_at,
    Campaign.updated_at,
    Campaign.row_version,
)


def campaign_row(campaign: Campaign) -> CampaignRow:
    """Make the frozen row of a campaign."""
    return CampaignRow(
        campaign.campaign_id,
        campaign.name,
        campaign.description,
        campaign.status,
        campaign.created_at,
        campaign.updated_at,
        campaign.row_version,
    )


def all_rows(session: Session) -> tuple[CampaignRow, ...]:
    """Return all campaigns, newest first."""
    query = select(Campaign).order_by(Campaign.created_at.desc(), Campaign.campaign_id.desc())
    return tuple(campaign_row(campaign) for campaign in session.scalars(query))


def row(session: Session, campaign_id: UUID) -> CampaignRow:
    """Return one campaign. Raises NotFound."""
    campaign = session.get(Campaign, campaign_id, populate_existing=True)
    if campaign is None:
        raise NotFound(f"There is no campaign {campaign_id}.")
    return campaign_row(campaign)


def by_name(session: Session, name: str) -> CampaignRow:
    """Return the campaign of this name, letters in any case; an id works too. Raises NotFound."""
    query = (
        select(Campaign)
        .where(func.lower(Campaign.name) == name.strip().lower())
        .order_by(Campaign.created_at.desc())
    )
    campaign = session.scalars(query).first()
    if campaign is not None:
        return campaign_row(campaign)
    try:
        return row(session, UUID(name))
    except ValueError:
        raise NotFound(f"There is no campaign named {name!r}.") from None


def lead_counts(session: Session) -> dict[UUID, StatusCounts]:
    """Return the exact numbers of leads by status of each campaign that has leads."""
    query = select(Lead.campaign_id, Lead.status, func.count()).group_by(
        Lead.campaign_id, Lead.status
    )
    found: dict[UUID, dict[str, int]] = {}
    for campaign_id, status, number in session.execute(query):
        found.setdefault(campaign_id, {})[status] = number
    return {campaign_id: StatusCounts(counts) for campaign_id, counts in found.items()}
