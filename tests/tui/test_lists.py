"""The lists: their order, searching, filtering, reading again, and being without a database."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from rich.cells import cell_len
from textual.pilot import Pilot

from tests.support import fetch, journal, run
from tests.tui.support import (
    DACH,
    NORDIC,
    away,
    column,
    cursor_line,
    insert_lead,
    on_top,
    page,
    painted,
    press,
    running,
    settled,
    status_line,
    status_of,
    table_of,
    title_line,
    to_leads,
    type_in,
    until,
)
from tui import format
from tui.app import CustomerCenter
from tui.safe import clip
from tui.screens.campaigns import CampaignsScreen
from tui.screens.history import HistoryScreen
from tui.screens.menus import PickScreen
from tui.widgets.lead_view import LeadView

TALL = (118, 70)
"""A screen on which every column of leads is painted, and half of a campaign."""

LEAD_SORTS = {
    "created": "l.created_at",
    "updated": "l.updated_at",
    "contacted": "coalesce(l.last_contacted_at, '-infinity')",
    "name": "lower(coalesce(last_name, '') || ' ' || coalesce(first_name, ''))",
    "email": "email",
    "title": "lower(coalesce(title, ''))",
    "status": "l.status",
}
ORGANIZATION_SORTS = {
    "name": "lower(name)",
    "domain": "email_domain",
    "country": "coalesce(country, '')",
    "size": "coalesce(estimated_num_employees, -1)",
    "created": "created_at",
}


async def walked(pilot: Pilot[Any], title: str, length: int) -> list[str]:
    """Go from the first row to the last by pages; return a column as it was painted."""
    app = pilot.app
    assert isinstance(app, CustomerCenter)
    await press(pilot, "home")
    seen = column(app, title)
    while len(seen) < length:
        top = table_of(app).scroll_offset.y
        await press(pilot, "pagedown")
        moved = int(table_of(app).scroll_offset.y - top)
        assert moved
        seen += column(app, title)[-moved:]
    return seen


def clipped(values: list[str], painted_values: list[str]) -> list[str]:
    """Cut values as their column does."""
    width = max(len(value) for value in painted_values if value.endswith("…"))
    return [clip(value, width) for value in values]


async def sort_by(pilot: Pilot[Any], number: int) -> None:
    await press(pilot, "S", str(number))


def now_descending(app: CustomerCenter) -> bool:
    return "descending" in status_line(app)


# Orders


@pytest.mark.parametrize("sort", LEAD_SORTS)
async def test_every_lead_is_painted_in_the_order_of_each_sort_both_ways(
    untouched_url: str, reader: PsycopgConnection, sort: str
) -> None:
    async with running(untouched_url, TALL) as (app, pilot):
        await to_leads(pilot)
        if sort == "created":
            await sort_by(pilot, 1)
        for _ in range(2):
            if sort != "created" or not now_descending(app):
                await sort_by(pilot, list(LEAD_SORTS).index(sort) + 1)
            way = "DESC" if now_descending(app) else "ASC"
            emails = [
                email
                for (email,) in fetch(
                    reader,
                    "SELECT email FROM leads l JOIN campaigns c USING (campaign_id)"
                    f" WHERE c.name = %s ORDER BY {LEAD_SORTS[sort]} {way}, lead_id {way}",
                    DACH,
                )
            ]
            seen = await walked(pilot, "e-mail", len(emails))
            assert seen == clipped(emails, seen)


@pytest.mark.parametrize("sort", ORGANIZATION_SORTS)
async def test_every_organization_is_painted_in_the_order_of_each_sort(
    untouched_url: str, reader: PsycopgConnection, sort: str
) -> None:
    async with running(untouched_url, (80, 40)) as (app, pilot):
        await press(pilot, "g", "o")
        await sort_by(pilot, list(ORGANIZATION_SORTS).index(sort) + 1)
        way = "DESC" if now_descending(app) else "ASC"
        domains = [
            domain
            for (domain,) in fetch(
                reader,
                "SELECT email_domain FROM organizations"
                f" ORDER BY {ORGANIZATION_SORTS[sort]} {way}, organization_id {way}",
            )
        ]
        seen = await walked(pilot, "domain", len(domains))
        assert seen == clipped(domains, seen)


async def test_end_and_home_go_to_the_last_and_the_first_row(
    untouched_url: str, reader: PsycopgConnection
) -> None:
    async with running(untouched_url, TALL) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "end")
        last = table_of(app).row
        await press(pilot, "home")
        first = table_of(app).row
        order = [
            row[0]
            for row in fetch(
                reader,
                "SELECT lead_id FROM leads JOIN campaigns c USING (campaign_id)"
                " WHERE c.name = %s ORDER BY leads.created_at DESC, lead_id DESC",
                DACH,
            )
        ]
        assert (first and first.id, last and last.id) == (order[0], order[-1])


async def test_the_sort_menu_shows_the_order_in_force(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "S")
        assert "date added  ↓" in page(app)


async def test_sorting_goes_to_the_first_row(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "end", "S", "5")
        assert table_of(app).place == "1/149"


async def test_campaigns_stand_newest_first_with_their_numbers(
    untouched_url: str, reader: PsycopgConnection
) -> None:
    async with running(untouched_url, (120, 24)) as (app, _):
        rows = fetch(
            reader,
            "SELECT c.name, count(lead_id) FROM campaigns c LEFT JOIN leads USING (campaign_id)"
            " GROUP BY c.campaign_id ORDER BY c.created_at DESC",
        )
        assert [int(text) for text in column(app, "leads")] == [number for _, number in rows]
        assert column(app, "campaign") == [name for name, _ in rows]


# Searching


async def test_a_search_goes_to_the_next_row_that_matches(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "slash")
        await type_in(pilot, "keller", "enter")
        assert "Céline Keller" in cursor_line(app)


async def test_next_and_previous_walk_over_the_matches_and_round(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "slash")
        await type_in(pilot, "keller", "enter")
        table = table_of(app)
        matches = [
            index
            for index in range(149)
            if "Keller" in getattr(table.window.get(index), "name", "")
        ]
        visited = [table.index]
        for _ in matches[1:]:
            await press(pilot, "n")
            visited.append(table.index)
        assert visited[: len(matches)] == matches
        await press(pilot, "N")
        assert table.index == matches[-2]


async def test_a_match_beyond_what_is_loaded_is_gone_to(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    insert_lead(n8n, DACH, "zebra@example.com", created_at="2020-01-01", last_name="Zebra")
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "slash")
        await type_in(pilot, "zebra", "enter")
        assert "Zebra" in cursor_line(app)
        assert table_of(app).place == "150/150"


async def test_a_search_without_a_match_says_so(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "slash")
        await type_in(pilot, "100%_nobody", "enter")
        assert "No lead holds 100%_nobody." in status_line(app)


async def test_next_before_a_search_says_how_to_search(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "n")
        assert "/ searches" in status_line(app)


async def test_organizations_are_found_by_their_domain(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await press(pilot, "g", "o", "slash")
        await type_in(pilot, "saentis-kuehl", "enter")
        assert "Säntis Kühltechnik" in cursor_line(app)


# Filter


async def test_a_filter_shows_the_leads_of_its_status_alone(
    untouched_url: str, reader: PsycopgConnection
) -> None:
    async with running(untouched_url, (80, 40)) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "f", "j", "j", "j", "enter")
        number = fetch(
            reader,
            "SELECT count(*) FROM leads l JOIN campaigns c USING (campaign_id)"
            " WHERE c.name = %s AND l.status = 'ready'",
            DACH,
        )[0][0]
        assert column(app, "status") == ["◆ ready"] * number
        assert f"{DACH} · ready" in title_line(app)


async def test_a_cleared_filter_shows_all_leads_again(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "f", "j", "j", "j", "enter", "F")
        assert table_of(app).place == "1/149"


async def test_a_status_that_nobody_knows_can_be_filtered_for(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    insert_lead(n8n, DACH, "odd@example.com", status="\x1b[2Jodd")
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "f", "end", "enter")
        assert column(app, "status") == ["? ^[[2Jodd"]


# Reading again


@pytest.mark.parametrize("keys", [("j", "j", "j"), ("end",)])
async def test_reading_again_keeps_the_cursor_on_its_row(
    demo_url: str, n8n: PsycopgConnection, keys: tuple[str, ...]
) -> None:
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, *keys)
        table = table_of(app)
        row, at = table.row, table.index
        assert row is not None
        for number in range(3):
            insert_lead(n8n, DACH, f"fresh{number}@example.com", created_at="2030-01-01")
        await press(pilot, "R")
        assert (table.row and table.row.id, table.index) == (row.id, at + 3)
        assert row.name in cursor_line(app)
        assert table.place.endswith("/152")


async def test_reading_again_shows_what_others_wrote(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j")
        row = table_of(app).row
        assert row is not None
        run(n8n, "UPDATE leads SET first_name = 'Zoë' WHERE lead_id = %s", row.id)
        await press(pilot, "R")
        assert "Zoë Keller" in cursor_line(app)


async def test_a_row_that_is_gone_leaves_the_cursor_in_its_place(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j")
        row = table_of(app).row
        assert row is not None
        run(n8n, "DELETE FROM leads WHERE lead_id = %s", row.id)
        await press(pilot, "R")
        assert table_of(app).place == "2/148"


# Without rows


async def test_a_campaign_without_leads_says_so(demo_url: str, n8n: PsycopgConnection) -> None:
    run(n8n, "INSERT INTO campaigns (name) VALUES ('Empty one')")
    async with running(demo_url) as (app, pilot):
        await press(pilot, "enter")
        assert "No lead here." in page(app)


async def test_keys_work_when_a_list_got_its_first_rows(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    run(n8n, "INSERT INTO campaigns (name) VALUES ('Empty one')")
    async with running(demo_url) as (app, pilot):
        await press(pilot, "enter")
        for name in ("a", "b"):
            insert_lead(n8n, "Empty one", f"{name}@example.com", last_name=name)
        await press(pilot, "R", "j")
        assert table_of(app).place == "2/2"


async def test_a_row_without_a_journal_says_so(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j", "H")
        assert on_top(app, HistoryScreen)
        assert "Nothing was changed yet." in page(app)


# Without a database

WAYS: dict[str, tuple[str, ...]] = {
    "campaigns": (),
    "leads": ("enter",),
    "organizations": ("g", "o"),
    "organization": ("g", "o", "j", "enter"),
    "lead": ("enter", "j", "enter"),
    "history": ("g", "h"),
}


@pytest.mark.parametrize("name", WAYS)
async def test_what_was_read_stays_when_the_database_goes_away(
    demo_url: str, admin: PsycopgConnection, name: str
) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        await press(pilot, *WAYS[name])
        before = painted(app)[:-2]
        with away(admin, demo_url):
            await press(pilot, "R")
            assert "The database cannot be reached" in status_line(app)
            assert painted(app)[:-2] == before
        await press(pilot, "R")
        assert painted(app)[:-2] == before


async def test_a_list_that_can_not_be_read_says_so_and_is_read_by_a_key(
    demo_url: str, admin: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        with away(admin, demo_url):
            await press(pilot, "enter")
            assert "The database cannot be reached" in page(app)
            assert "R tries again." in page(app)
        await press(pilot, "R")
        assert table_of(app).place == "1/26"


async def test_a_lead_that_can_not_be_read_says_so_and_is_read_by_a_key(
    demo_url: str, admin: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        await press(pilot, "enter", "j")
        row = table_of(app).row
        assert row is not None
        with away(admin, demo_url):
            await press(pilot, "enter")
            assert "R tries again." in page(app)
        await press(pilot, "R")
        assert row.email in page(app)


async def test_a_change_is_kept_until_the_database_is_back(
    demo_url: str, admin: PsycopgConnection, n8n: PsycopgConnection
) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j")
        row = table_of(app).row
        assert row is not None
        with away(admin, demo_url):
            await pilot.press("1")
            await until(pilot, lambda: "1 change unsaved, trying again" in status_line(app))
            assert "⋯ ready" in cursor_line(app)
        await settled(pilot)
        assert "◆ ready" in cursor_line(app)
    again = _connection(demo_url)
    assert status_of(again, row.id) == "ready"
    assert journal(again, row.id) == [("status", "new", "ready")]
    again.close()


def _connection(url: str) -> PsycopgConnection:
    import psycopg2

    return psycopg2.connect(url)


# Times, preview, size


async def test_times_turn_into_dates_and_back(untouched_url: str) -> None:
    async with running(untouched_url, TALL) as (app, pilot):
        await to_leads(pilot, NORDIC)
        await press(pilot, "S", "3")
        row = table_of(app).row
        assert row is not None
        ages = column(app, "contact")
        await press(pilot, "T")
        assert format.stamp(row.last_contacted_at) in cursor_line(app)
        await press(pilot, "T")
        assert column(app, "contact") == ages


@pytest.mark.parametrize("name", WAYS)
async def test_dates_are_painted_on_every_screen(untouched_url: str, name: str) -> None:
    async with running(untouched_url, (120, 40)) as (app, pilot):
        await press(pilot, *WAYS[name], "T")
        assert "2026-1" in "".join(painted(app)[1:-2])


async def test_the_preview_comes_beside_the_list_on_a_wide_screen(untouched_url: str) -> None:
    async with running(untouched_url, (120, 40)) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j")
        row = table_of(app).row
        assert row is not None
        assert app.screen.query_one(LeadView).display
        assert row.email in page(app).replace("\n", "")
        await press(pilot, "p")
        assert not app.screen.query_one(LeadView).display


async def test_the_preview_follows_the_cursor(untouched_url: str) -> None:
    async with running(untouched_url, (140, 40)) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j", "j", "j")
        row = table_of(app).row
        assert row is not None
        assert f"│ {row.name}" in page(app)


async def test_the_preview_comes_below_the_list_on_a_narrow_screen(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j", "p")
        table, view = table_of(app), app.screen.query_one(LeadView)
        assert view.region.y > table.region.bottom - 1
        assert view.region.width == 80


@pytest.mark.parametrize("name", ["campaigns", "leads", "organizations", "organization", "history"])
async def test_a_new_size_keeps_the_cursor_on_its_row(untouched_url: str, name: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await press(pilot, *WAYS[name], "j", "j")
        row = table_of(app).row
        for size in ((120, 40), (80, 24)):
            await pilot.resize_terminal(*size)
            await settled(pilot)
            assert table_of(app).row == row
            assert cursor_line(app)
            assert {cell_len(line) for line in painted(app)} == {size[0]}


async def test_the_titles_stay_above_their_columns_at_each_size(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        for size in ((120, 40), (80, 24), (200, 30)):
            await pilot.resize_terminal(*size)
            await settled(pilot)
            assert column(app, "company")[1].startswith("Säntis")


async def test_a_key_copies_the_address_of_the_row(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j", "y", "e")
        row = table_of(app).row
        assert row is not None
        assert app.clipboard == row.email
        assert f"Copied: {row.email}" in status_line(app)


async def test_what_is_not_there_can_not_be_copied(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await press(pilot, "y")
        await press(pilot, "d")
        assert on_top(app, CampaignsScreen)
        assert app.clipboard == ""


async def test_triage_begins_on_the_list_that_is_shown(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot, NORDIC)
        await press(pilot, "g", "i")
        assert on_top(app, PickScreen)
        assert f"Triage {NORDIC}: which leads?" in page(app)
