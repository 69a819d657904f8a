"""The operator's terminal goes away in whatever moment; SSH itself is in ``tests/e2e/test_ssh.py``."""

from __future__ import annotations

import gzip
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.e2e.terminal import Terminal
from tests.faults.fault import Fault, Held, Rig
from tests.faults.leads import make_leads
from tests.support import plain_connection, scalar, wait_for
from tests.tui.triaging import stopped

PEOPLE = Path(__file__).parents[1] / "data" / "apollo_people_5000.csv.gz"
SESSIONS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name LIKE 'customer-center%'"
)
IMPORTED = (
    "SELECT count(*) FROM leads l JOIN campaigns c USING (campaign_id) WHERE c.name = 'Autumn'"
)

Moment = Callable[[Rig, Terminal, str], AbstractContextManager[None]]
"""Brings the application to where the terminal is to be closed, and yields."""


def hung_up(rig: Rig) -> Held:
    """Close the terminal in each moment; the application is gone soon, and so are its sessions."""
    moments = (_idle, _form, _query, _import)
    rounds, slowest, imported = rig.times(10, 1), 0.0, set[int]()
    for _ in range(rounds):
        for moment in moments:
            with rig.database() as url, plain_connection(url) as other:
                make_leads(url, 30)
                slowest = max(slowest, _gone(rig, url, moment))
                wait_for(lambda: scalar(other, SESSIONS) == 0, "for the sessions to end", 5 + 5)
                if moment is _import:
                    imported.add(int(scalar(other, IMPORTED)))
    whole = max(imported)
    assert imported <= {0, whole}, f"imported in part: {imported}"
    limit = rig.times(2, 6)
    assert slowest < limit, f"the application was there for {slowest:.1f} s"
    return Held(
        rounds * len(moments),
        f"in a list, a form, a query and an import: gone after {slowest:.1f} s at most, no session "
        "left on the server, the import all in or all out",
    )


def _gone(rig: Rig, url: str, moment: Moment) -> float:
    """Start, go where the terminal is to be closed, close it; return the seconds until the end."""
    env = {**os.environ, "DATABASE_URL": url, "XDG_STATE_HOME": str(rig.scratch / "hangup")}
    with Terminal(rig.application, env=env, cwd=rig.scratch, size=(100, 30)) as terminal:
        terminal.wait("Spring")
        with moment(rig, terminal, url):
            began = time.monotonic()
            terminal.hang_up()
            terminal.process.wait(20)
            return time.monotonic() - began


@contextmanager
def _idle(rig: Rig, terminal: Terminal, url: str) -> Iterator[None]:
    terminal.quiet()
    yield


@contextmanager
def _form(rig: Rig, terminal: Terminal, url: str) -> Iterator[None]:
    terminal.press("e")
    terminal.wait("Description")
    terminal.press("Summer")
    yield


@contextmanager
def _query(rig: Rig, terminal: Terminal, url: str) -> Iterator[None]:
    """A list waits for another program's lock, which is held on to."""
    with stopped(url):
        terminal.press("enter")
        waiting = SESSIONS + " AND wait_event_type = 'Lock'"
        with plain_connection(url) as other:
            wait_for(lambda: scalar(other, waiting) > 0, "for the query to wait")
        yield


@contextmanager
def _import(rig: Rig, terminal: Terminal, url: str) -> Iterator[None]:
    people = rig.scratch / "people.csv"
    people.write_bytes(gzip.decompress(PEOPLE.read_bytes()))
    terminal.press("I")
    terminal.wait("File")
    terminal.press(str(people))
    terminal.wait("people.csv")
    terminal.press("enter")
    terminal.quiet()
    terminal.press("Autumn")
    terminal.wait("Autumn")
    terminal.press("enter")
    terminal.wait("created", 120)
    terminal.press("i")
    time.sleep(random.uniform(0, rig.times(3, 1)))
    yield


FAULTS = (Fault("hangup", "the terminal is closed", hung_up),)
