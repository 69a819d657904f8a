"""The journal on the screen, that follows other writers."""

from __future__ import annotations

import pytest
from psycopg2.extensions import connection as PsycopgConnection

from tests.support import run
from tests.tui.living import living, shows
from tests.tui.support import (
    DACH,
    NORDIC,
    on_top,
    page,
    painted,
    press,
    row_of,
    status_line,
    table_of,
)
from tui.app import CustomerCenter
from tui.screens.lead import LeadScreen

pytestmark = pytest.mark.usefixtures("listening_at_once")


def lines(app: CustomerCenter, text: str) -> list[int]:
    """Return the numbers of the painted lines that hold a text."""
    return [number for number, line in enumerate(painted(app)) if text in line]


def rename(n8n: PsycopgConnection, campaign: str, name: str) -> None:
    """Rename some lead of a campaign, as a workflow does."""
    run(
        n8n,
        "UPDATE leads SET first_name = %s WHERE lead_id = ("
        " SELECT min(lead_id::text)::uuid FROM leads JOIN campaigns c USING (campaign_id)"
        " WHERE c.name = %s)",
        name,
        campaign,
    )


async def test_the_journal_follows_on_top_while_the_cursor_is_there(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with living(demo_url) as (app, pilot):
        await press(pilot, "g", "h")
        rename(n8n, DACH, "Tester")
        await shows(pilot, "→ Tester")
        assert lines(app, "→ Tester") == [2]
        assert table_of(app).index == 0
        await press(pilot, "j")
        entry = row_of(app)
        rename(n8n, DACH, "Second")
        await shows(pilot, "→ Second")
        assert row_of(app).id == entry.id
        assert table_of(app).index == 2
        await press(pilot, "home", "enter")
        assert on_top(app, LeadScreen)
        assert "Second" in page(app)


async def test_the_journal_pauses_by_the_space_bar(demo_url: str, n8n: PsycopgConnection) -> None:
    async with living(demo_url) as (app, pilot):
        await press(pilot, "g", "h", "space")
        assert " live off " in status_line(app)
        rename(n8n, DACH, "Tester")
        await press(pilot, "space")
        await shows(pilot, "→ Tester")
        assert " live " in status_line(app)


async def test_the_journal_of_a_campaign_follows_its_leads_alone(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with living(demo_url) as (app, pilot):
        rows = [row.name for row in app.gateway.campaigns()]
        await press(pilot, *["j"] * rows.index(DACH), "H")
        rename(n8n, NORDIC, "Elsewhere")
        rename(n8n, DACH, "Tester")
        await shows(pilot, "→ Tester")
        assert "Elsewhere" not in page(app)
