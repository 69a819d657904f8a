"""An operator at the other end of an SSH connection, which drops in the middle of the work."""

from __future__ import annotations

import base64
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from psycopg2.extensions import connection as PsycopgConnection

from db.database import open_database
from db.settings import Settings
from tests.e2e.sshd import MISSING, Sshd, sshd
from tests.e2e.terminal import Terminal
from tests.support import add_campaign, add_lead, add_organization, run, scalar, wait_for

ROOT = Path(__file__).parents[2]
SESSIONS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name LIKE 'customer-center%'"
)

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Sshd]:
    folder = tmp_path / "sshd"
    folder.mkdir(mode=0o700)
    with sshd(folder) as running:
        yield running


@pytest.fixture
def connected(server: Sshd, database_url: str, tmp_path: Path) -> Callable[[], Terminal]:
    """Start the application on the server, in the terminal of an SSH client."""
    env = {
        "DATABASE_URL": database_url,
        "CUSTOMER_CENTER_ACTOR": "anna",
        "PYTHONPATH": str(ROOT),
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        **{f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("STATE", "CONFIG", "DATA")},
    }
    command = server.command([sys.executable, "-m", "tui.cli"], env, tmp_path / "pid")
    return lambda: Terminal(command, env=os.environ, cwd=tmp_path, size=(100, 30))


@pytest.fixture
def leads(database_url: str) -> None:
    """A campaign of five leads at a company with a document."""
    with open_database(Settings(database_url)) as database, database.sessions() as session:
        campaign = add_campaign(session, "Spring")
        acme = add_organization(session, "Acme", website_summary_data={"title": "Products"})
        for number in range(5):
            name = f"Person{number}"
            add_lead(session, campaign, acme, f"p{number}@acme.com", first_name=name, title="CTO")


@pytest.mark.usefixtures("leads")
def test_a_dropped_connection_leaves_nothing_behind_and_the_next_start_goes_on(
    connected: Callable[[], Terminal], other: PsycopgConnection, tmp_path: Path
) -> None:
    with connected() as terminal:
        triage(terminal, other)
        copy(terminal)
        type_a_filter(terminal)
        state = tmp_path / "STATE"
        wait_for(lambda: typed(state, "title:~ct"), "for the place to be kept")
        application = psutil.Process(int((tmp_path / "pid").read_text()))
        terminal.process.kill()
        with suppress(psutil.NoSuchProcess):
            application.wait(2)
        wait_for(lambda: scalar(other, SESSIONS) == 0, "for the sessions to end", 5)

    with connected() as terminal:
        terminal.wait("title:~ct")
        assert "Spring" in terminal.text.splitlines()[0]
        terminal.wait(lambda text: re.search(r"▌.*Person2", text) is not None)
        terminal.press("o", "enter")
        terminal.wait(lambda text: "title:~cto" in text.splitlines()[0])
        terminal.press("ctrl+q")
        assert terminal.ended() == 0


def triage(terminal: Terminal, other: PsycopgConnection) -> None:
    """Decide on two leads while a workflow writes to the third."""
    terminal.wait("Spring")
    terminal.press("enter")
    terminal.wait("Person4")
    terminal.press("t")
    terminal.wait("which leads?")
    terminal.press("enter")
    for address, key in (("p4@acme.com", "A"), ("p3@acme.com", "d")):
        terminal.wait(address)
        terminal.press(key)
    terminal.wait("p2@acme.com")
    run(other, "UPDATE leads SET email_icebreaker = 'Saw your talk.' WHERE first_name = 'Person2'")
    terminal.wait("Saw your talk.")
    statuses = "SELECT string_agg(status, ' ' ORDER BY first_name) FROM leads"
    wait_for(lambda: scalar(other, statuses) == "new new new disqualified ready")


def copy(terminal: Terminal) -> None:
    """Copy an address and a value of a document to the clipboard of the client's side."""
    terminal.press("ye")
    terminal.wait(lambda _: on_clipboard("p2@acme.com") in terminal.raw)
    terminal.press("J")
    terminal.wait("Products")
    terminal.press("down", "yy")
    terminal.wait(lambda _: on_clipboard("Products") in terminal.raw)
    terminal.press("q")
    terminal.wait("p2@acme.com")


def on_clipboard(text: str) -> bytes:
    """The sequence that puts a text on the clipboard of a terminal."""
    return b"\x1b]52;c;" + base64.b64encode(text.encode())


def typed(state: Path, filter_line: str) -> bool:
    """Whether a place was kept with a filter line that is being typed."""
    return any(f'"typing": "{filter_line}"' in kept.read_text() for kept in state.rglob("*.json"))


def type_a_filter(terminal: Terminal) -> None:
    """Go back to the list, and begin to type."""
    terminal.press("q")
    terminal.wait("Person4")
    terminal.press("f", "title:~ct")
    terminal.wait("title:~ct")
