"""Likely duplicates by keys: groups with their reasons, values chosen side by side, and the way back."""

from __future__ import annotations

from typing import Any

from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session
from textual.pilot import Pilot
from textual.widgets import OptionList

from tests.support import add_campaign, add_lead, add_organization, fetch, scalar
from tests.tui.driving import application, painted, running, showing, shows, until, written
from tui.screens.duplicates import DuplicatesScreen


async def test_organizations_are_merged_by_keys_and_parted_by_undo(
    database_url: str, session: Session, other: PsycopgConnection
) -> None:
    acme = add_organization(session, "Acme", "acme.com", country="Spain", custom_data={"old": 1})
    shop = add_organization(
        session, "Acme Shop", "shop.acme.com", country="Chile", custom_data={"new": 2}
    )
    add_organization(session, "Nord A/S", "nord.dk")
    add_organization(session, "Nord", "nord.com")
    campaign = add_campaign(session)
    for company in (acme, shop, shop):
        add_lead(session, campaign, company)
    async with running(application(database_url)) as pilot:
        await pilot.press("g", "d")
        await shows(pilot, "2 groups.", "domain", "acme.com", "shop.acme.com", "nord.dk")
        await pilot.press("enter")
        await shows(pilot, "● Acme", "● Spain", "Chile", "1 lead", "2 leads")
        assert "headline" not in painted(pilot)
        while "country" not in _marked(pilot):
            await pilot.press("j")
        await pilot.press("l")
        await shows(pilot, "● Chile", "● 10 B, old", "● 10 B, new")
        while "imported data" not in _marked(pilot):
            await pilot.press("j")
        await pilot.press("space", "space")
        await until(pilot, lambda: "● 10 B, old" not in painted(pilot), "the other one chosen")
        await pilot.press("f2")
        await shows(pilot, "Merge 1 organization into Acme? 2 leads move.")
        await pilot.press("enter")
        await pilot.press("f2", "y")
        await written(pilot)
        await shows(pilot, "1 organization merged into it, 2 leads moved", "nord.dk")
        await until(pilot, lambda: "shop.acme.com" not in painted(pilot), "the group to go")
        columns = "name, country, custom_data"
        rows = fetch(other, f"SELECT {columns} FROM organizations WHERE name LIKE 'Acme%'")
        assert rows == [("Acme", "Chile", {"new": 2})]
        await pilot.press("u")
        await shows(pilot, "merge of organizations")
        await pilot.press("y")
        await written(pilot)
        await shows(pilot, "Undone")
        moved = "SELECT count(*) FROM leads WHERE company_id = %s"
        assert scalar(other, moved, shop.id) == 2


async def test_a_campaigns_leads_are_looked_at_from_its_list(
    database_url: str, session: Session, other: PsycopgConnection
) -> None:
    spring, autumn = add_campaign(session, "Spring"), add_campaign(session, "Autumn")
    add_lead(session, spring, email="ada@acme.com", first_name="Ada")
    add_lead(session, spring, email="ada+1@acme.com", first_name="Ada", status="unsubscribed")
    for tag in ("", "+1"):
        add_lead(session, autumn, email=f"bob{tag}@acme.com")
    async with running(application(database_url)) as pilot:
        await shows(pilot, "Spring")
        await pilot.press("j", "enter")
        await shows(pilot, "Ada")
        await pilot.press("g", "d")
        await shows(pilot, "1 group.", "ada+1@acme.com", "one campa")
        await pilot.press("F")
        await shows(pilot, "2 groups.", "bob+1@acme.com")
        await pilot.press("w")
        await shows(pilot, "Nothing looks like a duplicate here.")
        await pilot.press("q")
        await pilot.press("g", "d")
        await shows(pilot, "1 group.")
        await pilot.press("enter")
        await shows(pilot, "● unsubscribed")
        await pilot.press("x", "f2", "y")
        await written(pilot)
        await showing(pilot, DuplicatesScreen)
    left = fetch(other, "SELECT email, status FROM leads WHERE email LIKE 'ada%'")
    assert left == [("ada+1@acme.com", "unsubscribed")]


def _marked(pilot: Pilot[Any]) -> str:
    options = pilot.app.screen.query_one(OptionList)
    assert options.highlighted is not None
    return str(options.get_option_at_index(options.highlighted).prompt)
