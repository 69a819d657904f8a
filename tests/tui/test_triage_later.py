"""Leads that are put aside: snoozed until a date, or back for another icebreaker."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from psycopg2.extensions import connection as PsycopgConnection

from tests.support import run, scalar
from tests.tui.support import (
    DACH,
    on_top,
    page,
    painted,
    press,
    row_of,
    running,
    status_line,
    status_of,
    to_leads,
    type_in,
)
from tests.tui.triaging import queue_in, shown_lead, triage_of_new
from tui.screens.forms import EditScreen
from tui.screens.menus import PromptScreen


def snoozed(connection: PsycopgConnection, lead_id: UUID) -> datetime | None:
    found: datetime | None = scalar(
        connection, "SELECT snoozed_until FROM leads WHERE lead_id = %s", lead_id
    )
    return found


def icebreaker(connection: PsycopgConnection, lead_id: UUID) -> str | None:
    found: str | None = scalar(
        connection, "SELECT email_icebreaker FROM leads WHERE lead_id = %s", lead_id
    )
    return found


async def test_a_snoozed_lead_leaves_the_queue_until_its_date(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        screen = await triage_of_new(pilot)
        first, second = screen.queue.ids[:2]
        await press(pilot, "z")
        await type_in(pilot, "2w", "enter")
        assert shown_lead(app) == second
        day = datetime.now().astimezone().date() + timedelta(weeks=2)
        assert f"snoozed until {day} 00:00   u undoes" in status_line(app)
        until = snoozed(n8n, first)
        assert until is not None
        assert until.astimezone().date() == day
        await press(pilot, "q")
    async with running(demo_url) as (app, pilot):
        screen = await triage_of_new(pilot)
        assert first not in screen.queue.ids
        assert status_line(app).rstrip().endswith(" 1/35")


async def test_a_date_that_is_past_is_refused_and_what_was_typed_stays(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        screen = await triage_of_new(pilot)
        first = screen.queue.ids[0]
        await press(pilot, "z")
        await type_in(pilot, "2020-01-01", "enter")
        assert on_top(app, PromptScreen)
        assert "2020-01-01 is not to come" in page(app)
        await press(pilot, "escape")
        assert shown_lead(app) == first
        assert snoozed(n8n, first) is None


async def test_a_list_shows_snoozed_leads_with_a_sign_and_wakes_them(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j", "z")
        await type_in(pilot, "monday", "enter")
        row = row_of(app)
        assert f"☾ {row.name}" in page(app)
        assert snoozed(n8n, row.id) == row.snoozed_until
        await press(pilot, "z")
        await type_in(pilot, "now", "enter")
        assert f"☾ {row.name}" not in page(app)
        assert snoozed(n8n, row.id) is None


async def test_a_snooze_against_another_writers_is_told_and_does_not_count(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        screen = await triage_of_new(pilot)
        first = screen.queue.ids[0]
        run(n8n, "UPDATE leads SET snoozed_until = '2031-01-01' WHERE lead_id = %s", first)
        await press(pilot, "z")
        await type_in(pilot, "3d", "enter")
        assert "n8n changed snoozed until meanwhile" in status_line(app)
        assert "0 decided" in painted(app)[1]


async def test_an_icebreaker_is_edited_in_a_form_of_its_own(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        screen = await triage_of_new(pilot)
        first = screen.queue.ids[0]
        run(n8n, "UPDATE leads SET email_icebreaker = NULL WHERE lead_id = %s", first)
        await press(pilot, "i")
        form = app.screen
        assert isinstance(form, EditScreen)
        assert [field.spec.name for field in form.fields] == ["email_icebreaker"]
        await type_in(pilot, "Nice", "f2")
        assert icebreaker(n8n, first) == "Nice"
        assert shown_lead(app) == first
        assert "Nice" in page(app)


async def test_an_icebreaker_is_cleared_and_its_lead_is_new_again(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    ready = queue_in(n8n, DACH, "ready")
    run(n8n, "UPDATE leads SET email_icebreaker = 'Hi' WHERE lead_id = ANY(%s)", ready)
    async with running(demo_url, (120, 40)) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "w", "j", "j", "j", "enter", "g", "i")
        assert shown_lead(app) == ready[0]
        await press(pilot, "x")
        assert icebreaker(n8n, ready[0]) is None
        assert status_of(n8n, ready[0]) == "new"
        assert shown_lead(app) == ready[1]
        await press(pilot, "u")
        assert (icebreaker(n8n, ready[0]), status_of(n8n, ready[0])) == ("Hi", "ready")


async def test_there_is_nothing_to_clear_on_a_new_lead_without_an_icebreaker(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    run(n8n, "UPDATE leads SET email_icebreaker = NULL")
    async with running(demo_url, (120, 40)) as (app, pilot):
        screen = await triage_of_new(pilot)
        await press(pilot, "x")
        assert "There is no icebreaker to clear." in status_line(app)
        assert shown_lead(app) == screen.queue.ids[0]
