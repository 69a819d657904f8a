"""Leads as CSV for a clipboard: what a list shows of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

from db.rows import LeadRow
from db.transfer.spreadsheet import csv_cell

COLUMNS: Final = (
    "first_name",
    "last_name",
    "email",
    "title",
    "company_name",
    "campaign_name",
    "status",
    "email_verification_status",
    "last_contacted_at",
    "lead_id",
)


def leads_csv(rows: Iterable[LeadRow], at_most: int) -> tuple[str, int]:
    """Return a header and as many rows as fit into so many bytes of UTF-8, and their number.

    Cells that a spreadsheet would run as formulas get an apostrophe.
    """
    lines, room, number = [_line(COLUMNS)], at_most - len(_line(COLUMNS)), 0
    for row in rows:
        line = _line(csv_cell(getattr(row, name)) for name in COLUMNS)
        room -= len(line.encode())
        if room < 0:
            break
        lines.append(line)
        number += 1
    return "".join(lines), number


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()
