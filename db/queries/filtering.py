"""SQL of a filter: conditions on leads, with every text and number as a bound parameter.

What belongs to an organization or a campaign is asked in a sub-select of its own, so that the query
may or may not have joined them. A condition that is turned round holds for NULL too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Numeric,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import Session, aliased

from db.countries import same_country
from db.domains import normalize_host
from db.errors import NotFound
from db.filters import tree
from db.filters.fields import (
    UNKNOWN,
    UNVERIFIED,
    YES,
    Field,
    Kind,
    Owner,
    document,
    named,
    optional,
)
from db.filters.times import span
from db.models import Campaign, Lead, Organization
from db.queries.matching import bytewise, matches
from db.queries.suppressions import suppressed_leads
from db.statuses import CAMPAIGN, LEAD, Group, values_of

Condition = ColumnElement[bool]

# Under names of their own, for the query around may have joined the tables as they are.
_COMPANY: Final = aliased(Organization, name="company")
_OUTREACH: Final = aliased(Campaign, name="outreach")
_TABLES: Final[dict[Owner, Any]] = {
    "lead": Lead,
    "organization": _COMPANY,
    "campaign": _OUTREACH,
}
# Triggers keep them in lower case, and indexes have them as they are, from both ends.
_LOWER_CASE: Final = ("email", "email_domain")
# Indexes have their lower case from the start.
_BY_START: Final = ("first_name", "last_name", "name")
_FOREIGN_KEYS: Final[dict[Owner, str]] = {"organization": "company_id", "campaign": "campaign_id"}
_ID_LENGTH: Final = 36
_SCALARS: Final = ("string", "number", "boolean")
_NAMED: Final = 5
"""How many campaigns an error names."""
_NUMBER: Final = r"^-?[0-9]{1,255}(\.[0-9]{1,255})?$"


def conditions(wanted: tree.Filter, now: datetime) -> list[Condition]:
    """Return the conditions on ``Lead`` that a filter stands for, all of which must hold.

    ``now`` is timezone-aware: relative times count from it, and days begin in its zone.
    """
    mine: dict[Owner, list[Condition]] = {"lead": [], "organization": [], "campaign": []}
    for term in wanted.terms:
        owner, condition = _term(term, now)
        mine[owner].append(condition.is_not(true()) if term.negated else condition)
    joined: tuple[Owner, ...] = ("campaign", "organization")
    return [
        *mine["lead"],
        *(_of_lead(owner, and_(*mine[owner])) for owner in joined if mine[owner]),
    ]


def settled(session: Session, wanted: tree.Filter) -> tree.Filter:
    """Return the filter with ids for the names of campaigns, by which indexes find their leads.

    All campaigns of a name are meant. Raises NotFound where a name has no campaign, or an id neither
    campaign nor organization, as where the filter is that of another database.
    """
    for term in wanted.terms:
        _check_ids(session, term)
    return tree.Filter(tuple(_settled_term(session, term) for term in wanted.terms))


def _check_ids(session: Session, term: tree.Term) -> None:
    field = named(term.field) if term.field else None
    if field is None or not field.names_id or term.negated:
        return
    table = _TABLES[field.owner]
    key = table.campaign_id if field.owner == "campaign" else table.organization_id
    for row_id in filter(None, map(_id, term.values)):
        if session.scalar(select(exists().where(key == row_id))) is not True:
            raise NotFound(f"There is no {field.owner} {row_id}.")


def _settled_term(session: Session, term: tree.Term) -> tree.Term:
    if term.field != "campaign":
        return term
    values: list[tree.Value] = []
    for text in _texts(term):
        if text.exact is None or _id(text) is not None:
            values.append(text)
            continue
        query = select(Campaign.campaign_id).where(bytewise(func.lower(Campaign.name), text))
        ids = session.scalars(query).all()
        if not ids:
            raise NotFound(f"There is no campaign named {text.exact!r}{_others(session)}.")
        values.extend(tree.Text((str(row_id),)) for row_id in ids)
    return replace(term, values=tuple(values))


def _others(session: Session) -> str:
    """Name the campaigns that there are, the latest first and not too many."""
    latest = select(Campaign.name).order_by(Campaign.created_at.desc(), Campaign.campaign_id)
    names = session.scalars(latest.limit(_NAMED + 1)).all()
    more = ", …" if len(names) > _NAMED else ""
    return f"; there are: {', '.join(names[:_NAMED])}{more}" if names else "; there is none"


def _of_lead(owner: Owner, condition: Condition) -> Condition:
    """A condition on what a lead belongs to, as one on the lead."""
    if owner == "organization":
        return Lead.company_id.in_(select(_COMPANY.organization_id).where(condition))
    if owner == "campaign":
        return Lead.campaign_id.in_(select(_OUTREACH.campaign_id).where(condition))
    return condition


def _term(term: tree.Term, now: datetime) -> tuple[Owner, Condition]:
    """The condition of a term before it is turned round, and whose columns it is on."""
    if not term.field:
        return "lead", or_(*(_anywhere(value) for value in _texts(term)))
    if term.path is not None:
        owned = document(term.path.document)
        assert owned is not None
        return owned.owner, _in_document(owned, term.path, term.values)
    field = named(term.field)
    assert field is not None
    if field.kind is Kind.FIELDS:
        return _presence(term, now)
    if field.name == "suppressed":
        return "lead", or_(*(_on_the_list(text) for text in _texts(term)))
    if field.kind is Kind.WORD:
        return field.owner, _words(field, _texts(term))
    ids = [row_id for row_id in map(_id, term.values) if row_id is not None]
    if field.names_id and len(ids) == len(term.values):
        return "lead", _by_id(field, ids)
    return field.owner, or_(*(_value(field, value, now) for value in term.values))


def _texts(term: tree.Term) -> list[tree.Text]:
    return [value for value in term.values if isinstance(value, tree.Text)]


def _columns(field: Field) -> list[ColumnElement[Any]]:
    return [getattr(_TABLES[field.owner], name) for name in field.columns]


def _value(field: Field, value: tree.Value, now: datetime) -> Condition:
    column = _columns(field)[0]
    if isinstance(value, tree.Text):
        return _text(field, value)
    if field.kind is Kind.TIME:
        start, end = span(value, now)
        bounds = (column >= start if start else None, column < end if end else None)
        return and_(*(bound for bound in bounds if bound is not None))
    if isinstance(value, tree.Between):
        return column.between(value.low, value.high)
    return column.op(value.operator, is_comparison=True)(value.operand)


# Texts


def _text(field: Field, text: tree.Text) -> Condition:
    id_column = field.columns[0] if field.kind is Kind.ID else field.names_id
    row_id = _id(text) if id_column else None
    if id_column and row_id is not None:
        found: Condition = getattr(_TABLES[field.owner], id_column) == row_id
        return found
    columns = _columns(field)
    if len(columns) > 1:
        return matches(func.nullif(func.concat_ws(" ", *columns), ""), text)
    (column,) = columns
    if field.columns[0] in _LOWER_CASE:
        return _address(field, column, text)
    if field.name == "country" and text.exact is not None:
        return or_(*(matches(column, tree.Text((name,))) for name in same_country(text.exact)))
    from_start = text.parts[0] != "" and not text.contains
    if field.columns[0] in _BY_START and from_start:
        return bytewise(func.lower(column), text)
    return matches(column, text)


def _address(field: Field, column: ColumnElement[Any], text: tree.Text) -> Condition:
    """An address or domain, by its start, or by its end from behind."""
    if field.name == "domain" and text.exact is not None:
        text = tree.Text((normalize_host(text.exact) or text.exact,))
    if text.contains or text.parts[0] != "" or text.parts[-1] == "":
        return bytewise(column, text)
    backwards = tree.Text(tuple(part[::-1] for part in reversed(text.parts)))
    return bytewise(func.reverse(column), backwards)


def _id(text: tree.Value) -> UUID | None:
    """The id that a whole text is, None for any other."""
    exact = text.exact if isinstance(text, tree.Text) else None
    try:
        return UUID(exact) if exact is not None and len(exact) == _ID_LENGTH else None
    except ValueError:
        return None


def _by_id(field: Field, ids: list[UUID]) -> Condition:
    """The leads of a campaign or organization, for which no other table is needed."""
    column: ColumnElement[UUID] = getattr(Lead, _FOREIGN_KEYS[field.owner])
    return column == ids[0] if len(ids) == 1 else column.in_(ids)


def _anywhere(text: tree.Text) -> Condition:
    """Words that are looked for in what a person would call the lead by."""
    name = func.concat_ws(" ", Lead.first_name, Lead.last_name)
    company = _of_lead("organization", matches(_COMPANY.name.expression, text))
    address = bytewise(Lead.email.expression, text)
    return or_(matches(name, text), address, matches(Lead.title.expression, text), company)


# Vocabularies


def _words(field: Field, texts: list[tree.Text]) -> Condition:
    (column,) = _columns(field)
    exact = [text.exact for text in texts if text.exact is not None]
    listed = sorted({stored for word in exact for stored in _stored(field, word)})
    found = [matches(column, text) for text in texts if text.exact is None]
    if len(listed) == 1:
        found.append(column == listed[0])
    elif listed:
        found.append(column.in_(listed))
    if field.name == "verification" and UNVERIFIED in exact:
        found.append(column.is_(None))
    if field.name == "group" and UNKNOWN in exact:
        found.append(column.not_in(LEAD.values()))
    return or_(*found)


def _on_the_list(text: tree.Text) -> Condition:
    """From the list's side: it is short, and leads are many."""
    listed = suppressed_leads()
    return Lead.lead_id.in_(listed) if text.exact == YES else Lead.lead_id.not_in(listed)


