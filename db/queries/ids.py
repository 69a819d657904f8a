"""From what a person types to rows: which kind of row has an id, who has an address."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Campaign, Lead, Organization
from db.queries import leads
from db.rows import Kind, LeadRow


def kind_of(session: Session, row_id: UUID) -> Kind | None:
    """Return what has this id: a lead, an organization or a campaign; None for nothing."""
    if session.scalar(select(Lead.lead_id).where(Lead.lead_id == row_id)) is not None:
        return "lead"
    organization = select(Organization.organization_id).where(
        Organization.organization_id == row_id
    )
    if session.scalar(organization) is not None:
        return "organization"
    campaign = select(Campaign.campaign_id).where(Campaign.campaign_id == row_id)
    return "campaign" if session.scalar(campaign) is not None else None


def with_email(session: Session, email: str) -> tuple[LeadRow, ...]:
    """Return the leads of an address (stored form) over all campaigns, newest first."""
    query = leads.select_rows().where(Lead.email == email)
    query = query.order_by(Lead.created_at.desc(), Lead.lead_id.desc())
    return tuple(leads.lead_row(row) for row in session.execute(query))
