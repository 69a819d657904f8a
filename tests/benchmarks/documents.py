"""A document of 20 MB in the viewer, beside fetching and parsing it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from psycopg2.extensions import connection as PsycopgConnection

from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import Figure, timed, timed_in_turn
from tests.benchmarks.screens import BARE, BARE_ROWS, OUR_ROWS, ms, pressed, rows_in_sight, seconds
from tests.benchmarks.terminal import TimedTerminal
from tests.support import fetch, plain_connection, run, scalar

DATA: Final = Path(__file__).parents[1] / "data"
# Of the npm package @mdn/browser-compat-data 8.1.9, CC0.
DOCUMENT: Final = DATA / "json" / "mdn_browser_compat_data.json.gz"
DOMAIN: Final = "large-document.example"
RESTED: Final = 0.15
"""Seconds without output after which the path of the cursor was painted too."""
UNFOLDED: Final = r"/\d{2,3},\d{3}"
"""The status line when all of its rows are there."""
MEMBER: Final = "browsers"
"""A member of the document's root, which its first screen shows."""


def figures(bench: Bench) -> Iterator[Figure]:
    """Measure the first screen, keys and memory."""
    with plain_connection(bench.small.url, "benchmarks") as plain:
        size = _stored(plain)
        memory: list[float] = []
        floor, first = timed_in_turn(
            lambda: timed(lambda: _fetched(plain)),
            lambda: _first_screen(bench, memory),
            rounds=bench.times(6),
        )
    what = f"a document of {size / 1e6:.0f} MB, first screen"
    yield ms(what, first.median, floor.median, "fetch + json.loads", 2.5)
    yield Figure("memory of the document", max(memory), "MB", size / 1e6, "its size", 8)
    yield from _keys(bench)


def _first_screen(bench: Bench, memory: list[float]) -> float:
    """Return the seconds from the key to the document, and note what it takes in MB."""
    with _organization(bench) as terminal:
        before = terminal.memory()
        passed = terminal.until(MEMBER, terminal.send("J"))
        terminal.quiet()
        memory.append(terminal.memory() - before)
        return passed


def _keys(bench: Bench) -> Iterator[Figure]:
    table = TimedTerminal(bench.program("windowed_table", bench.data.url))
    with table, _organization(bench) as viewer:
        table.until(BARE_ROWS, table.started)
        table.quiet()
        viewer.until(MEMBER, viewer.send("J"))
        viewer.quiet()
        viewer.press("z", "o")
        viewer.until(UNFOLDED, viewer.started)
        viewer.quiet(1.0)
        # One key, and the path of the cursor that is painted once it rests, before the next.
        rows = rows_in_sight((table, viewer), 1 if bench.short else 8, rest=RESTED)
        floor, ours = map(seconds, rows)
        yield ms("row down in the document, p50", ours.median, floor.median, BARE, 1.5)
        yield ms("row down in the document, p95", ours.p95, floor.p95, BARE, 1.5)
        floor, ours = map(
            seconds, pressed((table, viewer), "pagedown", bench.times(30), rest=RESTED)
        )
        yield ms("page down in the document", ours.median, floor.median, BARE, 1.7)


def _organization(bench: Bench) -> TimedTerminal:
    """Return the application with the organization of the document open."""
    terminal = TimedTerminal(*bench.application(bench.small))
    terminal.until(OUR_ROWS, terminal.started)
    terminal.press("o")
    terminal.wait("Look up")
    terminal.press(DOMAIN)
    terminal.wait("by domain ")
    terminal.press("enter")
    terminal.wait("J opens")
    terminal.quiet()
    return terminal


def _stored(plain: PsycopgConnection) -> int:
    """Put the document into an organization of its own; return its size in bytes."""
    if not fetch(plain, "SELECT FROM organizations WHERE email_domain = %s", DOMAIN):
        run(
            plain,
            "INSERT INTO organizations (name, email_domain, website_raw_data)"
            " VALUES ('Large document', %s, %s)",
            DOMAIN,
            gzip.decompress(DOCUMENT.read_bytes()).decode(),
        )
    size: int = scalar(
        plain,
        "SELECT octet_length(website_raw_data::text) FROM organizations WHERE email_domain = %s",
        DOMAIN,
    )
    return size


def _fetched(plain: PsycopgConnection) -> object:
    text = scalar(
        plain,
        "SELECT website_raw_data::text FROM organizations WHERE email_domain = %s",
        DOMAIN,
    )
    return json.loads(text)
