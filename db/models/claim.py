"""Claims: which lead an operator has in triage, and until when."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Moment


class LeadClaim(Base):
    """A lead that an operator is on, where a pooler leaves no lock to them; see :mod:`db.claims`."""

    __tablename__ = "lead_claims"

    lead_id: Mapped[UUID] = mapped_column(primary_key=True)
    holder: Mapped[UUID]
    operator: Mapped[str] = mapped_column(String)
    held_until: Mapped[Moment]
