"""Status changes that are asked about, and the menu of statuses."""

from __future__ import annotations

import pytest
from psycopg2.extensions import connection as PsycopgConnection

from db.statuses import LEAD
from tests.support import scalar
from tests.tui.support import (
    cursor_line,
    on_top,
    page,
    painted,
    press,
    running,
    second_lead,
    set_by_n8n,
    status_of,
    type_in,
)
from tui.screens.leads import LeadsScreen
from tui.screens.menus import ConfirmScreen, PromptScreen, StatusMenu

# Questions


@pytest.mark.parametrize("answer", ["enter", "n", "escape", "q"])
async def test_a_change_against_the_rules_is_asked_about_and_no_is_the_answer(
    untouched_url: str, reader: PsycopgConnection, answer: str
) -> None:
    async with running(untouched_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "4")
        assert "new does not go to replied." in page(app)
        await press(pilot, answer)
        assert on_top(app, LeadsScreen)
        assert status_of(reader, row.id) == "new"


async def test_a_change_against_the_rules_is_made_after_yes(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "4", "y")
        assert "← replied" in cursor_line(app)
        assert status_of(n8n, row.id) == "replied"


async def test_leaving_a_suppressed_status_needs_a_reason(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        set_by_n8n(n8n, row.id, "do_not_contact")
        await press(pilot, "R", "1")
        assert on_top(app, PromptScreen)
        await press(pilot, "enter")
        assert status_of(n8n, row.id) == "do_not_contact"


async def test_a_suppressed_status_is_left_with_a_reason_that_the_journal_keeps(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        set_by_n8n(n8n, row.id, "do_not_contact")
        await press(pilot, "R", "1")
        await type_in(pilot, "asked by phone", "enter")
        assert "◆ ready" in cursor_line(app)
        assert (
            scalar(
                n8n,
                "SELECT reason FROM changes WHERE row_id = %s ORDER BY change_id DESC LIMIT 1",
                row.id,
            )
            == "asked by phone"
        )


async def test_a_lead_suppressed_meanwhile_stays_so(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        set_by_n8n(n8n, row.id, "unsubscribed")
        await press(pilot, "1")
        assert "■ unsubscribed" in cursor_line(app)
        assert status_of(n8n, row.id) == "unsubscribed"


# The menu


async def test_the_menu_offers_what_may_come_next_first(untouched_url: str) -> None:
    async with running(untouched_url, (80, 40)) as (app, pilot):
        await second_lead(pilot)
        await press(pilot, "s")
        assert on_top(app, StatusMenu)
        lines = [line for line in painted(app) if "│" in line]
        wanted = [*LEAD.get("new").targets, "do_not_contact"]
        labels = [LEAD.get(value).label for value in wanted]
        assert [next(name for name in labels if f" {name} " in line) for line in lines[2:7]] == [
            *labels[:4],
            "do not contact",
        ]
        assert "asks first" not in "".join(lines[:7])
        assert "asks first" in lines[7]


async def test_a_status_chosen_in_the_menu_is_written(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "s", "j", "enter")
        assert "◆ ready" in cursor_line(app)
        assert status_of(n8n, row.id) == "ready"


async def test_a_forced_status_of_the_menu_is_asked_about(
    untouched_url: str, reader: PsycopgConnection
) -> None:
    async with running(untouched_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "s", "end", "enter")
        assert on_top(app, ConfirmScreen)
        await press(pilot, "enter")
        assert status_of(reader, row.id) == "new"


async def test_escape_leaves_the_menu_without_a_change(
    untouched_url: str, reader: PsycopgConnection
) -> None:
    async with running(untouched_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "s", "escape")
        assert on_top(app, LeadsScreen)
        assert status_of(reader, row.id) == "new"
