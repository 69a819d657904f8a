"""Another program holds locks, and queries take too long."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy import text

from db.errors import CustomerCenterError
from db.rows import LeadScope
from tests.faults.fault import Fault, Held, Rig, operator
from tests.faults.leads import make_leads
from tests.faults.screen import application, held, played
from tests.support import plain_connection, scalar
from tests.tui.support import page, press, type_in
from tests.tui.triaging import stopped
from tui.gateway import Gateway

# The list that was asked for, not the counts of views that wait for the same lock.
ACTIVE = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name LIKE 'customer-center%' AND state = 'active'"
    " AND query ~* 'where.*title'"
)


def queued(rig: Rig) -> Held:
    """Hold the whole table while an operator looks and writes: nobody waits long."""
    number, longest = rig.times(10, 1), 0.0
    with rig.database() as url, operator(url) as anna:
        make_leads(url, 1)
        for _ in range(number):
            with stopped(url):
                seconds, words = _refused(lambda: anna.leads_count(LeadScope()))
            longest = max(longest, seconds)
            assert "another program holds" in words.lower(), words
        assert anna.leads_count(LeadScope()) == 1
    assert longest < rig.times(4, 10), f"waited {longest:.1f} s"
    return Held(number, f"refused after {longest:.1f} s at most, in a plain sentence")


def runaway(rig: Rig) -> Held:
    """Let a query run for ever: the server ends it."""
    number, longest, limit = rig.times(5, 1), 0.0, rig.times(15, 1)
    with rig.database() as url, operator(url, statement_timeout=limit) as anna:
        for _ in range(number):
            seconds, words = _refused(lambda: _sleep(anna))
            longest = max(longest, seconds)
            assert "took too long" in words, words
    assert longest < limit + rig.times(1, 8), f"waited {longest:.1f} s"
    return Held(number, f"stopped after {longest:.1f} s at most, in a plain sentence")


def _sleep(gateway: Gateway) -> None:
    gateway._read(lambda session: session.execute(text("SELECT pg_sleep(600)")))


def _refused(job: Callable[[], object]) -> tuple[float, str]:
    began = time.monotonic()
    with pytest.raises(CustomerCenterError) as refused:
        job()
    words = str(refused.value)
    assert "\n" not in words
    return time.monotonic() - began, words


def cancelled(rig: Rig) -> Held:
    """Press Escape while a filtered list is waited for; the server stops its query."""
    number = rig.times(20, 2)
    times: list[float] = []

    async def play(url: str, other: PsycopgConnection) -> None:
        async with application(url, lock_timeout=15) as (app, pilot):
            await press(pilot, "enter")
            for _ in range(number):
                await press(pilot, "f")
                await type_in(pilot, "title:cto")
                with stopped(url):
                    await pilot.press("enter")
                    await held(pilot, lambda: "Esc stops" in page(app), "the word", 10)
                    await held(pilot, lambda: scalar(other, ACTIVE) > 0, "the query", 10)
                    await pilot.press("escape")
                    times.append(
                        await held(pilot, lambda: scalar(other, ACTIVE) == 0, "the end of it", 10)
                    )
                assert "as it was" in page(app)

    with rig.database() as url, plain_connection(url) as other:
        make_leads(url, 30)
        played(lambda: play(url, other))
    assert max(times) < rig.times(1, 5), f"{max(times):.1f} s"
    return Held(number, f"the server had stopped the query after {max(times):.2f} s at most")


FAULTS = (
    Fault("lock-queue", "another program locks the whole table", queued),
    Fault("runaway", "a query that never ends", runaway),
    Fault("escape", "Escape while a list is waited for", cancelled),
)
