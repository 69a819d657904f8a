"""Frozen messages from the threads of the gateway to the application and its screens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from db.errors import CustomerCenterError
from db.rows import CampaignRow, Kind, LeadRow

if TYPE_CHECKING:
    from tui.writes import Write


@dataclass(frozen=True, slots=True)
class RowChanged:
    """A row was written, or was found to be another than the one painted."""

    kind: Kind
    row_id: UUID
    row: LeadRow | CampaignRow | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A write was committed; ``result`` is what its service returned."""

    write: Write
    result: object


@dataclass(frozen=True, slots=True)
class WriteRefused:
    """A write was not done; the error's text says why."""

    write: Write
    error: CustomerCenterError


@dataclass(frozen=True, slots=True)
class WriteWaiting:
    """The connection was lost; the write is kept and tried again. ``unsaved`` writes wait."""

    write: Write
    unsaved: int
    error: CustomerCenterError


@dataclass(frozen=True, slots=True)
class WriteGoesOn:
    """A write of many rows is under way: so many of them are done, nothing is committed yet."""

    write: Write
    done: int
    total: int
