"""Driving the application by keys, and reading what it paints cell by cell."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from psycopg2.extensions import connection as PsycopgConnection
from psycopg2.extensions import parse_dsn
from rich.cells import cell_len
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

from db.database import Database, open_database
from db.rows import LeadRow
from db.settings import Settings
from tests.support import OPERATOR, fetch, plain_connection, run, scalar
from tui.app import CustomerCenter
from tui.chosen import ChosenTheme
from tui.config import Config
from tui.safe import clip
from tui.screens.triage import TriageScreen
from tui.widgets.list_view import TableHeader
from tui.widgets.row_table import MARKER, RowTable

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
"""The moment of the demo's rows."""

PATIENCE = 15.0
"""Seconds that anything may take before a test fails."""

NAP: Final = 0.004
"""Seconds between two looks at what the application is at."""

TALL = (118, 70)
"""A screen on which every column of leads is painted, and half of a campaign."""

LARGE = (120, 40)
"""A screen with room for a list and what stands beside it."""

DACH = "DACH manufacturers: energy audit"
NORDIC = "Nordic software teams"
WIN_BACK = "Win-back, first quarter"

KEYS = {" ": "space", "-": "minus", ",": "comma", "/": "slash", "?": "question_mark"}


def on_demo(settings: Settings) -> Database:
    """Open a database under a name that is the same in each run."""
    return replace(open_database(settings), place="demo")


def application(
    url: str,
    *,
    no_color: bool = False,
    config: Config | None = None,
    chosen: ChosenTheme | None = None,
    **settings: Any,
) -> CustomerCenter:
    """Return an application on a database."""
    colours = "1" if no_color else ""
    found = Settings(url, actor=OPERATOR, no_color=colours, **settings)
    return CustomerCenter(found, on_demo, config=config, chosen=chosen)


@asynccontextmanager
async def running(
    url: str, size: tuple[int, int] = (80, 24), no_color: bool = False, **settings: Any
) -> AsyncIterator[tuple[CustomerCenter, Pilot[int]]]:
    """Run the application on a database until its first room is painted whole."""
    app = application(url, no_color=no_color, **settings)
    try:
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            yield app, pilot
    finally:
        app.gateway.close()


def waits(app: CustomerCenter) -> str:
    """Return what the application waits for the database with, nothing where it does not."""
    reads = [worker.name for worker in app.workers if not worker.is_finished]
    if reads:
        return f"reading: {', '.join(reads)}"
    if app.gateway.writer.unsaved:
        return f"writing: {app.gateway.writer.unsaved}"
    return ""


def busy(app: CustomerCenter) -> str:
    """Return what the application is still at, nothing where it waits for a key."""
    if waiting := waits(app):
        return waiting
    screen = app.screen
    nodes = [app, screen, *screen.walk_children()]
    if screen._dirty_widgets or any(node.message_queue_size for node in nodes):
        return "painting"
    layouts = (node._layout_required for node in nodes if isinstance(node, Widget))
    return "laying out" if any(layouts) else ""


async def settled(pilot: Pilot[Any]) -> None:
    """Let the application run until all is read, written and painted."""
    app = pilot.app
    assert isinstance(app, CustomerCenter)
    end = time.monotonic() + PATIENCE
    quiet = False
    while True:
        while waits(app) and time.monotonic() < end:  # noqa: ASYNC110 - no event tells it
            await asyncio.sleep(NAP)
        await pilot.pause()
        was_quiet, quiet = quiet, not busy(app)
        if quiet and was_quiet:
            return
        assert time.monotonic() < end, f"still {busy(app)}"


async def until(pilot: Pilot[Any], condition: Callable[[], object], what: str = "") -> None:
    """Let the application run until a condition holds; fail with what is painted otherwise."""
    end = time.monotonic() + PATIENCE
    while not condition():
        text = "\n".join(painted(pilot.app))
        assert time.monotonic() < end, f"waited in vain for {what}:\n{text}"
        await asyncio.sleep(NAP)
        await pilot.pause()


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys, one settled after the other."""
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


async def type_in(pilot: Pilot[Any], text: str, *then: str) -> None:
    """Press the keys of a text, then further keys."""
    await pilot.press(*(KEYS.get(char, char) for char in text))
    await press(pilot, *then)


def painted(app: App[Any]) -> list[str]:
    """Return the lines of the screen as the compositor paints them."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


def page(app: CustomerCenter) -> str:
    """Return all that is painted, as one text."""
    return "\n".join(painted(app))


def line_with(app: CustomerCenter, text: str) -> str:
    """Return the first painted line that holds a text."""
    found = [line for line in painted(app) if text in line]
    assert found, f"{text!r} is not painted:\n{page(app)}"
    return found[0]


def cursor_line(app: CustomerCenter) -> str:
    """Return the painted line on which the cursor of the list stands."""
    found = [line for line in painted(app) if line.startswith(MARKER)]
    assert len(found) == 1, page(app)
    return found[0]


def status_line(app: CustomerCenter) -> str:
    """Return the line that tells what was done."""
    return painted(app)[-2]


def title_line(app: CustomerCenter) -> str:
    """Return the line that tells where the operator is."""
    return painted(app)[0]


def table_of(app: CustomerCenter) -> RowTable[Any]:
    """Return the table of the screen."""
    return app.screen.query_one(RowTable)


