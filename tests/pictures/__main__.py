"""Draw the README's pictures: ``python -m tests.pictures``."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from db import demo, schema
from db.database import Database, on_lease
from db.embedded import attach, throwaway_home
from db.settings import Settings
from tui.app import CustomerCenter
from tui.widgets.row_table import RowTable

HERE = Path(__file__).parent
SIZE = (100, 30)


async def draw(settings: Settings, database: Database) -> None:
    """Press the keys that lead to each picture."""
    app = CustomerCenter(settings, lambda _: database)
    async with app.run_test(size=SIZE) as pilot:

        async def press(*keys: str) -> None:
            for key in keys:
                await pilot.press(key)
                await pilot.pause()
                await app.workers.wait_for_complete()
                await pilot.pause()

        while not any(table.total for table in app.screen.query(RowTable)):
            await pilot.pause()
        await press("down", "down", "g", "i", "down", "down", "down", "enter")
        await press("A", "A", "d")
        while app.gateway.writer.unsaved:
            await pilot.pause()
        await press()
        await pilot.pause()
        app.save_screenshot("triage.svg", path=str(HERE))
    app.gateway.close()


def main() -> int:
    """Fill a throw-away database with the demo and draw."""
    settings = Settings(actor="anna")
    with on_lease(attach(throwaway_home("pictures"), ephemeral=True), settings, "demo") as database:
        schema.upgrade(database)
        with database.sessions.begin() as session:
            demo.fill(session, datetime.now(UTC))
        asyncio.run(draw(settings, database))
    return 0


if __name__ == "__main__":
    sys.exit(main())
