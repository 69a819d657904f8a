"""Leads as CSV, JSON Lines or JSON, streamed through a server-side cursor."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, TextIO, cast

from sqlalchemy import ColumnElement, Row, Select, func, or_, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from db.engine import allow_time, translate
from db.errors import ConfigurationError, ExportCancelled
from db.exports import FORMATS, ExportReport, ExportRequest
from db.models import Campaign, Lead, Organization
from db.progress import GoOn, always
from db.queries import leads
from db.queries.marked import chosen
from db.queries.suppressions import suppressed_leads
from db.statuses import LEAD
from db.transfer import shapes
from db.transfer.files import private_file
from db.transfer.spreadsheet import csv_cell, plain

_ROWS_AT_A_TIME: Final = 1_000
_ROWS_WITH_DOCUMENTS: Final = 50  # of which each may be megabytes
# A reader that stops for longer, such as a pager, must not hold the transaction for ever.
_IDLE: Final = text("SELECT set_config('idle_in_transaction_session_timeout', '10min', true)")


def export_file(
    session: Session, request: ExportRequest, path: Path, go_on: GoOn = always
) -> ExportReport:
    """Write leads to a file that only its owner can read, and that is there whole or not at all.

    See :func:`export_leads`; raises ConfigurationError as well where the file cannot be written.
    """
    try:
        with private_file(path) as file:
            return export_leads(session, request, file, go_on)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}.") from error


def export_leads(
    session: Session, request: ExportRequest, out: BinaryIO | TextIO, go_on: GoOn = always
) -> ExportReport:
    """Write leads to a stream; memory does not grow with their number.

    Binary output is UTF-8. Times are ISO 8601 in UTC; in CSV, documents are JSON text. Suppressed
    leads are counted, and left out unless the request says otherwise. Raises ConfigurationError for
    an unknown form, ExportCancelled where ``go_on`` ended it, and the errors of
    :func:`db.engine.translate`; what was written until then stays.
    """
    if request.fmt not in FORMATS:
        raise ConfigurationError(
            f"There is no format {request.fmt!r}; there are {', '.join(FORMATS)}."
        )
    if not isinstance(out, io.RawIOBase | io.BufferedIOBase):
        return _export(session, request, cast(TextIO, out), go_on)
    wrapped = io.TextIOWrapper(cast(BinaryIO, out), encoding="utf-8", newline="")
    try:
        return _export(session, request, wrapped, go_on)
    finally:
        wrapped.detach()


def foresee(session: Session, request: ExportRequest) -> ExportReport:
    """Return how many leads an export would write, and how many it would leave out."""
    left_out = func.count().filter(suppressed())
    query = chosen(select(func.count(), left_out).select_from(Lead), request.which)
    everything, closed = session.execute(query).one()
    if request.with_suppressed:
        return ExportReport(everything, 0)
    return ExportReport(everything - closed, closed)


def suppressed() -> ColumnElement[bool]:
    """Return the condition for leads that must not be written to, by status or by the list."""
    listed = Lead.lead_id.in_(suppressed_leads())
    return or_(Lead.status.in_(LEAD.suppressed), listed)


def _export(session: Session, request: ExportRequest, out: TextIO, go_on: GoOn) -> ExportReport:
    query = _query(request)
    try:
        allow_time(session)
        session.execute(_IDLE)
        foreseen = foresee(session, request)
        rows_at_a_time = _ROWS_WITH_DOCUMENTS if request.documents else _ROWS_AT_A_TIME
        options = {"yield_per": rows_at_a_time}
        with session.connection().execute(query, execution_options=options) as streamed:
            rows = _watched(streamed.partitions(), foreseen.written, go_on)
            columns = list(streamed.keys())
            if request.fmt in ("json", "jsonl"):
                written = _json(out, columns, rows, array=request.fmt == "json")
            else:
                written = _csv(out, columns, rows, harmless=not request.raw_cells)
    except SQLAlchemyError as error:
        raise translate(error) from error
    return ExportReport(written, foreseen.left_out)


def _query(request: ExportRequest) -> Select[Any]:
    of_others = shapes.OF_OTHERS.get(request.fmt)
    columns = of_others() if of_others else shapes.own(documents=request.documents)
    query = chosen(
        select(*columns)
        .join(Campaign, Lead.campaign_id == Campaign.campaign_id)
        .join(Organization, Lead.company_id == Organization.organization_id),
        request.which,
    ).order_by(*leads.order(request.sort).clauses(backwards=False))
    return query if request.with_suppressed else query.where(~suppressed())


def _watched(pieces: Iterable[Sequence[Row[Any]]], total: int, go_on: GoOn) -> Iterator[Row[Any]]:
    done = 0
    _ask(go_on, done, total)
    for piece in pieces:
        yield from piece
        done += len(piece)
        _ask(go_on, done, total)


def _ask(go_on: GoOn, done: int, total: int) -> None:
    if not go_on(done, total):
        raise ExportCancelled("The export was stopped: there is no file.")


def _csv(out: TextIO, columns: Sequence[str], rows: Iterable[Row[Any]], harmless: bool) -> int:
    # CRLF (RFC 4180) is also what makes the writer quote a lone CR.
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    number = 0
    for row in rows:
        writer.writerow([csv_cell(value, harmless) for value in row])
        number += 1
    return number


def _json(out: TextIO, columns: Sequence[str], rows: Iterable[Row[Any]], array: bool) -> int:
    """JSON Lines, or the same lines as one array; documents come last, as the database has them."""
    number = 0
    before, between = ("[\n", ",\n") if array else ("", "\n")
    documents = [(place, name) for place, name in enumerate(columns) if name in shapes.DOCUMENTS]
    out.write(before)
    for number, row in enumerate(rows, 1):
        plain_values = dict(zip(columns, row, strict=True))
        for _, name in documents:
            del plain_values[name]
        line = _encode(plain_values)[:-1]
        for place, name in documents:
            line += f', "{name}": {"null" if row[place] is None else row[place]}'
        out.write(between if number > 1 else "")
        out.write(f"{line}}}")
    out.write("\n" if number else "")
    out.write("]\n" if array else "")
    return number


_encode: Final = json.JSONEncoder(ensure_ascii=False, default=plain).encode
