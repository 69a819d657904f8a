"""Reads of likely duplicates: one statement for each reason, over all rows at once.

What they cost grows with the tables, so they are asked for on demand and can be stopped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from psycopg2 import errorcodes
from sqlalchemy import ColumnElement, Uuid, func, select, text, true
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from db.domains import FREE_MAIL, registrable_domain
from db.duplicates import DuplicateGroup, Duplicates, DuplicateSearch, Reason
from db.engine import allow_time, sqlstate
from db.errors import SearchCancelled
from db.models import Lead, Organization
from db.progress import GoOn, always
from db.queries import duplicate_keys as keys
from db.queries import leads, organizations

MOST_MEMBERS: Final = 20
"""Rows of a group that are listed."""
PATIENCE: Final = 300
"""Seconds for one statement, which reads a table whole and sorts it."""
_MEMORY: Final = text("SELECT set_config('work_mem', '64MB', true)")


@dataclass(frozen=True, slots=True)
class _Shared:
    """Rows of one key for one reason."""

    reason: Reason
    key: str
    ids: tuple[UUID, ...]
    number: int


def find(session: Session, search: DuplicateSearch, go_on: GoOn = always) -> Duplicates:
    """Return groups of likely duplicates, those of the strongest reasons first.

    Must run in a transaction, where its statements may take longer than other reads. Groups of the
    same rows are one with several reasons. Raises SearchCancelled where ``go_on`` ended it.
    """
    allow_time(session, PATIENCE)
    session.execute(_MEMORY)
    reasons = _organizations if search.kind == "organization" else _leads
    shared: list[_Shared] = []
    complete = True
    for done, (reason, query) in enumerate(reasons(session)):
        if not go_on(done, len(REASONS[search.kind])):
            raise SearchCancelled("The search for duplicates was stopped.")
        try:
            found = _shared(session, search, reason, query)
        except DBAPIError as error:
            stopped = sqlstate(error) == errorcodes.QUERY_CANCELED
            if not stopped or go_on(done, len(REASONS[search.kind])):
                raise
            raise SearchCancelled("The search for duplicates was stopped.") from error
        complete = complete and len(found) <= search.limit
        shared += found[: search.limit]
    return Duplicates(_groups(session, search, shared), complete)


REASONS: Final[dict[str, tuple[Reason, ...]]] = {
    "organization": ("domain", "linkedin", "name"),
    "lead": ("mailbox", "linkedin", "person"),
}


@dataclass(frozen=True, slots=True)
class _Query:
    """What is compared: the key, within what it counts, and which rows."""

    key: ColumnElement[Any]
    within: ColumnElement[Any] | None = None
    where: ColumnElement[bool] = field(default_factory=true)


def _organizations(session: Session) -> Iterator[tuple[Reason, _Query]]:
    domain = keys.registered(_registered(session))
    yield "domain", _Query(domain, where=domain.not_in(sorted(FREE_MAIL)))
    yield "linkedin", _Query(keys.company_page())
    yield "name", _Query(keys.bare_name())


def _leads(session: Session) -> Iterator[tuple[Reason, _Query]]:
    yield "mailbox", _Query(keys.mailbox())
    yield "linkedin", _Query(keys.person_page())
    yield "person", _Query(keys.person(), within=Lead.company_id.expression)


def _registered(session: Session) -> dict[str, str]:
    """Return the registrable domains of those hosts that lie below one."""
    deep = select(Organization.email_domain).where(Organization.email_domain.like("%.%.%"))
    hosts = session.scalars(deep.distinct().execution_options(yield_per=10_000))
    pairs = ((host, registrable_domain(host)) for host in hosts)
    return {host: domain for host, domain in pairs if host != domain}


def _shared(
    session: Session, search: DuplicateSearch, reason: Reason, query: _Query
) -> list[_Shared]:
    """Return the keys that several rows share, one more than asked for where there are more."""
    model: Any = Organization if search.kind == "organization" else Lead
    row_id = model.__mapper__.primary_key[0]
    apart: list[ColumnElement[Any]] = [] if query.within is None else [query.within]
    if search.kind == "lead":
        apart.append(Lead.campaign_id.expression)
    keyed = select(
        row_id.label("row_id"),
        model.created_at.label("created_at"),
        query.key.label("key"),
        *(column.label(f"apart_{place}") for place, column in enumerate(apart)),
    ).where(query.where)
    if search.campaign_id is not None:
        keyed = keyed.where(Lead.campaign_id == search.campaign_id)
    rows = keyed.subquery("keyed")
    groups = [rows.c.key, *(rows.c[f"apart_{place}"] for place in range(len(apart)))]
    ids = func.array_agg(
        aggregate_order_by(rows.c.row_id, rows.c.created_at, rows.c.row_id), type_=ARRAY(Uuid)
    )
    number = func.count()
    found = (
        select(rows.c.key, ids[1:MOST_MEMBERS], number)
        .where(func.length(rows.c.key) > 1)
        .group_by(*groups)
        .having(number > 1)
        .order_by(number.desc(), *groups)
        .limit(search.limit + 1)
    )
    if search.of is not None:
        found = found.having(func.bool_or(rows.c.row_id == search.of))
    return [
        _Shared(reason, key, tuple(members), total)
        for key, members, total in session.execute(found)
    ]


def _groups(
    session: Session, search: DuplicateSearch, shared: Sequence[_Shared]
) -> tuple[DuplicateGroup, ...]:
    """Put groups of the same rows together, and the rows in the place of their ids."""
    ids = list(dict.fromkeys(row_id for one in shared for row_id in one.ids))
    read: Any = organizations.rows if search.kind == "organization" else leads.rows
    rows = {row.id: row for row in read(session, ids)} if ids else {}
    groups: dict[frozenset[UUID], DuplicateGroup] = {}
    for one in shared:
        same = frozenset(one.ids)
        if same in groups:
            group = groups[same]
            groups[same] = replace(group, reasons=(*group.reasons, one.reason))
        else:
            members = tuple(rows[row_id] for row_id in one.ids if row_id in rows)
            more = one.number - len(one.ids)
            groups[same] = DuplicateGroup((one.reason,), one.key, members, more)
    return tuple(sorted(groups.values(), key=lambda group: -len(group.reasons)))
