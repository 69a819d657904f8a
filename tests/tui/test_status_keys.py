"""Status keys: what is pressed, what is painted, and what another connection reads then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from textual.pilot import Pilot

from db.rows import CampaignRow, LeadRow
from db.statuses import CAMPAIGN, LEAD
from tests.support import OPERATOR, fetch, journal, plain_connection, run, scalar
from tests.tui.support import (
    NORDIC,
    cursor_line,
    line_with,
    on_top,
    page,
    painted,
    press,
    running,
    set_by_n8n,
    settled,
    status_line,
    status_of,
    table_of,
    to_leads,
    type_in,
    until,
)
from tui.app import CustomerCenter
from tui.screens.base import QUICK_CAMPAIGN, QUICK_LEAD
from tui.screens.lead import LeadScreen
from tui.screens.leads import LeadsScreen
from tui.screens.menus import ConfirmScreen, PromptScreen, StatusMenu
from tui.screens.organization import OrganizationScreen


def row_of(app: CustomerCenter) -> Any:
    """The row under the cursor of the list."""
    row = table_of(app).row
    assert row is not None
    return row


@contextmanager
def held(url: str, row_id: UUID) -> Iterator[PsycopgConnection]:
    """Keep a lead's row locked, as a workflow does in the middle of its work."""
    with plain_connection(url) as holder:
        holder.autocommit = False
        run(holder, "SELECT 1 FROM leads WHERE lead_id = %s FOR UPDATE", row_id)
        yield holder


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


# In the list of leads


@pytest.mark.parametrize("number", range(1, 10))
async def test_a_number_key_sets_its_status(
    demo_url: str, n8n: PsycopgConnection, number: int
) -> None:
    target = QUICK_LEAD[number - 1]
    start = "ready" if target == "new" else "new"
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j")
        row = row_of(app)
        set_by_n8n(n8n, row.id, "enriching")
        set_by_n8n(n8n, row.id, start)
        await press(pilot, "R", str(number))
        if on_top(app, ConfirmScreen):
            await press(pilot, "y")
        status = LEAD.get(target)
        assert f"{status.glyph} {status.label} " in cursor_line(app)
        assert status_of(n8n, row.id) == target


async def test_a_committed_change_is_told_with_the_key_that_takes_it_back(demo_url: str) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "1")
        assert status_line(app).split("   ")[:2] == [f" {row.name}: new → ready", "u undoes"]


async def test_a_status_that_a_lead_has_already_is_not_written(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "1", "1")
        assert f"{row.name} is ready already." in status_line(app)
        assert len(journal(n8n, row.id)) == 1


