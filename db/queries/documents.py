"""Documents (JSONB): their sizes beside a row, their text on its own, and path queries on them."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Any, Final, Literal
from uuid import UUID

import psycopg2
from sqlalchemy import ColumnElement, Text, case, cast, column, func, select, true
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.errors import InvalidPath, Refused
from db.models import Lead, Organization
from db.rows import PathResult

DocumentName = Literal["summary", "raw", "custom"]

ORGANIZATION_DOCUMENTS: Final = {
    "summary": Organization.website_summary_data,
    "raw": Organization.website_raw_data,
    "custom": Organization.custom_data,
}

LARGEST: Final = 64_000_000
"""Bytes of JSON text that are shown at most."""

RESULTS_AT_MOST: Final = 1_000
"""Results of a path query that are returned."""

_BUFFER_KEPT = 1_000_000  # bytes up to which a connection keeps the room it read them into
_PATH_CODES = re.compile("22|42601|42704")  # SQLSTATEs that are the path's fault, not ours


def size_of(column: InstrumentedAttribute[Any]) -> ColumnElement[int | None]:
    """Return the expression for a document's stored size in bytes, without reading it."""
    return func.pg_column_size(column)


def organization_document(
    session: Session, organization_id: UUID, name: str, *, at_most: int | None = None
) -> str | None:
    """Return a document of an organization as JSON text, numbers exactly as stored.

    ``name`` is ``summary``, ``raw`` or ``custom``. None where there is no document. Raises Refused
    where it has more than ``at_most`` bytes.
    """
    matches = Organization.organization_id == organization_id
    return _text(session, ORGANIZATION_DOCUMENTS[name], matches, at_most)


def lead_document(session: Session, lead_id: UUID, *, at_most: int | None = None) -> str | None:
    """Return the columns that an import kept for a lead as JSON text.

    Raises Refused where it has more than ``at_most`` bytes.
    """
    return _text(session, Lead.custom_data, Lead.lead_id == lead_id, at_most)


def _text(
    session: Session,
    stored: InstrumentedAttribute[Any],
    matches: ColumnElement[bool],
    at_most: int | None,
) -> str | None:
    # OFFSET keeps the server from making the text twice.
    whole = select(cast(stored, Text).label("text")).where(matches).offset(0).subquery()
    size = func.octet_length(whole.c.text)
    fits = true() if at_most is None else size <= at_most
    row = session.execute(select(case((fits, whole.c.text)), size)).one_or_none()
    if row is None or row[1] is None:
        return None
    text, length = row
    if text is None:
        raise Refused(
            f"This document has {length:,} bytes of text, and at most {at_most:,} are shown."
            " A path query shows parts of it."
        )
    if length > _BUFFER_KEPT:
        session.connection().detach()  # closed instead of pooled, for libpq never shrinks its room
    return str(text)


def query_organization(session: Session, organization_id: UUID, name: str, path: str) -> PathResult:
    """Return what PostgreSQL finds in a document of an organization by a JSONPath.

    Raises InvalidPath.
    """
    matches = Organization.organization_id == organization_id
    return _query(session, ORGANIZATION_DOCUMENTS[name], matches, path)


def query_lead(session: Session, lead_id: UUID, path: str) -> PathResult:
    """Return what PostgreSQL finds by a JSONPath in the columns that an import kept for a lead.

    Raises InvalidPath.
    """
    return _query(session, Lead.custom_data, Lead.lead_id == lead_id, path)


def _query(
    session: Session, stored: InstrumentedAttribute[Any], matches: ColumnElement[bool], path: str
) -> PathResult:
    if "\0" in path:
        raise InvalidPath("The path fails: it holds a NUL.", path.index("\0") + 1)
    results = func.jsonb_path_query(stored, cast(path, JSONPATH))
    hits = results.table_valued(
        column("value", JSONB), with_ordinality="number", joins_implicitly=True
    ).render_derived()
    found = (
        select(cast(hits.c.value, Text).label("text"), hits.c.number)
        .select_from(stored.class_, hits)
        .where(matches, hits.c.number <= RESULTS_AT_MOST + 1)
        .subquery()
    )
    size = func.sum(func.octet_length(found.c.text)).over(order_by=found.c.number)
    query = select(case((size <= LARGEST, found.c.text))).order_by(found.c.number)
    try:
        with session.begin_nested():
            rows = session.scalars(query).all()
    except DBAPIError as error:
        raise _invalid(session, path, error) or error from error.orig
    texts = list(takewhile(lambda text: text is not None, rows[:RESULTS_AT_MOST]))
    if rows and not texts:
        raise Refused(f"The first result has more than {LARGEST:,} bytes.")
    return PathResult(f"[{', '.join(texts)}]", len(texts), complete=len(texts) == len(rows))


def _invalid(session: Session, path: str, error: DBAPIError) -> InvalidPath | None:
    """Return what is wrong with the path, None where the error is about something else."""
    assert isinstance(error.orig, psycopg2.Error)
    if not _PATH_CODES.match(error.orig.pgcode or ""):
        return None
    said = error.orig.diag.message_primary or ""
    detail = f". {error.orig.diag.message_detail}" if error.orig.diag.message_detail else ""
    what = f"{said.removesuffix(' of jsonpath input')}{detail}".rstrip(".")
    near = re.fullmatch(r'.* at or near "(.*)" of jsonpath input', said, re.DOTALL)
    at = _place(session, path, near[1]) if near else None
    if said.endswith(" at end of jsonpath input"):
        at = len(path) + 1
    where = f" at character {at}" if at else ""
    return InvalidPath(f"The path fails{where}: {what}.", at)


def _place(session: Session, path: str, token: str) -> int | None:
    """Return the character at which the server stumbles over a token, counted from 1.

    The server tells the token only, which may stand in the path more than once.
    """
    for place in re.finditer(re.escape(token), path):
        try:
            with session.begin_nested():
                session.scalar(select(cast(path[: place.end()], JSONPATH)))
        except DBAPIError as error:
            if f'at or near "{token}"' in str(error.orig):
                return place.start() + 1
    return None
