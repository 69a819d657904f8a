"""Reads of the suppression list: its entries, what they cover, and whom one may write to."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    any_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from db.domains import is_free_mail
from db.models import Lead, Suppression
from db.queries.keyset import AnySelect
from db.statuses import LEAD
from db.suppression import Covered, MayWrite, Objection, SuppressionRow, kind_of, read_value

ROW: Final = (
    Suppression.suppression_id,
    Suppression.kind,
    Suppression.value,
    Suppression.reason,
    Suppression.source,
    Suppression.expires_at,
    Suppression.created_at,
    Suppression.created_by,
)
MOST_OBJECTIONS: Final = 20
"""Leads that are named where one may not write to a domain."""
_IN_FORCE: Final[ColumnElement[bool]] = or_(
    Suppression.expires_at.is_(None), Suppression.expires_at > func.now()
)
_LAST_LETTER: Final = literal_column("chr(1114111)", String)
_REVERSED: Final = func.reverse(Lead.email).collate("C")
# Beyond those, an address that bounced or never existed is no address to write to.
_DEAD: Final = ("bounced", "invalid")


def latest(session: Session, limit: int, term: str = "") -> tuple[SuppressionRow, ...]:
    """Return suppressions, expired ones too, the newest first; each holds ``term`` in value,
    reason or source, letters in any case."""
    query = _newest_first()
    if term:
        texts = (Suppression.value, Suppression.reason, Suppression.source)
        query = query.where(or_(*(text.icontains(term, autoescape=True) for text in texts)))
    return tuple(SuppressionRow(*row) for row in session.execute(query.limit(limit)))


def every(session: Session) -> Iterator[SuppressionRow]:
    """Yield the whole list, the newest first, in a transaction; memory does not grow with it."""
    found = session.execute(_newest_first().execution_options(yield_per=1000))
    return (SuppressionRow(*row) for row in found)


def _newest_first() -> AnySelect:
    return select(*ROW).order_by(Suppression.created_at.desc(), Suppression.suppression_id.desc())


def covering(session: Session, value: str) -> tuple[SuppressionRow, ...]:
    """Return what covers an address or domain in stored form now: the address first, then domains."""
    query = select(*ROW).where(_covers(literal(value, String)), _IN_FORCE)
    query = query.order_by(Suppression.kind.desc(), func.length(Suppression.value).desc())
    return tuple(SuppressionRow(*row) for row in session.execute(query))


def _covers(value: ColumnElement[str]) -> ColumnElement[bool]:
    return Suppression.value == any_(func.customer_center_covering(value))


def is_suppressed() -> ColumnElement[bool]:
    """Return the condition that a lead is suppressed now, lead by lead, for few of them."""
    return exists(select(1).where(_covers(Lead.email.expression), _IN_FORCE))


def among(session: Session, emails: Collection[str]) -> frozenset[str]:
    """Return those of some addresses, in stored form, that are suppressed now."""
    given = func.unnest(bindparam("emails", list(emails), ARRAY(String))).column_valued("given")
    return frozenset(session.scalars(select(given).where(func.customer_center_suppressed(given))))


def suppressed_leads(*conditions: ColumnElement[bool]) -> AnySelect:
    """Return the query for the ids of all leads that are suppressed now, from the list's side.

    It costs by the length of the list and by what it covers, not by the number of leads.
    """
    return _leads_of(Suppression.kind, Suppression.value, _IN_FORCE, *conditions)


def _leads_of(kind: Any, value: Any, *conditions: ColumnElement[bool]) -> AnySelect:
    """The leads of addresses, of domains, and of what is below domains: an index each."""
    by_address = select(Lead.lead_id).where(kind == "email", Lead.email == value, *conditions)
    parts = [by_address]
    backwards = _REVERSED
    for before in ("@", "."):
        start = func.reverse(literal(before) + value).collate("C")
        within = and_(backwards >= start, backwards < start + _LAST_LETTER)
        parts.append(select(Lead.lead_id).where(kind == "domain", within, *conditions))
    return select(union_all(*parts).subquery("covered").c.lead_id)


def covered(session: Session, value: str) -> Covered:
    """Return how many leads a value in stored form covers, whether it is on the list or not."""
    kind = literal(kind_of(value), String)
    ids = _leads_of(kind, literal(value, String))
    sendable = func.count().filter(Lead.status.in_(sorted(LEAD.sendable)))
    row = session.execute(select(func.count(), sendable).where(Lead.lead_id.in_(ids))).one()
    return Covered(row[0], row[1])


def may_write(session: Session, text: str) -> MayWrite | None:
    """Return whether one may write to the address or domain in a text, None where it is neither.

    Against an address speak a suppression that covers it, and a lead of it that unsubscribed, must
    not be contacted, bounced, or is invalid; against a domain a suppression, and a lead there that
    unsubscribed or must not be contacted, unless anybody can have an address at the domain.
    """
    try:
        value = read_value(text)
    except ValueError:
        return None
    query = union_all(_suppressions(value), _leads_against(value)).limit(MOST_OBJECTIONS)
    objections = tuple(Objection(*row) for row in session.execute(query))
    return MayWrite(value, kind_of(value), objections)


def _suppressions(value: str) -> AnySelect:
    return select(
        literal("suppressed").label("what"),
        Suppression.value.label("value"),
        Suppression.created_at.label("since"),
        Suppression.reason.label("reason"),
        Suppression.source.label("source"),
        Suppression.expires_at.label("until"),
        cast(null(), Lead.lead_id.type).label("lead_id"),
    ).where(_covers(literal(value, String)), _IN_FORCE)


def _leads_against(value: str) -> AnySelect:
    found = select(
        Lead.status,
        Lead.email,
        Lead.updated_at,
        cast(null(), String),
        cast(null(), String),
        cast(null(), Suppression.expires_at.type),
        Lead.lead_id,
    )
    if "@" in value:
        against = sorted(LEAD.suppressed) + list(_DEAD)
        return found.where(Lead.email == value, Lead.status.in_(against))
    if is_free_mail(value):
        return found.where(literal(False))
    start = ("@" + value)[::-1]
    at_domain = _REVERSED.between(start, start + "\U0010ffff")
    return found.where(at_domain, Lead.status.in_(sorted(LEAD.suppressed)))
