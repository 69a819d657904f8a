"""Lists on screens of several sizes: dates, preview, titles, what is copied."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tests.tui.support import (
    NORDIC,
    TALL,
    WAYS,
    column,
    cursor_line,
    on_top,
    page,
    painted,
    press,
    running,
    settled,
    status_line,
    table_of,
    to_leads,
)
from tui import format
from tui.screens.campaigns import CampaignsScreen
from tui.screens.menus import PickScreen
from tui.widgets.lead_view import LeadView


async def test_times_turn_into_dates_and_back(untouched_url: str) -> None:
    async with running(untouched_url, TALL) as (app, pilot):
        await to_leads(pilot, NORDIC)
        await press(pilot, "S", "2")
        row = table_of(app).row
        assert row is not None
        ages = column(app, "contact")
        await press(pilot, "T")
        assert format.stamp(row.last_contacted_at) in cursor_line(app)
        await press(pilot, "T")
        assert column(app, "contact") == ages


@pytest.mark.parametrize("name", WAYS)
async def test_dates_are_painted_on_every_screen(untouched_url: str, name: str) -> None:
    async with running(untouched_url, (120, 40)) as (app, pilot):
        await press(pilot, *WAYS[name], "T")
        assert "2026-1" in "".join(painted(app)[1:-2])


async def test_the_preview_comes_beside_the_list_on_a_wide_screen(untouched_url: str) -> None:
    async with running(untouched_url, (120, 40)) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j")
        row = table_of(app).row
        assert row is not None
        assert app.screen.query_one(LeadView).display
        assert row.email in page(app).replace("\n", "")
        await press(pilot, "p")
        assert not app.screen.query_one(LeadView).display


async def test_the_preview_follows_the_cursor(untouched_url: str) -> None:
    async with running(untouched_url, (140, 40)) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j", "j", "j")
        row = table_of(app).row
        assert row is not None
        assert f"│ {row.name}" in page(app)


async def test_the_preview_comes_below_the_list_on_a_narrow_screen(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j", "p")
        table, view = table_of(app), app.screen.query_one(LeadView)
        assert view.region.y > table.region.bottom - 1
        assert view.region.width == 80


@pytest.mark.parametrize("name", ["campaigns", "leads", "organizations", "organization", "history"])
async def test_a_new_size_keeps_the_cursor_on_its_row(untouched_url: str, name: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await press(pilot, *WAYS[name], "j", "j")
        row = table_of(app).row
        for size in ((120, 40), (80, 24)):
            await pilot.resize_terminal(*size)
            await settled(pilot)
            assert table_of(app).row == row
            assert cursor_line(app)
            assert {cell_len(line) for line in painted(app)} == {size[0]}


async def test_the_titles_stay_above_their_columns_at_each_size(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        for size in ((120, 40), (80, 24), (200, 30)):
            await pilot.resize_terminal(*size)
            await settled(pilot)
            assert column(app, "company")[1].startswith("Säntis")


async def test_a_key_copies_the_address_of_the_row(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j", "y", "e")
        row = table_of(app).row
        assert row is not None
        assert app.clipboard == row.email
        assert f"Copied: {row.email}" in status_line(app)


async def test_what_is_not_there_can_not_be_copied(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await press(pilot, "y")
        await press(pilot, "d")
        assert on_top(app, CampaignsScreen)
        assert app.clipboard == ""


async def test_triage_begins_on_the_list_that_is_shown(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot, NORDIC)
        await press(pilot, "g", "i")
        assert on_top(app, PickScreen)
        assert f"Triage {NORDIC}: which leads?" in page(app)