def on_top(app: CustomerCenter, kind: type[Screen[Any]]) -> bool:
    """Tell whether a screen of this kind is on top."""
    return isinstance(app.screen, kind)


# Ways to a screen


WAYS: dict[str, tuple[str, ...]] = {
    "campaigns": (),
    "leads": ("enter",),
    "organizations": ("g", "o"),
    "organization": ("g", "o", "j", "enter"),
    "lead": ("enter", "j", "enter"),
    "history": ("g", "h"),
}


async def to_leads(pilot: Pilot[Any], campaign: str = DACH) -> None:
    """Open the leads of a campaign from the first room."""
    app = pilot.app
    assert isinstance(app, CustomerCenter)
    rows = [row.name for row in app.gateway.campaigns()]
    await press(pilot, *["j"] * rows.index(campaign), "enter")


async def to_triage(pilot: Pilot[Any], scope_keys: tuple[str, ...] = ("enter",)) -> TriageScreen:
    """Begin triage on what the screen shows; the keys answer the question for a status."""
    await press(pilot, "g", "i", *scope_keys)
    screen = pilot.app.screen
    assert isinstance(screen, TriageScreen)
    return screen


@asynccontextmanager
async def on_leads(
    url: str, size: tuple[int, int] = LARGE, **settings: Any
) -> AsyncIterator[tuple[CustomerCenter, Pilot[int]]]:
    """Run the application until the leads of the first campaign are painted."""
    async with running(url, size, **settings) as (app, pilot):
        await to_leads(pilot)
        yield app, pilot


def row_of(app: CustomerCenter) -> Any:
    """The row under the cursor of the list."""
    row = table_of(app).row
    assert row is not None
    return row


async def second_lead(pilot: Pilot[Any]) -> LeadRow:
    """Go to the second lead of the first campaign's list, which is new, and return it."""
    app = pilot.app
    assert isinstance(app, CustomerCenter)
    await to_leads(pilot)
    await press(pilot, "j")
    row = row_of(app)
    assert isinstance(row, LeadRow)
    assert row.status == "new"
    return row


# What the other connection sees


OF_BATCHES = "SELECT count(*) FROM changes WHERE batch_id IS NOT NULL"
"""How many changes the journal has that were part of a change of many."""


def status_of(connection: PsycopgConnection, row_id: UUID, table: str = "leads") -> str:
    """Return a row's status as another program reads it."""
    key = {"leads": "lead_id", "campaigns": "campaign_id"}[table]
    return str(scalar(connection, f"SELECT status FROM {table} WHERE {key} = %s", row_id))


def set_by_n8n(connection: PsycopgConnection, row_id: UUID, status: str) -> None:
    """Change a lead's status as a workflow does."""
    fetch(
        connection,
        "UPDATE leads SET status = %s WHERE lead_id = %s RETURNING lead_id",
        status,
        row_id,
    )


def insert_lead(connection: PsycopgConnection, campaign: str, email: str, **values: Any) -> UUID:
    """Add a lead to a campaign as a workflow does, at some organization."""
    columns = ["campaign_id", "company_id", "email", *values]
    marks = ", ".join(["%s"] * len(columns))
    (organization,) = fetch(connection, "SELECT min(organization_id::text) FROM organizations")[0]
    (owner,) = fetch(connection, "SELECT campaign_id FROM campaigns WHERE name = %s", campaign)[0]
    made = scalar(
        connection,
        f"INSERT INTO leads ({', '.join(columns)}) VALUES ({marks}) RETURNING lead_id",
        *(owner, organization, email, *values.values()),
    )
    assert isinstance(made, UUID)
    return made


@contextmanager
def away(admin: PsycopgConnection, url: str) -> Iterator[None]:
    """Take a database away from all that are connected, and let nobody in."""
    name = parse_dsn(url)["dbname"]
    run(admin, f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false')
    run(
        admin,
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
        name,
    )
    try:
        yield
    finally:
        run(admin, f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true')


def cells(line: str, start: int, end: int) -> str:
    """Return the text between two cells of a painted line."""
    at, kept = 0, ""
    for char in line:
        if start <= at < end:
            kept += char
        at += cell_len(char)
    return kept


def column(app: CustomerCenter, title: str) -> list[str]:
    """Return what is painted below a title of the list, row by row."""
    lines = painted(app)
    top = app.screen.query(TableHeader).first().region.y
    titles = re.findall(r"\S+", lines[top])
    start = lines[top].index(f" {title}") + 1
    following = titles[titles.index(title) + 1 :]
    end = lines[top].index(f" {following[0]}", start) if following else cell_len(lines[top])
    rows = [line for line in lines[top + 1 : -2] if cells(line, 2, 12).strip()]
    return [cells(line, start, end).rstrip() for line in rows]


@contextmanager
def held(url: str, row_id: UUID) -> Iterator[PsycopgConnection]:
    """Keep a lead's row locked, as a workflow does in the middle of its work."""
    with plain_connection(url) as holder:
        holder.autocommit = False
        run(holder, "SELECT 1 FROM leads WHERE lead_id = %s FOR UPDATE", row_id)
        yield holder


def clipped(values: list[str], painted_values: list[str]) -> list[str]:
    """Cut values as their column does."""
    width = max(len(value) for value in painted_values if value.endswith("…"))
    return [clip(value, width) for value in values]
