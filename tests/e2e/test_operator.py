"""An operator's first hour, by keys alone, in a pseudo-terminal of 80 columns and 24 lines."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg2.extensions import connection as PsycopgConnection

from tests.e2e.terminal import Terminal
from tests.support import scalar, wait_for

COLUMNS = (
    "First Name",
    "Last Name",
    "Title",
    "Company Name",
    "Email",
    "Email Status",
    "Person Linkedin Url",
    "Website",
    "Company Country",
    "Apollo Contact Id",
)
PEOPLE = 12


@pytest.fixture
def people_file(tmp_path: Path) -> Path:
    """A small export of people, one of them with an escape sequence in her name."""
    path = tmp_path / "people.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for number in range(PEOPLE):
            name = "Ann\x1b]52;c;cm0=\x07" if number == 3 else f"Person{number:02}"
            rows.writerow(
                (
                    name,
                    "Lee",
                    "Head of Sales",
                    f"Company {number:02}",
                    f"p{number}@company{number:02}.com",
                    "Verified",
                    "",
                    f"https://www.company{number:02}.com/about",
                    "Germany",
                    f"c{number}",
                )
            )
    return path


@pytest.fixture
def terminal(database_url: str, tmp_path: Path) -> Iterator[Terminal]:
    """The application on an empty database, started as a user starts it."""
    state = {"XDG_STATE_HOME": str(tmp_path / "state")}
    env = os.environ | state | {"DATABASE_URL": database_url, "CUSTOMER_CENTER_ACTOR": "anna"}
    command = [sys.executable, "-m", "tui.cli"]
    with Terminal(command, env=env, cwd=tmp_path, size=(80, 24)) as running:
        yield running


def statuses(other: PsycopgConnection) -> dict[str, int]:
    with other.cursor() as cursor:
        cursor.execute("SELECT status, count(*) FROM leads GROUP BY status")
        return dict(cursor.fetchall())


def test_import_triage_look_up_read_json_resize_and_quit(
    terminal: Terminal, other: PsycopgConnection, people_file: Path
) -> None:
    terminal.wait("Import a file")
    import_people(terminal, people_file)
    assert statuses(other) == {"new": PEOPLE}

    triage_ten(terminal)
    wait_for(lambda: statuses(other) == {"ready": 8, "disqualified": 2, "new": 2})

    terminal.press("q")
    look_up(terminal)
    add_document(other)
    read_json(terminal)
    terminal.resize(120, 40)
    terminal.wait(lambda text: len(text.splitlines()) == 40 and "title" in text)
    terminal.press("ctrl+q")
    assert terminal.ended() == 0
    assert b"\x1b]52;c;cm0" not in terminal.raw


def import_people(terminal: Terminal, people_file: Path) -> None:
    terminal.press("i")
    terminal.wait("File")
    terminal.press(str(people_file))
    terminal.wait("people.csv")
    terminal.press("enter")
    terminal.quiet()
    terminal.press("Q3 DACH")
    terminal.wait("Q3 DACH")
    terminal.press("enter")
    terminal.wait(lambda text: re.search(rf"created\D+{PEOPLE}\b", text) is not None)
    terminal.press("i")
    terminal.wait("to the leads")
    terminal.press("enter")
    terminal.wait("Person05")


def triage_ten(terminal: Terminal) -> None:
    terminal.press("t")
    terminal.wait("which leads?")
    terminal.press("enter")
    seen: set[str] = set()
    for number in range(1, 11):
        terminal.wait(lambda text: new_lead(text, seen) is not None)
        seen.add(new_lead(terminal.text, seen) or "")
        terminal.press("d" if number in (2, 5) else "A")
    terminal.wait("10 decided")


def new_lead(text: str, seen: set[str]) -> str | None:
    """The address of the lead on the screen, if it was not there before."""
    found = re.search(r"○ new +(\S+@\S+)", text)
    return found[1] if found and found[1] not in seen else None


def look_up(terminal: Terminal) -> None:
    terminal.press("o")
    terminal.wait("Look up")
    terminal.press("Person <p7@company07.com>")
    terminal.wait("Company 07")
    terminal.press("enter")
    terminal.wait("Activity")


def add_document(other: PsycopgConnection) -> None:
    summary = json.dumps({"pages": [{"title": "Products", "links": ["/a", "/b"]}]})
    with other.cursor() as cursor:
        cursor.execute(
            "UPDATE organizations SET website_summary_data = %s WHERE email_domain = %s",
            (summary, "company07.com"),
        )


def read_json(terminal: Terminal) -> None:
    terminal.press("J")
    terminal.wait("title")
    terminal.wait("Products")
    terminal.press("down", "down", "down")
    terminal.wait("$.pages[0].links")


def test_the_terminal_that_is_closed_leaves_no_session_behind(
    terminal: Terminal, other: PsycopgConnection
) -> None:
    terminal.wait("Import a file")
    terminal.process.send_signal(1)
    terminal.ended()
    left = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name = 'customer-center'"
    )
    # The server notices a moment after the program has ended.
    wait_for(lambda: scalar(other, left) == 0, "for the sessions to end", seconds=5)


def test_a_program_told_to_ignore_hang_ups_ends_with_its_terminal(
    database_url: str, tmp_path: Path
) -> None:
    env = {**os.environ, "XDG_STATE_HOME": str(tmp_path), "DATABASE_URL": database_url}
    ignoring = ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh", sys.executable, "-m", "tui.cli"]
    with Terminal(ignoring, env=env, cwd=tmp_path, size=(80, 24)) as terminal:
        terminal.wait("Import a file")
        terminal.hang_up()
        assert terminal.process.wait(2) == -signal.SIGHUP


def test_the_demo_takes_keys_that_arrive_together(tmp_path: Path) -> None:
    env = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "tui.cli", "demo"]
    with Terminal(command, env=env, cwd=tmp_path, size=(80, 24)) as terminal:
        terminal.wait("DACH manufact")
        terminal.press("gl")
        terminal.wait("Leads › all")
        terminal.wait("▌ ○")
        terminal.press("\rq")
        terminal.quiet()
        assert "Leads › all" in terminal.text
        terminal.press("oglas")
        terminal.wait("▌ glas")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0


def test_the_installed_command_answers_outside_the_checkout(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("customer-center")
    answer = subprocess.run(
        [command, "--version"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert answer.stdout.startswith("customer-center ")


def test_a_program_that_was_frozen_takes_every_key_and_ends(terminal: Terminal) -> None:
    terminal.wait("Import a file")
    for kind in (signal.SIGSTOP, signal.SIGCONT):
        terminal.process.send_signal(kind)
    terminal.press("n")
    terminal.wait("Campaigns")
    terminal.quiet()
    terminal.press("ctrl+q")
    assert terminal.ended() == 0