def _stored(field: Field, word: str) -> Iterable[str]:
    """What rows may hold for a word."""
    if field.name == "group":
        return () if word == UNKNOWN else values_of(Group(word))
    if field.name == "campaign.status":
        meant = CAMPAIGN.canonical(word)
        return {word, meant, *(each for each, to in CAMPAIGN.synonyms.items() if to == meant)}
    return (word,)


# Presence


def _presence(term: tree.Term, now: datetime) -> tuple[Owner, Condition]:
    """``has`` and ``no``: any of the fields is there, any is missing.

    A lead whose time has come is snoozed no more.
    """
    found: list[tuple[Owner, Condition]] = []
    for text in _texts(term):
        field = optional(text.parts[0])
        assert field is not None
        columns = _columns(field)
        if field.name == "snoozed":
            asleep = columns[0] > now
            found.append((field.owner, asleep if term.field == "has" else asleep.is_not(true())))
        elif term.field == "has":
            found.append((field.owner, or_(*(column.is_not(None) for column in columns))))
        else:
            found.append((field.owner, and_(*(column.is_(None) for column in columns))))
    owners = {owner for owner, _ in found}
    if len(owners) == 1:
        return owners.pop(), or_(*(condition for _, condition in found))
    return "lead", or_(*(_of_lead(owner, condition) for owner, condition in found))


