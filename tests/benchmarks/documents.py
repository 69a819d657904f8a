"""A document of 20 MB in the viewer, beside fetching and parsing it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from psycopg2.extensions import connection as PsycopgConnection

from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import Figure, Sample, in_turn
from tests.benchmarks.screens import BARE, BARE_ROWS
from tests.benchmarks.terminal import TimedTerminal
from tests.support import fetch, plain_connection, run, scalar

DATA: Final = Path(__file__).parents[1] / "data"
# Of the npm package @mdn/browser-compat-data 8.1.9, CC0.
DOCUMENT: Final = DATA / "json" / "mdn_browser_compat_data.json.gz"
DOMAIN: Final = "large-document.example"
BLOCK: Final = 10
UNFOLDED: Final = r"/\d{2,3},\d{3}"
"""The status line when all of its rows are there."""
MEMBER: Final = "browsers"
"""A member of the document's root, which its first screen shows."""


def figures(bench: Bench) -> Iterator[Figure]:
    """Measure the first screen, keys and memory."""
    with plain_connection(bench.small.url, "benchmarks") as plain:
        size = _stored(plain)
        (floor,) = in_turn(lambda: _fetched(plain), rounds=bench.times(9), warm=1)
        first, memory = [], 0.0
        for _ in range(bench.times(6)):
            with _organization(bench) as terminal:
                before = terminal.memory()
                first.append(terminal.until(MEMBER, terminal.send("J")))
                terminal.quiet()
                memory = terminal.memory() - before
        yield Figure(
            f"a document of {size / 1e6:.0f} MB, first screen",
            Sample(tuple(first)).median * 1e3,
            "ms",
            floor.median * 1e3,
            "fetch + json.loads",
            2.5,
        )
        yield Figure("memory of the document", memory, "MB", size / 1e6, "its size", 8)
    yield from _keys(bench)


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
        for what, key, times, limit in (
            ("row down in the document", "down", 60, 1.5),
            ("page down in the document", "pagedown", 30, 1.7),
        ):
            # In blocks, as a held key is: the path of the cursor is painted only once it rests.
            pressed: tuple[list[float], list[float]] = ([], [])
            for _ in range(bench.times(times) // BLOCK):
                for terminal, kept in zip((table, viewer), pressed, strict=True):
                    kept += [terminal.key(key).seconds for _ in range(BLOCK)]
            floor, ours = (Sample(tuple(values)) for values in pressed)
            yield Figure(what, ours.median * 1e3, "ms", floor.median * 1e3, BARE, limit)


def _organization(bench: Bench) -> TimedTerminal:
    """Return the application with the organization of the document open."""
    terminal = TimedTerminal(*bench.application(bench.small))
    terminal.until("▌ ", terminal.started)
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
