"""The order of each list, both ways, as it is painted and as the database has it."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from textual.pilot import Pilot

from tests.support import fetch
from tests.tui.support import (
    DACH,
    TALL,
    clipped,
    column,
    line_with,
    page,
    press,
    running,
    status_line,
    table_of,
    to_leads,
)
from tui.app import CustomerCenter

# The sorts of a campaign's leads; {way} stands for the direction.
LEAD_SORTS = {
    "created": "l.created_at {way}",
    "contacted": "coalesce(l.last_contacted_at, '-infinity') {way}",
    "name": "lower(coalesce(last_name, '') || ' ' || coalesce(first_name, '')) {way}",
    "email": "email {way}",
    "status": "l.status {way}, l.created_at {way}",
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


async def sort_by(pilot: Pilot[Any], number: int) -> None:
    await press(pilot, "S", str(number))


def now_descending(app: CustomerCenter) -> bool:
    return "descending" in status_line(app)


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
                    f" WHERE c.name = %s ORDER BY {LEAD_SORTS[sort].format(way=way)}, lead_id {way}",
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


async def test_a_filtered_list_names_the_sorts_that_no_index_holds(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "S", "3", "w", "j", "enter")
        assert "Sorted by date added, descending." in status_line(app)
        await press(pilot, "S")
        assert "slow" not in line_with(app, "date added  ↓")
        assert "slow on a long list" in line_with(app, "last name")


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
