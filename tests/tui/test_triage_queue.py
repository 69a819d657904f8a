"""Triage: the order of the queue, and going about in it without deciding."""

from __future__ import annotations

from psycopg2.extensions import connection as PsycopgConnection

from tests.support import run
from tests.tui.support import (
    DACH,
    WIN_BACK,
    insert_lead,
    on_top,
    page,
    painted,
    press,
    running,
    status_line,
    status_of,
    title_line,
    to_leads,
    to_triage,
)
from tests.tui.triaging import queue_in, shown_lead, triage_of_new
from tui.screens.campaigns import CampaignsScreen
from tui.screens.lead import LeadScreen
from tui.screens.leads import LeadsScreen
from tui.screens.menus import PickScreen
from tui.screens.triage import TriageScreen

# The queue


async def test_the_queue_holds_the_leads_of_the_chosen_status_in_the_order_of_the_list(
    untouched_url: str, reader: PsycopgConnection
) -> None:
    async with running(untouched_url) as (app, pilot):
        screen = await triage_of_new(pilot)
        assert list(screen.queue.ids) == queue_in(reader, DACH, "new")
        assert shown_lead(app) == screen.queue.ids[0]
        assert f"{DACH} · new" in title_line(app)


async def test_the_place_in_the_queue_is_painted(demo_url: str) -> None:
    async with running(demo_url) as (app, pilot):
        await triage_of_new(pilot)
        assert status_line(app).rstrip().endswith(" 1/36")
        await press(pilot, "A")
        assert status_line(app).rstrip().endswith(" 2/36")
        assert "1 decided" in painted(app)[1]


async def test_all_statuses_include_those_that_nobody_knows(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    odd = insert_lead(n8n, WIN_BACK, "odd@example.com", status="odd")
    async with running(demo_url) as (_, pilot):
        await to_leads(pilot, WIN_BACK)
        screen = await to_triage(pilot, ("enter",))
        assert odd in screen.queue.ids
        assert len(screen.queue) == 27


async def test_leaving_the_question_for_a_status_leaves_triage(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "g", "i")
        assert on_top(app, PickScreen)
        await press(pilot, "escape")
        assert on_top(app, LeadsScreen)


async def test_a_filtered_list_is_triaged_without_a_question(untouched_url: str) -> None:
    async with running(untouched_url) as (_, pilot):
        await to_leads(pilot)
        await press(pilot, "w", "j", "enter")
        screen = await to_triage(pilot, ())
        assert len(screen.queue) == 36


async def test_a_campaign_without_leads_has_nothing_to_triage(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    run(n8n, "INSERT INTO campaigns (name) VALUES ('Empty one')")
    async with running(demo_url) as (app, pilot):
        await press(pilot, "g", "i")
        assert "There is no lead to triage here." in page(app)
        await press(pilot, "q")
        assert on_top(app, CampaignsScreen)


# Going about


async def test_skip_goes_on_without_a_decision(
    untouched_url: str, reader: PsycopgConnection
) -> None:
    async with running(untouched_url) as (app, pilot):
        screen = await triage_of_new(pilot)
        await press(pilot, "n")
        assert shown_lead(app) == screen.queue.ids[1]
        assert "0 decided" in painted(app)[1]
        assert status_of(reader, screen.queue.ids[0]) == "new"


async def test_previous_goes_back_to_a_decided_lead_as_it_is_now(demo_url: str) -> None:
    async with running(demo_url) as (app, pilot):
        screen = await triage_of_new(pilot)
        await press(pilot, "A", "comma")
        assert shown_lead(app) == screen.queue.ids[0]
        assert "◆ ready" in page(app)


async def test_a_deferred_lead_comes_last(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        screen = await triage_of_new(pilot)
        first, second = screen.queue.ids[:2]
        await press(pilot, "minus")
        assert shown_lead(app) == second
        assert screen.queue.ids[-1] == first


async def test_the_end_of_the_queue_says_how_many_were_done(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    keep = queue_in(n8n, DACH, "new")[:2]
    run(n8n, "DELETE FROM leads WHERE status = 'new' AND NOT lead_id = ANY(%s)", keep)
    async with running(demo_url) as (app, pilot):
        await triage_of_new(pilot)
        await press(pilot, "A", "A")
        assert "The queue is done: 2 leads." in page(app)
        added = insert_lead(n8n, DACH, "late@example.com")
        await press(pilot, "R")
        assert shown_lead(app) == added
        await press(pilot, "comma")
        assert shown_lead(app) == keep[1]


async def test_no_key_decides_at_the_end_of_the_queue(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    keep = queue_in(n8n, DACH, "new")[:1]
    run(n8n, "DELETE FROM leads WHERE status = 'new' AND NOT lead_id = ANY(%s)", keep)
    async with running(demo_url) as (app, pilot):
        await triage_of_new(pilot)
        await press(pilot, "A", "d", "n")
        assert status_of(n8n, keep[0]) == "ready"
        assert "The queue is done" in page(app)


async def test_undo_goes_back_to_its_lead(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (app, pilot):
        screen = await triage_of_new(pilot)
        first = screen.queue.ids[0]
        await press(pilot, "d", "n", "n", "u")
        assert shown_lead(app) == first
        assert "○ new" in page(app)
        assert "0 decided" in painted(app)[1]
        assert status_of(n8n, first) == "new"


async def test_undo_at_the_end_of_the_queue_shows_the_last_lead_again(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    keep = queue_in(n8n, DACH, "new")[:1]
    run(n8n, "DELETE FROM leads WHERE status = 'new' AND NOT lead_id = ANY(%s)", keep)
    async with running(demo_url) as (app, pilot):
        await triage_of_new(pilot)
        await press(pilot, "A", "u")
        assert shown_lead(app) == keep[0]


async def test_enter_opens_the_lead_with_all_there_is(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await triage_of_new(pilot)
        await press(pilot, "n", "enter")
        assert on_top(app, LeadScreen)
        await press(pilot, "q")
        assert on_top(app, TriageScreen)
