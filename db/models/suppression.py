"""Suppressions: e-mail addresses and domains that nobody may write to."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Moment, NewId, Now


class Suppression(Base):
    """An address, or a domain with all that is below it; triggers normalise ``value``.

    ``kind`` is ``email`` or ``domain``, and found by the trigger where it is not given.
    """

    __tablename__ = "suppressions"
    __table_args__ = (
        UniqueConstraint("value"),
        CheckConstraint("kind IN ('email', 'domain')", name="kind"),
        CheckConstraint(
            "length(value) <= 320 AND CASE kind"
            r" WHEN 'email' THEN value ~ '^[^@\s]+@[^@\s]+[.][^@\s]+$'"
            r" ELSE value ~ '^[a-z0-9_-]+([.][a-z0-9_-]+)+$' END",
            name="value",
        ),
        Index("ix_suppressions_created", text("created_at DESC"), text("suppression_id DESC")),
    )

    suppression_id: Mapped[NewId]
    kind: Mapped[str] = mapped_column(String)
    value: Mapped[str] = mapped_column(String)
    reason: Mapped[str | None] = mapped_column(String)
    source: Mapped[str | None] = mapped_column(String)
    expires_at: Mapped[Moment | None]
    created_at: Mapped[Now]
    created_by: Mapped[str] = mapped_column(String)
