"""The server is restarted or away, in whatever moment: what was done or typed is not lost."""

from __future__ import annotations

import asyncio
import os
import sys
import time

from tests.e2e.terminal import Terminal
from tests.faults.fault import Fault, Held, Rig, database_of, operator, short_pauses
from tests.faults.leads import journal_is_whole, make_leads
from tests.faults.screen import application, played, pressed, shown
from tests.faults.writers import answer
from tests.support import fetch, on_database, plain_connection, run
from tests.tui.support import press, settled, type_in
from tui.messages import Written
from tui.writes import SetStatus

ROOMS = ("gl", "go", "gh", "gc")
"""The keys of the rooms that are gone through while the server is away."""


def idle(rig: Rig) -> Held:
    """Restart the server between two actions; the next ones work at the first try."""
    number = rig.times(50, 2)
    with rig.database() as url, operator(url) as anna:
        (lead,) = make_leads(url, 1)
        for turn in range(number):
            rig.server.stop()
            rig.server.start()
            old, new = ("new", "ready") if turn % 2 == 0 else ("ready", "new")
            assert anna.lead(lead).status == old
            outcome = answer(anna, SetStatus("lead", lead, "Lee", old, new))
            assert isinstance(outcome, Written), outcome
        assert journal_is_whole(url) == number
    return Held(number, "the next look and the next change worked, without a word")


def read_only(rig: Rig) -> Held:
    """Let the server take no changes for a while, as after a failover; all are done then."""
    number = rig.times(30, 2)
    with rig.database() as url, operator(url) as anna, short_pauses():
        leads = make_leads(url, number)
        admin_url = on_database(rig.server.url, "postgres")
        with plain_connection(admin_url) as admin:
            for lead in leads:
                _takes_changes(admin, database_of(url), False)
                answers: list[object] = []
                write = SetStatus("lead", lead, "Lee", "new", "ready")
                anna.writer.submit(write, answers.append)
                end = time.monotonic() + 20
                while not answers:
                    assert time.monotonic() < end
                    time.sleep(0.01)
                _takes_changes(admin, database_of(url), True, throw_out=False)
                while not isinstance(answers[-1], Written):
                    assert time.monotonic() < end, answers
                    time.sleep(0.01)
                assert len(answers) > 1
        assert journal_is_whole(url) == number
    return Held(number, "each change was shown as unsaved and written once when it was possible")


def _takes_changes(admin: object, database: str, yes: bool, *, throw_out: bool = True) -> None:
    mode = "off" if yes else "on"
    run(admin, f'ALTER DATABASE "{database}" SET default_transaction_read_only = {mode}')  # type: ignore[arg-type]
    if throw_out:
        query = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"
        fetch(admin, query, database)  # type: ignore[arg-type]


def away(rig: Rig) -> Held:
    """Take the server away while a form is open, go through the rooms, save; then bring it back."""
    seconds = rig.times(600, 2)
    figures: dict[str, float] = {}
    with rig.database() as url:
        make_leads(url, 30)
        played(lambda: _typed_while_away(rig, url, seconds, figures))
        with plain_connection(url) as connection:
            written = "SELECT count(*) FROM changes WHERE new_value = 'CTO of it all'"
            assert fetch(connection, written) == [(1,)]
        figures["quit"] = _quits_at_once(rig, url)
    return Held(
        1,
        f"{seconds} s: told after {figures['told']:.1f} s, {figures['keys']:.0f} keys taken, the "
        f"slowest after {1000 * figures['slowest']:.0f} ms, what was typed saved once when the "
        f"server was back; a start meanwhile says so and quits in {figures['quit']:.1f} s",
    )


async def _typed_while_away(rig: Rig, url: str, seconds: float, figures: dict[str, float]) -> None:
    async with application(url) as (app, pilot):
        await press(pilot, "enter", "e", "tab", "tab", "tab")
        await asyncio.to_thread(rig.server.stop)
        try:
            await press(pilot, "end")
            await type_in(pilot, " of it all")
            await pilot.press("ctrl+s")
            figures["told"] = await shown(pilot, "1 change unsaved, trying again", 5)
            times = await _gone_about(pilot, seconds)
            figures |= {"keys": len(times), "slowest": max(times)}
            rig.quick_enough(times)
        finally:
            await asyncio.to_thread(rig.server.start)
        end = time.monotonic() + 20
        while app.gateway.writer.unsaved:
            assert time.monotonic() < end, "not saved after the server came back"
            await pilot.pause(0.05)
        await settled(pilot)


async def _gone_about(pilot: object, seconds: float) -> list[float]:
    """Go from room to room for so long; return the seconds that each key took."""
    times: list[float] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for keys in ROOMS:
            times += [await pressed(pilot, key) for key in (*keys, "j", "k")]  # type: ignore[arg-type]
        await asyncio.sleep(0.5)
    return times


def _quits_at_once(rig: Rig, url: str) -> float:
    """Start the application while the server is away, and quit; return the seconds of quitting."""
    rig.server.stop()
    env = {**os.environ, "DATABASE_URL": url}
    try:
        command = [sys.executable, "-m", "tui.cli"]
        with Terminal(command, env=env, cwd=rig.scratch, size=(80, 24)) as terminal:
            terminal.wait("The database cannot be reached")
            began = time.monotonic()
            terminal.press("ctrl+q")
            assert terminal.ended(5) == 3
            return time.monotonic() - began
    finally:
        rig.server.start()


FAULTS = (
    Fault("restarts", "the server is restarted while the operator does nothing", idle),
    Fault("read-only", "the server takes no changes for a while, as after a failover", read_only),
    Fault("away", "the server is away while a form is open, and at a start", away),
)
