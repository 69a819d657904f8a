"""The import screen: a look at what would happen, then the rows; completing, stopping, errors."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session
from textual.pilot import Pilot

from db.database import Database
from tests.db.import_support import run_import
from tests.support import add_campaign, add_lead, fetch, run, scalar
from tests.tui.driving import application, painted, running, showing, shows, type_text, until
from tui.completion import complete_name, complete_path, file_path
from tui.screens.import_file import ImportScreen, rejects_path
from tui.screens.leads import LeadsScreen
from tui.screens.organizations import OrganizationsScreen

IMPORT_LOCK = 0x43_43_49_4D  # an import waits for it after it has read the file
HOLDERS = "SELECT count(*) FROM pg_locks WHERE objid = %s AND objsubid = 1 AND granted"

PEOPLE = """\
First Name,Last Name,Title,Company Name,Email,Website
Ada,Lovelace,Countess,Engines,ada@engines.example,https://www.engines.example
Charles,Babbage,Inventor,Engines,charles@engines.example,https://www.engines.example
Nobody,Nowhere,,Engines,,https://www.engines.example
Somebody,Else,,Engines,not an address,https://www.engines.example
"""
ACCOUNTS = """\
Company Name,Website,# Employees
Engines,https://www.engines.example,12
Looms,https://looms.example,200
"""


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    return path


async def opened(pilot: Pilot[int], path: Path | None = None, campaign: str | None = None) -> None:
    await pilot.app.push_screen(ImportScreen(path, campaign))
    await shows(pilot, "File", "Campaign", "leave")


async def checked(pilot: Pilot[int]) -> None:
    await pilot.press("f2")
    await shows(pilot, "What would happen")


async def test_a_check_tells_what_would_happen_and_writes_nothing(
    database_url: str, other: PsycopgConnection, people: Path
) -> None:
    async with running(application(database_url)) as pilot:
        await opened(pilot, people, "Spring")
        await checked(pilot)
        await shows(pilot, "4 rows read", "2 rejected", "missing e-mail", "invalid e-mail")
        lines = painted(pilot).splitlines()
        leads = next(line for line in lines if line.strip().startswith("leads"))
        assert leads.split() == ["leads", "2", "0", "0"]
    assert scalar(other, "SELECT count(*) FROM leads") == 0
    assert scalar(other, "SELECT count(*) FROM campaigns") == 0
    assert not list(people.parent.glob("*rejects*"))


async def test_an_import_by_keys_leads_to_its_leads(
    database_url: str, other: PsycopgConnection, people: Path
) -> None:
    app = application(database_url)
    async with running(app) as pilot:
        await opened(pilot)
        await type_text(pilot, str(people))
        await pilot.press("enter")
        await type_text(pilot, "Spring")
        await shows(pilot, "A new campaign.")
        await pilot.press("enter")
        await shows(pilot, "What would happen")
        await pilot.press("i")
        await shows(pilot, "Imported", "An existing campaign with 2 leads.")
        await pilot.press("enter")
        await showing(pilot, LeadsScreen)
        await shows(pilot, "Ada Lovelace", "Charles Babbage", "Spring")
    assert fetch(other, "SELECT email FROM leads ORDER BY email") == [
        ("ada@engines.example",),
        ("charles@engines.example",),
    ]


async def test_the_rejects_are_beside_the_file_for_its_owner_alone(
    database_url: str, people: Path
) -> None:
    async with running(application(database_url), (160, 40)) as pilot:
        await opened(pilot, people, "Spring")
        await checked(pilot)
        await pilot.press("i")
        await shows(pilot, f"{people.parent}/people-rejects.csv")
    rejects = people.with_name("people-rejects.csv")
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600
    assert "Nobody" in rejects.read_text()


async def test_only_a_checked_file_is_imported(
    database_url: str, other: PsycopgConnection, people: Path
) -> None:
    """What is typed after the check has not been checked."""
    app = application(database_url)
    async with running(app) as pilot:
        await opened(pilot, people, "Spring")
        await checked(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: "What would happen" not in painted(pilot))
        await pilot.press("i")
        assert isinstance(app.screen, ImportScreen)
        assert app.screen.path.name == "people.csvi"
    assert scalar(other, "SELECT count(*) FROM leads") == 0


async def test_people_need_a_campaign(database_url: str, people: Path) -> None:
    app = application(database_url)
    async with running(app) as pilot:
        await opened(pilot, people)
        await pilot.press("f2")
        await shows(pilot, "name the campaign")
        assert isinstance(app.screen, ImportScreen)
        assert app.screen.campaign_field.input.has_focus


async def test_accounts_need_no_campaign(
    database_url: str, other: PsycopgConnection, tmp_path: Path
) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text(ACCOUNTS)
    async with running(application(database_url)) as pilot:
        await opened(pilot, path)
        await checked(pilot)
        await pilot.press("i")
        await shows(pilot, "Imported", "organizations")
        await pilot.press("enter")
        await showing(pilot, OrganizationsScreen)
        await shows(pilot, "Looms")
    assert scalar(other, "SELECT count(*) FROM organizations") == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "There is no file"), ("", "empty."), ("PK\x03\x04", "spreadsheet")],
)
async def test_a_file_that_can_not_be_imported_is_told_in_its_place(
    content: str | None, sentence: str, database_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "f.csv"
    if content is not None:
        path.write_text(content)
    app = application(database_url)
    async with running(app, (160, 40)) as pilot:
        await opened(pilot, path, "Spring")
        await pilot.press("f2")
        await shows(pilot, sentence)
        assert isinstance(app.screen, ImportScreen)
        assert app.screen.path_field.input.has_focus


async def test_a_running_import_shows_its_progress_and_is_stopped_by_a_key(
    database_url: str, other: PsycopgConnection, people: Path
) -> None:
    run(other, "BEGIN")
    run(other, "SELECT pg_advisory_xact_lock(%s)", IMPORT_LOCK)
    async with running(application(database_url)) as pilot:
        await opened(pilot, people, "Spring")
        for key in ("escape", "ctrl+c"):
            await pilot.press("f2")
            await shows(pilot, "Trying it without writing anything", "Rows read", "stop")
            await pilot.press(key)
            await shows(pilot, "The import was stopped; nothing was written.", "F2 check")
    run(other, "ROLLBACK")
    assert scalar(other, "SELECT count(*) FROM leads") == 0


async def test_an_import_that_is_stopped_midway_says_its_batch_and_goes_on_or_back_by_keys(
    database_url: str, other: PsycopgConnection, tmp_path: Path
) -> None:
    people = tmp_path / "people.csv"
    rows = "".join(f"A,p{number}@acme.example\n" for number in range(5_001))
    people.write_text("First Name,Email\n" + rows)
    async with running(application(database_url)) as pilot:
        await opened(pilot, people, "Spring")
        await pilot.press("f6")
        await checked(pilot)
        await pilot.press("i")
        await until(pilot, lambda: scalar(other, HOLDERS, IMPORT_LOCK), "the first chunk")
        run(other, "SELECT pg_advisory_lock(%s)", IMPORT_LOCK)  # waits for its end
        await pilot.press("ctrl+c")
        await shows(pilot, "5,000 rows of the file are in", "import-undo", "F2, then i: goes on")
        assert str(scalar(other, "SELECT batch_id FROM imports")) in painted(pilot)
        run(other, "SELECT pg_advisory_unlock(%s)", IMPORT_LOCK)
        await pilot.press("f2")
        await shows(pilot, "What would happen")
        await pilot.press("i")
        await shows(pilot, "Imported")
    assert fetch(other, "SELECT count(*), min(rows_done) FROM imports") == [(1, 5_001)]
    assert scalar(other, "SELECT count(*) FROM leads") == 5_001


async def test_the_mode_and_whether_all_is_one_transaction_are_chosen_by_keys(
    database_url: str, other: PsycopgConnection, people: Path
) -> None:
    newer = people.with_name("newer.csv")
    newer.write_text(PEOPLE.replace("Countess", "Analyst"))
    async with running(application(database_url)) as pilot:
        await opened(pilot, people, "Spring")
        await shows(pilot, "Blanks of rows that exist are filled; all or nothing.")
        await checked(pilot)
        await pilot.press("i")
        await shows(pilot, "Imported", "2 rejected")
        await pilot.press("f4", "f6", "ctrl+u")
        await type_text(pilot, str(newer))
        await shows(pilot, "take every value of the file; what is in stays, if it stops.")
        await checked(pilot)
        await shows(pilot, "leads.title", "Countess → Analyst")
        await pilot.press("i")
        await shows(pilot, "Imported", "undo")
    assert ("Analyst",) in fetch(other, "SELECT title FROM leads")
    several_transactions = "SELECT finished_at > started_at FROM imports ORDER BY started_at"
    assert fetch(other, several_transactions) == [(False,), (True,)]


async def test_columns_that_are_not_known_are_mapped_and_the_import_is_taken_back(
    database_url: str, other: PsycopgConnection, tmp_path: Path
) -> None:
    path = tmp_path / "others.csv"
    path.write_text("Mail;Vorname;Note\nada@engines.example;Ada;x\n")
    async with running(application(database_url)) as pilot:
        await opened(pilot, path, "Spring")
        await pilot.press("f2")
        await shows(pilot, "no export that is known", "Vorname", "leads.email", "Ada")
        await pilot.press("down", "enter")
        await shows(pilot, "Vorname goes to")
        await pilot.press("down", "down", "down", "enter")
        await shows(pilot, "leads.first_name")
        await pilot.press("f2")
        await shows(pilot, "read as mapped", "row 1 created: ada@engines.example")
        await pilot.press("i")
        await shows(pilot, "Imported", "undo")
        assert fetch(other, "SELECT first_name, custom_data FROM leads") == [("Ada", {"Note": "x"})]
        await pilot.press("u")
        await shows(pilot, "Taken back", "1 lead deleted")
    assert scalar(other, "SELECT count(*) FROM leads") == 0


async def test_tab_completes_the_path_like_a_shell(database_url: str, tmp_path: Path) -> None:
    for name in ("people_a.csv", "people_b.csv", "other.csv"):
        (tmp_path / name).touch()
    app = application(database_url)
    async with running(app, (160, 40)) as pilot:
        await opened(pilot)
        await type_text(pilot, f"{tmp_path}/peo")
        await pilot.press("tab")
        await shows(pilot, "people_a.csv  people_b.csv")
        assert isinstance(app.screen, ImportScreen)
        assert app.screen.path == tmp_path / "people_"
        await type_text(pilot, "b")
        await pilot.press("tab")
        await until(pilot, lambda: app.screen.path == tmp_path / "people_b.csv")  # type: ignore[attr-defined]
        await pilot.press("tab")
        await until(pilot, lambda: app.screen.campaign_field.input.has_focus)  # type: ignore[attr-defined]


async def test_tab_completes_the_name_of_a_campaign(database_url: str, session: Session) -> None:
    add_lead(session, add_campaign(session, "Spring outreach"))
    add_campaign(session, "Autumn")
    async with running(application(database_url)) as pilot:
        await opened(pilot, Path("x.csv"))
        await type_text(pilot, "spr")
        await pilot.press("tab")
        await shows(pilot, "Spring outreach", "An existing campaign with 1 lead.")


def test_a_path_is_completed_as_far_as_it_is_certain(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for name in ("data.csv", ".hidden", "evil\x1b[2J.csv", "z"):
        (tmp_path / name).touch()
    assert complete_path(f"{tmp_path}/d").text == f"{tmp_path}/data"
    assert complete_path(f"{tmp_path}/").names == ("data.csv", "data/", "z")
    assert complete_path(f"{tmp_path}/.h").text == f"{tmp_path}/.hidden"
    assert complete_path(f"{tmp_path}/nothing/x").names == ()


def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "leads.csv").touch()
    assert complete_path("~").text == "~/"
    assert complete_path("~/l").text == "~/leads.csv"
    assert file_path(" ~/leads.csv ") == tmp_path / "leads.csv"


def test_names_are_completed_whatever_their_case() -> None:
    assert complete_name("sp", ["Spring", "Autumn"]).text == "Spring"
    assert complete_name("S", ["Spring", "Sprint"]).text == "Sprin"
    assert complete_name("x", ["Spring"]).text == "x"


def test_the_name_of_a_rejects_file_is_free(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    assert rejects_path(path) == tmp_path / "people-rejects.csv"
    rejects_path(path).touch()
    assert rejects_path(path) == tmp_path / "people-rejects-2.csv"


async def test_an_import_is_taken_back_from_its_entry_in_the_journal_after_a_preview(
    database: Database, database_url: str, other: PsycopgConnection, people: Path
) -> None:
    run_import(database, people, campaign="Spring")
    run(other, "UPDATE leads SET title = 'theirs' WHERE first_name = 'Ada'")
    async with running(application(database_url)) as pilot:
        await pilot.press("g", "h")
        await shows(pilot, "imported a file", "theirs")
        await pilot.press("B")
        await shows(pilot, "This entry is of no import.")
        await pilot.press("j", "B")
        await shows(pilot, "Take back the import of people.csv?", "1 lead deleted", "2 rows stay")
        await shows(pilot, "lead ada@engines.example: n8n changed it")
        await pilot.press("enter", "B")
        await shows(pilot, "Take back the import of people.csv?")
        assert scalar(other, "SELECT count(*) FROM leads") == 2
        await pilot.press("y")
        await shows(pilot, "Taken back: 1 lead deleted, 2 left.")
    assert fetch(other, "SELECT email FROM leads") == [("ada@engines.example",)]
