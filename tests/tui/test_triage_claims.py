"""Two operators on one queue: nobody gets the other's lead, and lists show who is where."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from textual.pilot import Pilot

from db.claims import Claims
from db.connect import connector
from db.settings import Settings
from tests.support import run, wait_for
from tests.tui.support import (
    DACH,
    line_with,
    on_top,
    page,
    press,
    running,
    settled,
    status_line,
    status_of,
    table_of,
    to_leads,
    until,
)
from tests.tui.triaging import queue_in, shown_lead, triage_of_new
from tui.app import CustomerCenter
from tui.screens.leads import LeadsScreen
from tui.screens.queue_screen import AHEAD
from tui.screens.triage import TriageScreen

CUT = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE application_name = 'customer-center operator'"
)
"""Ends the connection of the operator's claims."""


@pytest.fixture(autouse=True)
def _quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.presence.LOOK_EVERY", 0.1)
    monkeypatch.setattr("tui.screens.queue_screen.RENEW_EVERY", 0.1)


@pytest.fixture
def bob(demo_url: str) -> Iterator[Claims]:
    """Another operator's claims."""
    claims = Claims(connector(demo_url, Settings(demo_url, actor="bob")), "bob")
    yield claims
    claims.close()


@asynccontextmanager
async def two_operators(
    url: str,
) -> AsyncIterator[tuple[tuple[CustomerCenter, Pilot[Any]], tuple[CustomerCenter, Pilot[Any]]]]:
    """Two applications on one database."""
    async with running(url, (120, 40)) as one, running(url, (120, 40)) as other:
        yield one, other


async def test_two_operators_never_get_the_same_lead(demo_url: str, n8n: PsycopgConnection) -> None:
    ids = queue_in(n8n, DACH, "new")
    run(n8n, "DELETE FROM leads WHERE status = 'new' AND NOT lead_id = ANY(%s)", ids[:12])
    async with two_operators(demo_url) as operators:
        (one, first), (other, second) = operators
        decided: list[UUID] = []
        await triage_of_new(first)
        await triage_of_new(second)
        assert shown_lead(one) != shown_lead(other)
        for app, pilot in operators * 9:
            screen = app.screen
            assert isinstance(screen, TriageScreen)
            if screen.lead is None:
                await press(pilot, "R")
            if screen.lead is not None:
                decided.append(shown_lead(app))
                await press(pilot, "d")
        assert sorted(decided) == sorted(ids[:12])
        assert {status_of(n8n, lead_id) for lead_id in decided} == {"disqualified"}


async def test_a_lead_that_another_operator_is_on_comes_last(
    demo_url: str, n8n: PsycopgConnection, bob: Claims
) -> None:
    ids = queue_in(n8n, DACH, "new")
    bob.take(ids[0], ids[:1])
    async with running(demo_url) as (app, pilot):
        screen = await triage_of_new(pilot)
        assert shown_lead(app) == ids[1]
        assert screen.queue.ids[-1] == ids[0]


async def test_where_all_that_is_left_is_with_others_one_waits_and_looks_again(
    demo_url: str, n8n: PsycopgConnection, bob: Claims
) -> None:
    keep = queue_in(n8n, DACH, "new")[:2]
    run(n8n, "DELETE FROM leads WHERE status = 'new' AND NOT lead_id = ANY(%s)", keep)
    bob.take(keep[0], keep)
    bob.take(keep[1], keep)
    async with running(demo_url, (120, 40)) as (app, pilot):
        await triage_of_new(pilot)
        assert "What is left is with others: 2 leads with bob." in page(app)
        bob.close()
        await until(pilot, lambda: on_lead(app), "the lead that is free again")
        assert shown_lead(app) in keep


async def test_going_back_to_a_lead_of_another_operator_is_refused_with_their_name(
    demo_url: str, n8n: PsycopgConnection, bob: Claims
) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        screen = await triage_of_new(pilot)
        first, second = screen.queue.ids[:2]
        await press(pilot, "A")
        await until(pilot, lambda: bob.take(first, [first]), "the claim that is let go")
        await press(pilot, "comma")
        assert shown_lead(app) == second
        assert "bob is on that lead now." in status_line(app)


async def test_leaving_triage_lets_go(demo_url: str, bob: Claims) -> None:
    async with running(demo_url) as (_, pilot):
        screen = await triage_of_new(pilot)
        ids = screen.queue.ids[: AHEAD + 1]
        assert not any(bob.take(lead_id, ids) for lead_id in ids)
        await press(pilot, "q")
        wait_for(lambda: all(bob.take(lead_id, ids) for lead_id in ids))


async def test_quitting_lets_go(demo_url: str, bob: Claims) -> None:
    async with running(demo_url) as (_, pilot):
        screen = await triage_of_new(pilot)
        first = screen.queue.ids[0]
    wait_for(lambda: bob.take(first, [first]))


async def test_a_lost_connection_claims_again(
    demo_url: str, n8n: PsycopgConnection, bob: Claims
) -> None:
    async with running(demo_url) as (app, pilot):
        screen = await triage_of_new(pilot)
        first = screen.queue.ids[0]
        run(n8n, CUT)
        await until(pilot, lambda: _held(app, first), "the claim")
        assert not bob.take(first, [first])


async def test_a_lead_that_was_taken_while_the_connection_was_lost_comes_last(
    demo_url: str, n8n: PsycopgConnection, bob: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.screens.queue_screen.RENEW_EVERY", 3_600)
    async with running(demo_url, (120, 40)) as (app, pilot):
        screen = await triage_of_new(pilot)
        first, second = screen.queue.ids[:2]
        run(n8n, CUT)
        assert bob.take(first, [first])
        screen._renew()
        await settled(pilot)
        assert shown_lead(app) == second
        assert screen.queue.ids[-1] == first


async def test_a_list_shows_who_is_on_which_lead(
    demo_url: str, n8n: PsycopgConnection, bob: Claims
) -> None:
    async with running(demo_url, (130, 60)) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j")
        row = table_of(app).row
        assert row is not None
        bob.take(row.id, [row.id])
        await until(pilot, lambda: f"@ {row.name}" in page(app))
        await until(pilot, lambda: "! bob is on this lead now" in page(app))
        bob.close()
        await until(pilot, lambda: f"@ {row.name}" not in page(app))


async def test_a_list_without_a_preview_names_who_is_on_the_lead_below_while_he_is(
    demo_url: str, bob: Claims
) -> None:
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j")
        row = table_of(app).row
        assert row is not None
        bob.take(row.id, [row.id])
        await until(pilot, lambda: f"bob is on {row.name}." in status_line(app))
        assert line_with(app, f"@ {row.name}")
        assert on_top(app, LeadsScreen)
        bob.close()
        await until(pilot, lambda: "bob is on" not in status_line(app))
        await settled(pilot)


def on_lead(app: CustomerCenter) -> bool:
    screen = app.screen
    return isinstance(screen, TriageScreen) and screen.lead is not None


def _held(app: CustomerCenter, lead_id: UUID) -> bool:
    return app.gateway.claim_holders().of(lead_id) == "operator"
