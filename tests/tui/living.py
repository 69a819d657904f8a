"""The application that hears of other writers' changes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from psycopg2.extensions import connection as PsycopgConnection
from textual.pilot import Pilot

from db.settings import Settings
from tests.support import OPERATOR, run
from tests.tui.support import on_demo, page, settled, to_leads, until
from tui.app import CustomerCenter

LISTENERS = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN customer_center%'"


@asynccontextmanager
async def living(
    url: str, size: tuple[int, int] = (120, 40), **settings: Any
) -> AsyncIterator[tuple[CustomerCenter, Pilot[int]]]:
    """Run the application on a database until it hears of changes, or looks for them."""
    app = CustomerCenter(Settings(url, actor=OPERATOR, **settings), on_demo, live=True)
    try:
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: app.link, "the link")
            await settled(pilot)
            yield app, pilot
    finally:
        app.gateway.close()


async def shows(pilot: Pilot[int], text: str) -> None:
    """Wait until a text is painted."""
    app = pilot.app
    assert isinstance(app, CustomerCenter)
    await until(pilot, lambda: text in page(app), text)


@asynccontextmanager
async def living_on_leads(
    url: str, **settings: Any
) -> AsyncIterator[tuple[CustomerCenter, Pilot[int]]]:
    """Run it until the leads of the first campaign are painted."""
    async with living(url, **settings) as (app, pilot):
        await to_leads(pilot)
        yield app, pilot


def call_lead(connection: PsycopgConnection, lead: UUID, name: str = "Tester") -> None:
    """Give a lead another first name, as a workflow does."""
    run(connection, "UPDATE leads SET first_name = %s WHERE lead_id = %s", name, lead)
