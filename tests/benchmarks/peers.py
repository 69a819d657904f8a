"""Programs that people use today for the same, where they are installed: psql into less, pgcli,
visidata, harlequin.

Each is started on the data set in a pseudo-terminal and driven by keys as its users would.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import Figure, Sample
from tests.benchmarks.terminal import TimedTerminal

ROWS_SHOWN: Final = "exec to the rows of the last list"
ROW_DOWN: Final = "row down at 1,000,000 leads, p50"
PAGE_DOWN: Final = "page down"
LOOK_UP: Final = "look-up, last key to answer, p50"
ADDRESS: Final = r"\d+@\w+-"
PAGE: Final = (
    "select first_name, last_name, email, title, status, created_at from leads"
    " order by created_at desc, lead_id desc limit 1000"
)


def figures(bench: Bench, ours: Mapping[str, float]) -> Iterator[Figure]:
    """Measure the peers that are installed; ``ours`` are our own milliseconds by figure."""
    for program, drive in PEERS.items():
        if shutil.which(program) is None:
            continue
        try:
            measured = drive(bench)
        except AssertionError as error:
            # Another version of it may look otherwise; what it shows instead is for the reader.
            print(f"{NAMES[program]} could not be driven: {error}")
            continue
        for what, seconds in measured.items():
            if what in ours:
                # What a user of visidata waits for is where it is said to be quick.
                limit = 1.0 if program == "vd" and what == ROWS_SHOWN else None
                yield Figure(what, ours[what], "ms", seconds * 1e3, NAMES[program], limit)


def absent() -> list[str]:
    """Return the names of the peers that are not installed here."""
    return [NAMES[program] for program in PEERS if shutil.which(program) is None]


def _less(bench: Bench) -> dict[str, float]:
    environment = {**bench.libpq, "PAGER": "less -S", "PSQL_PAGER": "less -S"}
    command = ["psql", "-X", "-P", "pager=always", "-c", PAGE]
    starts = []
    for _ in range(bench.times(5)):
        with TimedTerminal(command, environment) as terminal:
            starts.append(terminal.until(ADDRESS, terminal.started))
    with TimedTerminal(command, environment) as terminal:
        terminal.until(ADDRESS, terminal.started)
        terminal.quiet()
        moves = _moves(bench, terminal)
    look_ups = []
    plain = ["psql", "-X", "-P", "pager=off"]
    with TimedTerminal(plain, environment) as terminal:
        terminal.until("=#", terminal.started)
        for domain in bench.domains[: bench.times(15)]:
            look_ups.append(_asked(terminal, f"{_question(domain)};", f"@{domain}", "enter"))
    return {ROWS_SHOWN: _median(starts), **moves, LOOK_UP: _median(look_ups)}


def _pgcli(bench: Bench) -> dict[str, float]:
    environment = {**bench.libpq, "PAGER": "less -S"}
    look_ups = []
    with TimedTerminal(["pgcli"], environment) as terminal:
        terminal.until("Smart Completion", terminal.started)
        terminal.quiet(1.0)
        for domain in bench.domains[: bench.times(9)]:
            look_ups.append(_asked(terminal, f"{_question(domain)};", f"@{domain}", "enter"))
    return {LOOK_UP: _median(look_ups)}


def _visidata(bench: Bench) -> dict[str, float]:
    database = bench.libpq["PGDATABASE"]
    command = ["vd", f"postgres://{bench.libpq['PGUSER']}:none@/{database}"]
    with TimedTerminal(command, bench.libpq) as terminal:
        listed = terminal.until("leads", terminal.started)
        terminal.quiet(1.0)
        for _ in range(_line_of(terminal, "leads") - _line_of(terminal, "table_name") - 1):
            terminal.press("j")
            terminal.quiet(0.3)
        first = terminal.until(r"[0-9a-f]{8}-[0-9a-f]{4}", terminal.send("enter"))
        # It goes on loading; keys are measured when it has all rows.
        terminal.until(f"{bench.data.leads} rows", terminal.started, 120)
        terminal.quiet(1.0)
        return {ROWS_SHOWN: listed + first, **_moves(bench, terminal)}


def _harlequin(bench: Bench) -> dict[str, float]:
    database = bench.libpq["PGDATABASE"]
    command = ["harlequin", "-a", "postgres", f"postgresql:///{database}"]
    look_ups = []
    with TimedTerminal(command, bench.libpq) as terminal:
        started = terminal.until(database[:12], terminal.started)
        terminal.quiet(1.0)
        for domain in bench.domains[: bench.times(6)]:
            _to_editor(terminal)
            look_ups.append(_asked(terminal, _question(domain), f"@{domain}", "ctrl+j"))
        _to_editor(terminal)
        rows = _asked(terminal, PAGE, "@", "ctrl+j")
        terminal.quiet(1.0)
        terminal.press("f5")
        terminal.quiet(0.5)
        moves = _moves(bench, terminal)
    return {ROWS_SHOWN: started + rows, **moves, LOOK_UP: _median(look_ups)}


NAMES: Final = {"psql": "psql | less", "pgcli": "pgcli", "vd": "visidata", "harlequin": "harlequin"}
PEERS: Final[dict[str, Callable[[Bench], dict[str, float]]]] = {
    "psql": _less,
    "pgcli": _pgcli,
    "vd": _visidata,
    "harlequin": _harlequin,
}


def _question(domain: str) -> str:
    return (
        "select o.name, l.email, l.status from organizations o"
        f" left join leads l on l.company_id = o.organization_id where o.email_domain = '{domain}'"
    )


def _asked(terminal: TimedTerminal, question: str, answer: str, key: str) -> float:
    """Type a question, press the key, and return the seconds to its answer."""
    terminal.press(question)
    terminal.quiet(0.3)
    seconds = terminal.until(re.escape(answer), terminal.send(key))
    terminal.quiet(0.3)
    return seconds


def _to_editor(terminal: TimedTerminal) -> None:
    for key in ("f2", "ctrl+a"):
        terminal.press(key)
        terminal.quiet(0.2)


def _line_of(terminal: TimedTerminal, word: str) -> int:
    lines = terminal.text.splitlines()
    return next(number for number, line in enumerate(lines) if line.split()[:1] == [word])


def _moves(bench: Bench, terminal: TimedTerminal) -> dict[str, float]:
    """Press down until the view scrolls, then measure rows and pages."""
    for _ in range(45):
        terminal.key("down")
    downs = [terminal.key("down").seconds for _ in range(bench.times(30))]
    pages = [terminal.key("pagedown").seconds for _ in range(bench.times(12))]
    return {ROW_DOWN: _median(downs), PAGE_DOWN: _median(pages)}


def _median(values: list[float]) -> float:
    return Sample(tuple(values)).median
