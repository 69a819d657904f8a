"""Leases: which lead a workflow has taken for itself, and until when."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Moment


class LeadLease(Base):
    """A lead that a worker has claimed; it counts while the lead has the status it was claimed in.

    Written by the function ``claim_leads`` alone.
    """

    __tablename__ = "lead_leases"

    lead_id: Mapped[UUID] = mapped_column(primary_key=True)
    worker: Mapped[str] = mapped_column(String)
    status: Mapped[str] = mapped_column(String)
    leased_until: Mapped[Moment]
