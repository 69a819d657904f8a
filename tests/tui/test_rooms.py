"""Going about: rooms, chords, back and out, the journal, scrolling a page."""

from __future__ import annotations

import gc
from typing import Any

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from textual._styles_cache import StylesCache
from textual.command import CommandPalette

from tests.support import OPERATOR, run
from tests.tui.support import (
    DACH,
    cursor_line,
    line_with,
    on_top,
    page,
    press,
    running,
    settled,
    status_line,
    table_of,
    title_line,
    to_leads,
    until,
)
from tui.screens.campaigns import CampaignsScreen
from tui.screens.history import HistoryScreen
from tui.screens.lead import LeadScreen
from tui.screens.leads import LeadsScreen
from tui.screens.menus import ChordMenu
from tui.screens.organization import OrganizationScreen
from tui.screens.organizations import OrganizationsScreen
from tui.screens.suppressions import SuppressionsScreen
from tui.widgets.lead_view import LeadView


@pytest.mark.parametrize(
    ("key", "room"),
    [
        ("c", CampaignsScreen),
        ("l", LeadsScreen),
        ("o", OrganizationsScreen),
        ("h", HistoryScreen),
        ("s", SuppressionsScreen),
    ],
)
async def test_a_chord_goes_to_a_room(untouched_url: str, key: str, room: type[Any]) -> None:
    async with running(untouched_url) as (app, pilot):
        await press(pilot, "g", key)
        assert on_top(app, room)


async def test_the_first_key_of_a_chord_shows_where_it_may_go(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await press(pilot, "g")
        assert on_top(app, ChordMenu)
        assert "Go to the organizations" in page(app)


@pytest.mark.parametrize("key", ["escape", "q", "x", "enter"])
async def test_another_key_leaves_the_chord(untouched_url: str, key: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await press(pilot, "g", key)
        assert on_top(app, CampaignsScreen)


async def test_a_chord_of_the_list_moves_its_cursor(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await press(pilot, "G", "g", "g")
        assert table_of(app).index == 0


async def test_all_leads_show_their_campaign(untouched_url: str) -> None:
    async with running(untouched_url, (118, 30)) as (app, pilot):
        await press(pilot, "g", "l")
        assert "campaign" in line_with(app, "company").split()


async def test_back_goes_to_the_screen_before(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await press(pilot, "enter", "enter")
        assert on_top(app, LeadScreen)
        await press(pilot, "q")
        assert on_top(app, LeadsScreen)
        await press(pilot, "escape")
        assert on_top(app, CampaignsScreen)


async def test_back_from_a_room_goes_to_the_campaigns(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await press(pilot, "g", "o", "q")
        assert on_top(app, CampaignsScreen)


async def test_one_quit_key_asks_for_a_second_one(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await press(pilot, "q")
        assert "Press q again to quit." in status_line(app)
        assert app.is_running


async def test_a_second_quit_key_leaves(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await pilot.press("q", "q")
        assert app.return_code == 0


async def test_a_quit_key_before_another_room_is_forgotten(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await press(pilot, "q", "g", "o", "q", "q")
        assert "Press q again to quit." in status_line(app)
        assert app.return_code is None


async def test_control_q_leaves_at_once(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await press(pilot, "enter")
        await pilot.press("ctrl+q")
        assert app.return_code == 0


async def test_the_title_tells_the_way_and_the_database(untouched_url: str) -> None:
    async with running(untouched_url, (120, 24)) as (app, pilot):
        await to_leads(pilot)
        title = title_line(app)
        assert title.startswith(f" Customer Center › Leads › {DACH} ")
        assert title.rstrip().endswith("demo")


async def test_the_palette_offers_the_actions_of_the_screen(untouched_url: str) -> None:
    async with running(untouched_url, (100, 40)) as (app, pilot):
        await press(pilot, "colon")
        assert on_top(app, CommandPalette)
        await until(pilot, lambda: "Add a campaign (a)" in page(app), "the actions")


async def test_an_action_chosen_in_the_palette_is_done(untouched_url: str) -> None:
    async with running(untouched_url, (100, 40)) as (app, pilot):
        await press(pilot, "colon", *"Relative")
        await until(pilot, lambda: page(app).count("Times: relative") == 1, "the action")
        await press(pilot, "enter")
        await until(pilot, lambda: "Times are dates now" in page(app), "the answer")


# The journal


async def test_a_change_stands_first_in_the_journal(demo_url: str) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j", "1", "g", "h")
        words = cursor_line(app).split()
        assert words[1:5] == ["now", OPERATOR, "Beat", "Rüegg"]
        assert "status: new → ready" in cursor_line(app)


async def test_a_journal_shown_before_has_the_newer_changes_when_it_is_shown_again(
    demo_url: str,
) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        await press(pilot, "g", "h", "g", "c", "3", "g", "h")
        assert "status: draft → active" in page(app)


async def test_the_journal_of_a_lead_holds_its_changes_alone(demo_url: str) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j", "1", "2", "H")
        assert table_of(app).total == 2
        assert "Beat Rüegg" in title_line(app)


async def test_enter_on_an_entry_opens_its_row(demo_url: str) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j", "1", "g", "h", "enter")
        assert on_top(app, LeadScreen)
        assert "Beat Rüegg" in title_line(app)


async def test_an_entry_of_a_deleted_row_opens_nothing(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    run(n8n, "DELETE FROM leads WHERE email LIKE 'celine%'")
    async with running(demo_url, (120, 40)) as (app, pilot):
        await press(pilot, "g", "h", "enter")
        assert on_top(app, HistoryScreen)
        assert "There is no row to open" in status_line(app)


async def test_paging_down_the_journal_paints_older_entries(untouched_url: str) -> None:
    async with running(untouched_url, (80, 60)) as (app, pilot):
        await press(pilot, "g", "h", "end")
        table = table_of(app)
        assert table.place == "1,000/1,000"
        assert table.row is not None


# A page


async def test_a_page_scrolls_by_keys(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "enter")
        view = app.screen.query_one(LeadView)
        await press(pilot, "end")
        assert view.scroll_offset.y == view.max_scroll_y > 0
        await press(pilot, "home", "j", "j")
        assert view.scroll_offset.y == 2


async def test_enter_on_a_lead_opens_its_organization(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j", "enter", "enter")
        assert on_top(app, OrganizationScreen)
        assert "Säntis Kühltechnik" in title_line(app)


async def test_a_new_size_wraps_a_lead_anew(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j", "enter")
        for size in ((120, 40), (60, 20), (80, 24)):
            await pilot.resize_terminal(*size)
            await settled(pilot)
            assert "Säntis Kühltechnik" in page(app)


async def test_a_menu_that_was_left_leaves_nothing_behind(untouched_url: str) -> None:
    def kept() -> int:
        gc.collect()
        return sum(isinstance(each, StylesCache) for each in gc.get_objects())

    async with running(untouched_url) as (_, pilot):
        await press(pilot, "g", "escape")
        before = kept()
        for _ in range(5):
            await press(pilot, "g", "escape")
        await until(pilot, lambda: kept() <= before + 1, "what was left to go")


async def test_screens_that_were_left_are_not_kept(untouched_url: str) -> None:
    def kept() -> int:
        gc.collect()
        return sum(isinstance(each, LeadScreen) for each in gc.get_objects())

    async with running(untouched_url) as (_, pilot):
        await to_leads(pilot)
        await press(pilot, "enter", "q", "enter", "q")
        before = kept()
        for _ in range(5):
            await press(pilot, "enter", "q")
        await until(pilot, lambda: kept() <= before + 1, "what was left to go")
