"""The application in a pseudo-terminal, beside the smallest application and the barest table."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tests.benchmarks.bench import Bench
from tests.benchmarks.dataset import DataSet
from tests.benchmarks.measure import Figure, Sample, timed_in_turn
from tests.benchmarks.terminal import COMPILED, ROOT, SIZE, Answer, TimedTerminal

BARE: Final = "bare table"
MINIMAL: Final = "minimal app"
FIRST_FRAME: Final = "Customer Center"
BARE_ROWS: Final = r"@\S+\.\S+"
OUR_ROWS: Final = "▌ "
PLACE: Final = re.compile(r"([\d,]+)/~?[\d,]+$", re.MULTILINE)
"""The place of the cursor in the list, and the length of the list."""
IN_SIGHT: Final = 25
"""Rows down that need no scrolling on the screen of the terminal."""


def figures(bench: Bench) -> Iterator[Figure]:
    """Measure start, keys, memory, the look-up as one types, and the command of it."""
    leave_at_leads(bench, bench.data)
    leave_at_leads(bench, bench.small)
    yield from _starts(bench)
    yield from _keys(bench)
    yield from _typing(bench)
    yield _command(bench)


def open_leads(bench: Bench, data: DataSet) -> TimedTerminal:
    """Return the application with the list of all leads, without the preview beside it."""
    terminal = TimedTerminal(*bench.application(data))
    terminal.until(OUR_ROWS, terminal.started)
    terminal.quiet()
    if "│" in terminal.text:
        terminal.press("p")
        terminal.quiet()
    return terminal


def leave_at_leads(bench: Bench, data: DataSet) -> None:
    """Make the list of all leads the one that the application opens at."""
    with TimedTerminal(*bench.application(data)) as terminal:
        terminal.until(OUR_ROWS, terminal.started)
        terminal.press("g", "l")
        terminal.wait("Leads › all")
        terminal.quiet()
        terminal.press("ctrl+q")
        terminal.ended()


def started(
    command: Sequence[str], environment: Mapping[str, str] | None = None, wanted: str = OUR_ROWS
) -> float:
    """Return the seconds from the start of a command until a text stands on its screen."""
    with TimedTerminal(command, environment) as terminal:
        return terminal.until(wanted, terminal.started)


def _starts(bench: Bench) -> Iterator[Figure]:
    command, environment = bench.application()
    floor, ours, table, rows = timed_in_turn(
        lambda: started(bench.program("minimal_app"), wanted="READY-MARK"),
        lambda: started(command, environment, FIRST_FRAME),
        lambda: started(bench.program("windowed_table", bench.data.url), wanted=BARE_ROWS),
        lambda: started(command, environment),
        rounds=bench.times(11),
        warm=1,
    )
    yield ms("exec to the first frame", ours.median, floor.median, MINIMAL, 1.25)
    yield ms("exec to the rows of the last list", rows.median, table.median, BARE, 2.0)


def ms(what: str, ours: float, floor: float, name: str, limit: float | None = None) -> Figure:
    """Return the figure of two times in seconds."""
    return Figure(what, ours * 1e3, "ms", floor * 1e3, name, limit)


def _keys(bench: Bench) -> Iterator[Figure]:
    table = TimedTerminal(bench.program("windowed_table", bench.data.url))
    with (
        table,
        open_leads(bench, bench.data) as ours,
        open_leads(bench, bench.small) as small,
    ):
        table.until(BARE_ROWS, table.started)
        table.quiet()
        yield from _rows(bench, (table, ours, small))
        pages = pressed((table, ours), "pagedown", bench.times(45))
        yield ms("page down", seconds(pages[1]).median, seconds(pages[0]).median, BARE, 1.7)
        yield Figure("bytes of a page", _bytes(pages[1]), "bytes", limit=13_000)
        yield from _ends(bench, table, ours)
        yield from _memory(bench, ours)


def _rows(bench: Bench, terminals: Sequence[TimedTerminal]) -> Iterator[Figure]:
    """Row by row: in sight two rows are painted, and beyond the last one all of them."""
    in_sight = rows_in_sight(terminals, 1 if bench.short else 8)
    bare, ours, small = map(seconds, in_sight)
    what = f"row down at {bench.data.leads:,} leads"
    for name, quantile in (("p50", 0.5), ("p95", 0.95)):
        yield ms(f"{what}, {name}", ours.quantile(quantile), bare.quantile(quantile), BARE, 1.5)
    beside = f"at {bench.small.leads:,}"
    yield ms(f"{what}, p50", ours.median, small.median, beside, 1.2)
    yield Figure("bytes of a row down", _bytes(in_sight[1]), "bytes", limit=500)
    scrolled = pressed(terminals[:2], "down", bench.times(60), warm=SIZE[1])
    bare, ours = map(seconds, scrolled)
    yield ms("row down that scrolls, p50", ours.median, bare.median, BARE, 1.5)


def rows_in_sight(
    terminals: Sequence[TimedTerminal], rounds: int, *, rest: float = 0
) -> list[list[Answer]]:
    """Go down from the first row, as far as nothing scrolls, so many times."""
    answers: list[list[Answer]] = [[] for _ in terminals]
    for _ in range(rounds):
        for kept, more in zip(
            answers, pressed(terminals, "down", IN_SIGHT, rest=rest), strict=True
        ):
            kept += more
        for terminal in terminals:
            terminal.key("home")
    return answers


def _memory(bench: Bench, ours: TimedTerminal) -> Iterator[Figure]:
    """What scrolling through rows leaves in memory, and that more rows leave no more."""
    few, many = (500, 2_000) if bench.short else (10_000, 100_000)
    scroll_to(ours, few)
    before = ours.memory()
    scroll_to(ours, many)
    after = ours.memory()
    what = f"memory after scrolling through {many:,} rows"
    yield Figure(what, after, "MB", limit=95)
    yield Figure(what, after, "MB", before, f"after {few:,}", 1.15)


def scroll_to(ours: TimedTerminal, row: int) -> None:
    """Press page down until the cursor has come to a row of the list, painting each page."""
    while int(PLACE.findall(ours.text)[-1].replace(",", "")) < row:
        ours.key("pagedown", quiet=0.005)


def _ends(bench: Bench, table: TimedTerminal, ours: TimedTerminal) -> Iterator[Figure]:
    """End and Home in turn, for neither paints anything where it is already."""
    ends, homes = [], []
    for _ in range(bench.times(21)):
        ends.append(tuple(terminal.key("end").seconds for terminal in (table, ours)))
        homes.append(tuple(terminal.key("home").seconds for terminal in (table, ours)))
    for what, pairs in (("End", ends), ("Home", homes)):
        floor, mine = (Sample(values) for values in zip(*pairs, strict=True))
        yield ms(what, mine.median, floor.median, BARE, 1.7)


def pressed(
    terminals: Sequence[TimedTerminal], key: str, times: int, *, warm: int = 5, rest: float = 0
) -> list[list[Answer]]:
    """Press a key in each terminal in turn; return the answers of each.

    ``rest`` are seconds without output before each key.
    """
    answers: list[list[Answer]] = [[] for _ in terminals]
    for turn in range(warm + times):
        for terminal, kept in zip(terminals, answers, strict=True):
            terminal.quiet(rest)
            answer = terminal.key(key)
            if turn >= warm:
                kept.append(answer)
    return answers


def seconds(answers: Sequence[Answer]) -> Sample:
    """Return the times of answers."""
    return Sample(tuple(answer.seconds for answer in answers))


def _bytes(answers: Sequence[Answer]) -> float:
    return Sample(tuple(float(answer.bytes) for answer in answers)).median


def _typing(bench: Bench) -> Iterator[Figure]:
    """A domain typed into the look-up: from its last letter to its organization on the screen."""
    values = []
    with open_leads(bench, bench.data) as ours:
        for domain in bench.domains[: bench.times(24)]:
            values.append(look_up_typed(ours, domain))
    sample = Sample(tuple(values))
    yield Figure("look-up, last key to answer, p50", sample.median * 1e3, "ms", limit=25)
    yield Figure("look-up, last key to answer, p95", sample.p95 * 1e3, "ms", limit=50)


def look_up_typed(ours: TimedTerminal, domain: str) -> float:
    """Type a domain into the look-up; return the seconds from its last letter to its answer."""
    ours.press("o")
    ours.wait("Look up")
    ours.quiet(0.1)
    for letter in domain[:-1]:
        ours.press(letter)
        time.sleep(0.03)
    ours.quiet(0.2)
    passed = ours.until("by domain ", ours.send(domain[-1]))
    ours.quiet(0.1)
    ours.press("escape")
    ours.wait(lambda text: "Look up" not in text)
    return passed


def _command(bench: Bench) -> Figure:
    command, environment = bench.application()
    domain = bench.domains[0]

    def ran(words: Sequence[str]) -> float:
        start = time.perf_counter()
        subprocess.run(
            words,
            cwd=ROOT,
            env={**os.environ, **COMPILED, **environment},
            capture_output=True,
            check=True,
        )
        return time.perf_counter() - start

    floor, ours = timed_in_turn(
        lambda: ran(bench.program("lookup", bench.data.url, domain)),
        lambda: ran([*command, "lookup", domain]),
        rounds=bench.times(11),
        warm=1,
    )
    return ms(
        "customer-center lookup, whole process",
        ours.median,
        floor.median,
        "sqlalchemy + query",
        1.5,
    )
