"""The data layer beside plain psycopg2 on the same tables."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final
from uuid import UUID

from psycopg2.extensions import connection as PsycopgConnection

from db.queries import leads, organizations
from db.rows import DEFAULT_LEAD_SORT, LeadScope, Page, PageRequest, Sort
from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import Figure, cycle, in_turn
from tests.support import fetch, run, scalar
from tui.gateway import Gateway
from tui.writes import SetStatus

COLUMNS: Final = (
    "lead_id, first_name, last_name, email, title, status, campaign_id, company_id, created_at"
)
NEWEST: Final = "ORDER BY created_at DESC, lead_id DESC LIMIT 100"
PSYCOPG: Final = "psycopg2"
PAGE: Final = PageRequest(100)


def figures(bench: Bench) -> Iterator[Figure]:
    """Measure reads, then writes."""
    with bench.plain() as plain, bench.gateway() as gateway:
        yield _page(bench, plain, gateway)
        yield _campaign_page(bench, plain, gateway)
        yield from _far_pages(bench, gateway)
        yield _domain(bench, plain, gateway)
        yield from _starts(bench, gateway)
        yield _counts(bench, plain, gateway)
        yield _status(bench, plain, gateway)


def _page(bench: Bench, plain: PsycopgConnection, gateway: Gateway) -> Figure:
    floor, ours = in_turn(
        lambda: fetch(plain, f"SELECT {COLUMNS} FROM leads {NEWEST}"),
        lambda: gateway.leads_page(LeadScope(), DEFAULT_LEAD_SORT, PAGE),
        rounds=bench.times(200),
        warm=20,
    )
    return Figure("a page of 100 leads", ours.median * 1e3, "ms", floor.median * 1e3, PSYCOPG, 3.3)


def _campaign_page(bench: Bench, plain: PsycopgConnection, gateway: Gateway) -> Figure:
    campaign: UUID = scalar(plain, "SELECT campaign_id FROM leads ORDER BY created_at LIMIT 1")
    query = f"SELECT {COLUMNS} FROM leads WHERE campaign_id = %s AND status = %s {NEWEST}"
    scope = LeadScope(campaign_id=campaign, statuses=("replied",))
    floor, ours = in_turn(
        lambda: fetch(plain, query, campaign, "replied"),
        lambda: gateway.leads_page(scope, DEFAULT_LEAD_SORT, PAGE),
        rounds=bench.times(200),
        warm=20,
    )
    what = "first page of a campaign and status"
    return Figure(what, ours.median * 1e3, "ms", floor.median * 1e3, PSYCOPG, 3.3)


def _far_pages(bench: Bench, gateway: Gateway) -> Iterator[Figure]:
    """The last of up to 5,000 pages beside the first one, for each sort."""
    lists: tuple[tuple[str, int, Any, Callable[[Sort, PageRequest], Page[Any]]], ...] = (
        ("leads", bench.data.leads, leads.SORTS, partial(gateway.leads_page, LeadScope())),
        (
            "organizations",
            bench.data.organizations,
            organizations.SORTS,
            gateway.organizations_page,
        ),
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


def _domain(bench: Bench, plain: PsycopgConnection, gateway: Gateway) -> Figure:
    query = (
        "SELECT o.organization_id, o.name, l.lead_id, l.first_name, l.last_name, l.email, l.title,"
        " l.status, l.campaign_id, l.created_at FROM organizations o"
        " LEFT JOIN leads l ON l.company_id = o.organization_id WHERE o.email_domain = %s"
    )
    floor_domain, our_domain = cycle(bench.domains), cycle(bench.domains)
    floor, ours = in_turn(
        lambda: fetch(plain, query, floor_domain()),
        lambda: gateway.look_up(our_domain()),
        rounds=bench.times(180),
        warm=20,
    )
    what = "a domain's organizations and leads"
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
