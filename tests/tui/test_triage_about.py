"""Triage of any filter, in either order; and where the list stands after it."""

from __future__ import annotations

from psycopg2.extensions import connection as PsycopgConnection

from db.filters import parse
from db.rows import LeadScope
from tests.support import fetch, run
from tests.tui.support import (
    DACH,
    on_top,
    page,
    press,
    row_of,
    running,
    settled,
    status_line,
    title_line,
    to_leads,
    to_triage,
    until,
)
from tests.tui.triaging import queue_in, shown_lead, stopped, triage_of_new
from tui.screens.leads import LeadsScreen
from tui.screens.triage import TriageScreen


async def test_any_filter_is_triaged_without_a_question(
    untouched_url: str, reader: PsycopgConnection
) -> None:
    wanted = fetch(
        reader,
        "SELECT lead_id FROM leads WHERE email_icebreaker IS NULL AND status = ANY(%s)"
        " ORDER BY created_at DESC, lead_id DESC",
        ["new", "ready"],
    )
    async with running(untouched_url, (120, 40)) as (app, pilot):
        scope = LeadScope(filter=parse("status:new,ready no:icebreaker"))
        app.start_triage(scope, "all leads · To write")
        await settled(pilot)
        screen = app.screen
        assert isinstance(screen, TriageScreen)
        assert list(screen.queue.ids) == [row[0] for row in wanted]
        assert shown_lead(app) == wanted[0][0]
        assert "Triage › all leads · To write  " in title_line(app)
        assert status_line(app).rstrip().endswith(f" 1/{len(wanted)}")


async def test_the_next_lead_is_painted_by_the_key_though_no_read_comes_through(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        screen = await triage_of_new(pilot)
        second, third = screen.queue.ids[1:3]
        with stopped(demo_url) as holder:
            await pilot.press("n")
            assert shown_lead(app) == second
            await pilot.press("n")
            assert shown_lead(app) == third
            holder.rollback()
        await settled(pilot)


async def test_a_lead_that_left_the_queue_is_not_shown(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        screen = await triage_of_new(pilot)
        second, third, fourth = screen.queue.ids[1:4]
        with n8n.cursor() as cursor:
            cursor.execute(
                "UPDATE leads SET status = 'enriching' WHERE lead_id = ANY(%s)", ([second, third],)
            )
        await press(pilot, "A")
        assert shown_lead(app) == fourth
        assert status_line(app).rstrip().endswith(" 2/34")


async def test_a_key_turns_the_order(untouched_url: str, reader: PsycopgConnection) -> None:
    async with running(untouched_url, (120, 40)) as (app, pilot):
        screen = await triage_of_new(pilot)
        newest_first = queue_in(reader, DACH, "new")
        await press(pilot, "n", "S")
        assert list(screen.queue.ids) == newest_first[::-1]
        assert shown_lead(app) == newest_first[-1]
        assert "Oldest first." in status_line(app)
        await until(pilot, lambda: status_line(app).rstrip().endswith(" 1/36"), "the place")
        await press(pilot, "S")
        assert shown_lead(app) == newest_first[0]


async def test_the_queue_is_in_the_order_of_its_list(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "S", "j", "j", "enter")
        order = app.screen
        assert isinstance(order, LeadsScreen)
        first = row_of(app).id
        screen = await to_triage(pilot)
        assert screen.sort == order.sort
        assert screen.sort.column != "created"
        assert shown_lead(app) == first


async def test_the_list_is_left_and_found_on_the_lead_where_one_was(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await to_triage(pilot)
        await press(pilot, *"nnnnn")
        last = shown_lead(app)
        await press(pilot, "q")
        assert on_top(app, LeadsScreen)
        assert row_of(app).id == last


async def test_a_list_that_the_lead_is_not_in_stays_where_it_was(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "w", "j", "enter")
        screen = await to_triage(pilot, ())
        await press(pilot, *["A"] * len(screen.queue))
        await press(pilot, "q")
        assert on_top(app, LeadsScreen)


async def test_why_a_lead_deserves_a_look_is_above_its_icebreaker_and_in_the_preview(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    first = queue_in(n8n, DACH, "new")[0]
    run(
        n8n,
        "UPDATE leads SET email_icebreaker = 'Hi {{first_name}}',"
        " email_verification_status = 'invalid' WHERE lead_id = %s",
        first,
    )
    async with running(demo_url, (130, 60)) as (app, pilot):
        await triage_of_new(pilot)
        assert "✕ the address is invalid" in page(app)
        reason = page(app).index("✕ the icebreaker holds a placeholder: {{first_name}}")
        assert reason < page(app).index("Icebreaker")
        await press(pilot, "q")
        assert row_of(app).id == first
        await until(pilot, lambda: "✕ the address is invalid" in page(app))
