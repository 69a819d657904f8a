"""The numbers of the campaigns: counted once, and again where there is a reason to."""

from __future__ import annotations

import pytest
from psycopg2.extensions import connection as PsycopgConnection

from tests.tui.support import WIN_BACK, column, insert_lead, press, running
from tui.screens import campaigns


async def test_numbers_are_counted_again_by_a_key_and_not_at_each_visit(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url, (120, 24)) as (app, pilot):
        before = column(app, "leads")
        insert_lead(n8n, WIN_BACK, "late@example.com")
        await press(pilot, "g", "o", "g", "c")
        assert column(app, "leads") == before
        await press(pilot, "R")
        assert sum(map(int, column(app, "leads"))) == sum(map(int, before)) + 1


async def test_numbers_that_are_old_are_counted_again_at_a_visit(
    demo_url: str, n8n: PsycopgConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaigns, "OLD", 0.0)
    async with running(demo_url, (120, 24)) as (app, pilot):
        before = column(app, "leads")
        insert_lead(n8n, WIN_BACK, "late@example.com")
        await press(pilot, "g", "o", "g", "c")
        assert sum(map(int, column(app, "leads"))) == sum(map(int, before)) + 1
