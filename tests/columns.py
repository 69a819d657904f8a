"""The columns of free text, by kind of row, in the order of the models."""

from __future__ import annotations

from typing import Final

from sqlalchemy import String

from db.models import Base, Campaign, Lead, Organization


def _texts(model: type[Base], *but: str) -> tuple[str, ...]:
    """Return the columns of a model that hold text, but those that identify a row."""
    columns = model.__table__.columns
    return tuple(
        each.name for each in columns if isinstance(each.type, String) and each.name not in but
    )


CAMPAIGN: Final = _texts(Campaign)
ORGANIZATION: Final = _texts(Organization, "email_domain")
LEAD: Final = _texts(Lead, "email", "status")
