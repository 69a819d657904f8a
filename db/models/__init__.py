"""The tables as typed ORM models, one module each."""

from __future__ import annotations

from db.base import Base
from db.models.campaign import Campaign
from db.models.change import Change
from db.models.lead import Lead
from db.models.organization import Organization
from db.models.suppression import Suppression

__all__ = ["Base", "Campaign", "Change", "Lead", "Organization", "Suppression"]
