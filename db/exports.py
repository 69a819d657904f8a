"""An export as data: which leads, in which form, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from db.many import Selection
from db.rows import Sort

FORMATS: Final = {
    "csv": "CSV, every column",
    "jsonl": "JSON Lines, every column",
    "json": "JSON, every column",
    "instantly": "CSV as Instantly imports it",
    "smartlead": "CSV as Smartlead imports it",
    "hubspot": "CSV as HubSpot imports it",
}
"""The forms of an export, and what each is in words."""
OLDEST_FIRST: Final = Sort("created")


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """Leads to be written in a form of ``FORMATS``.

    ``with_suppressed`` takes leads that must not be written to as well. ``documents`` adds those of
    the organization, with every lead of it, to the forms that have every column. In CSV, cells that
    a spreadsheet would run as formulas get an apostrophe unless ``raw_cells`` is True.
    """

    which: Selection
    fmt: str = "csv"
    sort: Sort = OLDEST_FIRST
    with_suppressed: bool = False
    documents: bool = False
    raw_cells: bool = False


@dataclass(frozen=True, slots=True)
class ExportReport:
    """How many leads were written, and how many were left out because they are suppressed."""

    written: int
    left_out: int
