"""The suppression list on the screen, and a key that it refuses."""

from __future__ import annotations

from psycopg2.extensions import connection as PsycopgConnection

from tests.support import fetch, run, scalar
from tests.tui.support import (
    cursor_line,
    line_with,
    on_top,
    page,
    press,
    row_of,
    running,
    set_by_n8n,
    status_line,
    status_of,
    type_in,
    until,
)
from tui.barred import BARRED
from tui.screens.leads import LeadsScreen
from tui.screens.menus import PromptScreen
from tui.screens.suppressions import SuppressionsScreen

DOMAIN = "nordpack.example"


async def test_an_entry_is_added_stops_its_leads_and_is_removed(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        await press(pilot, "g", "s")
        assert on_top(app, SuppressionsScreen)
        assert "Nobody is suppressed" in page(app)
        await press(pilot, "a")
        await type_in(pilot, "two words", "enter")
        assert "'two words' is no address" in status_line(app)
        await press(pilot, "a")
        await type_in(pilot, f"https://www.{DOMAIN}/team", "enter")
        await type_in(pilot, "asked by phone", "enter")
        await press(pilot, "enter")  # for good
        assert f"{DOMAIN} covers 9 leads" in page(app)
        await press(pilot, "y")
        assert "asked by phone" in cursor_line(app)
        assert f"{DOMAIN} is suppressed. 2 leads stopped." in status_line(app)
        await press(pilot, "a")
        await type_in(pilot, "ada@beta.example", "enter")
        await type_in(pilot, "on leave", "enter")
        await type_in(pilot, "soon", "enter")
        assert "Not understood" in page(app)
        await type_in(pilot, "2030-01-02", "enter")
        assert "2030-01-02?" in page(app)
        await press(pilot, "y")
        assert "2030-01-02" in cursor_line(app)
        await press(pilot, "D", "y")
        await press(pilot, "slash")
        await type_in(pilot, "nothing such", "enter")
        assert "Nothing on the list holds nothing such." in page(app)
        await press(pilot, "F", "D", "enter")
        assert scalar(n8n, "SELECT count(*) FROM suppressions") == 1  # Enter is no
        await press(pilot, "D", "y")
        assert "off the list" in status_line(app)
        assert fetch(n8n, "SELECT value FROM suppressions") == []


async def test_a_refused_key_asks_for_a_reason_when_it_is_pressed_again(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    run(n8n, "INSERT INTO suppressions (value, reason) VALUES (%s, 'by phone')", DOMAIN)
    async with running(demo_url) as (app, pilot):
        await press(pilot, "g", "s", "enter")
        assert on_top(app, LeadsScreen)
        await until(pilot, lambda: BARRED in cursor_line(app), "the sign of a suppressed lead")
        lead = row_of(app)
        set_by_n8n(n8n, lead.id, "new")
        await press(pilot, "1")
        assert f"{DOMAIN} is suppressed" in status_line(app)
        assert status_of(n8n, lead.id) == "new"
        await press(pilot, "1")
        assert on_top(app, PromptScreen)
        assert line_with(app, "by phone")
        await type_in(pilot, "she asked for it", "enter")
        assert status_of(n8n, lead.id) == "ready"


async def test_the_look_up_says_whom_not_to_write_to(demo_url: str, n8n: PsycopgConnection) -> None:
    run(n8n, "INSERT INTO suppressions (value) VALUES (%s)", DOMAIN)
    async with running(demo_url, size=(120, 24)) as (app, pilot):
        await press(pilot, "o")
        await type_in(pilot, f"anna@{DOMAIN}")
        assert f"Do not write: {DOMAIN} is suppressed since" in page(app)