# Documents


def _in_document(field: Field, path: tree.Path, values: tuple[tree.Value, ...]) -> Condition:
    """Something at a place in a document: of an array its elements, of objects nothing."""
    (column,) = _columns(field)
    place = "$" + "".join(map(_step, path.steps)) + ("[*]" if values else "")
    item = func.jsonb_path_query(column, cast(place, JSONPATH)).column_valued("item")
    text = item.op("#>>", return_type=Text())(literal_column("'{}'"))
    # A column that is empty needs no look into it.
    there = column.is_not(None)
    if not values:
        return there & exists(select(1).where(func.jsonb_typeof(item) != "null"))
    holds = or_(*(_scalar(text, value) for value in values))
    scalar = func.jsonb_typeof(item).in_(_SCALARS)
    return there & exists(select(1).where(scalar, holds))


def _step(step: tree.Step) -> str:
    """A step as SQL's path language has it, whose quotes are those of JSON."""
    if isinstance(step, str):
        return f".{json.dumps(step, ensure_ascii=False)}"
    return "[*]" if step is None else f"[{step}]"


def _scalar(text: ColumnElement[str], value: tree.Value) -> Condition:
    if isinstance(value, tree.Text):
        return matches(text, value)
    assert isinstance(value, tree.Compared)
    # A text that is no number is not compared, and a cast of it must not be tried.
    number = case((text.op("~", is_comparison=True)(_NUMBER), cast(text, Numeric)))
    return number.op(value.operator, is_comparison=True)(value.operand)
