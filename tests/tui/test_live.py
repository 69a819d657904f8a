"""Live beside other writers: what they do is on every open screen without a key."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from psycopg2.extensions import connection as PsycopgConnection

from tests.support import fetch, run
from tests.tui.living import call_lead, living, living_on_leads, shows
from tests.tui.support import (
    DACH,
    NORDIC,
    cursor_line,
    insert_lead,
    line_with,
    page,
    press,
    row_of,
    set_by_n8n,
    status_line,
    table_of,
    to_leads,
    to_triage,
    type_in,
    until,
)
from tui.widgets.columns import CHANGED, OUTSIDE

pytestmark = pytest.mark.usefixtures("listening_at_once")


STORM = """
DO $$
DECLARE
    ids uuid[] := %s;
BEGIN
    FOR number IN 1..10000 LOOP
        UPDATE leads SET first_name = 10000 WHERE lead_id = ids[1 + number %% cardinality(ids)];
        COMMIT;
    END LOOP;
END
$$
"""


# Rows


async def test_a_lead_that_another_writer_changed_moves_on_the_list_and_is_marked_for_a_moment(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with living_on_leads(demo_url) as (app, pilot):
        await press(pilot, "j")
        other = table_of(app).window.get(4)
        call_lead(n8n, other.id)
        await shows(pilot, "Tester")
        assert line_with(app, "Tester")[1] == CHANGED
        assert table_of(app).index == 1
        await until(pilot, lambda: line_with(app, "Tester")[1] == " ", "the mark to go")


async def test_the_lead_under_the_cursor_moves_and_its_preview_with_it(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with living_on_leads(demo_url) as (app, pilot):
        row = row_of(app)
        run(
            n8n,
            "UPDATE leads SET email_icebreaker = 'Saw your talk.', first_name = 'Tester'"
            " WHERE lead_id = %s",
            row.id,
        )
        await shows(pilot, "Saw your talk.")
        assert row_of(app).first_name == "Tester"
        assert row_of(app).id == row.id


async def test_an_open_lead_moves_with_its_journal(demo_url: str, n8n: PsycopgConnection) -> None:
    async with living_on_leads(demo_url) as (app, pilot):
        row = row_of(app)
        await press(pilot, "enter")
        call_lead(n8n, row.id)
        await shows(pilot, "Tester")
        assert "n8n   first_name" in page(app)


async def test_a_strange_value_that_a_workflow_wrote_is_shown_and_flagged(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with living_on_leads(demo_url) as (app, pilot):
        run(
            n8n,
            "UPDATE leads SET status = 'waiting_room', reply_received_at = now() + interval '9 days'"
            " WHERE lead_id = %s",
            row_of(app).id,
        )
        await shows(pilot, "? waiting_room")
        await press(pilot, "enter")
        assert "unknown status waiting_room" in page(app)
        assert "replied in the future" in page(app)


async def test_the_list_below_an_open_lead_has_caught_up_when_it_is_shown_again(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with living_on_leads(demo_url) as (app, pilot):
        row = row_of(app)
        await press(pilot, "enter")
        call_lead(n8n, row.id)
        await shows(pilot, "Tester")
        await press(pilot, "q")
        await until(pilot, lambda: row_of(app).first_name == "Tester")
        assert row_of(app).id == row.id


async def test_the_lead_of_triage_moves(demo_url: str, n8n: PsycopgConnection) -> None:
    async with living(demo_url) as (_, pilot):
        screen = await to_triage(pilot)
        lead = screen.lead
        assert lead is not None
        call_lead(n8n, lead.id)
        await shows(pilot, "Tester")
        assert screen.lead is not None
        assert screen.lead.id == lead.id


async def test_an_organization_and_its_leads_move(demo_url: str, n8n: PsycopgConnection) -> None:
    async with living(demo_url) as (app, pilot):
        await press(pilot, "g", "o")
        row = row_of(app)
        run(n8n, "UPDATE organizations SET name = 'Acme' WHERE organization_id = %s", row.id)
        await until(pilot, lambda: row_of(app).name == "Acme")
        await press(pilot, "enter")
        run(n8n, "UPDATE organizations SET country = 'Utopia' WHERE organization_id = %s", row.id)
        await shows(pilot, "Utopia")
        run(n8n, "UPDATE leads SET first_name = 'Tester' WHERE company_id = %s", row.id)
        await shows(pilot, "Tester")


async def test_what_a_busy_writer_did_not_announce_is_shown_as_well(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with living_on_leads(demo_url) as (app, pilot):
        run(n8n, "SET customer_center.notify = 'off'")
        call_lead(n8n, row_of(app).id)
        await shows(pilot, "Tester")
        insert_lead(n8n, DACH, "new@acme.com", created_at="2030-01-01", first_name="Newcomer")
        await shows(pilot, "Newcomer")


async def test_the_answer_of_a_look_up_moves(demo_url: str, n8n: PsycopgConnection) -> None:
    async with living_on_leads(demo_url) as (app, pilot):
        await press(pilot, "j")
        row = row_of(app)
        await press(pilot, "o")
        await type_in(pilot, row.email)
        await shows(pilot, row.name)
        call_lead(n8n, row.id)
        await shows(pilot, "Tester")


# Numbers


async def test_the_numbers_of_the_campaigns_move(demo_url: str, n8n: PsycopgConnection) -> None:
    async with living(demo_url) as (app, pilot):
        counts = dict(app.gateway.campaign_counts())
        campaign = next(row for row in app.gateway.campaigns() if row.name == NORDIC)
        before = counts[campaign.id].total
        insert_lead(n8n, NORDIC, "new@acme.com")
        await until(pilot, lambda: f" {before + 1:,} " in line_with(app, NORDIC[:12]))
        assert line_with(app, NORDIC[:12])[1] == CHANGED
        run(n8n, "UPDATE campaigns SET name = 'Southern' WHERE campaign_id = %s", campaign.id)
        await shows(pilot, "Southern")


async def test_a_new_lead_appears_on_top_and_the_cursor_stays_on_its_row(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with living_on_leads(demo_url) as (app, pilot):
        await press(pilot, "j", "j")
        row, total = row_of(app), table_of(app).total
        made = insert_lead(
            n8n, DACH, "new@acme.com", created_at="2030-01-01", first_name="Newcomer"
        )
        await shows(pilot, "Newcomer")
        await until(pilot, lambda: f"4/{total + 1}" in status_line(app), "the number")
        assert row_of(app).id == row.id
        assert table_of(app).window.index_of(made) == 0
        assert line_with(app, "Newcomer")[1] == CHANGED


async def test_leads_that_are_gone_leave_the_list(demo_url: str, n8n: PsycopgConnection) -> None:
    async with living_on_leads(demo_url) as (app, pilot):
        await press(pilot, "j", "j")
        row, total = row_of(app), table_of(app).total
        gone = table_of(app).window.get(0).id
        run(n8n, "DELETE FROM leads WHERE lead_id = %s", gone)
        await until(pilot, lambda: f"2/{total - 1}" in status_line(app), "the number")
        assert row_of(app).id == row.id


async def test_a_lead_that_comes_to_match_a_list_appears_on_it(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with living_on_leads(demo_url) as (app, pilot):
        await press(pilot, "w", "j", "enter")
        shown, total = {row.id for _, row in table_of(app).window.loaded()}, table_of(app).total
        status = row_of(app).status
        ids = fetch(n8n, "SELECT lead_id, campaign_id FROM leads WHERE status <> %s", status)
        owner = row_of(app).campaign_id
        other = next(each for each, campaign in ids if campaign == owner and each not in shown)
        run(n8n, "UPDATE leads SET status = %s WHERE lead_id = %s", status, other)
        await until(pilot, lambda: f"/{total + 1}" in status_line(app), "the number")
        await until(pilot, lambda: table_of(app).window.index_of(other) is not None, "the lead")
        await press(pilot, "F", "f")
        await type_in(pilot, "first:tester", "enter")
        assert "No lead here." in page(app)
        call_lead(n8n, other)
        await shows(pilot, "Tester")
        assert row_of(app).id == other


async def test_leads_that_do_not_match_any_more_stay_with_a_sign_until_the_list_is_read_again(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with living_on_leads(demo_url, size=(80, 24)) as (app, pilot):
        await press(pilot, "f")
        await type_in(pilot, "status:new", "enter")
        other, mine = table_of(app).window.get(3), row_of(app)
        set_by_n8n(n8n, other.id, "enriching")
        await shows(pilot, "1 × no match")
        assert line_with(app, other.name)[1] == OUTSIDE
        await press(pilot, "1")
        await until(pilot, lambda: "2 × no match" in status_line(app), "what was decided here")
        assert line_with(app, mine.name)[1] == OUTSIDE
        await press(pilot, "u")
        await until(pilot, lambda: "1 × no match" in status_line(app), "the undo")
        assert row_of(app).id == mine.id
        await press(pilot, "R")
        assert other.name not in page(app)
        assert "no match" not in status_line(app)


# Two operators


async def test_two_applications_on_one_database_see_each_others_changes(demo_url: str) -> None:
    narrow = (80, 24)
    async with (
        living(demo_url, narrow) as (one, pilot_one),
        living(demo_url, narrow) as (two, pilot_two),
    ):
        for pilot in (pilot_one, pilot_two):
            await to_leads(pilot)
            await press(pilot, "j")
        name = row_of(one).name
        assert row_of(one).status == "new"
        await pilot_one.press("1")
        await until(pilot_two, lambda: "◆ ready" in line_with(two, name), "what the one did")
        await pilot_two.press("9")
        await until(pilot_one, lambda: "○ new" in line_with(one, name), "what the other did")


async def test_an_own_change_is_painted_once_and_not_marked(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with living_on_leads(demo_url) as (app, pilot):
        other = table_of(app).window.get(4)
        told = app.live.refreshes
        await press(pilot, "1")
        call_lead(n8n, other.id)
        await shows(pilot, "Tester")
        assert app.live.refreshes == told + 1
        assert "◆ ready" in cursor_line(app)


# Many changes


async def test_over_a_slow_line_changes_of_some_seconds_are_painted_together(
    demo_url: str, n8n: PsycopgConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.listening.GAP_OF_SLOW_LINES", 1.2)
    async with living_on_leads(demo_url, low_bandwidth=True) as (app, pilot):
        one, two, three = (table_of(app).window.get(place).id for place in (4, 5, 6))
        call_lead(n8n, one, "First")
        await shows(pilot, "First")
        told = app.live.refreshes
        call_lead(n8n, two, "Second")
        await asyncio.sleep(0.5)
        call_lead(n8n, three, "Third")
        await shows(pilot, "Third")
        assert "Second" in page(app)
        assert app.live.refreshes == told + 1


async def test_a_storm_of_changes_neither_floods_the_screen_nor_keeps_a_key_waiting(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with living_on_leads(demo_url) as (app, pilot):
        ids = [row.id for _, row in table_of(app).window.loaded()]
        told, started = app.live.refreshes, time.monotonic()
        done = threading.Event()

        def storm() -> None:
            run(n8n, STORM, ids)
            done.set()

        threading.Thread(target=storm).start()
        steps = 0
        while not done.is_set():
            before = table_of(app).index
            await pilot.press("j" if before < 20 else "home")
            assert table_of(app).index != before
            steps += 1
        assert steps > 10
        await until(
            pilot,
            lambda: all(row.first_name == "10000" for _, row in table_of(app).window.loaded()),
            "the last change",
        )
        seconds = time.monotonic() - started
        assert app.live.refreshes - told <= 4 * seconds + 2


async def test_a_statement_of_many_rows_is_shown_by_reading_what_is_seen(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with living_on_leads(demo_url) as (app, pilot):
        row = row_of(app)
        told = app.live.refreshes
        run(n8n, "UPDATE leads SET first_name = 'Tester'")
        await until(pilot, lambda: page(app).count("Tester") > 10)
        assert app.live.refreshes == told + 1
        await press(pilot, "end")
        assert row_of(app).first_name == "Tester"
        assert row_of(app).id != row.id
