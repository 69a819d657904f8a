"""The first start: four ways to begin, and a connection whose password is never shown."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from textual.pilot import Pilot

from db.settings import load
from tests.support import scalar
from tests.tui.driving import application, painted, running, showing, shows, type_text, until
from tui.screens.campaigns import CampaignsScreen
from tui.screens.connect import ConnectScreen, UrlInput, env_line, masked, write_env
from tui.screens.import_file import ImportScreen
from tui.screens.welcome import WelcomeScreen

URL = "postgresql://sales:hunter2@db.example.com:5433/leads?sslmode=require"


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder whose path is short, so that no sentence with it is wrapped."""
    with TemporaryDirectory(prefix="cc-") as folder:
        yield Path(folder)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


async def connecting(pilot: Pilot[int], url: str) -> None:
    await showing(pilot, WelcomeScreen)
    await pilot.press("c")
    await showing(pilot, ConnectScreen)
    pilot.app.screen.query_one(UrlInput).value = url
    await pilot.pause()


async def test_an_empty_database_offers_four_ways(database_url: str) -> None:
    async with running(application(database_url)) as pilot:
        await showing(pilot, WelcomeScreen)
        await shows(
            pilot, "Import a file", "Fill with demo data", "Connect to a server", "n  Start"
        )


async def test_the_demo_data_fills_the_database(
    database_url: str, other: PsycopgConnection
) -> None:
    app = application(database_url)
    async with running(app) as pilot:
        await showing(pilot, WelcomeScreen)
        await pilot.press("d")
        await showing(pilot, CampaignsScreen)
        assert isinstance(app.screen, CampaignsScreen)
        table = app.screen.table
        await until(pilot, lambda: table.total == scalar(other, "SELECT count(*) FROM campaigns"))
        await shows(pilot, "This is the demo data")
    assert scalar(other, "SELECT count(*) FROM leads") > 100


@pytest.mark.parametrize(
    "keys", [("i",), ("enter",), ("j", "k", "enter"), ("up", *"jjjjj", "enter")]
)
async def test_a_way_is_taken_by_key_or_by_cursor(keys: tuple[str, ...], database_url: str) -> None:
    async with running(application(database_url)) as pilot:
        await showing(pilot, WelcomeScreen)
        await pilot.press(*keys)
        await showing(pilot, ImportScreen)
        await pilot.press("escape")
        await showing(pilot, CampaignsScreen)


@pytest.mark.parametrize("key", ["n", "escape"])
async def test_one_may_start_empty(key: str, database_url: str, other: PsycopgConnection) -> None:
    async with running(application(database_url)) as pilot:
        await showing(pilot, WelcomeScreen)
        await pilot.press(key)
        await showing(pilot, CampaignsScreen)
        await shows(pilot, "No campaign yet.")
    assert scalar(other, "SELECT count(*) FROM campaigns") == 0


# Connecting


async def test_a_server_that_answers_is_kept_in_a_private_file(
    database_url: str, tmp_path: Path
) -> None:
    async with running(application(database_url)) as pilot:
        await connecting(pilot, database_url)
        await pilot.press("enter")
        await shows(pilot, "Connected to", "write .env")
        await pilot.press("w")
        await shows(pilot, "is written", "start customer-center again")
    env = tmp_path / ".env"
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    assert load({}, tmp_path).database_url == database_url


async def test_a_file_that_is_there_is_not_touched(database_url: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OTHER=1\n")
    async with running(application(database_url)) as pilot:
        await connecting(pilot, database_url)
        await pilot.press("enter")
        await shows(pilot, "exists already")
        await pilot.press("w")
        await pilot.pause()
    assert (tmp_path / ".env").read_text() == "OTHER=1\n"


async def test_a_server_without_the_schema_is_told_apart(
    database_url: str, empty_database_url: str
) -> None:
    async with running(application(database_url)) as pilot:
        await connecting(pilot, empty_database_url)
        await pilot.press("enter")
        await shows(pilot, "The server answers.", "customer-center migrate")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://sales:hunter2@127.0.0.1:1/leads", "cannot be reached"),
        ("mysql://sales:hunter2@db/leads", "another kind of database"),
        ("leads", "This is neither a postgresql:// URL"),
    ],
)
async def test_a_connection_that_fails_is_told_without_the_password(
    url: str, sentence: str, database_url: str
) -> None:
    async with running(application(database_url), (120, 40)) as pilot:
        await connecting(pilot, url)
        await pilot.press("enter")
        await shows(pilot, sentence)
        assert "hunter2" not in painted(pilot)


async def test_the_password_is_never_painted_while_it_is_typed(database_url: str) -> None:
    async with running(application(database_url)) as pilot:
        await connecting(pilot, "")
        typed = ""
        for char in "postgresql://sales:hunter2@db.example.com/leads":
            typed += char
            await type_text(pilot, char)
            assert not any(part in painted(pilot) for part in ("hu", "unter", "er2"))
        await shows(pilot, "postgresql://sales:•••••••@db.example.com/leads")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (URL, "postgresql://sales:•••••••@db.example.com:5433/leads?sslmode=require"),
        ("postgresql://sales:a@b/c?d@host/x", "postgresql://sales:•••••••@host/x"),
        ("postgresql://sales:hun", "postgresql://sales:•••"),
        ("postgresql://localhost:5432/leads", "postgresql://localhost:5432/leads"),
        ("postgresql:///leads?host=/run/pg", "postgresql:///leads?host=/run/pg"),
        ("postgresql://h/d?password=abc&x=1", "postgresql://h/d?password=•••&x=1"),
        ("host=h password='a b' dbname=d", "host=h password=••••• dbname=d"),
        ("host=h password='a b", "host=h password=••••"),
    ],
)
def test_passwords_are_masked_wherever_they_stand(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize("url", [URL, "host=h password='\\\\ \\' \"$HOME\" #1' dbname=d"])
def test_what_is_written_is_what_the_next_start_reads(url: str, tmp_path: Path) -> None:
    write_env(tmp_path / ".env", url)
    assert load({}, tmp_path).database_url == url
    assert env_line(url).count("\n") == 0


def test_a_link_in_the_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    os.symlink(tmp_path / "elsewhere", tmp_path / ".env")
    with pytest.raises(FileExistsError):
        write_env(tmp_path / ".env", URL)
    assert not (tmp_path / "elsewhere").exists()
