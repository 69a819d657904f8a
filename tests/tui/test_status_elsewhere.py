"""Status keys on campaigns, on one lead and on an organization's leads."""

from __future__ import annotations

import pytest
from psycopg2.extensions import connection as PsycopgConnection

from db.rows import CampaignRow
from db.statuses import CAMPAIGN
from tests.support import OPERATOR, fetch, journal, run
from tests.tui.support import (
    NORDIC,
    cursor_line,
    line_with,
    on_top,
    page,
    painted,
    press,
    row_of,
    running,
    second_lead,
    set_by_n8n,
    settled,
    status_line,
    status_of,
    table_of,
    to_leads,
)
from tui.screens.lead import LeadScreen
from tui.screens.menus import ConfirmScreen
from tui.screens.organization import OrganizationScreen
from tui.screens.status_keys import QUICK_CAMPAIGN

# Campaigns


@pytest.mark.parametrize("number", range(2, 7))
async def test_a_number_key_sets_a_campaigns_status(
    demo_url: str, n8n: PsycopgConnection, number: int
) -> None:
    target = QUICK_CAMPAIGN[number - 1]
    async with running(demo_url) as (app, pilot):
        row = row_of(app)
        assert isinstance(row, CampaignRow)
        assert row.status == "draft"
        await press(pilot, str(number))
        if on_top(app, ConfirmScreen):
            await press(pilot, "y")
        status = CAMPAIGN.get(target)
        assert f"{status.glyph} {status.label} " in cursor_line(app)
        assert status_of(n8n, row.id, "campaigns") == target


async def test_a_campaigns_status_of_another_writer_is_painted_and_stays(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        row = row_of(app)
        run(n8n, "UPDATE campaigns SET status = 'active' WHERE campaign_id = %s", row.id)
        await press(pilot, "2")
        assert "n8n changed it from draft to active meanwhile" in status_line(app)
        assert "▶ active" in cursor_line(app)
        assert status_of(n8n, row.id, "campaigns") == "active"


async def test_undo_takes_a_campaigns_change_back(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (app, pilot):
        row = row_of(app)
        await press(pilot, "3", "u")
        assert "○ draft" in cursor_line(app)
        assert status_of(n8n, row.id, "campaigns") == "draft"


async def test_the_numbers_of_a_campaign_move_with_its_leads(demo_url: str) -> None:
    async with running(demo_url) as (app, pilot):
        before = line_with(app, NORDIC[:12]).split()
        await to_leads(pilot, NORDIC)
        await press(pilot, "w")
        await press(pilot, "enter")
        ready = next(
            index
            for index in range(40)
            if (table_of(app).window.get(index) or row_of(app)).status == "ready"
        )
        table_of(app).move_to(ready)
        await press(pilot, "2", "q")
        after = line_with(app, NORDIC[:12]).split()
        counts = [int(text) for text in before[-5:]]
        open_, working, answered, closed, total = counts
        assert [int(text) for text in after[-5:]] == [
            open_ - 1,
            working,
            answered,
            closed + 1,
            total,
        ]


# One lead


async def test_a_status_key_on_a_lead_is_painted_with_its_journal(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "enter", "1")
        assert on_top(app, LeadScreen)
        assert "◆ ready" in page(app)
        assert f"{OPERATOR}   status: new → ready" in page(app)
        assert status_of(n8n, row.id) == "ready"


async def test_keys_in_quick_succession_on_a_lead_are_done_one_after_the_other(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (_, pilot):
        row = await second_lead(pilot)
        await press(pilot, "enter")
        for key in "19191":
            await pilot.press(key)
        await settled(pilot)
        steps = [new for _, _, new in journal(n8n, row.id)]
        assert steps == ["ready", "new", "ready", "new", "ready"]


async def test_a_key_right_after_the_answer_goes_on_from_what_was_written(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "enter")
        await pilot.press("1")
        while app.pending:
            await pilot._wait_for_screen()
        await pilot.press("9")
        await settled(pilot)
        assert [new for _, _, new in journal(n8n, row.id)] == ["ready", "new"]


async def test_another_writers_status_is_painted_on_the_lead(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "enter")
        set_by_n8n(n8n, row.id, "enriching")
        await press(pilot, "1")
        assert "◌ enriching" in page(app)
        assert status_of(n8n, row.id) == "enriching"


async def test_the_list_below_shows_what_was_changed_on_the_lead(demo_url: str) -> None:
    async with running(demo_url) as (app, pilot):
        await second_lead(pilot)
        await press(pilot, "enter", "1", "q")
        assert "◆ ready" in cursor_line(app)


# An organization's leads


async def test_a_status_key_changes_the_lead_under_the_cursor_of_an_organization(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "enter", "enter")
        assert on_top(app, OrganizationScreen)
        table_of(app).move_to(table_of(app).window.index_of(row.id) or 0)
        await press(pilot, "1")
        assert "◆ ready" in cursor_line(app)
        assert row.name in cursor_line(app)
        assert status_of(n8n, row.id) == "ready"


async def test_the_list_of_organizations_has_no_status_keys(
    untouched_url: str, reader: PsycopgConnection
) -> None:
    async with running(untouched_url, (120, 40)) as (app, pilot):
        await press(pilot, "g", "o", "1", "s")
        assert "ready" not in painted(app)[-1]
        assert fetch(reader, "SELECT 1 FROM changes WHERE actor = %s", OPERATOR) == []
