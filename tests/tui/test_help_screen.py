"""The help: the keys that work on the screen below it, from the registry."""

from __future__ import annotations

from itertools import pairwise

import pytest
from sqlalchemy.orm import Session
from textual.containers import VerticalScroll
from textual.pilot import Pilot

from tests.support import add_campaign
from tests.tui.driving import application, painted, running, showing, shows, until
from tui.actions import SCOPES
from tui.keymap import entries
from tui.screens.campaigns import CampaignsScreen
from tui.screens.help import SIGNS, HelpScreen
from tui.screens.lookup import LookupScreen

LAST = "Import a file"
"""The last line of the help."""


@pytest.fixture(autouse=True)
def _not_empty(session: Session) -> None:
    add_campaign(session)
    session.close()


async def every_page(pilot: Pilot[int]) -> str:
    """Page down to the end; return all that was painted on the way."""
    body = pilot.app.screen.query_one(VerticalScroll)
    await until(pilot, lambda: body.max_scroll_y or LAST in painted(pilot), "the keys")
    shown = painted(pilot)
    # The first layouts may take the body for shorter than it is.
    while body.scroll_offset.y < body.max_scroll_y or LAST not in shown:
        top = first_line(pilot)
        await pilot.press("pagedown")
        await until(pilot, lambda top=top: first_line(pilot) != top, "the next page")
        shown += painted(pilot)
    return shown


def first_line(pilot: Pilot[int]) -> str:
    """Return the line below the upper edge of the window."""
    lines = painted(pilot).splitlines()
    return next(below for line, below in pairwise(lines) if "╭" in line)


async def test_the_keys_of_the_screen_come_first(database_url: str) -> None:
    async with running(application(database_url)) as pilot:
        await showing(pilot, CampaignsScreen)
        await pilot.press("question_mark")
        await showing(pilot, HelpScreen)
        lines = painted(pilot).splitlines()
        titles = [line for line in lines if any(title in line for title in SCOPES.values())]
        assert "Campaigns" in titles[1]  # the first one is the title of the screen below
        await shows(pilot, "Rename or describe the campaign", "In every list")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_every_key_is_there_on_a_line_of_its_own(
    database_url: str, size: tuple[int, int]
) -> None:
    async with running(application(database_url), size) as pilot:
        for scopes in (("lead", "scroll", "everywhere"), ("documents", "json", "everywhere")):
            await pilot.app.push_screen(HelpScreen(scopes))
            await showing(pilot, HelpScreen)
            shown = await every_page(pilot)
            for scope in scopes:
                assert [what for _, what, _ in entries(scope) if what not in shown] == []
            await pilot.press("escape")


async def test_the_signs_of_a_list_of_leads_are_explained(database_url: str) -> None:
    async with running(application(database_url)) as pilot:
        await pilot.app.push_screen(HelpScreen(("leads", "table", "everywhere")))
        await showing(pilot, HelpScreen)
        shown = await every_page(pilot)
        assert [sign.what for sign in SIGNS if sign.what not in shown] == []


async def test_a_wide_screen_shows_two_columns(database_url: str) -> None:
    async with running(application(database_url), (120, 40)) as pilot:
        await showing(pilot, CampaignsScreen)
        await pilot.press("question_mark")
        await shows(pilot, "Choose a status", "Read again from the database")
        assert any(
            "Everywhere" in line and "Campaigns" in line for line in painted(pilot).splitlines()
        )


async def test_it_scrolls_by_keys(database_url: str) -> None:
    async with running(application(database_url)) as pilot:
        await showing(pilot, CampaignsScreen)
        await pilot.press("question_mark")
        await shows(pilot, "Choose a status")
        await pilot.press("G")
        await shows(pilot, "Import a file")
        await pilot.press("g")
        await shows(pilot, "Choose a status")
        await pilot.press("space", "j", "k", "ctrl+d", "ctrl+u", "pageup")
        await shows(pilot, "Choose a status")


@pytest.mark.parametrize("key", ["question_mark", "q", "escape", "enter", "f1"])
async def test_it_closes(database_url: str, key: str) -> None:
    async with running(application(database_url)) as pilot:
        await showing(pilot, CampaignsScreen)
        await pilot.press("question_mark")
        await showing(pilot, HelpScreen)
        await pilot.press(key)
        await showing(pilot, CampaignsScreen)


async def test_it_opens_where_letters_are_typed(database_url: str) -> None:
    async with running(application(database_url)) as pilot:
        await showing(pilot, CampaignsScreen)
        await pilot.press("o")
        await showing(pilot, LookupScreen)
        await pilot.press("question_mark", "f1")
        await showing(pilot, HelpScreen)
        await shows(pilot, "Look up, while typing", "Open what is marked below")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, LookupScreen), "the look-up")
        await shows(pilot, " ? ")
