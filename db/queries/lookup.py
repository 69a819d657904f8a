"""The look-up: from anything an operator types or pastes to organizations with their leads.

What is found is ordered by how well it fits: the exact e-mail or domain first, then the registrable
domain and its subdomains, then addresses at the domain, then prefixes and words of names. A look-up
is a few statements, none of which costs more in a large database than in a small one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from db import trigrams
from db.domains import is_free_mail, normalize_host, registrable_domain
from db.queries import leads
from db.queries import lookup_statements as statements
from db.queries.keyset import AnyRow
from db.queries.lookup_statements import Reading
from db.queries.search import beginning, containing
from db.rows import LeadRow, LookupHit, LookupResult, OrganizationRow

MOST_HITS: Final = 20
LEADS_PER_HIT: Final = 8
MANY_HITS: Final = 5
LEADS_PER_HIT_OF_MANY: Final = 3
SHORTEST_START: Final = 3
"""Letters of a word from which words that begin so are looked for; fewer begin too many.

What holds a text anywhere is looked for from as many on: it has no trigram else.
"""

_ADDRESS: Final = re.compile(r"[^\s<>\"'(),;:@/?]+@[^\s<>\"'(),;:@/?]*")
_URL: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_HOSTLIKE: Final = re.compile(r"@?[^\s@/]+\.[^\s@/]*(?:/\S*)?")
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class _Question:
    """A text as it was read: where to look and for what.

    ``host`` is the domain that is meant exactly, ``words`` a search for words that begin so,
    ``part`` a pattern for what holds it anywhere.
    """

    read_as: str
    reading: Reading
    values: Mapping[str, object]
    host: str | None = None
    words: str = ""
    part: str = ""


@dataclass
class _Candidate:
    """An organization that was found, the best reason for it, and the leads that were meant."""

    reason: str
    leads: list[UUID] = field(default_factory=list)


def look_up(session: Session, query: str, *, limit: int = MOST_HITS) -> LookupResult:
    """Return what ``query`` finds: an e-mail, a URL, a domain, the start of a domain or name, a
    word of a company's name, an id.

    An empty query finds nothing. At most ``limit`` organizations come back.
    """
    # A terminal's broken bytes and NUL are no text for the database.
    storable = query.encode("utf-8", "ignore").decode().replace("\0", "")
    asked = " ".join(storable.split())
    if not asked:
        return LookupResult(query, "nothing", ())
    question = _interpret(asked)
    hits = at_domain(session, question.host, limit=limit) if question.host else ()
    if len(hits) < limit:
        known = {hit.organization.id for hit in hits}
        found = _candidates(session, question, limit)
        others = {one: what for one, what in found.items() if one not in known}
        hits += _hits(session, _best(others, limit - len(hits), limit))
    return LookupResult(query, question.read_as, hits)


def at_domain(
    session: Session, domain: str, *, limit: int = MOST_HITS, most_leads: int = LEADS_PER_HIT
) -> tuple[LookupHit, ...]:
    """Return organizations of exactly this domain (stored form), each with its newest leads."""
    values = {"host": domain, "most": limit, "leads": most_leads}
    rows = session.connection().execute(statements.HITS_AT_DOMAIN, values).all()
    return tuple(_assembled(rows, "domain"))


def _interpret(asked: str) -> _Question:
    row_id = _as_id(asked)
    if row_id is not None:
        return _Question("id", statements.BY_ID, {"id": row_id})
    address = _address(asked)
    if address is not None:
        return _by_address(address)
    is_url = _URL.match(asked) is not None
    host = normalize_host(asked) if is_url or _HOSTLIKE.fullmatch(asked) else None
    if host is not None and "." in host:
        values = _domain(host) | _starts(start=host) | _name(asked.lower())
        return _Question("domain", statements.AROUND_DOMAIN, values, host)
    return _by_start(host if is_url and host is not None else asked.lower())


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


def _by_address(address: str) -> _Question:
    values = {"address": address} | _starts(start=address)
    host = normalize_host(address.rpartition("@")[2])
    if host is None or "." not in host or is_free_mail(registrable_domain(host)):
        return _Question("e-mail", statements.BY_ADDRESS, values)
    return _Question("e-mail", statements.BY_ADDRESS_AND_DOMAIN, values | _domain(host))


def _by_start(start: str) -> _Question:
    first, _, last = start.rpartition(" ")
    words = _WORD.findall(start)
    values = _name(start) | _starts(start=start, first=first, last=last)
    values["words"] = " & ".join(words)
    reading = statements.BY_WORDS if first else statements.BY_WORD
    long_enough = any(len(word) >= SHORTEST_START for word in words)
    return _Question(
        "start of a domain or name",
        reading,
        values,
        words=_beginning(words),
        part=containing(start) if long_enough else "",
    )


def _beginning(words: list[str]) -> str:
    """Return the search for names with these words, of which the last may go on."""
    long_enough = bool(words) and len(words[-1]) >= SHORTEST_START
    return " & ".join(words) + ":*" if long_enough else ""


def _starts(**texts: str) -> dict[str, object]:
    return {name: beginning(text) for name, text in texts.items()}


def _name(start: str) -> dict[str, object]:
    """The values that find what a name begins with."""
    return {"text": beginning(start), "from_text": start}


def _domain(host: str) -> dict[str, object]:
    """The values that find a domain and what is below its registrable one, backwards."""
    registrable = registrable_domain(host)
    backwards = _starts(at=("@" + registrable)[::-1], below=("." + registrable)[::-1])
    return {"host": host, "registrable": registrable} | backwards


def _candidates(session: Session, question: _Question, limit: int) -> dict[UUID, _Candidate]:
    """Return the organizations found with the best reason for each, in the order of the reasons."""
    values = {**question.values, "most": limit}
    connection, reasons = session.connection(), question.reading.reasons
    rows = list(connection.execute(question.reading.statement, values))
    if question.words and _fewer(rows, limit):
        values["words"] = question.words
        rows += connection.execute(statements.WITH_WORDS.statement, values)
    if question.part and _fewer(rows, limit) and trigrams.there(connection):
        values["part"] = question.part
        rows += connection.execute(statements.WITH_PART.statement, values)
        reasons += statements.WITH_PART.reasons
    ranks = {reason: rank for rank, reason in enumerate(reasons)}
    rows.sort(key=lambda row: (ranks[row[3]], row[2]))
    found: dict[UUID, _Candidate] = {}
    for organization_id, lead_id, _, reason in rows:
        candidate = found.setdefault(organization_id, _Candidate(reason))
        if lead_id is not None and lead_id not in candidate.leads:
            candidate.leads.append(lead_id)
    return found


def _fewer(rows: Sequence[AnyRow], limit: int) -> bool:
    return len({row[0] for row in rows}) < limit


def _best(found: Mapping[UUID, _Candidate], places: int, limit: int) -> dict[UUID, _Candidate]:
    """Return as many as there are places, in order. No reason crowds out the others: what is more
    than a quarter of an answer waits for what else was found.
    """
    seen: Counter[str] = Counter()
    ranked: list[tuple[bool, UUID]] = []
    for organization_id, candidate in found.items():
        seen[candidate.reason] += 1
        ranked.append((seen[candidate.reason] > max(limit // 4, 1), organization_id))
    chosen = {one for _, one in sorted(ranked, key=lambda pair: pair[0])[:places]}
    return {one: what for one, what in found.items() if one in chosen}


def _hits(session: Session, found: Mapping[UUID, _Candidate]) -> tuple[LookupHit, ...]:
    if not found:
        return ()
    most_leads = LEADS_PER_HIT if len(found) <= MANY_HITS else LEADS_PER_HIT_OF_MANY
    values = {"ids": list(found), "most": len(found), "leads": most_leads}
    rows = session.connection().execute(statements.HITS, values).all()
    made = {hit.organization.id: hit for hit in _assembled(rows)}
    meant = _meant(session, found, made, most_leads)
    return tuple(
        replace(
            made[organization_id],
            why=candidate.reason,
            leads=_meant_first(made[organization_id], candidate, meant, most_leads),
        )
        for organization_id, candidate in found.items()
        if organization_id in made
    )


def _assembled(rows: Sequence[AnyRow], why: str = "") -> list[LookupHit]:
    """Make hits out of rows, of which each organization has one for each of its leads."""
    people: dict[UUID, list[LeadRow]] = {}
    first: dict[UUID, AnyRow] = {}
    for row in rows:
        first.setdefault(row[0], row)
        listed = people.setdefault(row[0], [])
        if row.lead_id is not None:
            listed.append(_lead(row))
    return [
        LookupHit(
            organization=_organization(row),
            why=why,
            leads=tuple(people[organization_id]),
            total_leads=row.total,
            last_contacted_at=row.last_contacted,
        )
        for organization_id, row in first.items()
    ]


def _organization(row: AnyRow) -> OrganizationRow:
    *before, created_at, row_version = row[: statements.ORGANIZATION]
    values: tuple[Any, ...] = (*before, row.total, created_at, row_version)
    return OrganizationRow(*values)


def _lead(row: AnyRow) -> LeadRow:
    organization_id, name, *_ = row
    *own, snoozed_until = row[statements.LEAD :]
    values: tuple[Any, ...] = (*own, organization_id, name, snoozed_until)
    return LeadRow(*values)


def _meant(
    session: Session,
    found: Mapping[UUID, _Candidate],
    made: Mapping[UUID, LookupHit],
    most_leads: int,
) -> dict[UUID, LeadRow]:
    """Return the leads that were meant by id: most are among the newest of their organization."""
    known = {lead.id: lead for hit in made.values() for lead in hit.leads}
    wanted = {one for what in found.values() for one in what.leads[:most_leads]}
    missing = wanted - known.keys()
    if missing:
        rows = session.connection().execute(statements.MEANT, {"ids": list(missing)})
        known |= {row.lead_id: leads.lead_row(row) for row in rows}
    return known


def _meant_first(
    hit: LookupHit, candidate: _Candidate, known: Mapping[UUID, LeadRow], most_leads: int
) -> tuple[LeadRow, ...]:
    meant = [known[one] for one in candidate.leads[:most_leads] if one in known]
    newest = [lead for lead in hit.leads if lead not in meant]
    return tuple((meant + newest)[:most_leads])
