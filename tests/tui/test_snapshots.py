"""Pictures of the screens as they were approved: ``pytest --snapshot-update`` approves them anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.support import NOW, application, press, settled, to_leads
from tui.app import CustomerCenter

SIZES = {"80x24": (80, 24), "120x40": (120, 40)}


async def campaigns(pilot: Pilot[Any]) -> None:
    await press(pilot, "j", "j")


async def leads(pilot: Pilot[Any]) -> None:
    await to_leads(pilot)
    await press(pilot, "j", "j")


async def leads_with_preview(pilot: Pilot[Any]) -> None:
    await leads(pilot)
    if pilot.app.size.width < 120:
        await press(pilot, "p")


async def lead(pilot: Pilot[Any]) -> None:
    await leads(pilot)
    await press(pilot, "S", "2", "j", "enter")


async def organization(pilot: Pilot[Any]) -> None:
    await press(pilot, "g", "o", "j", "enter", "j")


async def triage(pilot: Pilot[Any]) -> None:
    await to_leads(pilot)
    await press(pilot, "g", "i", "j", "j", "j", "enter", "n")


async def status_menu(pilot: Pilot[Any]) -> None:
    await leads(pilot)
    await press(pilot, "s", "j")


async def history(pilot: Pilot[Any]) -> None:
    await press(pilot, "g", "h", "j")


SCREENS = (campaigns, leads_with_preview, lead, organization, triage, status_menu, history)


@pytest.fixture(autouse=True)
def _at_the_moment_of_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.format.clock", lambda: NOW)


@pytest.fixture
def painted_as_before(
    untouched_url: str, snap_compare: Callable[..., bool]
) -> Iterator[Callable[..., bool]]:
    """Compare a screen, reached by a way of keys, with its picture."""
    apps: list[CustomerCenter] = []

    def compare(way: Callable[[Pilot[Any]], Any], size: str, *, no_color: bool = False) -> bool:
        apps.append(application(untouched_url, no_color=no_color))

        async def go(pilot: Pilot[Any]) -> None:
            await settled(pilot)
            await way(pilot)

        return snap_compare(apps[0], terminal_size=SIZES[size], run_before=go)

    yield compare
    for app in apps:
        app.gateway.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("way", SCREENS, ids=lambda way: way.__name__)
def test_a_screen(
    painted_as_before: Callable[..., bool], way: Callable[[Pilot[Any]], Any], size: str
) -> None:
    assert painted_as_before(way, size)


@pytest.mark.parametrize("way", SCREENS, ids=lambda way: way.__name__)
def test_a_screen_without_colours(
    painted_as_before: Callable[..., bool], way: Callable[[Pilot[Any]], Any]
) -> None:
    assert painted_as_before(way, "80x24", no_color=True)
