"""Text of strangers in every column, on every screen and in the output of every command."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from psycopg2.extensions import connection as PsycopgConnection
from psycopg2.extras import execute_values
from rich.cells import cell_len

from tests.columns import CAMPAIGN, LEAD, ORGANIZATION
from tests.e2e.terminal import Terminal, typescript
from tests.embedded_support import ROOT
from tests.faults.fault import Fault, Held, Rig
from tests.hostile import MARK, Ruler, harmless, obeyed, own_sequences_only, storable, values
from tests.support import fetch, plain_connection, run
from tui.safe import clip, copyable, fit, safe, safe_lines, wrap


def through_the_door(rig: Rig) -> Held:
    """Make texts safe in each way, and compare what is measured with a terminal's cursor."""
    number, ruler = rig.times(100_000, 2_000), Ruler()
    for at, text in enumerate(values(number)):
        width = at % 40
        shown = safe(text, limit=1_000)
        assert harmless(shown), repr(text)
        assert ruler.width(shown) == cell_len(shown), repr(text)
        clipped, fitted = clip(text, width), fit(text, width)
        assert harmless(clipped + fitted), repr(text)
        assert cell_len(clipped) <= width == cell_len(fitted), repr(text)
        assert not obeyed(copyable(text)), repr(text)
        assert all(harmless(line) for line in safe_lines(text, limit=1_000)), repr(text)
        assert all(cell_len(line) <= max(2, width) for line in wrap(text[:200], width)), repr(text)
    return Held(
        number,
        "nothing that a terminal obeys or hides is left, and its cursor moves as far as was measured",
    )


def on_every_screen(rig: Rig) -> Held:
    """Walk through every screen over hostile rows, and look at each byte that was written."""
    with rig.database() as url, plain_connection(url) as other:
        number = plant(other, leads=rig.times(8_000, 60), others=rig.times(1_000, 12))
        written, copied = 0, 0
        for size in ((80, 24), (130, 40))[: rig.times(2, 1)]:
            raw = _walked(rig, url, size, pages=rig.times(250, 2))
            copied += len(own_sequences_only(raw))
            written += len(raw)
    return Held(
        number,
        f"in {written:,} bytes on every screen no sequence but the application's own, nothing hidden,"
        f" columns where they belong; {copied} copies to the clipboard hold no control",
    )


def plant(connection: PsycopgConnection, *, leads: int, others: int) -> int:
    """Write hostile values to every text column and document; return their number.

    There are as many campaigns and organizations as ``others`` says.
    """
    source = map(storable, values(10**9))
    run(connection, "SELECT set_config('customer_center.actor', %s, false)", next(source))
    run(connection, "SELECT set_config('customer_center.reason', %s, false)", next(source))
    campaigns = _insert(connection, "campaigns", CAMPAIGN, _rows(source, CAMPAIGN, others))
    documents = ("website_summary_data", "website_raw_data")
    organizations = _insert(
        connection,
        "organizations",
        (*ORGANIZATION, "email_domain", *documents),
        (
            (*row, f"{number}.example{row[0][:40]}", _document(source), _document(source))
            for number, row in enumerate(_rows(source, ORGANIZATION, others))
        ),
    )
    ids = [(campaigns[at % others], organizations[at * 7 % others]) for at in range(leads)]
    ours = ("status", "email", "custom_data", "campaign_id", "company_id")
    _insert(
        connection,
        "leads",
        (*LEAD, *ours),
        (
            (
                *row,
                "new" if number % 2 else next(source),
                f"{number}{row[0][:30]}@x.example",
                _document(source),
                *ids[number],
            )
            for number, row in enumerate(_rows(source, LEAD, leads))
        ),
    )
    run(connection, "UPDATE leads SET headline = title WHERE status = 'new'")
    return leads * (len(LEAD) + 5) + others * (len(CAMPAIGN) + len(ORGANIZATION) + 7)


def _rows(source: Iterator[str], columns: Sequence[str], number: int) -> Iterator[tuple[str, ...]]:
    for _ in range(number):
        yield tuple(islice(source, len(columns)))


