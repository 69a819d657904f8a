"""The data layer beside plain psycopg2 on the same tables."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Final
from uuid import UUID

from psycopg2.extensions import connection as PsycopgConnection

from db.database import Database, open_database
from db.many import BulkRequest, Selection
from db.queries.lookup import at_domain
from db.queries.organizations import SORTS
from db.rows import DEFAULT_LEAD_SORT, LeadScope, Page, PageRequest, Sort
from db.services import bulk
from db.settings import Settings
from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import Figure, cycle, in_turn
from tests.support import fetch, run, scalar
from tui.gateway import Gateway
from tui.writes import SetStatus

COLUMNS: Final = (
    "lead_id, first_name, last_name, email, title, status, campaign_id, company_id, created_at"
)
NAMES: Final = (
    "email_verification_status, last_contacted_at, updated_at, row_version,"
    " (SELECT name FROM campaigns c WHERE c.campaign_id = l.campaign_id),"
    " (SELECT name FROM organizations o WHERE o.organization_id = l.company_id)"
)
NEWEST: Final = "ORDER BY created_at DESC, lead_id DESC LIMIT 100"
PSYCOPG: Final = "psycopg2"
PAGE: Final = PageRequest(100)


def figures(bench: Bench) -> Iterator[Figure]:
    """Measure reads, then writes."""
    settings = Settings(bench.data.url, actor="benchmark")
    with (
        bench.plain() as plain,
        bench.gateway() as gateway,
        open_database(settings) as database,
    ):
        yield from _page(bench, plain, gateway)
        yield from _campaign_page(bench, plain, gateway)
        yield from _far_pages(bench, gateway)
        yield _domain(bench, plain, database)
        yield from _starts(bench, gateway)
        yield _counts(bench, plain, gateway)
        yield _status(bench, plain, gateway)
        yield _many(bench, plain, database)
        run(plain, "VACUUM leads")


def _page(bench: Bench, plain: PsycopgConnection, gateway: Gateway) -> Iterator[Figure]:
    return _beside(
        bench,
        "a page of 100 leads",
        lambda: fetch(plain, f"SELECT {COLUMNS} FROM leads l {NEWEST}"),
        lambda: fetch(plain, f"SELECT {COLUMNS}, {NAMES} FROM leads l {NEWEST}"),
        lambda: gateway.leads_page(LeadScope(), DEFAULT_LEAD_SORT, PAGE),
    )


def _campaign_page(bench: Bench, plain: PsycopgConnection, gateway: Gateway) -> Iterator[Figure]:
    campaign: UUID = scalar(plain, "SELECT campaign_id FROM leads ORDER BY created_at LIMIT 1")
    of = f"FROM leads l WHERE campaign_id = '{campaign}' AND status = 'replied' {NEWEST}"
    scope = LeadScope(campaign_id=campaign, statuses=("replied",))
    return _beside(
        bench,
        "first page of a campaign and status",
        lambda: fetch(plain, f"SELECT {COLUMNS} {of}"),
        lambda: fetch(plain, f"SELECT {COLUMNS}, {NAMES} {of}"),
        lambda: gateway.leads_page(scope, DEFAULT_LEAD_SORT, PAGE),
    )


def _beside(
    bench: Bench,
    what: str,
    bare: Callable[[], object],
    named: Callable[[], object],
    ours: Callable[[], object],
) -> Iterator[Figure]:
    """Ours beside the bare columns of leads, and beside the same rows, names looked up too."""
    floor, same, mine = in_turn(bare, named, ours, rounds=bench.times(200), warm=20)
    own = mine.median * 1e3
    yield Figure(what, own, "ms", floor.median * 1e3, f"{PSYCOPG}, names left out", 3.3)
    yield Figure(what, own, "ms", same.median * 1e3, f"{PSYCOPG}, the same rows")


def _far_pages(bench: Bench, gateway: Gateway) -> Iterator[Figure]:
    """The last of up to 5,000 pages beside the first one, for each sort."""
    everything = LeadScope()
    lists: tuple[tuple[str, int, Iterable[str], Callable[[Sort, PageRequest], Page[Any]]], ...] = (
        ("leads", bench.data.leads, everything.sorts, partial(gateway.leads_page, everything)),
        ("organizations", bench.data.organizations, SORTS, gateway.organizations_page),
    )
    for name, total, sorts, page in lists:
        pages = min(5_000, total // 100 - 1)
        for column in sorts:
            for descending in (False, True):
                sort = Sort(column, descending)
                before = page(sort, PageRequest(1, offset=(pages - 1) * 100 - 1))
                far = PageRequest(100, after=before.last)
                first, last = in_turn(
                    partial(page, sort, PAGE),
                    partial(page, sort, far),
                    rounds=bench.times(60),
                    warm=5,
                )
                order = "descending" if descending else "ascending"
                yield Figure(
                    f"page {pages:,} of {name} by {column}, {order}",
                    last.median * 1e3,
                    "ms",
                    first.median * 1e3,
                    "page 1",
                    1.3,
                )


def _domain(bench: Bench, plain: PsycopgConnection, database: Database) -> Figure:
    query = (
        "SELECT o.organization_id, o.name, l.lead_id, l.first_name, l.last_name, l.email, l.title,"
        " l.status, l.campaign_id, l.created_at FROM organizations o"
        " LEFT JOIN leads l ON l.company_id = o.organization_id WHERE o.email_domain = %s"
    )
    floor_domain, our_domain = cycle(bench.domains), cycle(bench.domains)

    def ours_job() -> None:
        with database.reads() as session:
            at_domain(session, our_domain(), most_leads=1_000)

    floor, ours = in_turn(
        lambda: fetch(plain, query, floor_domain()), ours_job, rounds=bench.times(180), warm=20
    )
    what = "a domain's organizations and all their leads"
    return Figure(what, ours.median * 1e3, "ms", floor.median * 1e3, PSYCOPG, 3.0)


def _starts(bench: Bench, gateway: Gateway) -> Iterator[Figure]:
    """The first letters of what people look for, one to eight of them."""
    addresses = bench.values(
        "SELECT email FROM leads WHERE lead_id > '60000000-0000-0000-0000-000000000000'"
        " ORDER BY lead_id LIMIT 60"
    )
    names = bench.values(
        "SELECT name FROM organizations WHERE organization_id > "
        "'60000000-0000-0000-0000-000000000000' ORDER BY organization_id LIMIT 60"
    )
    kinds = {
        "start of a domain": [
            domain[: 1 + place % 8] for place, domain in enumerate(bench.domains)
        ],
        "start of an address": [
            mail[: mail.index("@") + place % 6] for place, mail in enumerate(addresses)
        ],
        "start of a name": [name[: 2 + place % 8] for place, name in enumerate(names)],
        "a word in a name": [name.split()[1][: 3 + place % 6] for place, name in enumerate(names)],
    }
    for what, asked in kinds.items():
        following = cycle(asked)
        (ours,) = in_turn(
            lambda following=following: gateway.look_up(following()),  # type: ignore[misc]
            rounds=bench.times(180),
            warm=20,
        )
        yield Figure(f"look-up by {what}, p95", ours.p95 * 1e3, "ms", limit=15)


def _counts(bench: Bench, plain: PsycopgConnection, gateway: Gateway) -> Figure:
    floor, ours = in_turn(
        lambda: fetch(plain, "SELECT campaign_id, status, count(*) FROM leads GROUP BY 1, 2"),
        gateway.campaign_counts,
        rounds=bench.times(15),
        warm=2,
    )
    what = "exact counts by campaign and status"
    return Figure(what, ours.median * 1e3, "ms", floor.median * 1e3, PSYCOPG, 1.3)


def _status(bench: Bench, plain: PsycopgConnection, gateway: Gateway) -> Figure:
    """One status there and back, in a transaction each, against an UPDATE without our triggers."""
    ids = bench.values(
        "SELECT lead_id FROM leads WHERE status = 'new' AND"
        " lead_id > '20000000-0000-0000-0000-000000000000' ORDER BY lead_id LIMIT 40"
    )
    run(plain, "SET session_replication_role = replica")
    plain_id, our_id = cycle(ids[:20]), cycle(ids[20:])
    turn = 0

    def floor_job() -> None:
        run(
            plain,
            "UPDATE leads SET status = CASE status WHEN 'new' THEN 'ready' ELSE 'new' END,"
            " updated_at = now() WHERE lead_id = %s",
            plain_id(),
        )

    def our_job() -> None:
        nonlocal turn
        seen, target = ("new", "ready") if turn // 20 % 2 == 0 else ("ready", "new")
        turn += 1
        done = threading.Event()
        write = SetStatus("lead", our_id(), "", seen, target)
        gateway.writer.submit(write, lambda _: done.set())
        done.wait()

    floor, ours = in_turn(floor_job, our_job, rounds=bench.times(200), warm=20)
    run(plain, "UPDATE leads SET status = 'new' WHERE lead_id = ANY(%s)", ids)
    return Figure(
        "one status change", ours.median * 1e3, "ms", floor.median * 1e3, "plain UPDATE", 4.0
    )


def _many(bench: Bench, plain: PsycopgConnection, database: Database) -> Figure:
    """10,000 statuses in one transaction, rolled back, against one UPDATE without our triggers."""
    ids = bench.values(
        "SELECT lead_id FROM leads WHERE status = 'new' AND"
        " lead_id > '80000000-0000-0000-0000-000000000000' ORDER BY lead_id LIMIT 10000"
    )

    def floor_job() -> None:
        run(plain, "BEGIN")
        run(plain, "UPDATE leads SET status = 'ready' WHERE lead_id = ANY(%s)", ids)
        run(plain, "ROLLBACK")

    def our_job() -> None:
        with database.sessions() as session:
            bulk.change(session, BulkRequest(Selection(frozenset(ids)), "status", "ready"))
            session.rollback()

    floor, ours = in_turn(floor_job, our_job, rounds=bench.times(7), warm=1)
    what = f"{len(ids):,} statuses in one go"
    return Figure(what, ours.median * 1e3, "ms", floor.median * 1e3, "plain UPDATE", 1.6)
