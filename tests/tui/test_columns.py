"""The columns of a list of leads are chosen, ordered and sized, and kept in a view."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.support import (
    TALL,
    cursor_line,
    line_with,
    page,
    press,
    row_of,
    running,
    status_line,
    to_leads,
    type_in,
)
from tests.tui.test_views import started
from tui.config import Config
from tui.screens.leads import LeadsScreen
from tui.views import View, Views
from tui.widgets.list_view import TableHeader


def titles(app: object) -> list[str]:
    screen = app.screen  # type: ignore[attr-defined]
    assert isinstance(screen, LeadsScreen)
    return str(screen.query_one(TableHeader).render()).split()


async def test_a_column_is_left_out_and_another_one_shown(untouched_url: str) -> None:
    async with running(untouched_url, TALL) as (app, pilot):
        await to_leads(pilot)
        assert titles(app)[:3] == ["status", "name", "company"]
        await press(pilot, "C", *["j", "space"] * 4, "end", "space", "enter")
        assert titles(app) == ["status", "verified", "contact", "id"]


async def test_columns_are_put_in_another_order(untouched_url: str) -> None:
    async with running(untouched_url, TALL) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "C", "greater_than_sign", "greater_than_sign", "enter")
        assert titles(app)[:3] == ["name", "company", "status"]


async def test_a_column_is_made_wider(untouched_url: str) -> None:
    async with running(untouched_url, TALL) as (app, pilot):
        await to_leads(pilot)
        before = cursor_line(app).index(row_of(app).name)
        await press(pilot, "C", "plus", "plus")
        assert "20 wide" in line_with(app, "✔ status")
        await press(pilot, "enter")
        assert cursor_line(app).index(row_of(app).name) == before + 4


async def test_the_last_column_stays(untouched_url: str) -> None:
    async with running(untouched_url, TALL) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "C", *["space", "j"] * 7, "enter")
        assert len(titles(app)) == 1


async def test_escape_leaves_the_columns_as_they_were(untouched_url: str) -> None:
    async with running(untouched_url, TALL) as (app, pilot):
        await to_leads(pilot)
        before = titles(app)
        await press(pilot, "C", "space", "j", "space", "escape")
        assert titles(app) == before


async def test_the_usual_columns_come_back_by_a_key(untouched_url: str) -> None:
    async with running(untouched_url, TALL) as (app, pilot):
        await to_leads(pilot)
        before = titles(app)
        await press(pilot, "C", "space", "j", "space", "enter", "C", "equals_sign", "enter")
        assert titles(app) == before


async def test_a_narrow_screen_shows_what_was_put_first_or_added(untouched_url: str) -> None:
    async with running(untouched_url, (80, 24)) as (app, pilot):
        await to_leads(pilot)
        assert titles(app) == ["status", "name", "company", "contact"]
        await press(pilot, "C", "j", "j", "j", "j", *["less_than_sign"] * 4, "enter")
        assert titles(app)[0] == "e-mail"
        await press(pilot, "C", "equals_sign", *["down"] * 8, "space", "enter")
        assert titles(app)[-1] == "added"


async def test_the_columns_of_a_view_are_kept_and_left_with_it(
    untouched_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "views.json"
    async with started(untouched_url, path, TALL) as (app, pilot):
        await press(pilot, "apostrophe", "1", "C", "space", "enter")
        assert "Kept in the view New." in status_line(app)
        assert titles(app)[0] == "name"
        await press(pilot, "apostrophe", "2")
        assert titles(app)[0] == "status"
    async with started(untouched_url, path, TALL) as (app, pilot):
        await press(pilot, "apostrophe", "1")
        assert titles(app)[0] == "name"
        await press(pilot, "F")
        assert titles(app)[0] == "status"


async def test_a_saved_list_keeps_its_columns(untouched_url: str, tmp_path: Path) -> None:
    async with started(untouched_url, tmp_path / "views.json", TALL) as (app, pilot):
        await press(pilot, "g", "l", "C", "space", "enter", "V", "a")
        await type_in(pilot, "Names", "enter", "escape", "F")
        await press(pilot, "apostrophe", "1", "apostrophe", "8")
        assert titles(app)[0] == "name"


@pytest.mark.parametrize("columns", [(("shoe", 0),), (("shoe", 0), ("email", 30))])
async def test_columns_that_are_not_known_are_left_out(
    untouched_url: str, tmp_path: Path, columns: tuple[tuple[str, int], ...]
) -> None:
    path = tmp_path / "views.json"
    Views(path).save(View("New", "status:new", columns=columns))
    async with started(untouched_url, path, TALL) as (app, pilot):
        await press(pilot, "apostrophe", "1")
        assert "e-mail" in titles(app)
        assert "shoe" not in page(app)


async def test_the_columns_of_the_configuration_are_the_usual_ones(untouched_url: str) -> None:
    own = Config(columns=(("campaign", 0), ("email", 30), ("status", 0)))
    async with running(untouched_url, TALL, config=own) as (app, pilot):
        await to_leads(pilot)
        assert titles(app) == ["e-mail", "status"]  # a campaign's leads need not name it
        await press(pilot, "C", "j", "space", "enter")
        assert titles(app) == ["e-mail"]
        await press(pilot, "C", "equals_sign", "enter", "g", "l")
        assert titles(app) == ["campaign", "e-mail", "status"]
        assert "e-mail" + " " * 26 + "status" in page(app)
