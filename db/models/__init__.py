"""The tables as typed ORM models, one module each."""

from __future__ import annotations

from db.base import Base
from db.comments import RELATIONS
from db.models.campaign import Campaign
from db.models.change import Change
from db.models.claim import LeadClaim
from db.models.imports import Import, ImportedRows
from db.models.lead import Lead
from db.models.lease import LeadLease
from db.models.organization import Organization
from db.models.suppression import Suppression

__all__ = [
    "Base",
    "Campaign",
    "Change",
    "Import",
    "ImportedRows",
    "Lead",
    "LeadClaim",
    "LeadLease",
    "Organization",
    "Suppression",
]


for _name, _table in Base.metadata.tables.items():
    _table.comment, _columns = RELATIONS[_name]
    for _column in _table.columns:
        _column.comment = _columns[_column.name]
