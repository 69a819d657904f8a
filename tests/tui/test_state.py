"""A start goes on where the operator was: the same list, in the same order, on the same row."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from textual.pilot import Pilot

from db.filters import parse
from db.rows import LeadScope, Sort
from db.settings import Settings
from tests.support import OPERATOR, run
from tests.tui.support import (
    DACH,
    cursor_line,
    on_top,
    press,
    row_of,
    settled,
    table_of,
    title_line,
    to_leads,
    until,
)
from tui.app import CustomerCenter
from tui.screens.campaigns import CampaignsScreen
from tui.screens.leads import LeadsScreen
from tui.screens.organizations import OrganizationsScreen
from tui.state import StateFile, Whereabouts

# The file


@pytest.fixture
def file(tmp_path: Path) -> StateFile:
    return StateFile(tmp_path / "folder" / "state.json")


@pytest.mark.parametrize(
    "at",
    [
        Whereabouts("campaigns"),
        Whereabouts("organizations", sort=Sort("name", descending=True), index=7),
        Whereabouts(
            "leads", LeadScope(uuid4(), uuid4(), ("new", "odd\n")), Sort("title"), uuid4(), 999_999
        ),
        Whereabouts(
            "leads",
            LeadScope(filter=parse('-has:title name:"Ä b"*')),
            view="Mine",
            typing="country:D",
        ),
    ],
    ids=lambda at: f"{at.room} {at.view}".strip(),
)
def test_what_was_written_is_read(file: StateFile, at: Whereabouts) -> None:
    file.write(Whereabouts("campaigns", index=3))
    file.write(at)
    assert file.read() == at


def test_the_file_is_for_its_owner_alone_and_nothing_is_left_beside_it(file: StateFile) -> None:
    file.write(Whereabouts("campaigns"))
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700
    assert list(file.path.parent.iterdir()) == [file.path]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"version": 1}',
        b"[" * 100_000,
        b'{"version": 2, "room": "leads", "campaign": null, "organization": null, "statuses": [],'
        b' "sort": null, "row": null, "index": 0}',
        b'{"version": 1, "room": "cellar", "campaign": null, "organization": null, "statuses": [],'
        b' "sort": null, "row": null, "index": 0}',
        b'{"version": 1, "room": "leads", "campaign": "x", "organization": null, "statuses": [],'
        b' "sort": null, "row": null, "index": 0}',
        b'{"version": 1, "room": "leads", "campaign": null, "organization": null, "statuses": [3],'
        b' "sort": null, "row": null, "index": 0}',
        b'{"version": 1, "room": "leads", "campaign": null, "organization": null, "statuses": [],'
        b' "sort": null, "row": null, "index": -1}',
    ],
)
def test_a_file_that_is_not_ours_is_as_none(file: StateFile, content: bytes) -> None:
    file.path.parent.mkdir()
    file.path.write_bytes(content)
    assert file.read() is None


def test_a_folder_that_takes_no_file_is_borne(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    StateFile(tmp_path / "taken" / "state.json").write(Whereabouts("campaigns"))
    assert (tmp_path / "taken").read_text() == ""


def test_each_database_has_a_file_whose_name_tells_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    urls = ("", "postgresql://anna:s3cret@host/one", "postgresql://anna:s3cret@host/two")
    paths = {StateFile.of(Settings(url)).path for url in urls}
    assert len(paths) == 3
    assert all(path.is_relative_to(tmp_path) and "s3cret" not in str(path) for path in paths)
    changed = Settings("postgresql://anna:another@host/one")
    assert StateFile.of(changed).path in paths


# The application


@asynccontextmanager
async def started(url: str, file: StateFile) -> AsyncIterator[tuple[CustomerCenter, Pilot[int]]]:
    """Run the application as its command does, until its first room is painted whole."""
    app = CustomerCenter(Settings(url, actor=OPERATOR), state=lambda settings: file)
    try:
        async with app.run_test(size=(100, 30)) as pilot:
            await settled(pilot)
            yield app, pilot
    finally:
        app.gateway.close()


async def quit_by_key(pilot: Pilot[int]) -> None:
    await pilot.press("ctrl+q")


async def test_a_campaigns_leads_are_reopened_on_their_row(
    untouched_url: str, file: StateFile
) -> None:
    async with started(untouched_url, file) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j", "j")
        left = row_of(app)
        await quit_by_key(pilot)
    async with started(untouched_url, file) as (app, pilot):
        assert on_top(app, LeadsScreen)
        assert DACH in title_line(app)
        assert row_of(app) == left
        assert left.last_name in cursor_line(app)


async def test_a_list_in_another_order_is_reopened_in_it(
    untouched_url: str, file: StateFile
) -> None:
    async with started(untouched_url, file) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "S", "j", "enter", "j")
        screen = app.screen
        assert isinstance(screen, LeadsScreen)
        sort, left = screen.sort, row_of(app)
        await quit_by_key(pilot)
    async with started(untouched_url, file) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, LeadsScreen)
        assert (screen.sort, row_of(app)) == (sort, left)


async def test_the_organizations_are_reopened_below_what_was_open(
    untouched_url: str, file: StateFile
) -> None:
    async with started(untouched_url, file) as (app, pilot):
        await press(pilot, "g", "o", "j", "j")
        left = row_of(app)
        await press(pilot, "enter")
        await quit_by_key(pilot)
    async with started(untouched_url, file) as (app, pilot):
        assert on_top(app, OrganizationsScreen)
        assert row_of(app) == left


async def test_back_from_a_reopened_list_goes_to_the_campaigns(
    untouched_url: str, file: StateFile
) -> None:
    async with started(untouched_url, file) as (_, pilot):
        await to_leads(pilot)
        await quit_by_key(pilot)
    async with started(untouched_url, file) as (app, pilot):
        await press(pilot, "q")
        assert on_top(app, CampaignsScreen)
        assert table_of(app).total
        await press(pilot, "g", "l")
        assert DACH not in title_line(app)


async def test_a_dropped_line_leaves_the_place_of_a_moment_ago(
    untouched_url: str, file: StateFile
) -> None:
    async with started(untouched_url, file) as (app, pilot):
        await press(pilot, "g", "o", "j")
        wanted = row_of(app).id
        await until(pilot, lambda: (at := file.read()) is not None and at.row_id == wanted)


async def test_a_campaign_that_is_gone_leaves_all_leads(
    demo_url: str, file: StateFile, n8n: PsycopgConnection
) -> None:
    async with started(demo_url, file) as (_, pilot):
        await to_leads(pilot)
        await press(pilot, "j")
        await quit_by_key(pilot)
    run(
        n8n,
        "DELETE FROM leads USING campaigns c WHERE c.campaign_id = leads.campaign_id"
        " AND c.name = %s",
        DACH,
    )
    run(n8n, "DELETE FROM campaigns WHERE name = %s", DACH)
    async with started(demo_url, file) as (app, pilot):
        assert on_top(app, LeadsScreen)
        assert "Leads › all" in title_line(app)
        assert table_of(app).index == 0


async def test_a_broken_file_leaves_the_first_room(untouched_url: str, file: StateFile) -> None:
    file.path.parent.mkdir()
    file.path.write_text("{")
    async with started(untouched_url, file) as (app, _):
        assert on_top(app, CampaignsScreen)


async def test_an_order_that_is_not_offered_any_more_leaves_the_lists_own(
    untouched_url: str, file: StateFile
) -> None:
    file.write(Whereabouts("leads", sort=Sort("shoe size")))
    async with started(untouched_url, file) as (app, _):
        screen = app.screen
        assert isinstance(screen, LeadsScreen)
        assert screen.sort == Sort("created", descending=True)
        assert table_of(app).total
