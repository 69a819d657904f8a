"""The statements of the look-up, each made once: what a text may name, and what is shown of it.

Every part of a statement reads one index from a place on and stops after a few rows, however many
there are. The driver sends values as literals, so that the planner sees the start of a prefix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    SQLColumnExpression,
    String,
    Uuid,
    bindparam,
    func,
    literal,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from db import trigrams
from db.models import Campaign, Lead, Organization
from db.queries import leads
from db.queries.keyset import AnySelect

MOST_PEOPLE: Final = 40
"""Leads that one reason looks at, so that a common name costs no more than a rare one."""

MOST_AT_DOMAIN: Final = 200
"""The same of those at a domain, where a large company comes before a small one."""

MOST_WITH_WORDS: Final = 100
"""Organizations with a word in their names that are looked at."""

_DOMAIN: Final = Organization.email_domain
_NAME: Final = func.lower(Organization.name)
_FIRST: Final = func.lower(Lead.first_name)
_LAST: Final = func.lower(Lead.last_name)
_PERSON: Final = literal_column(trigrams.PERSON, String)
_ID: Final = bindparam("id", type_=Uuid)
_IDS: Final = bindparam("ids", type_=Uuid, expanding=True)
_MOST: Final = bindparam("most", type_=Integer)
_NOBODY: Final = literal_column("NULL::uuid", Uuid)
_SIMPLE: Final[ColumnElement[Any]] = literal_column("'simple'::regconfig")


def text_of(name: str) -> Any:
    """Return a parameter that is text."""
    return bindparam(name, type_=String)


def words_of(column: SQLColumnExpression[str]) -> ColumnElement[Any]:
    """Return the words of a name, as the index on the words of organizations has them."""
    apart = func.translate(column, literal_column("'./_-'"), literal_column("'    '"))
    return func.to_tsvector(_SIMPLE, apart)


def _begins(column: SQLColumnExpression[str], start: str) -> ColumnElement[bool]:
    """A prefix by the order of bytes, which the indexes for prefixes are in."""
    return column.collate("C").like(text_of(start))


# Each part gives an organization, the lead that was meant, and the place among its like.


def _organizations(condition: ColumnElement[bool]) -> AnySelect:
    return select(Organization.organization_id, _NOBODY, _DOMAIN).where(condition).limit(_MOST)


def _beginning(column: SQLColumnExpression[str], start: str) -> AnySelect:
    found = select(Organization.organization_id, _NOBODY, column)
    return found.where(_begins(column, start)).order_by(column.collate("C")).limit(_MOST)


def _named() -> AnySelect:
    # From a place on, and only then those that begin so: a guess of how few these may be would
    # else have all of them read and sorted.
    place = _NAME.collate("C")
    few = select(Organization.organization_id, _NAME.label("name"))
    following = few.where(place >= text_of("from_text")).order_by(place).limit(_MOST).subquery()
    inside = following.c.name.like(text_of("text"))
    return select(following.c.organization_id, _NOBODY, following.c.name).where(inside)


def _below() -> AnySelect:
    backwards = func.reverse(_DOMAIN)
    found = select(Organization.organization_id, _NOBODY, backwards)
    return found.where(_begins(backwards, "below")).order_by(backwards.collate("C")).limit(_MOST)


def _with_words() -> AnySelect:
    # In no order: the first few of a common word are found without reading the others. Those whose
    # names begin so have a reason of their own.
    wanted = func.to_tsquery(_SIMPLE, text_of("words"))
    holding = words_of(Organization.name).bool_op("@@")(wanted)
    few = select(Organization.organization_id, _NAME.label("name")).where(holding)
    found = few.limit(MOST_WITH_WORDS).subquery()
    inside = found.c.name.not_like(text_of("text"))
    return select(found.c.organization_id, _NOBODY, found.c.name).where(inside).limit(_MOST)


def _holding(column: SQLColumnExpression[str]) -> AnySelect:
    found = select(Organization.organization_id, _NOBODY, column)
    return found.where(column.like(text_of("part"))).limit(_MOST)


def _people(
    *conditions: ColumnElement[bool], meant: bool = True, most: int = MOST_PEOPLE
) -> AnySelect:
    lead = Lead.lead_id if meant else _NOBODY
    return select(Lead.company_id, lead, Lead.email).where(*conditions).limit(most)


def _people_beginning(column: SQLColumnExpression[str], start: str) -> AnySelect:
    return _people(_begins(column, start)).order_by(column.collate("C"))


def _at_domain(*, meant: bool) -> tuple[AnySelect, AnySelect]:
    backwards = func.reverse(Lead.email)
    at, below = (
        _people(_begins(backwards, start), meant=meant, most=MOST_AT_DOMAIN).order_by(
            backwards.collate("C")
        )
        for start in ("at", "below")
    )
    return at, below


@dataclass(frozen=True, eq=False)
class Reading:
    """One way to read a question: the statement gives organization, lead, place, and reason.

    ``reasons`` holds all reasons, the best one first.
    """

    reasons: tuple[str, ...]
    statement: CompoundSelect[Any]


def _reading(*reasons: tuple[str, Sequence[AnySelect]]) -> Reading:
    parts = [
        part.add_columns(literal(reason, literal_execute=True))
        for reason, several in reasons
        for part in several
    ]
    return Reading(tuple(reason for reason, _ in reasons), union_all(*parts))


_SUBDOMAIN: Final = ("subdomain", (_below(),))
_PREFIX: Final = ("prefix", (_beginning(_DOMAIN, "start"),))
_NAMED: Final = ("name", (_named(),))
_WORDS: Final = ("word of the name", (_with_words(),))
_ADDRESS: Final = (
    ("e-mail", (_people(Lead.email == text_of("address")),)),
    ("e-mail prefix", (_people_beginning(Lead.email.expression, "start"),)),
)

BY_ID: Final = _reading(
    (
        "id",
        (
            _organizations(Organization.organization_id == _ID),
            _people(Lead.lead_id == _ID),
        ),
    ),
    (
        "id of the campaign",
        (
            _people(Lead.campaign_id == _ID, meant=False, most=MOST_AT_DOMAIN).order_by(
                Lead.created_at.desc(), Lead.lead_id.desc()
            ),
        ),
    ),
)
BY_ADDRESS: Final = _reading(*_ADDRESS)
BY_ADDRESS_AND_DOMAIN: Final = _reading(
    *_ADDRESS,
    ("domain", (_organizations(text_of("host") == _DOMAIN),)),
    ("registrable domain", (_organizations(text_of("registrable") == _DOMAIN),)),
    _SUBDOMAIN,
    ("e-mail at the domain", _at_domain(meant=False)),
)
AROUND_DOMAIN: Final = _reading(
    ("registrable domain", (_organizations(text_of("registrable") == _DOMAIN),)),
    _SUBDOMAIN,
    ("e-mail at the domain", _at_domain(meant=True)),
    _PREFIX,
    _NAMED,
)
BY_WORD: Final = _reading(
    _PREFIX,
    _NAMED,
    _WORDS,
    ("person", (_people_beginning(_LAST, "text"), _people_beginning(_FIRST, "text"))),
    ("e-mail prefix", (_people_beginning(Lead.email.expression, "start"),)),
)
BY_WORDS: Final = _reading(
    _NAMED,
    _WORDS,
    (
        "person",
        (
            _people(_begins(_FIRST, "first"), _begins(_LAST, "last")),
            _people_beginning(_LAST, "text"),
            _people_beginning(_FIRST, "text"),
        ),
    ),
)


WITH_WORDS: Final = _reading(_WORDS)
"""Words that begin so, however many there are: for want of anything better."""

WITH_PART: Final = _reading(
    ("part of the name", (_holding(_NAME),)),
    ("part of the domain", (_holding(_DOMAIN.expression),)),
    ("part of a person's name", (_people(_PERSON.like(text_of("part"))),)),
)
"""Any part of a name or domain, where :mod:`db.trigrams` has its indexes."""


def _hits(condition: ColumnElement[bool]) -> AnySelect:
    """Organizations, each with its newest leads, and with how many it has and when one was written to.

    An organization without leads has one row, whose lead is NULL.
    """
    few = select(Organization).where(condition).limit(_MOST)
    company = aliased(Organization, few.subquery("company"))
    theirs = Lead.company_id == company.organization_id
    totals = (
        select(
            func.count().label("total"),
            func.max(Lead.last_contacted_at).label("last_contacted"),
        )
        .where(theirs)
        .lateral("totals")
    )
    newest = (
        select(Lead)
        .where(theirs)
        .order_by(Lead.created_at.desc(), Lead.lead_id.desc())
        .limit(bindparam("leads", type_=Integer))
        .lateral("newest")
    )
    lead = aliased(Lead, newest)
    return (
        select(
            company.organization_id,
            company.name,
            company.email_domain,
            company.country,
            company.estimated_num_employees,
            company.created_at,
            company.row_version,
            totals.c.total,
            totals.c.last_contacted,
            lead.lead_id,
            lead.first_name,
            lead.last_name,
            lead.email,
            lead.title,
            lead.status,
            lead.email_verification_status,
            lead.last_contacted_at,
            lead.created_at,
            lead.updated_at,
            lead.row_version,
            lead.campaign_id,
            Campaign.name,
            lead.snoozed_until,
        )
        .select_from(company)
        .join(totals, true())
        .outerjoin(newest, true())
        .outerjoin(Campaign, Campaign.campaign_id == lead.campaign_id)
        .order_by(lead.created_at.desc(), lead.lead_id.desc())
    )


ORGANIZATION: Final = 7
"""Where the columns of the organization end in a row of a hit."""

LEAD: Final = 9
"""Where those of the lead begin."""

HITS_AT_DOMAIN: Final = _hits(text_of("host") == _DOMAIN)
HITS: Final = _hits(Organization.organization_id.in_(_IDS))
MEANT: Final = leads.select_rows().where(Lead.lead_id.in_(_IDS))
