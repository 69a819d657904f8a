"""Days of work compressed: changes, screens and lost connections, and what is left of it."""

from __future__ import annotations

import itertools
import os
import time
from dataclasses import dataclass
from functools import partial

import psutil
from psycopg2.extensions import connection as PsycopgConnection

from tests.benchmarks.terminal import TimedTerminal
from tests.faults.fault import Background, Fault, Held, Rig
from tests.faults.leads import make_leads
from tests.faults.listening import CHANGES
from tests.support import fetch, plain_connection, run, scalar

SESSIONS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name LIKE 'customer-center%'"
)
CUT = SESSIONS.replace("count(*)", "pg_terminate_backend(pid)")
SIZE = (80, 24)
"""A small terminal, for what is painted is emulated here, which takes as long as painting it."""
LEADS = "› Leads"
ROOMS = (("gl", LEADS), ("go", "› Organizations"), ("gh", "› Journal"), ("gc", "› Campaigns"))
"""Keys from room to room, and what is seen there; from the leads one is opened and left again."""
OPEN = "Activity"
"""What stands on the page of a lead."""
PIECE, PIECE_EVERY = 400, 1.1
"""Changes in a row, and the seconds from one row to the next: 200,000 in ten minutes and some more."""


@dataclass(frozen=True)
class Size:
    """What the application takes up at a moment."""

    memory: float
    threads: int
    files: int
    sessions: int

    def __str__(self) -> str:
        return (
            f"{self.memory:.0f} MB, {self.threads} threads, {self.files} files, "
            f"{self.sessions} sessions"
        )


def soaked(rig: Rig) -> Held:
    """Go about while all that happens; measure after a quarter of the time, and at the end."""
    seconds = rig.times(600, 8)
    counted = {"changes": 0, "cuts": 0}
    with rig.database() as url, plain_connection(url) as n8n, plain_connection(url) as admin:
        make_leads(url, 2_000)

        def write() -> None:
            began = time.monotonic()
            run(n8n, CHANGES.format(number=PIECE))
            counted["changes"] += PIECE
            time.sleep(max(0.0, PIECE_EVERY - (time.monotonic() - began)))

        def cut() -> None:
            time.sleep(1.2)
            counted["cuts"] += len(fetch(admin, CUT))

        env = {"DATABASE_URL": url, "XDG_STATE_HOME": str(rig.scratch / "soak")}
        with TimedTerminal(rig.application, env, SIZE) as terminal:
            terminal.wait("Spring")
            with Background(write), Background(cut):
                switches = _gone_about(terminal, seconds / 4)
            before = _size(terminal, n8n)
            with Background(write), Background(cut):
                switches += _gone_about(terminal, seconds * 3 / 4)
            after = _size(terminal, n8n)
            terminal.send("\x11")
            assert terminal.ended() == 0
        assert scalar(n8n, SESSIONS) == 0, "a session is left"
    if not rig.short:
        assert switches >= 5_000, f"{switches:,} screens"
        assert counted["changes"] >= 200_000, f"{counted['changes']:,} changes"
    slack = 1.10 if not rig.short else 1.25
    assert after.memory <= slack * before.memory, f"{before} → {after}"
    assert after.threads <= before.threads + 2, f"{before} → {after}"
    assert after.files <= before.files + 2, f"{before} → {after}"
    assert after.sessions <= before.sessions + 2, f"{before} → {after}"
    return Held(
        counted["cuts"],
        f"{seconds} s with {counted['changes']:,} changes, {switches:,} screens and "
        f"{counted['cuts']:,} connections cut: {before} after a quarter, {after} at the end",
    )


def _gone_about(terminal: TimedTerminal, seconds: float) -> int:
    """Go from screen to screen for so long; return the number of screens that were opened."""
    end = time.monotonic() + seconds
    screens = 0
    for keys, seen in itertools.cycle(ROOMS):
        if time.monotonic() > end:
            return screens
        _go(terminal, keys, seen)
        screens += 1
        terminal.press("j")
        if seen == LEADS and _opened_a_lead(terminal):
            terminal.press("q")
            terminal.wait(partial(_without, OPEN))
            screens += 2
    raise AssertionError


def _go(terminal: TimedTerminal, keys: str, seen: str) -> None:
    """Go to a room; a lead that came to be open late lies over it, and is left."""
    terminal.press(keys)
    while seen not in terminal.wait(lambda text: seen in text or OPEN in text):
        if OPEN in terminal.quiet(0.2, 1):  # and was not just being left
            terminal.press("q")
            terminal.wait(partial(_without, OPEN))
            terminal.press(keys)


def _opened_a_lead(terminal: TimedTerminal) -> bool:
    """Open the lead under the cursor; False where its list has no rows as yet, or no connection."""
    terminal.press("enter")
    end = time.monotonic() + 1
    while OPEN not in terminal.quiet(0.02, 0.02):
        if time.monotonic() > end:
            return False
    return True


def _without(gone: str, text: str) -> bool:
    return gone not in text


def _size(terminal: TimedTerminal, other: PsycopgConnection) -> Size:
    """Return what is taken up once all is quiet."""
    terminal.press("gc")
    terminal.quiet(1.0, 8)
    process = psutil.Process(terminal.process.pid)
    return Size(
        terminal.memory(),
        process.num_threads(),
        len(os.listdir(f"/proc/{process.pid}/fd")),
        int(scalar(other, SESSIONS)),
    )


FAULTS = (Fault("soak", "days of work in ten minutes, connections cut all the time", soaked),)
