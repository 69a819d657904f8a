"""Whether there is anything at all."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.models import Campaign, Organization


def is_empty(session: Session) -> bool:
    """Tell whether there is neither a campaign nor an organization."""
    anything = or_(select(Campaign.campaign_id).exists(), select(Organization.name).exists())
    return not session.scalar(select(anything))