def _document(source: Iterator[str]) -> str:
    one, two, three = islice(source, 3)
    return json.dumps({one: [two, {three: 1}]})


def _insert(
    connection: PsycopgConnection,
    table: str,
    columns: Sequence[str],
    rows: Iterator[tuple[object, ...]],
) -> list[str]:
    """Insert rows and return their ids."""
    names = {"campaigns": "campaign_id", "organizations": "organization_id", "leads": "lead_id"}
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES %s RETURNING {names[table]}"
    with connection.cursor() as cursor:
        return [made for (made,) in execute_values(cursor, statement, list(rows), fetch=True)]


def _walked(rig: Rig, url: str, size: tuple[int, int], pages: int) -> bytes:
    """Walk by keys; return what was written to the terminal."""
    state = str(rig.scratch / f"hostile-{size[0]}")
    env = {**os.environ, "DATABASE_URL": url, "XDG_STATE_HOME": state}
    with Terminal(rig.application, env=env, cwd=rig.scratch, size=size) as terminal:
        terminal.wait("/")
        for keys, seen in WALK:
            terminal.press(*keys)
            gone = seen.removeprefix("!")
            terminal.wait(seen if gone == seen else partial(_without, gone))
        terminal.quiet(1)
        terminal.wait(partial(_without, "Copied value"))  # its window lies over rows
        for _ in range(pages):
            terminal.press("pagedown")
            terminal.quiet(0.2)
            columns_are_aligned(terminal)
        terminal.press("t")
        terminal.wait("which leads?")
        terminal.press("enter")
        terminal.wait("Triage")
        for _ in range(pages):
            terminal.press("-")
            terminal.quiet(0.1)
        terminal.press("ctrl+q")
        assert terminal.ended() == 0, terminal.text
        return bytes(terminal.raw)


WALK: Final = (
    (("j", "y", "i"), "Copied: "),  # campaigns
    (("s",), "starts by itself"),
    (("escape",), "!starts by itself"),
    (("e",), "Edit campaign"),
    (("escape",), "Enter open"),
    (("enter",), "› Leads ›"),  # the leads of a campaign
    (("space", "space", "y", "c"), "Copied as CSV"),
    (("U", "w"), "which status"),
    (("escape",), "!which status"),
    (("p", "j"), "›"),
    (("p", "C"), "Columns"),
    (("escape",), "!Columns"),
    (("enter",), "Enter organization"),  # a lead
    (("end", "y", "r"), "lead_id"),
    (("y", "e"), "@x.example"),
    (("e",), "Edit lead"),
    (("escape",), "Enter organization"),
    (("H",), "› Journal ›"),
    (("q",), "Enter organization"),
    (("J",), "› Documents ›"),
    (("z", "o", "down", "y", "y"), "Copied value"),
    (("s", "s"), "h fold"),
    (("q",), "Enter organization"),
    (("enter",), "J JSON"),  # its organization
    (("q",), "Enter organization"),
    (("q", "g", "o"), "› Organizations"),
    (("end", "enter"), "J JSON"),
    (("q", "g", "h"), "› Journal"),
    (("enter",), "›"),
    (("q", "g", "l"), "Leads › all"),
)
"""Keys, and what is seen after them, or with an exclamation mark no longer."""


def _without(gone: str, text: str) -> bool:
    return gone not in text


def columns_are_aligned(terminal: Terminal) -> None:
    """Check that the dash of the last column stands below its title in each row that was painted."""
    buffer, columns = terminal.screen.buffer, range(terminal.screen.columns)
    rows = [[buffer[line][at].data for at in columns] for line in range(terminal.screen.lines)]
    first = next(at for at, row in enumerate(rows) if "contact" in "".join(row))
    (place,) = [at for at in columns if "".join(rows[first][at : at + 7]) == "contact"]
    shown = [row for row in rows[first + 1 : -2] if row[2].strip()]
    astray = ["".join(row) for row in shown if row[place - 1 : place + 2] != [" ", "–", " "]]
    assert shown
    assert not astray, f"not aligned: {astray}\n{terminal.text}"


