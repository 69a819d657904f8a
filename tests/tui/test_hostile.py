"""Text of others on every screen: no control is painted, no markup acts, no line is out of width."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from rich.cells import cell_len
from textual.pilot import Pilot

from tests.columns import LEAD, ORGANIZATION
from tests.support import fetch, run
from tests.tui.support import line_with, page, painted, press, running, table_of
from tui.app import CustomerCenter

PAYLOADS = {
    "closing tag": "[/red]",
    "open tag": "[b ",
    "action": "[@click=app.quit]x[/]",
    "index": "[0] [[ ]] \\[",
    "clipboard": "\x1b]52;c;cm0gLXJmIH4=\x07",
    "title": "\x1b]0;owned\x07\x1b]8;;http://x\x1b\\link",
    "screen": "\x1b[2J\x1b[H\x9b2J\x1bP+q\x1b\\",
    "controls": "".join(map(chr, range(1, 32))) + "\x7f" + "".join(map(chr, range(0x80, 0xA0))),
    "bidi": "\u202eknaD\u2066x\u2069\u200f\u061c",
    "marks": "e" + "\u0301" * 10_000,
    "marks alone": "\u0301\u20dd\u0338",
    "wide": "漢字 👩‍👩‍👧‍👦 🇩🇪 ﷽ ｆｕｌｌ 한글 \u115f\u3164",
    "NUL-like": "\u2400 \\0 \\x00 %00 \ufeff\u2028\u2029",
    "long": "x" * 3_000,
    "unassigned": "\ue000\U000f0000\U000e0041\ufffe",
}
GROUPS = {
    "markup": ("closing tag", "open tag", "action", "index"),
    "controls": ("clipboard", "title", "screen", "controls"),
    "widths": ("bidi", "marks", "marks alone", "wide", "NUL-like", "unassigned"),
    "length": ("long",),
}


def put_in(connection: PsycopgConnection, text: str) -> None:
    """Write one text to every text column of a campaign, an organization and a lead."""
    (campaign,) = fetch(
        connection,
        "INSERT INTO campaigns (name, description, status) VALUES (%s, %s, %s) RETURNING campaign_id",
        *[text] * 3,
    )[0]
    marks = ", ".join(["%s"] * len(ORGANIZATION))
    (organization,) = fetch(
        connection,
        f"INSERT INTO organizations (email_domain, {', '.join(ORGANIZATION)})"
        f" VALUES (%s, {marks}) RETURNING organization_id",
        f"{text[:50]}.example",
        *[text] * len(ORGANIZATION),
    )[0]
    marks = ", ".join(["%s"] * len(LEAD))
    (lead,) = fetch(
        connection,
        f"INSERT INTO leads (campaign_id, company_id, email, status, {', '.join(LEAD)})"
        f" VALUES (%s, %s, %s, %s, {marks}) RETURNING lead_id",
        campaign,
        organization,
        f"{text[:50]}@x.example",
        text,
        *[text] * len(LEAD),
    )[0]
    # And to the journal, under a hostile actor with a hostile reason.
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('customer_center.actor', %s, false)", (text,))
        cursor.execute("SELECT set_config('customer_center.reason', %s, false)", (text,))
    run(connection, "UPDATE leads SET title = title || ' ' || title WHERE lead_id = %s", lead)


def check(app: CustomerCenter) -> None:
    """Fail where a control is painted, or a line is out of width."""
    lines = painted(app)
    assert all(line.isprintable() for line in lines), [
        line for line in lines if not line.isprintable()
    ]
    assert {cell_len(line) for line in lines} == {app.size.width}, page(app)
    assert app.return_code is None


@asynccontextmanager
async def on_hostile(
    url: str, connection: PsycopgConnection, text: str, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[CustomerCenter, Pilot[Any]]]:
    put_in(connection, text)
    async with running(url, size) as (app, pilot):
        yield app, pilot


SIZES = pytest.mark.parametrize("size", [(80, 24), (130, 40)], ids=["small", "large"])


@SIZES
async def test_no_text_gets_out_of_its_cells_in_any_list(
    database_url: str, other: PsycopgConnection, size: tuple[int, int]
) -> None:
    for text in PAYLOADS.values():
        put_in(other, text)
    async with running(database_url, size) as (app, pilot):
        for keys in (
            (),  # campaigns
            ("j", "s", "escape"),
            ("g", "l"),
            ("w", "end", "escape"),
            ("f", "down", "down", "escape"),
            ("p", "j", "j", "p"),
            ("g", "h"),
            ("g", "o"),
            ("end",),
            ("g", "i"),
        ):
            for key in keys:
                await press(pilot, key)
                check(app)


@SIZES
@pytest.mark.parametrize("group", GROUPS)
async def test_no_text_gets_out_of_its_cells_on_any_page(
    database_url: str, other: PsycopgConnection, group: str, size: tuple[int, int]
) -> None:
    text = " ".join(PAYLOADS[name] for name in GROUPS[group])
    async with on_hostile(database_url, other, text, size) as (app, pilot):
        for keys in (
            ("enter", "enter"),  # the lead
            ("end",),
            ("s", "escape"),
            ("H", "q"),
            ("enter",),  # its organization
            ("end",),
            ("g", "i", "enter"),  # triage of the organization's leads
            ("end", "y", "r"),
        ):
            for key in keys:
                await press(pilot, key)
                check(app)


@pytest.mark.parametrize("group", GROUPS)
async def test_a_change_on_a_hostile_row_is_told_harmlessly(
    database_url: str, other: PsycopgConnection, group: str
) -> None:
    text = " ".join(PAYLOADS[name] for name in GROUPS[group])
    async with on_hostile(database_url, other, text) as (app, pilot):
        for keys in (("3",), ("u",), ("enter", "1"), ("u",), ("4",), ("y",)):
            await press(pilot, *keys)
            check(app)
    assert fetch(other, "SELECT status FROM leads") == [("replied",)]


@pytest.mark.parametrize("name", ["closing tag", "open tag", "action", "index"])
async def test_markup_is_painted_as_it_is(
    database_url: str, other: PsycopgConnection, name: str
) -> None:
    async with on_hostile(database_url, other, PAYLOADS[name], (130, 40)) as (app, pilot):
        await press(pilot, "enter")
        assert PAYLOADS[name].strip() in line_with(app, "? ")


async def test_markup_in_data_is_no_action(database_url: str, other: PsycopgConnection) -> None:
    async with on_hostile(database_url, other, PAYLOADS["action"], (130, 40)) as (app, pilot):
        line = next(at for at, text in enumerate(painted(app)) if "app.quit" in text)
        column = painted(app)[line].index("x[/]")
        await pilot.click(None, offset=(column, line))
        await press(pilot, "enter")
        assert app.return_code is None
        assert table_of(app).total == 1


async def test_what_is_shown_harmlessly_stays_as_it_is_in_the_database(
    database_url: str, other: PsycopgConnection
) -> None:
    async with on_hostile(database_url, other, PAYLOADS["clipboard"]) as (_, pilot):
        await press(pilot, "enter", "1")
    (row,) = fetch(other, "SELECT first_name, headline, status FROM leads")
    assert row == (PAYLOADS["clipboard"], PAYLOADS["clipboard"], "ready")
