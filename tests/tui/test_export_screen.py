"""The export screen: what the list shows goes into a file, whole, private, and never over another."""

from __future__ import annotations

import csv
import os
import stat
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.support import add_campaign, add_lead
from tests.tui.driving import application, running, showing, shows, type_text
from tui.screens.export_file import proposed
from tui.screens.leads import LeadsScreen


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def test_a_list_is_exported_by_keys(
    database_url: str, session: Session, folder: Path
) -> None:
    campaign = add_campaign(session, "Spring")
    add_campaign(session, "Other")
    for name, status in (("Ada", "ready"), ("Bob", "new"), ("Una", "unsubscribed")):
        add_lead(session, campaign, first_name=name, status=status)
    first = folder / proposed("csv")
    async with running(application(database_url)) as pilot:
        await pilot.press("g", "l")
        await shows(pilot, "Ada", "Una")
        await pilot.press("X")
        await shows(pilot, "Export all leads as")
        await pilot.press("1")
        await shows(pilot, "2 leads", "Without 1 suppressed lead", first.name)
        await pilot.press("f2")
        await shows(pilot, "2 leads in a file that only you can read", "1 suppressed lead left out")
        assert {row["first_name"] for row in rows(first)} == {"Ada", "Bob"}
        assert stat.S_IMODE(first.stat().st_mode) == 0o600

        # What is marked, with those that are suppressed, over a file that is there.
        await pilot.press("escape")
        await showing(pilot, LeadsScreen)
        await pilot.press("G", "space", "g", "g", "space", "X", "4")
        await shows(pilot, "1 lead", "Without 1 suppressed lead")
        await pilot.press("f6")
        await shows(pilot, "Suppressed leads among them", "2 leads")
        await pilot.press("home", *["delete"] * len(proposed("instantly")))
        await type_text(pilot, first.name)
        before = first.read_bytes()
        await pilot.press("f2")
        await shows(pilot, "is there already. Replace it?")
        await pilot.press("enter")
        await shows(pilot, "There is such a file already")
        assert first.read_bytes() == before
        await pilot.press("f2")
        await shows(pilot, "Replace it?")
        await pilot.press("y")
        await shows(pilot, "2 leads in a file that only you can read")
        assert {row["First Name"] for row in rows(first)} == {"Ada", "Una"}
        assert os.listdir(folder) == [first.name]
