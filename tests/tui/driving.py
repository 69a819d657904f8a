"""Driving the whole application by keys, on a real database, without a terminal."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen

from db.settings import Settings
from tests.support import OPERATOR
from tui.app import CustomerCenter
from tui.screens.start import StartScreen

PATIENCE = 15.0
"""Seconds that a condition may take before a test fails."""


@asynccontextmanager
async def running(
    app: CustomerCenter, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Pilot[int]]:
    """Run an application until its database is open and its first room is painted."""
    try:
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: not isinstance(app.screen, StartScreen), "the first room")
            yield pilot
    finally:
        app.gateway.close()


def application(url: str) -> CustomerCenter:
    """Return an application on a database."""
    return CustomerCenter(Settings(url, actor=OPERATOR))


async def until(pilot: Pilot[Any], condition: Callable[[], object], what: str = "") -> None:
    """Let the application run until a condition holds; fail with what is painted otherwise."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}:\n{painted(pilot)}"
        await pilot.pause()


async def shows(pilot: Pilot[Any], *texts: str) -> None:
    """Wait until each of these texts is painted."""
    await until(pilot, lambda: all(text in painted(pilot) for text in texts), str(texts))


async def showing(pilot: Pilot[Any], kind: type[Screen[Any]]) -> None:
    """Wait until a screen of this kind is on top."""
    await until(pilot, lambda: isinstance(pilot.app.screen, kind), kind.__name__)
    await pilot.pause()


async def written(pilot: Pilot[Any]) -> None:
    """Wait until the database has answered all writes."""
    app = pilot.app
    assert isinstance(app, CustomerCenter)
    await until(pilot, lambda: app.gateway.writer.unsaved == 0, "the writer")
    await pilot.pause()


def painted(pilot: Pilot[Any]) -> str:
    """Return what is painted, line by line."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join(strip.text for strip in strips)


async def type_text(pilot: Pilot[Any], text: str) -> None:
    """Press the keys of a text."""
    await pilot.press(*("space" if char == " " else char for char in text))
