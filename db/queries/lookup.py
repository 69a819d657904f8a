"""The look-up: from anything an operator types or pastes to organizations with their leads.

What is found is ordered by how well it fits: the exact e-mail or domain first, then the registrable
domain and its subdomains, then addresses at the domain, then prefixes of domains and names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    func,
    lateral,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from db.domains import is_free_mail, normalize_host, registrable_domain
from db.models import Campaign, Lead, Organization
from db.queries import leads, organizations
from db.queries.keyset import AnySelect
from db.rows import LeadRow, LookupHit, LookupResult

MOST_HITS: Final = 20
LEADS_PER_HIT: Final = 8
_ADDRESS: Final = re.compile(r"[^\s<>\"'(),;:@/?]+@[^\s<>\"'(),;:@/?]*")
_URL: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_HOSTLIKE: Final = re.compile(r"@?[^\s@/]+\.[^\s@/]*(?:/\S*)?")


@dataclass(frozen=True)
class _Candidates:
    """Organizations of one reason, as a query for their ids in order."""

    why: str
    query: Select[UUID]


def look_up(session: Session, query: str, *, limit: int = MOST_HITS) -> LookupResult:
    """Return what ``query`` finds: an e-mail, a URL, a domain, the start of a domain or name, an id.

    An empty query finds nothing. At most ``limit`` organizations come back.
    """
    # A terminal's broken bytes and NUL are no text for the database.
    storable = query.encode("utf-8", "ignore").decode().replace("\0", "")
    asked = " ".join(storable.split())
    if not asked:
        return LookupResult(query, "nothing", ())
    read_as, candidates, wanted = _interpret(asked)
    reasons = _collect(session, candidates, limit)
    return LookupResult(query, read_as, _hits(session, reasons, wanted))


def _interpret(asked: str) -> tuple[str, Iterator[_Candidates], ColumnElement[bool]]:
    """Return as what the text is read, where to look, and which leads were meant."""
    row_id = _as_id(asked)
    if row_id is not None:
        return "id", _by_id(row_id), Lead.lead_id == row_id
    address = _address(asked)
    if address is not None:
        return "e-mail", _by_address(address), _starts(Lead.email, address)
    is_url = _URL.match(asked) is not None
    host = normalize_host(asked) if is_url or _HOSTLIKE.fullmatch(asked) else None
    if host is not None and "." in host:
        return "domain", _by_domain(host, asked), _at_domain(registrable_domain(host))
    start = host if is_url and host is not None else asked.lower()
    return "start of a domain or name", _by_prefix(start), or_(*_people_from(start))


def _address(asked: str) -> str | None:
    """Return the address, or the start of one, in what was pasted, as it would be stored."""
    found = None if _URL.match(asked) else _ADDRESS.search(asked)
    if found is None:
        return None
    local, _, host = found.group().lower().rpartition("@")
    host = host.rstrip(".") if host.isascii() else normalize_host(host) or host
    return f"{local}@{host}"


def _as_id(asked: str) -> UUID | None:
    try:
        return UUID(asked)
    except ValueError:
        return None


def _by_id(row_id: UUID) -> Iterator[_Candidates]:
    yield _Candidates("id", _organization_where(Organization.organization_id == row_id))
    yield _Candidates("id", _company_where(Lead.lead_id == row_id))
    yield _Candidates("id of the campaign", _company_where(Lead.campaign_id == row_id))


def _by_address(address: str) -> Iterator[_Candidates]:
    yield _Candidates("e-mail", _company_where(Lead.email == address))
    yield _Candidates("e-mail prefix", _company_where(_starts(Lead.email, address)))
    host = normalize_host(address.rpartition("@")[2])
    if host is not None and "." in host and not is_free_mail(registrable_domain(host)):
        yield from _by_domain(host, host)


def _by_domain(host: str, asked: str) -> Iterator[_Candidates]:
    registrable = registrable_domain(host)
    yield _Candidates("domain", _organization_where(Organization.email_domain == host))
    if registrable != host:
        yield _Candidates(
            "registrable domain", _organization_where(Organization.email_domain == registrable)
        )
    yield _Candidates(
        "subdomain", _organization_where(_below(Organization.email_domain, registrable))
    )
    yield _Candidates("e-mail at the domain", _company_where(_at_domain(registrable)))
    yield _Candidates("prefix", _domains_from(host))
    yield _Candidates("name", _names_from(asked.lower()))


def _by_prefix(start: str) -> Iterator[_Candidates]:
    if " " not in start:
        yield _Candidates("prefix", _domains_from(start))
    yield _Candidates("name", _names_from(start))
    for people in _people_from(start):
        yield _Candidates("person", _company_where(people))
    if " " not in start:
        yield _Candidates("e-mail prefix", _company_where(_starts(Lead.email, start)))


def _people_from(start: str) -> Iterator[ColumnElement[bool]]:
    """The leads whose name begins so: first and last name, else either of them."""
    first_name, last_name = func.lower(Lead.first_name), func.lower(Lead.last_name)
    first, _, last = start.rpartition(" ")
    if first:
        yield and_(_starts(first_name, first), _starts(last_name, last))
    yield _starts(last_name, start)
    yield _starts(first_name, start)


def _starts(column: SQLColumnExpression[str], start: str) -> ColumnElement[bool]:
    """A prefix by the order of bytes, which the indexes for prefixes are in."""
    return column.collate("C").startswith(start, autoescape=True)


def _below(column: SQLColumnExpression[str], domain: str) -> ColumnElement[bool]:
    return _starts(func.reverse(column), ("." + domain)[::-1])


def _at_domain(domain: str) -> ColumnElement[bool]:
    backwards = func.reverse(Lead.email)
    return or_(_starts(backwards, ("@" + domain)[::-1]), _starts(backwards, ("." + domain)[::-1]))


def _domains_from(start: str) -> Select[UUID]:
    query = select(Organization.organization_id).where(_starts(Organization.email_domain, start))
    return query.order_by(Organization.email_domain.collate("C"))


def _names_from(start: str) -> Select[UUID]:
    name = func.lower(Organization.name)
    query = select(Organization.organization_id).where(_starts(name, start))
    return query.order_by(name.collate("C"))


def _organization_where(condition: ColumnElement[bool]) -> Select[UUID]:
    return select(Organization.organization_id).where(condition)


def _company_where(condition: ColumnElement[bool]) -> Select[UUID]:
    return select(Lead.company_id).where(condition)


def _collect(session: Session, candidates: Iterable[_Candidates], limit: int) -> dict[UUID, str]:
    """Return organization ids with the best reason for each, in the order of the reasons."""
    reasons: dict[UUID, str] = {}
    rows = 4 * limit
    for candidate in candidates:
        (organization_id,) = candidate.query.selected_columns
        # Many leads may be of one organization: ask again without it until there are no more.
        more = True
        while more:
            query = candidate.query.where(organization_id.not_in(list(reasons))).limit(rows)
            found = session.scalars(query).all()
            for one in found:
                reasons.setdefault(one, candidate.why)
                if len(reasons) == limit:
                    return reasons
            more = len(found) == rows
    return reasons


def _hits(
    session: Session, reasons: dict[UUID, str], wanted: ColumnElement[bool]
) -> tuple[LookupHit, ...]:
    if not reasons:
        return ()
    query = organizations.select_rows().where(Organization.organization_id.in_(reasons))
    found = {row[0]: organizations.organization_row(row) for row in session.execute(query)}
    people = _leads_of(session, list(reasons), wanted)
    contacted = _last_contacts(session, list(reasons))
    return tuple(
        LookupHit(
            organization=found[organization_id],
            why=why,
            leads=tuple(people.get(organization_id, ())),
            total_leads=found[organization_id].leads,
            last_contacted_at=contacted.get(organization_id),
        )
        for organization_id, why in reasons.items()
        if organization_id in found
    )


def _leads_of(
    session: Session, organization_ids: list[UUID], wanted: ColumnElement[bool]
) -> dict[UUID, list[LeadRow]]:
    """Return a few leads of each organization: those that were meant first, then the newest."""
    meant = (
        leads.select_rows()
        .where(Lead.company_id.in_(organization_ids), wanted)
        .order_by(Lead.email.collate("C"), Lead.created_at.desc(), Lead.lead_id.desc())
        .limit(LEADS_PER_HIT * len(organization_ids))
    )
    people: dict[UUID, list[LeadRow]] = {}
    for query in (meant, _newest_leads(organization_ids)):
        for row in session.execute(query):
            made = leads.lead_row(row)
            listed = people.setdefault(made.company_id, [])
            if len(listed) < LEADS_PER_HIT and all(made.id != other.id for other in listed):
                listed.append(made)
    return people


def _newest_leads(organization_ids: list[UUID]) -> AnySelect:
    """The newest few leads of each organization, each found by the index on its company."""
    newest = lateral(
        select(Lead)
        .where(Lead.company_id == Organization.organization_id)
        .order_by(Lead.created_at.desc(), Lead.lead_id.desc())
        .limit(LEADS_PER_HIT)
    )
    lead = aliased(Lead, newest)
    return (
        select(*leads.row_columns(lead))
        .select_from(Organization)
        .join(newest, true())
        .join(Campaign, Campaign.campaign_id == lead.campaign_id)
        .where(Organization.organization_id.in_(organization_ids))
        .order_by(lead.created_at.desc(), lead.lead_id.desc())
    )


def _last_contacts(session: Session, organization_ids: list[UUID]) -> dict[UUID, datetime]:
    query = (
        select(Lead.company_id, func.max(Lead.last_contacted_at))
        .where(Lead.company_id.in_(organization_ids), Lead.last_contacted_at.is_not(None))
        .group_by(Lead.company_id)
    )
    return {row[0]: row[1] for row in session.execute(query) if row[1] is not None}
