"""Triage while other writers change the same leads, or the database is away."""

from __future__ import annotations

from psycopg2.extensions import connection as PsycopgConnection

from tests.support import journal, plain_connection, run
from tests.tui.support import (
    away,
    page,
    painted,
    press,
    running,
    set_by_n8n,
    settled,
    status_line,
    status_of,
    to_leads,
    to_triage,
    type_in,
    until,
)
from tests.tui.triaging import shown_lead, triage_of_new

# Other writers in between


async def test_another_writers_status_stays_and_is_named_with_the_lead(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        screen = await triage_of_new(pilot)
        await press(pilot, "n")
        second, third = screen.queue.ids[1:3]
        name = screen.lead and screen.lead.name
        set_by_n8n(n8n, second, "enriching")
        await press(pilot, "A")
        told = f"{name}: Not changed to ready: n8n changed it from new to enriching meanwhile."
        assert told in status_line(app)
        assert status_of(n8n, second) == "enriching"
        assert shown_lead(app) == third


async def test_a_refused_decision_does_not_count(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (app, pilot):
        screen = await triage_of_new(pilot)
        set_by_n8n(n8n, screen.queue.ids[0], "enriching")
        await press(pilot, "A")
        assert "0 decided" in painted(app)[1]


async def test_a_lead_deleted_by_another_writer_is_left_out(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        screen = await triage_of_new(pilot)
        third, fourth = screen.queue.ids[2:4]
        run(n8n, "DELETE FROM leads WHERE lead_id = %s", third)
        await press(pilot, "A", "A")
        assert shown_lead(app) == fourth
        assert status_line(app).rstrip().endswith(" 3/35")


async def test_a_lead_deleted_while_it_is_shown_is_told_with_its_name(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        screen = await triage_of_new(pilot)
        await press(pilot, "n")
        second, third = screen.queue.ids[1:3]
        name = screen.lead and screen.lead.name
        run(n8n, "DELETE FROM leads WHERE lead_id = %s", second)
        await press(pilot, "A")
        assert f"{name}: There is no lead" in status_line(app)
        assert shown_lead(app) == third


async def test_a_suppressed_lead_is_decided_with_a_reason_alone(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (_, pilot):
        await to_leads(pilot)
        await press(pilot, "w", "end", "enter")
        screen = await to_triage(pilot, ())
        first = screen.queue.ids[0]
        assert status_of(n8n, first) == "do_not_contact"
        await press(pilot, "A")
        await type_in(pilot, "came back", "enter")
        assert status_of(n8n, first) == "ready"
        assert screen.queue.done == {first}


# Without a database


async def test_a_lead_that_can_not_be_read_says_so_and_is_read_by_a_key(
    demo_url: str, admin: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        screen = await triage_of_new(pilot)
        await press(pilot, "n")
        with away(admin, demo_url):
            await press(pilot, "n", "n", "n")
            assert "The database cannot be reached" in page(app)
            assert "R tries again." in page(app)
        await press(pilot, "R")
        assert shown_lead(app) == screen.queue.ids[4]


async def test_decisions_made_without_a_database_are_written_when_it_is_back(
    demo_url: str, admin: PsycopgConnection
) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        screen = await triage_of_new(pilot)
        await press(pilot, "n")
        decided = screen.queue.ids[1:3]
        with away(admin, demo_url):
            await pilot.press("A", "d")
            await until(pilot, lambda: "2 changes unsaved" in status_line(app))
        await settled(pilot)
    with plain_connection(demo_url) as reader:
        assert [status_of(reader, lead_id) for lead_id in decided] == ["ready", "disqualified"]
        assert [len(journal(reader, lead_id)) for lead_id in decided] == [1, 1]
