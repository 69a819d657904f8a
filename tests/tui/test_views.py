"""Saved views: kept in a file, opened by a key, and shown as tabs with their numbers."""

from __future__ import annotations

import json
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from textual.pilot import Pilot

from db.errors import ConfigurationError
from db.rows import LeadScope, Sort
from db.settings import Settings
from db.statuses import LEAD
from tests.support import OPERATOR, fetch, run
from tests.tui.support import (
    DACH,
    insert_lead,
    line_with,
    on_top,
    page,
    painted,
    press,
    row_of,
    running,
    settled,
    status_line,
    table_of,
    title_line,
    to_leads,
    type_in,
    until,
)
from tests.tui.test_filter_line import filtered, type_filter, typed
from tui.app import CustomerCenter
from tui.screens import rooms
from tui.screens.campaigns import CampaignsScreen
from tui.screens.leads import LeadsScreen
from tui.screens.views import ViewsScreen
from tui.state import StateFile
from tui.views import BUILT_IN, View, Views

NEW = 36
"""The new leads of the first campaign."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "views.json"


@pytest.fixture
def broken(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("{")


@asynccontextmanager
async def started(
    url: str, path: Path, size: tuple[int, int] = (100, 30), state: StateFile | None = None
) -> AsyncIterator[tuple[CustomerCenter, Pilot[int]]]:
    """Run the application as its command does, until its first room is painted whole."""
    find = (lambda settings: state) if state is not None else None
    app = CustomerCenter(Settings(url, actor=OPERATOR), state=find, views=lambda: Views(path))
    try:
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            yield app, pilot
    finally:
        app.gateway.close()


def kept(path: Path) -> bool:
    return path.exists()


def names(path: Path) -> list[str]:
    return [view["name"] for view in json.loads(path.read_text())["views"]]


CONDITIONS = {
    "New": "status = 'new'",
    "Ready": "status = 'ready'",
    "Replied": "status = 'replied'",
    "Bounced": "status = 'bounced'",
    "No icebreaker": "email_icebreaker IS NULL",
    "Snoozed": "snoozed_until >= date_trunc('day', now()) + interval '1 day'",
    "Unknown status": f"NOT status = ANY('{{{','.join(LEAD.values())}}}')",
}


# The file


def test_what_was_saved_is_read(path: Path) -> None:
    view = View("Köln", 'country:DE name:"A"*', Sort("name", descending=True), (("name", 0),))
    Views(path).save(view)
    views = Views(path)
    views.read()
    assert views.all == (*BUILT_IN, view)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_name_is_one_view_whatever_its_case(path: Path) -> None:
    views = Views(path)
    views.save(View("new", "status:enriching"))
    assert [view.name for view in views.all].count("new") == 1
    assert len(views.all) == len(BUILT_IN)


def test_what_another_application_saved_meanwhile_stays(path: Path) -> None:
    first, second = Views(path), Views(path)
    first.save(View("one", "status:new"))
    second.save(View("two", "status:new"))
    first.delete("Bounced")
    assert names(path)[-2:] == ["one", "two"]
    assert "Bounced" not in names(path)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "\xff",
        '{"version": 2, "views": []}',
        '{"version": 1, "views": [{"name": "", "filter": ""}]}',
        '{"version": 1, "views": [{"name": "a", "filter": 3}]}',
        '{"version": 1, "views": [{"name": "a", "filter": "", "sort": "up"}]}',
        '{"version": 1, "views": [{"name": "a\\u001b[2J", "filter": ""}]}',
        '{"version": 1, "views": [{"name": "a", "filter": ""}, {"name": "A", "filter": ""}]}',
        '{"version": 1, "views": [{"name": "a", "filter": "", "columns": [3]}]}',
    ],
)
def test_a_broken_file_leaves_the_built_in_views_and_is_kept(path: Path, content: str) -> None:
    path.parent.mkdir()
    path.write_text(content)
    views = Views(path)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        views.read()
    assert views.all == BUILT_IN
    views.save(View("mine", "status:new"))
    assert names(path)[-1] == "mine"
    assert path.with_name("views.json.broken").read_text() == content


def test_a_folder_that_takes_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    views = Views(tmp_path / "taken" / "views.json")
    with pytest.raises(ConfigurationError, match="could not be kept"):
        views.save(View("mine", "status:new"))
    assert views.all == BUILT_IN


# Jumping


@pytest.mark.parametrize("number", range(1, len(BUILT_IN) + 1))
async def test_a_built_in_view_shows_the_leads_that_it_is_named_for(
    untouched_url: str, reader: PsycopgConnection, number: int
) -> None:
    view = BUILT_IN[number - 1]
    condition = CONDITIONS[view.name]
    rows = fetch(reader, f"SELECT count(*) FROM leads WHERE {condition}")
    async with running(untouched_url) as (app, pilot):
        await press(pilot, "apostrophe", str(number))
        assert on_top(app, LeadsScreen)
        assert table_of(app).total == rows[0][0]
        screen = app.screen
        assert isinstance(screen, LeadsScreen)
        assert screen.view == view.name


async def test_a_view_narrows_the_list_that_is_shown(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "apostrophe", "1")
        assert f"{DACH} · New" in title_line(app)
        assert table_of(app).total == NEW


async def test_the_menu_of_the_chord_names_the_views(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await press(pilot, "apostrophe")
        assert "No icebreaker" in line_with(app, "' 5")
        assert "' 8" not in page(app)


async def test_a_view_opens_from_a_lead_in_the_list_below_it(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "enter", "apostrophe", "1")
        assert f"{DACH} · New" in title_line(app)
        await press(pilot, "g", "l", "enter", "apostrophe", "4")
        assert "all · Bounced" in title_line(app)


async def test_a_view_that_is_not_there_is_told(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        app.action_view(9)
        await settled(pilot)
        assert "There is no view 9" in status_line(app)


# Saving


async def test_a_list_is_saved_and_opened_after_a_restart(untouched_url: str, path: Path) -> None:
    async with started(untouched_url, path) as (app, pilot):
        await press(pilot, "g", "l")
        await filtered(pilot, "country:DE status:new")
        await press(pilot, "S", "2")
        shown = table_of(app).total
        row = row_of(app)
        await press(pilot, "V", "a")
        await type_in(pilot, "German news", "enter")
        assert "status:new country:DE" in line_with(app, "German news")
        await press(pilot, "escape")
    assert names(path) == [*(view.name for view in BUILT_IN), "German news"]
    async with started(untouched_url, path) as (app, pilot):
        await press(pilot, "apostrophe", "8")
        assert table_of(app).total == shown
        assert row_of(app) == row


async def test_a_campaigns_list_is_saved_with_its_campaign(untouched_url: str, path: Path) -> None:
    async with started(untouched_url, path) as (app, pilot):
        await to_leads(pilot)
        await filtered(pilot, "status:new")
        await press(pilot, "V", "a")
        await type_in(pilot, "Mine", "enter", "escape")
        await press(pilot, "q", "apostrophe", "8")
        assert table_of(app).total == NEW
        assert "all · Mine" in title_line(app)


async def test_a_name_that_is_taken_asks_before_it_is_replaced(
    untouched_url: str, path: Path
) -> None:
    async with started(untouched_url, path) as (app, pilot):
        await press(pilot, "g", "l")
        await filtered(pilot, "country:DE")
        await press(pilot, "V", "a")
        await type_in(pilot, "new", "enter")
        assert "Replace the view New?" in page(app)
        await press(pilot, "enter")
        assert not kept(path)
        await press(pilot, "a")
        await type_in(pilot, "new", "enter", "y")
        assert names(path)[0] == "new"
        assert "status:new" not in line_with(app, "'1")


async def test_a_view_is_renamed(untouched_url: str, path: Path) -> None:
    async with started(untouched_url, path) as (app, pilot):
        await press(pilot, "V", "j", "r", "ctrl+u")
        await type_in(pilot, "To send", "enter")
        assert names(path)[1] == "To send"
        assert "status:ready" in line_with(app, "To send")


async def test_a_view_is_not_renamed_to_another_ones_name(untouched_url: str, path: Path) -> None:
    async with started(untouched_url, path) as (app, pilot):
        await press(pilot, "V", "j", "r", "ctrl+u")
        await type_in(pilot, "bounced", "enter")
        assert "There is a view named Bounced already." in page(app)
        assert not kept(path)


async def test_a_view_is_deleted_after_a_question(untouched_url: str, path: Path) -> None:
    async with started(untouched_url, path) as (app, pilot):
        await press(pilot, "V", "D", "enter")
        assert not kept(path)
        await press(pilot, "D", "y")
        assert names(path) == [view.name for view in BUILT_IN[1:]]
        assert "'1  Ready" in page(app)


async def test_views_are_put_in_another_order(untouched_url: str, path: Path) -> None:
    async with started(untouched_url, path) as (_, pilot):
        await press(pilot, "V", "J", "J", "j", "K")
        assert names(path)[:4] == ["Ready", "Replied", "Bounced", "New"]


# What can be wrong


async def test_a_broken_file_is_told_and_the_application_goes_on(
    untouched_url: str, path: Path, broken: None
) -> None:
    async with started(untouched_url, path, (200, 30)) as (app, pilot):
        assert "views.json cannot be read" in status_line(app)
        await press(pilot, "apostrophe", "1")
        assert on_top(app, LeadsScreen)


async def test_a_view_of_a_campaign_that_is_gone_is_told(
    demo_url: str, n8n: PsycopgConnection, path: Path
) -> None:
    run(n8n, "INSERT INTO campaigns (name) VALUES ('Short one')")
    insert_lead(n8n, "Short one", "a@example.com")
    Views(path).save(View("Short", 'campaign:"Short one" status:new'))
    async with started(demo_url, path) as (app, pilot):
        await press(pilot, "apostrophe", "8")
        assert table_of(app).total == 1
        await press(pilot, "F")
        run(n8n, "DELETE FROM leads WHERE email = 'a@example.com'")
        run(n8n, "DELETE FROM campaigns WHERE name = 'Short one'")
        shown = row_of(app)
        await press(pilot, "apostrophe", "8")
        assert "There is no campaign named 'Short one'; there are: " in status_line(app)
        assert row_of(app) == shown
        await press(pilot, "V")
        assert line_with(app, "'8").rstrip("│ ").endswith("?")
    assert names(path)[-1] == "Short"


async def test_a_view_whose_filter_is_none_is_told(untouched_url: str, path: Path) -> None:
    Views(path).save(View("Odd", "shoe:42"))
    async with started(untouched_url, path) as (app, pilot):
        await press(pilot, "apostrophe", "8")
        assert "Odd is no view" in status_line(app)
        assert on_top(app, CampaignsScreen)
        await press(pilot, "V")
        assert on_top(app, ViewsScreen)


# Tabs


async def test_the_tabs_count_the_views_of_the_list_and_mark_the_one_shown(
    untouched_url: str,
) -> None:
    async with running(untouched_url, (120, 40)) as (app, pilot):
        await to_leads(pilot)
        assert f"'1 New {NEW}" in painted(app)[1]
        await press(pilot, "apostrophe", "1")
        assert table_of(app).total == NEW
        assert "'5 No icebreaker" in painted(app)[1]


async def test_the_tabs_follow_a_change(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j", "2")
        await until(pilot, lambda: f"'1 New {NEW - 1}" in painted(app)[1])


async def test_a_low_terminal_has_no_tabs(untouched_url: str) -> None:
    async with running(untouched_url, (120, 24)) as (app, pilot):
        await to_leads(pilot)
        assert "'1 New" not in page(app)


# From one start to the next


async def test_filter_view_and_what_was_being_typed_come_back(
    untouched_url: str, path: Path, tmp_path: Path
) -> None:
    state = StateFile(tmp_path / "state.json")
    async with started(untouched_url, path, state=state) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "apostrophe", "5", "j", "j")
        left = row_of(app)
        await press(pilot, "f")
        await type_filter(pilot, " country:D")
        await until(pilot, lambda: (at := state.read()) and at.typing == typed(app))
        text = typed(app)
    async with started(untouched_url, path, state=state) as (app, pilot):
        await until(pilot, lambda: typed(app) == text)
        screen = app.screen
        assert isinstance(screen, LeadsScreen)
        assert (screen.view, screen.asked.campaign_id is None) == ("No icebreaker", False)
        await press(pilot, "escape")
        assert row_of(app) == left
        assert " · N" in title_line(app)
        assert table_of(app).total < 149


async def test_a_filter_on_a_campaign_that_is_gone_opens_all_leads(
    untouched_url: str, path: Path, tmp_path: Path
) -> None:
    from db.filters import parse
    from tui.state import Whereabouts

    state = StateFile(tmp_path / "state.json")
    state.write(Whereabouts("leads", LeadScope(filter=parse("campaign:nowhere country:DE"))))
    async with started(untouched_url, path, state=state) as (app, pilot):
        assert "There is no campaign named 'nowhere'; there are: " in status_line(app)
        assert table_of(app).total
        await press(pilot, "f", "up")
        assert typed(app) == "campaign:nowhere country:DE"


async def test_where_the_operator_is_can_be_asked_of_a_list_that_is_not_there_yet(
    untouched_url: str,
) -> None:
    async with running(untouched_url) as (app, pilot):
        app.push_screen(LeadsScreen())
        assert rooms.whereabouts(app) is not None
        await settled(pilot)
