"""Triage: the order of the queue, one key for each decision, and other writers in between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from textual.pilot import Pilot

from tests.support import fetch, journal, plain_connection, run
from tests.tui.support import (
    DACH,
    WIN_BACK,
    away,
    insert_lead,
    on_top,
    page,
    painted,
    press,
    running,
    set_by_n8n,
    settled,
    status_line,
    status_of,
    title_line,
    to_leads,
    to_triage,
    type_in,
    until,
)
from tui.app import CustomerCenter
from tui.screens.campaigns import CampaignsScreen
from tui.screens.lead import LeadScreen
from tui.screens.leads import LeadsScreen
from tui.screens.menus import ChordMenu, ConfirmScreen, PickScreen
from tui.screens.triage import TriageScreen

NEW = ("j", "enter")
"""The keys that choose the new leads in the question for a status."""


def queue_in(connection: PsycopgConnection, campaign: str, *statuses: str) -> list[UUID]:
    """The ids of a campaign's leads in the order of a queue, as the database has it."""
    rows = fetch(
        connection,
        "SELECT lead_id FROM leads l JOIN campaigns c USING (campaign_id)"
        " WHERE c.name = %s AND l.status = ANY(%s) ORDER BY l.created_at DESC, lead_id DESC",
        campaign,
        list(statuses),
    )
    return [row[0] for row in rows]


async def triage_of_new(pilot: Pilot[Any], campaign: str = DACH) -> TriageScreen:
    await to_leads(pilot, campaign)
    return await to_triage(pilot, NEW)


def shown_lead(app: CustomerCenter) -> UUID:
    screen = app.screen
    assert isinstance(screen, TriageScreen)
    assert screen.lead is not None
    assert screen.lead.email in page(app)
    return screen.lead.id


@contextmanager
def stopped(url: str) -> Iterator[PsycopgConnection]:
    """Let no read or write of leads through until the connection rolls back."""
    with plain_connection(url) as holder:
        holder.autocommit = False
        run(holder, "LOCK TABLE leads IN ACCESS EXCLUSIVE MODE")
        yield holder


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
        await press(pilot, "f", "j", "enter")
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


# Decisions


@pytest.mark.parametrize(
    ("key", "status", "word"),
    [
        ("A", "ready", "ready"),
        ("d", "disqualified", "disqualified"),
        ("b", "invalid", "invalid"),
        ("1", "ready", "ready"),
        ("3", "invalid", "invalid"),
    ],
)
async def test_one_key_decides_and_the_next_lead_is_there(
    demo_url: str, n8n: PsycopgConnection, key: str, status: str, word: str
) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        screen = await triage_of_new(pilot)
        first, second = screen.queue.ids[:2]
        await press(pilot, key)
        assert shown_lead(app) == second
        assert f"new → {word}   u undoes" in status_line(app)
        assert status_of(n8n, first) == status


async def test_ten_leads_are_decided_by_ten_keys(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (app, pilot):
        screen = await triage_of_new(pilot)
        ids = screen.queue.ids
        await press(pilot, *"AdAbAAddAA")
        expected = {"A": "ready", "d": "disqualified", "b": "invalid"}
        assert [status_of(n8n, lead_id) for lead_id in ids[:11]] == [
            *(expected[key] for key in "AdAbAAddAA"),
            "new",
        ]
        assert shown_lead(app) == ids[10]


async def test_keys_typed_ahead_never_decide_on_a_lead_that_is_not_shown(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        screen = await triage_of_new(pilot)
        first, second, third = screen.queue.ids[:3]
        with stopped(demo_url) as holder:
            await pilot.press("A", "A", "d", "b")
            holder.rollback()
            await settled(pilot)
        assert journal(n8n, first) == [("status", "new", "ready")]
        assert journal(n8n, second) == [("status", "new", "ready")]
        assert status_of(n8n, third) == "new"
        assert shown_lead(app) == third


async def test_a_status_of_the_menu_decides_too(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (app, pilot):
        screen = await triage_of_new(pilot)
        first, second = screen.queue.ids[:2]
        await press(pilot, "s", "j", "enter")
        assert status_of(n8n, first) == "ready"
        assert shown_lead(app) == second


async def test_a_forced_decision_goes_on_after_yes(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (app, pilot):
        screen = await triage_of_new(pilot)
        first, second = screen.queue.ids[:2]
        await press(pilot, "5")
        assert on_top(app, ConfirmScreen)
        await press(pilot, "y")
        assert status_of(n8n, first) == "interested"
        assert shown_lead(app) == second


async def test_a_forced_decision_stays_on_the_lead_after_no(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        screen = await triage_of_new(pilot)
        first = screen.queue.ids[0]
        await press(pilot, "5", "enter")
        assert status_of(n8n, first) == "new"
        assert shown_lead(app) == first


@pytest.mark.parametrize(
    ("second", "status"),
    [
        ("r", "replied"),
        ("i", "interested"),
        ("n", "not_interested"),
        ("l", "not_now"),
        ("o", "out_of_office"),
        ("w", "wrong_person"),
    ],
)
async def test_a_reply_is_judged_by_two_keys(
    demo_url: str, n8n: PsycopgConnection, second: str, status: str
) -> None:
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "f", "j", "j", "j", "j", "j", "enter")
        screen = await to_triage(pilot, ())
        first, following = screen.queue.ids[:2]
        assert status_of(n8n, first) == "sent"
        await press(pilot, "r", second)
        assert status_of(n8n, first) == status
        assert shown_lead(app) == following


async def test_the_first_key_of_a_chord_shows_what_may_follow(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await triage_of_new(pilot)
        await press(pilot, "r")
        assert on_top(app, ChordMenu)
        assert "Replied: interested" in page(app)


async def test_another_key_leaves_the_chord_without_a_decision(
    untouched_url: str, reader: PsycopgConnection
) -> None:
    async with running(untouched_url) as (app, pilot):
        screen = await triage_of_new(pilot)
        await press(pilot, "r", "A")
        assert on_top(app, TriageScreen)
        assert status_of(reader, screen.queue.ids[0]) == "new"


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
        await press(pilot, "f", "end", "enter")
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
            await press(pilot, "n", "n")
            assert "The database cannot be reached" in page(app)
            assert "R tries again." in page(app)
        await press(pilot, "R")
        assert shown_lead(app) == screen.queue.ids[3]


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
