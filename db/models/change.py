"""The journal: who changed which field of which row, and when."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, String, text
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from db.base import Base, Now


class Xid8(UserDefinedType[str]):
    """PostgreSQL's number of a transaction, which never comes again; a text in Python."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the type's name in SQL."""
        return "xid8"


# So that the type is known where a table is read back from the database.
ischema_names["xid8"] = Xid8


class Change(Base):
    """A field that went from one value to another; written by triggers alone.

    ``field`` is ``*`` for a row that was deleted, which ``old_value`` holds whole as JSON, or that
    came back, of which ``new_value`` has the version; it is ``import`` for the one entry of a batch.
    ``client_id`` is made by the writer, so that a commit whose answer was lost can be recognised.
    ``actor`` is who the writer says it is, ``role`` who the server knows that it is.
    """

    __tablename__ = "changes"

    change_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    changed_at: Mapped[Now]
    table_name: Mapped[str] = mapped_column(String)
    row_id: Mapped[UUID | None]
    field: Mapped[str] = mapped_column(String)
    old_value: Mapped[str | None] = mapped_column(String)
    new_value: Mapped[str | None] = mapped_column(String)
    actor: Mapped[str] = mapped_column(String)
    batch_id: Mapped[UUID | None]
    client_id: Mapped[UUID | None]
    reason: Mapped[str | None] = mapped_column(String)
    transaction_id: Mapped[str] = mapped_column(Xid8, server_default=text("pg_current_xact_id()"))
    role: Mapped[str | None] = mapped_column(String, server_default=text("SESSION_USER"))

    __table_args__ = (
        Index("ix_changes_row_id", "row_id", "change_id"),
        Index(
            "ix_changes_client_id",
            "client_id",
            postgresql_where=text("client_id IS NOT NULL"),
        ),
        # What was committed since a reader looked last.
        Index("ix_changes_transaction_id", "transaction_id"),
        Index("ix_changes_batch_id", "batch_id", postgresql_where=text("batch_id IS NOT NULL")),
    )
