"""A storm of changes by another program, while an operator goes up and down a list."""

from __future__ import annotations

import time

from db.listening import Report
from tests.benchmarks.measure import Sample
from tests.benchmarks.terminal import TimedTerminal
from tests.faults.fault import Background, Fault, Held, Rig, operator
from tests.faults.leads import make_leads
from tests.faults.listening import CHANGES
from tests.support import plain_connection, run

PIECE = 500
LEADS = 200


def stormed(rig: Rig) -> Held:
    """Change leads that are seen, one commit each; keys, refreshes and memory are measured."""
    changes = rig.times(10_000, 1_000)
    reports: list[float] = []

    def told(report: Report) -> None:
        reports.append(time.monotonic())

    with rig.database() as url, operator(url) as listening:
        make_leads(url, LEADS)
        listening.listen(told)
        env = {"DATABASE_URL": url, "XDG_STATE_HOME": str(rig.scratch / "storm")}
        with TimedTerminal(rig.application, env) as terminal:
            terminal.wait("Spring")
            terminal.press("enter")
            terminal.wait(" live ")
            terminal.quiet()
            at_rest = Sample(tuple(_key(terminal, number) for number in range(40)))
            before = terminal.memory()
            began = time.monotonic()
            keys = _under(url, changes, terminal)
            seconds = time.monotonic() - began
            after = terminal.memory()
    refreshes = sum(began <= at <= began + seconds for at in reports)
    sample = Sample(tuple(keys))
    assert refreshes <= 4 * seconds + 1, f"{refreshes} refreshes in {seconds:.1f} s"
    words = f"a key after {_ms(sample)}, at rest {_ms(at_rest)}"
    assert sample.p95 < rig.times(100, 3_000) / 1000, words
    assert after < 1.1 * before + 5, f"memory went from {before:.0f} to {after:.0f} MB"
    return Held(
        changes,
        f"{changes / seconds:,.0f} changes a second, {refreshes / seconds:.1f} refreshes a second,"
        f" {words}, memory {before:.0f} → {after:.0f} MB",
    )


def _ms(sample: Sample) -> str:
    return f"{1000 * sample.median:.0f} ms (p95 {1000 * sample.p95:.0f})"


def _under(url: str, changes: int, terminal: TimedTerminal) -> list[float]:
    """Press keys until all is changed; return the seconds of each."""
    keys: list[float] = []
    left = changes

    def blow() -> None:
        nonlocal left
        if left > 0:
            run(n8n, CHANGES.format(number=PIECE))
            left -= PIECE
        else:
            time.sleep(0.01)

    with plain_connection(url) as n8n, Background(blow):
        while left > 0:
            keys.append(_key(terminal, len(keys)))
    return keys


def _key(terminal: TimedTerminal, number: int) -> float:
    """Go a row down, or up again; return the seconds until the row's number is painted."""
    place = 1 + number % 40
    down = place <= 20
    row = 1 + place if down else 41 - place
    return terminal.until(rf"\b{row}/{LEADS}\b", terminal.send("j" if down else "k"))


FAULTS = (Fault("storm", "10,000 changes by another program as fast as it can", stormed),)
