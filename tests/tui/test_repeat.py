"""The dot: the last change once more, on the row at hand."""

from __future__ import annotations

from psycopg2.extensions import connection as PsycopgConnection

from tests.support import journal, run, scalar
from tests.tui.support import (
    on_top,
    press,
    row_of,
    running,
    second_lead,
    settled,
    status_line,
    status_of,
    table_of,
    to_leads,
    to_triage,
    type_in,
)
from tui.screens.menus import ConfirmScreen


async def test_a_status_is_set_on_one_row_after_the_other(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "w", "j", "enter")
        rows = [table_of(app).window.get(index) for index in range(4)]
        assert {row.status for row in rows if row} == {"new"}
        await press(pilot, "1", "j", "full_stop", "full_stop")
        found = [status_of(n8n, row.id) for row in rows if row]
        assert found == ["ready", "ready", "ready", "new"]
        assert row_of(app).id == (rows[3] and rows[3].id)


async def test_dots_in_quick_succession_are_all_done(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "w", "j", "enter")
        rows = [row for index in range(6) if (row := table_of(app).window.get(index))]
        await press(pilot, "1", "j")
        await pilot.press(*["full_stop"] * 4)
        await settled(pilot)
        assert [status_of(n8n, row.id) for row in rows] == ["ready"] * 5 + ["new"]


async def test_the_status_line_says_what_is_repeated(demo_url: str) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "1", "9", "full_stop")
        assert f"{row.name} is new already" in status_line(app)
        assert row_of(app).id != row.id


async def test_what_is_repeated_can_be_undone(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "w", "j", "enter", "1", "j")
        row = row_of(app)
        await press(pilot, "full_stop", "u")
        assert [new for _, _, new in journal(n8n, row.id)] == ["ready", "new"]


async def test_a_field_gets_the_same_value(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        first = await second_lead(pilot)
        await press(pilot, "e", "end")
        await type_in(pilot, "x", "f2")
        await press(pilot, "j")
        row, index = row_of(app), table_of(app).index
        await press(pilot, "full_stop")
        name = scalar(n8n, "SELECT first_name FROM leads WHERE lead_id = %s", row.id)
        assert name == f"{first.first_name}x"
        assert table_of(app).index == index + 1


async def test_an_edit_that_another_writer_was_before_is_not_repeated(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        first = await second_lead(pilot)
        await press(pilot, "e", "end")
        run(n8n, "UPDATE leads SET first_name = 'Theirs' WHERE lead_id = %s", first.id)
        await type_in(pilot, "x", "f2")
        await press(pilot, "escape", "y", "j", "full_stop")
        assert "There is no change to repeat yet." in status_line(app)


async def test_in_triage_the_decision_is_repeated_and_the_next_lead_is_there(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (_, pilot):
        screen = await to_triage(pilot, ("j", "enter"))
        await press(pilot, "d")
        second = screen.lead
        assert second is not None
        await press(pilot, "full_stop")
        assert status_of(n8n, second.id) == "disqualified"
        assert screen.lead is not None
        assert screen.lead.id != second.id
        assert screen.queue.decided == 2


async def test_a_change_against_the_rules_is_asked_about_again(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        await second_lead(pilot)
        await press(pilot, "4", "y", "j")
        row = row_of(app)
        await press(pilot, "full_stop")
        assert on_top(app, ConfirmScreen)
        await press(pilot, "n")
        assert status_of(n8n, row.id) == row.status


async def test_there_is_nothing_to_repeat_at_first(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await press(pilot, "enter", "full_stop")
        assert "no change to repeat" in status_line(app)


async def test_a_campaign_does_not_get_what_was_done_to_a_lead(demo_url: str) -> None:
    async with running(demo_url) as (app, pilot):
        await second_lead(pilot)
        await press(pilot, "1", "q", "full_stop")
        assert "The last change was one of a lead; here is none." in status_line(app)
