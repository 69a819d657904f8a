"""Leads as CSV, JSON Lines or JSON, streamed through a server-side cursor."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final, TextIO, cast
from uuid import UUID

from sqlalchemy import Connection, Row, Select, select, text
from sqlalchemy.exc import SQLAlchemyError

from db.engine import allow_time, translate
from db.errors import ConfigurationError
from db.filters import Filter, local_now
from db.models import Campaign, Lead, Organization
from db.queries.filtering import conditions

FORMATS: Final = ("csv", "jsonl", "json")

_ROWS_AT_A_TIME: Final = 1_000
# What spreadsheets take for the begin of a formula (OWASP, CSV injection), full-width forms too. An
# apostrophe that stands before one already gets another, so that taking one off restores the cell.
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
# A reader that stops for longer, such as a pager, must not hold the transaction for ever.
_IDLE: Final = text("SELECT set_config('idle_in_transaction_session_timeout', '10min', true)")


def export_leads(
    connection: Connection,
    *,
    out: BinaryIO | TextIO,
    fmt: str = "csv",
    campaign: UUID | str | None = None,
    status: Sequence[str] | None = None,
    wanted: Filter | None = None,
    now: datetime | None = None,
    harmless: bool = True,
) -> int:
    """Write leads, oldest first, and return their number; memory does not grow with it.

    All columns of the lead, its campaign's name, and its organization's name and domain; times are
    ISO 8601 in UTC. ``campaign`` is a name or an id, ``wanted`` a filter whose times count from
    ``now`` (timezone-aware, by default this moment). In CSV, documents are JSON text, and cells that
    a spreadsheet would run as formulas get an apostrophe unless ``harmless`` is False. Binary output
    is UTF-8. Raises ConfigurationError for an unknown format, and the errors of
    :func:`db.engine.translate`; what was written until then stays.
    """
    if fmt not in FORMATS:
        raise ConfigurationError(f"There is no format {fmt!r}; there are {', '.join(FORMATS)}.")
    query = _query(campaign, status)
    if wanted:
        query = query.where(*conditions(wanted, now or local_now()))
    if isinstance(out, io.RawIOBase | io.BufferedIOBase):
        wrapped = io.TextIOWrapper(cast(BinaryIO, out), encoding="utf-8", newline="")
        try:
            return _export(connection, wrapped, fmt, query, harmless)
        finally:
            wrapped.detach()
    return _export(connection, cast(TextIO, out), fmt, query, harmless)


def _query(campaign: UUID | str | None, status: Sequence[str] | None) -> Select[Any]:
    query = (
        select(
            *Lead.__table__.columns,
            Campaign.name.label("campaign_name"),
            Organization.name.label("organization_name"),
            Organization.email_domain.label("organization_domain"),
        )
        .join(Campaign, Lead.campaign_id == Campaign.campaign_id)
        .join(Organization, Lead.company_id == Organization.organization_id)
        .order_by(Lead.created_at, Lead.lead_id)
    )
    if isinstance(campaign, UUID):
        query = query.where(Lead.campaign_id == campaign)
    elif campaign is not None:
        query = query.where(Campaign.name == campaign)
    return query.where(Lead.status.in_(status)) if status else query


def _export(
    connection: Connection, out: TextIO, fmt: str, query: Select[Any], harmless: bool
) -> int:
    try:
        allow_time(connection)
        connection.execute(_IDLE)
        options = {"yield_per": _ROWS_AT_A_TIME}
        with connection.execute(query, execution_options=options) as streamed:
            columns = list(streamed.keys())
            if fmt == "csv":
                return _csv(out, columns, streamed, harmless)
            return _json(out, columns, streamed, array=fmt == "json")
    except SQLAlchemyError as error:
        raise translate(error) from error


def _csv(out: TextIO, columns: Sequence[str], rows: Iterable[Row[Any]], harmless: bool) -> int:
    # CRLF (RFC 4180) is also what makes the writer quote a lone CR.
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    number = 0
    for row in rows:
        writer.writerow(csv_cell(value, harmless) for value in row)
        number += 1
    return number


def _json(out: TextIO, columns: Sequence[str], rows: Iterable[Row[Any]], array: bool) -> int:
    """JSON Lines, or the same lines as one array."""
    number = 0
    before, between = ("[\n", ",\n") if array else ("", "\n")
    out.write(before)
    for number, row in enumerate(rows, 1):
        document = dict(zip(columns, row, strict=True))
        out.write(between if number > 1 else "")
        out.write(json.dumps(document, ensure_ascii=False, default=_plain))
    out.write("\n" if number else "")
    out.write("]\n" if array else "")
    return number


def csv_cell(value: object, harmless: bool = True) -> str:
    """Return a value as the text of a cell, with an apostrophe where it would run as a formula."""
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    cell = value if isinstance(value, str) else _plain(value)
    return f"'{cell}" if harmless and _FORMULA.match(cell) else cell


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)