def in_every_command(rig: Rig) -> Held:
    """Run every command on a terminal over hostile rows, with hostile arguments and settings."""
    written = 0
    with rig.database() as url, plain_connection(url) as other:
        number = plant(other, leads=rig.times(8_000, 40), others=rig.times(1_000, 8))
        for arguments, settings in _commands(rig, other):
            env = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(ROOT), **settings}
            words = [*rig.application, *arguments]
            code, raw = typescript(words, env=env, cwd=rig.scratch, columns=100)
            assert code in (0, 1, 2, 3), (code, arguments, raw[-500:])
            assert b"Traceback" not in raw, raw[-2_000:]
            assert not own_sequences_only(raw), "a command copies nothing"
            written += len(raw)
    return Held(number, f"in {written:,} bytes that commands wrote, no control and nothing hidden")


Words = tuple[str, ...]


def _commands(rig: Rig, other: PsycopgConnection) -> Iterator[tuple[Words, dict[str, str]]]:
    """Yield arguments and environment variables of commands."""
    source = (storable(text) for text in values(10**9, seed=8))
    leads = fetch(other, "SELECT lead_id::text FROM leads WHERE status = 'new' LIMIT 25")
    if not rig.short:  # the suite has these in tests/cli
        yield from ((words, {}) for words in _readers([lead for (lead,) in leads]))
    for _ in range(rig.times(50, 1)):
        yield from _with_hostile_arguments(rig, source, leads[0][0])
    with other.cursor() as cursor:
        cursor.execute(_RAISE, (next(source) + MARK,))
        cursor.execute(cursor.fetchone()[0])
        cursor.execute(_ON_LEADS)
    yield ("status", "ready", leads[0][0]), {}


def _readers(leads: Sequence[str]) -> Iterator[Words]:
    for command in (("leads", "--limit", "100000"), ("lookup", "x.example"), ("log",)):
        yield command
        yield (*command, "--json")
    for fmt in ("csv", "json", "jsonl"):
        yield ("export", "--format", fmt)
    for lead in leads:
        yield ("show", lead)
        yield ("show", lead, "--json")


def _with_hostile_arguments(
    rig: Rig, source: Iterator[str], lead: str
) -> Iterator[tuple[Words, dict[str, str]]]:
    yield ("import", str(_hostile_file(rig, source)), "--campaign", next(source)), {}
    yield ("config",), {"CUSTOMER_CENTER_ACTOR": next(source), "NO_COLOR": next(source)}
    if not rig.short:
        yield ("leads", "--filter", next(source)), {}
        yield ("leads", "--campaign", next(source)), {}
        yield ("lookup", next(source)), {}
        yield ("status", next(source), lead), {}
        yield ("leads",), {"CUSTOMER_CENTER_POOL_SIZE": next(source)}
        yield ("leads",), {"DATABASE_URL": next(source) or "x"}
        yield ("leads",), {"CUSTOMER_CENTER_CONFIG": next(source) + os.fsdecode(b"\xff")}


_RAISE: Final = """
SELECT format('CREATE FUNCTION hostile() RETURNS trigger LANGUAGE plpgsql AS '
              '$f$BEGIN RAISE EXCEPTION USING MESSAGE = %%L, ERRCODE = ''P0001''; END$f$', %s)
"""
_ON_LEADS: Final = (
    "CREATE TRIGGER hostile BEFORE UPDATE ON leads FOR EACH ROW EXECUTE FUNCTION hostile()"
)


def _hostile_file(rig: Rig, source: Iterator[str]) -> Path:
    """Write an export of people with hostile cells, columns and name."""
    name = next(source).replace("/", "_")[:60]
    path = rig.scratch / f"people{name}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("First Name", "Last Name", "Email", "Company Name", *islice(source, 3)))
        for number in range(20):
            address = f"p{number}@a.example" if number % 2 else next(source)
            rows.writerow((next(source), next(source), address, *islice(source, 4)))
    return path


FAULTS = (
    Fault("hostile-text", "text of strangers through the sanitising door", through_the_door),
    Fault("hostile-screens", "text of strangers on every screen", on_every_screen, short=False),
    Fault("hostile-commands", "text of strangers in every command", in_every_command),
)
