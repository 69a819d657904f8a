"""The application that hears of other writers' changes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot

from db.settings import Settings
from tests.support import OPERATOR
from tests.tui.support import on_demo, page, settled, until
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
