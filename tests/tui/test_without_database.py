"""What is shown and kept while the database is away."""

from __future__ import annotations

import pytest
from psycopg2.extensions import connection as PsycopgConnection

from tests.support import journal, plain_connection
from tests.tui.support import (
    WAYS,
    away,
    cursor_line,
    page,
    painted,
    press,
    running,
    settled,
    status_line,
    status_of,
    table_of,
    to_leads,
    until,
)


@pytest.mark.parametrize("name", WAYS)
async def test_what_was_read_stays_when_the_database_goes_away(
    demo_url: str, admin: PsycopgConnection, name: str
) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        await press(pilot, *WAYS[name])
        before = painted(app)[:-2]
        with away(admin, demo_url):
            await press(pilot, "R")
            assert "The database cannot be reached" in status_line(app)
            assert painted(app)[:-2] == before
        await press(pilot, "R")
        assert painted(app)[:-2] == before


async def test_a_list_that_can_not_be_read_says_so_and_is_read_by_a_key(
    demo_url: str, admin: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        with away(admin, demo_url):
            await press(pilot, "enter")
            assert "The database cannot be reached" in page(app)
            assert "R tries again." in page(app)
        await press(pilot, "R")
        assert table_of(app).place == "1/26"


async def test_a_lead_that_can_not_be_read_says_so_and_is_read_by_a_key(
    demo_url: str, admin: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        await press(pilot, "enter", "j")
        row = table_of(app).row
        assert row is not None
        with away(admin, demo_url):
            await press(pilot, "enter")
            assert "R tries again." in page(app)
        await press(pilot, "R")
        assert row.email in page(app)


async def test_a_change_is_kept_until_the_database_is_back(
    demo_url: str, admin: PsycopgConnection, n8n: PsycopgConnection
) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j")
        row = table_of(app).row
        assert row is not None
        with away(admin, demo_url):
            await pilot.press("1")
            await until(pilot, lambda: "1 change unsaved, trying again" in status_line(app))
            assert "⋯ ready" in cursor_line(app)
        await settled(pilot)
        assert "◆ ready" in cursor_line(app)
    with plain_connection(demo_url) as again:
        assert status_of(again, row.id) == "ready"
        assert journal(again, row.id) == [("status", "new", "ready")]
