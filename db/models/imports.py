"""Imports: what was asked, how far it got, and which rows it made."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, String, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Moment, Now


class Import(Base):
    """One batch. Without ``finished_at`` it was interrupted after ``rows_done`` rows of the file.

    ``digest`` is that of the file and of all that decides where its rows go. ``report`` counts what
    was done so far, ``refused`` are the rows, by number, whose keys disagreed.
    """

    __tablename__ = "imports"

    batch_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    digest: Mapped[str] = mapped_column(String)
    file_name: Mapped[str] = mapped_column(String)
    actor: Mapped[str] = mapped_column(String)
    campaign_id: Mapped[UUID | None]
    campaign_made: Mapped[bool]
    rows_done: Mapped[int] = mapped_column(Integer)
    report: Mapped[dict[str, Any]] = mapped_column(JSONB)
    refused: Mapped[dict[str, str]] = mapped_column(JSONB)
    started_at: Mapped[Now]
    finished_at: Mapped[Moment | None]
    undone_at: Mapped[Moment | None]


class ImportedRows(Base):
    """The ids of rows that one statement of an import made.

    ``table_name`` is theirs; of people imported by chunks there are also ``organizations_met``, those
    that were there already.
    """

    __tablename__ = "import_rows"

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("imports.batch_id"), primary_key=True)
    slice: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    table_name: Mapped[str] = mapped_column(String)
    row_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
