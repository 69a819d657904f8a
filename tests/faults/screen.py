"""The application on a screen, its keys timed while something is wrong behind it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot

from db.settings import Settings
from tests.support import OPERATOR
from tests.tui.support import page, settled
from tui.app import CustomerCenter

SIZE = (120, 40)


@asynccontextmanager
async def application(
    url: str, **settings: Any
) -> AsyncIterator[tuple[CustomerCenter, Pilot[int]]]:
    """Run the application until it hears of changes."""
    app = CustomerCenter(Settings(url, actor=OPERATOR, **settings), live=True)
    try:
        async with app.run_test(size=SIZE) as pilot:
            await held(pilot, lambda: app.link, "the link", 60)
            await settled(pilot)
            yield app, pilot
    finally:
        await asyncio.to_thread(app.gateway.close)


async def held(
    pilot: Pilot[Any], condition: Callable[[], object], what: str, seconds: float
) -> float:
    """Wait until a condition holds; return after how many seconds it did."""
    began = time.monotonic()
    while not condition():
        late = time.monotonic() - began > seconds
        assert not late, f"{what} not within {seconds} s:\n{page(pilot.app)}"  # type: ignore[arg-type]
        await pilot.pause(0.02)
    return time.monotonic() - began


async def shown(pilot: Pilot[Any], text: str, seconds: float) -> float:
    """Wait until a text is painted; return after how many seconds it was."""
    return await held(pilot, lambda: text in page(pilot.app), repr(text), seconds)  # type: ignore[arg-type]


async def pressed(pilot: Pilot[Any], key: str) -> float:
    """Press a key and return the seconds until it was taken."""
    began = time.monotonic()
    await pilot.press(key)
    return time.monotonic() - began


def played(play: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a play of the application to its end."""
    asyncio.run(play())
