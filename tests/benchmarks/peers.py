"""Programs that people use today for the same, where they are installed: psql into less, pgcli,
visidata, harlequin.

Each is driven in a pseudo-terminal as its users would, in turn with this program on the same data.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import Figure, Sample, timed_in_turn
from tests.benchmarks.screens import (
    leave_at_leads,
    look_up_typed,
    ms,
    open_leads,
    pressed,
    seconds,
    started,
)
from tests.benchmarks.terminal import TimedTerminal

ROWS_SHOWN: Final = "exec to the rows of the last list"
LOOK_UP: Final = "look-up, last key to answer, p50"
ADDRESS: Final = r"\d+@\w+-"
ID: Final = r"[0-9a-f]{8}-[0-9a-f]{4}"
WITH_LESS: Final = {"PAGER": "less -S", "PSQL_PAGER": "less -S"}
WARM: Final = 45
"""Rows down until the view of each program scrolls."""
PAGE: Final = (
    "select first_name, last_name, email, title, status, created_at from leads"
    " order by created_at desc, lead_id desc limit 1000"
)

Terminals = Callable[[Bench], TimedTerminal]


@dataclass(frozen=True)
class Peer:
    """How a program is driven.

    ``start`` returns the seconds until it shows leads, ``rows`` a terminal that shows them and takes
    keys. ``prompt`` returns one that takes a question, ``ask`` asks it one, answered by leads at a
    domain, and returns the seconds. ``limit`` is the highest ratio of our start to its own.
    """

    name: str
    program: str
    start: Callable[[Bench], float] | None = None
    rows: Terminals | None = None
    prompt: Terminals | None = None
    ask: Callable[[TimedTerminal, str], float] | None = None
    limit: float | None = None


def figures(bench: Bench) -> Iterator[Figure]:
    """Measure the peers that are installed, each in turn with this program."""
    if absent := [peer.name for peer in PEERS if shutil.which(peer.program) is None]:
        print(f"Not installed here, so not measured: {', '.join(absent)}.")
    leave_at_leads(bench, bench.data)
    for peer in PEERS:
        if peer.name in absent:
            continue
        try:
            yield from _starts(bench, peer)
            yield from _moves(bench, peer)
            yield from _look_ups(bench, peer)
        except AssertionError as error:
            # Another version of it may look otherwise; what it shows instead is for the reader.
            print(f"{peer.name} could not be driven: {error}")


def _starts(bench: Bench, peer: Peer) -> Iterator[Figure]:
    start = peer.start
    if start is not None:
        theirs, ours = timed_in_turn(
            lambda: start(bench),
            lambda: started(*bench.application()),
            rounds=bench.times(7),
            warm=1,
        )
        yield ms(ROWS_SHOWN, ours.median, theirs.median, peer.name, peer.limit)


def _moves(bench: Bench, peer: Peer) -> Iterator[Figure]:
    if peer.rows is None:
        return
    with peer.rows(bench) as their, open_leads(bench, bench.data) as our:
        theirs, ours = map(seconds, pressed((their, our), "down", bench.times(45), warm=WARM))
        name = f"row down at {bench.data.leads:,} leads"
        yield ms(f"{name}, p50", ours.median, theirs.median, peer.name)
        yield ms(f"{name}, p95", ours.p95, theirs.p95, peer.name)
        theirs, ours = map(seconds, pressed((their, our), "pagedown", bench.times(15), warm=1))
        yield ms("page down", ours.median, theirs.median, peer.name)
        memory = our.memory(), their.memory()
    yield Figure("memory with the rows open", memory[0], "MB", memory[1], peer.name)


def _look_ups(bench: Bench, peer: Peer) -> Iterator[Figure]:
    ask = peer.ask
    if peer.prompt is None or ask is None:
        return
    with peer.prompt(bench) as their, open_leads(bench, bench.data) as our:
        asked = [
            (look_up_typed(our, domain), ask(their, domain))
            for domain in bench.domains[: bench.times(12)]
        ]
    ours, theirs = (Sample(values) for values in zip(*asked, strict=True))
    yield ms(LOOK_UP, ours.median, theirs.median, peer.name)


# psql, and less for its pages


def _psql_rows(bench: Bench) -> TimedTerminal:
    command = ["psql", "-X", "-P", "pager=always", "-c", PAGE]
    return _shown(TimedTerminal(command, {**bench.libpq, **WITH_LESS}), ADDRESS)


def _psql_start(bench: Bench) -> float:
    with _psql_rows(bench) as terminal:
        return terminal.arrived - terminal.started


def _psql_prompt(bench: Bench) -> TimedTerminal:
    return _shown(TimedTerminal(["psql", "-X", "-P", "pager=off"], bench.libpq), "=#")


def _asked_by_line(terminal: TimedTerminal, domain: str) -> float:
    """Type a statement at a prompt; return the seconds from Enter to its answer."""
    terminal.press(f"{_question(domain)};")
    terminal.quiet(0.3)
    return _answered(terminal, domain, "enter")


def _pgcli_prompt(bench: Bench) -> TimedTerminal:
    terminal = TimedTerminal(["pgcli"], {**bench.libpq, **WITH_LESS})
    _shown(terminal, "Smart Completion").quiet(1.0)
    return terminal


# visidata


def _visidata_start(bench: Bench) -> float:
    with _visidata_tables(bench) as terminal:
        listed = terminal.arrived - terminal.started
        return listed + _open_table(terminal)


def _visidata_tables(bench: Bench) -> TimedTerminal:
    database = f"postgres://{bench.libpq['PGUSER']}:none@/{bench.libpq['PGDATABASE']}"
    # The name of the sheet has "leads" in it before any table is listed.
    return _shown(TimedTerminal(["vd", database], bench.libpq), r"(?m)^ leads +\W +\d")


def _open_table(terminal: TimedTerminal) -> float:
    """Go to the table of leads; return the seconds from Enter to its first rows."""
    terminal.quiet(0.5)
    lines = [line.split()[:1] for line in terminal.text.splitlines()]
    for _ in range(lines.index(["leads"]) - lines.index(["table_name"]) - 1):
        terminal.press("j")
        terminal.quiet(0.3)
    return terminal.until(ID, terminal.send("enter"))


def _visidata_rows(bench: Bench) -> TimedTerminal:
    terminal = _visidata_tables(bench)
    _open_table(terminal)
    # It goes on loading; keys are measured when it has all rows.
    terminal.until(f"{bench.data.leads} rows", terminal.started, 240)
    terminal.quiet(1.0)
    return terminal


# harlequin


def _harlequin_prompt(bench: Bench) -> TimedTerminal:
    database = bench.libpq["PGDATABASE"]
    command = ["harlequin", "-a", "postgres", f"postgresql:///{database}"]
    return _shown(TimedTerminal(command, bench.libpq), re.escape(database[:12]))


def _harlequin_start(bench: Bench) -> float:
    with _harlequin_prompt(bench) as terminal:
        catalogue = terminal.arrived - terminal.started
        terminal.quiet(1.0)
        _paste(terminal, PAGE, "limit 1000")
        return catalogue + terminal.until(ADDRESS, terminal.send("ctrl+j"))


def _harlequin_rows(bench: Bench) -> TimedTerminal:
    terminal = _harlequin_prompt(bench)
    terminal.quiet(1.0)
    _paste(terminal, PAGE, "limit 1000")
    terminal.until(ADDRESS, terminal.send("ctrl+j"))
    terminal.quiet(1.0)
    terminal.press("f5")
    terminal.quiet(0.5)
    return terminal


def _asked_in_editor(terminal: TimedTerminal, domain: str) -> float:
    terminal.quiet(0.5)
    _paste(terminal, _question(domain), domain)
    return _answered(terminal, domain, "ctrl+j")


def _paste(terminal: TimedTerminal, text: str, end: str) -> None:
    """Put a text in the place of what is in the editor, at once: typed, it is completed."""
    for keys in ("f2", "ctrl+a", f"\x1b[200~{text}\x1b[201~"):
        terminal.press(keys)
        terminal.quiet(0.3)
    terminal.wait(end)
    terminal.quiet(0.3)


def _shown(terminal: TimedTerminal, wanted: str) -> TimedTerminal:
    terminal.until(wanted, terminal.started)
    return terminal


def _question(domain: str) -> str:
    return (
        "select o.name, l.email, l.status from organizations o"
        f" left join leads l on l.company_id = o.organization_id where o.email_domain = '{domain}'"
    )


def _answered(terminal: TimedTerminal, domain: str, key: str) -> float:
    """Press the key that asks; return the seconds to addresses at the domain."""
    passed = terminal.until(re.escape(f"@{domain}"), terminal.send(key))
    terminal.quiet(0.3)
    return passed


PEERS: Final = (
    Peer("psql | less", "psql", _psql_start, _psql_rows, _psql_prompt, _asked_by_line),
    Peer("pgcli", "pgcli", prompt=_pgcli_prompt, ask=_asked_by_line),
    # What a user of visidata waits for is where it is said to be quick.
    Peer("visidata", "vd", _visidata_start, _visidata_rows, limit=1.0),
    Peer(
        "harlequin",
        "harlequin",
        _harlequin_start,
        _harlequin_rows,
        _harlequin_prompt,
        _asked_in_editor,
    ),
)