async def test_the_actor_of_a_change_is_the_operator(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (_, pilot):
        row = await second_lead(pilot)
        await press(pilot, "1")
        assert scalar(n8n, "SELECT actor FROM changes WHERE row_id = %s", row.id) == OPERATOR


async def test_a_change_on_its_way_has_a_mark_until_the_database_answers(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        with held(demo_url, row.id) as holder:
            await pilot.press("1")
            await until(pilot, lambda: "⋯ ready" in cursor_line(app), "the mark")
            assert status_of(n8n, row.id) == "new"
            holder.rollback()
            await settled(pilot)
        assert "◆ ready" in cursor_line(app)


async def test_a_second_key_on_a_pending_lead_goes_on_from_the_first_ones_target(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        with held(demo_url, row.id) as holder:
            await pilot.press("1", "2")
            await until(pilot, lambda: "⋯ disqualified" in cursor_line(app), "the second mark")
            holder.rollback()
            await settled(pilot)
        assert "⊘ disqualified" in cursor_line(app)
        assert journal(n8n, row.id) == [
            ("status", "new", "ready"),
            ("status", "ready", "disqualified"),
        ]


async def test_a_mark_stays_until_the_last_of_several_keys_was_answered(demo_url: str) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        with held(demo_url, row.id) as holder:
            await pilot.press("1", "9", "1")
            await until(pilot, lambda: app.gateway.writer.unsaved == 3, "three writes")
            first = app.pending.copy()
            holder.rollback()
            seen = []
            while app.gateway.writer.unsaved:
                seen.append(app.pending.get(row.id))
                await pilot.pause()
        assert first == {row.id: "ready"}
        assert set(seen) <= {"ready"}
        await settled(pilot)
        assert app.pending == {}


async def test_a_lead_that_another_program_holds_too_long_is_left_as_it_was(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url, lock_timeout=1) as (app, pilot):
        row = await second_lead(pilot)
        with held(demo_url, row.id):
            await press(pilot, "1")
        assert f"{row.name}: Not changed: another program holds this row" in status_line(app)
        assert "○ new" in cursor_line(app)
        assert status_of(n8n, row.id) == "new"


async def test_another_writers_status_is_painted_and_named_and_stays(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        row = await second_lead(pilot)
        set_by_n8n(n8n, row.id, "enriching")
        await press(pilot, "1")
        told = f"{row.name}: Not changed to ready: n8n changed it from new to enriching meanwhile."
        assert told in status_line(app)
        assert "◌ enriching" in cursor_line(app)
        assert status_of(n8n, row.id) == "enriching"


async def test_another_field_changed_by_a_workflow_is_no_conflict(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (_, pilot):
        row = await second_lead(pilot)
        run(n8n, "UPDATE leads SET title = 'CTO' WHERE lead_id = %s", row.id)
        await press(pilot, "1")
        assert status_of(n8n, row.id) == "ready"


async def test_a_lead_deleted_by_another_program_is_told(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        run(n8n, "DELETE FROM leads WHERE lead_id = %s", row.id)
        await press(pilot, "1")
        assert f"{row.name}: There is no lead" in status_line(app)


# Questions


@pytest.mark.parametrize("answer", ["enter", "n", "escape", "q"])
async def test_a_change_against_the_rules_is_asked_about_and_no_is_the_answer(
    untouched_url: str, reader: PsycopgConnection, answer: str
) -> None:
    async with running(untouched_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "4")
        assert "new does not go to replied." in page(app)
        await press(pilot, answer)
        assert on_top(app, LeadsScreen)
        assert status_of(reader, row.id) == "new"


async def test_a_change_against_the_rules_is_made_after_yes(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "4", "y")
        assert "← replied" in cursor_line(app)
        assert status_of(n8n, row.id) == "replied"


async def test_leaving_a_suppressed_status_needs_a_reason(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        set_by_n8n(n8n, row.id, "do_not_contact")
        await press(pilot, "R", "1")
        assert on_top(app, PromptScreen)
        await press(pilot, "enter")
        assert status_of(n8n, row.id) == "do_not_contact"


async def test_a_suppressed_status_is_left_with_a_reason_that_the_journal_keeps(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        set_by_n8n(n8n, row.id, "do_not_contact")
        await press(pilot, "R", "1")
        await type_in(pilot, "asked by phone", "enter")
        assert "◆ ready" in cursor_line(app)
        assert (
            scalar(
                n8n,
                "SELECT reason FROM changes WHERE row_id = %s ORDER BY change_id DESC LIMIT 1",
                row.id,
            )
            == "asked by phone"
        )


async def test_a_lead_suppressed_meanwhile_stays_so(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        set_by_n8n(n8n, row.id, "unsubscribed")
        await press(pilot, "1")
        assert "■ unsubscribed" in cursor_line(app)
        assert status_of(n8n, row.id) == "unsubscribed"


# The menu


async def test_the_menu_offers_what_may_come_next_first(untouched_url: str) -> None:
    async with running(untouched_url, (80, 40)) as (app, pilot):
        await second_lead(pilot)
        await press(pilot, "s")
        assert on_top(app, StatusMenu)
        lines = [line for line in painted(app) if "│" in line]
        wanted = [*LEAD.get("new").targets, "do_not_contact"]
        labels = [LEAD.get(value).label for value in wanted]
        assert [next(name for name in labels if f" {name} " in line) for line in lines[2:7]] == [
            *labels[:4],
            "do not contact",
        ]
        assert "asks first" not in "".join(lines[:7])
        assert "asks first" in lines[7]


async def test_a_status_chosen_in_the_menu_is_written(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "s", "j", "enter")
        assert "◆ ready" in cursor_line(app)
        assert status_of(n8n, row.id) == "ready"


async def test_a_forced_status_of_the_menu_is_asked_about(
    untouched_url: str, reader: PsycopgConnection
) -> None:
    async with running(untouched_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "s", "end", "enter")
        assert on_top(app, ConfirmScreen)
        await press(pilot, "enter")
        assert status_of(reader, row.id) == "new"


async def test_escape_leaves_the_menu_without_a_change(
    untouched_url: str, reader: PsycopgConnection
) -> None:
    async with running(untouched_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "s", "escape")
        assert on_top(app, LeadsScreen)
        assert status_of(reader, row.id) == "new"


# Undo and redo


async def test_undo_takes_the_change_back(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "1", "u")
        assert "○ new" in cursor_line(app)
        assert status_of(n8n, row.id) == "new"


async def test_redo_makes_the_change_again(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "1", "u", "ctrl+r")
        assert "◆ ready" in cursor_line(app)
        assert status_of(n8n, row.id) == "ready"


async def test_undo_while_the_change_is_on_its_way_means_that_change(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        before = await second_lead(pilot)
        await press(pilot, "1", "j")
        row = row_of(app)
        with held(demo_url, row.id) as holder:
            await pilot.press("1", "u")
            holder.rollback()
            await settled(pilot)
        assert [new for _, _, new in journal(n8n, row.id)] == ["ready", "new"]
        assert status_of(n8n, before.id) == "ready"


async def test_undo_does_not_overwrite_what_a_workflow_made_of_the_lead(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "1")
        set_by_n8n(n8n, row.id, "queued")
        await press(pilot, "u")
        assert "◇ queued" in cursor_line(app)
        assert status_of(n8n, row.id) == "queued"


async def test_undo_of_a_suppression_gives_its_reason(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (_, pilot):
        row = await second_lead(pilot)
        await press(pilot, "s", "j", "j", "j", "j", "enter", "u")
        assert journal(n8n, row.id) == [
            ("status", "new", "do_not_contact"),
            ("status", "do_not_contact", "new"),
        ]


@pytest.mark.parametrize(("key", "told"), [("u", "nothing to undo"), ("ctrl+r", "nothing to redo")])
async def test_there_is_nothing_to_undo_or_redo_at_first(
    untouched_url: str, key: str, told: str
) -> None:
    async with running(untouched_url) as (app, pilot):
        await press(pilot, key)
        assert told in status_line(app)


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
        await press(pilot, "f")
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
