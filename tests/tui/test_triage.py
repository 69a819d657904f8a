"""Triage: one key for each decision, and the next lead is there."""

from __future__ import annotations

import pytest
from psycopg2.extensions import connection as PsycopgConnection

from tests.support import journal
from tests.tui.support import (
    on_top,
    page,
    press,
    running,
    settled,
    status_line,
    status_of,
    to_leads,
    to_triage,
)
from tests.tui.triaging import shown_lead, stopped, triage_of_new
from tui.screens.menus import ChordMenu, ConfirmScreen
from tui.screens.triage import TriageScreen


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
        first, second, third, fourth = screen.queue.ids[:4]
        with stopped(demo_url) as holder:
            await pilot.press("A", "A", "d", "b")
            holder.rollback()
            await settled(pilot)
        assert journal(n8n, first) == [("status", "new", "ready")]
        assert journal(n8n, second) == [("status", "new", "ready")]
        assert journal(n8n, third) == [("status", "new", "disqualified")]
        assert status_of(n8n, fourth) == "new"
        assert shown_lead(app) == fourth


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
        await press(pilot, "w", "j", "j", "j", "j", "j", "enter")
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
