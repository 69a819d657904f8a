"""The documents of an organization and a lead, read by keys."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from psycopg2.extras import Json
from sqlalchemy.orm import Session
from textual.pilot import Pilot

from db.rows import LeadRow, OrganizationRow
from tests.support import add_lead, add_organization, run
from tests.tui.driving import application, painted, running, showing, shows, type_text, until
from tui.screens.campaigns import CampaignsScreen
from tui.screens.documents import DocumentsScreen, SearchLine

SUMMARY = {"company": "Acme", "fit": {"score": 7, "reasons": ["size", "region"]}}
RAW = {"pages": [{"title": "Home"}, {"title": "About"}]}
HOSTILE = "\x1b]0;owned\x07\u202e[bold]\t\n[/]"


@pytest.fixture
def acme(session: Session) -> OrganizationRow:
    return add_organization(
        session, "Acme", "acme.com", website_summary_data=SUMMARY, website_raw_data=RAW
    )


@asynccontextmanager
async def reading(
    url: str,
    organization_id: UUID | None,
    lead_id: UUID | None = None,
    *,
    size: tuple[int, int] = (80, 24),
) -> AsyncIterator[tuple[Pilot[int], DocumentsScreen]]:
    """Run the application with the documents open."""
    app = application(url)
    async with running(app, size) as pilot:
        await showing(pilot, CampaignsScreen)
        app.open_documents(organization_id, lead_id, "Acme")
        await showing(pilot, DocumentsScreen)
        screen = app.screen
        assert isinstance(screen, DocumentsScreen)
        await until(pilot, lambda: "Loading" not in painted(pilot), "the documents")
        yield pilot, screen


def last_lines(pilot: Pilot[Any]) -> list[str]:
    return painted(pilot).splitlines()[-2:]


async def test_the_summary_comes_first_with_the_sizes_of_all(
    database_url: str, acme: OrganizationRow
) -> None:
    async with reading(database_url, acme.id) as (pilot, _):
        await shows(pilot, "▸ Summary 99 B", "Raw 79 B", "Imported –", 'company  "Acme"')


async def test_a_key_shows_the_next_document_that_is_there(
    database_url: str, acme: OrganizationRow
) -> None:
    async with reading(database_url, acme.id) as (pilot, _):
        await shows(pilot, "company")
        await pilot.press("s")
        await shows(pilot, "▸ Raw", '"Home"')
        await pilot.press("s")
        await shows(pilot, "▸ Summary", "company")


async def test_a_document_alone_stays(database_url: str, session: Session) -> None:
    alone = add_organization(session, website_raw_data=RAW)
    async with reading(database_url, alone.id) as (pilot, _):
        await shows(pilot, "▸ Raw", '"Home"')
        await pilot.press("s")
        await shows(pilot, "There is no other document here.", '"Home"')


async def test_the_columns_of_an_import_of_a_lead_are_there(
    database_url: str, session: Session, acme: OrganizationRow, other: PsycopgConnection
) -> None:
    lead = add_lead(session, None, acme)
    columns = Json({"Keywords": "pumps"})
    run(other, "UPDATE leads SET custom_data = %s WHERE lead_id = %s", columns, lead.id)
    async with reading(database_url, acme.id, lead.id) as (pilot, _):
        await shows(pilot, "Organization import –", "Lead import 26 B")
        await pilot.press("s", "s")
        await shows(pilot, "▸ Lead import", 'Keywords  "pumps"')


async def test_a_lead_alone_brings_the_documents_of_its_organization(
    database_url: str, session: Session, acme: OrganizationRow
) -> None:
    lead = add_lead(session, None, acme)
    async with reading(database_url, None, lead.id) as (pilot, _):
        await shows(pilot, "▸ Summary", "company")


async def test_the_status_line_tells_the_path_and_the_place(
    database_url: str, acme: OrganizationRow
) -> None:
    async with reading(database_url, acme.id) as (pilot, _):
        await shows(pilot, "company")
        await pilot.press("G", "up", "up")
        await until(pilot, lambda: "$.fit.reasons[0]" in last_lines(pilot)[0], "the path")
        assert last_lines(pilot)[0].rstrip().endswith("5/7")


async def test_of_a_long_path_the_end_is_told(database_url: str, session: Session) -> None:
    deep: object = "bottom"
    for number in range(60):
        deep = {f"level{number}": deep}
    organization = add_organization(session, website_summary_data=deep)
    async with reading(database_url, organization.id) as (pilot, _):
        await shows(pilot, "level59")
        await pilot.press("z", "o", "G")
        await until(pilot, lambda: "…" in last_lines(pilot)[0], "the path")
        assert ".level1.level0 " in last_lines(pilot)[0]


async def test_a_search_goes_to_its_matches_and_counts_them(
    database_url: str, acme: OrganizationRow
) -> None:
    async with reading(database_url, acme.id) as (pilot, screen):
        await shows(pilot, "company")
        await pilot.press("slash")
        await shows(pilot, "Enter find  Esc cancel")
        await type_text(pilot, "re")
        await pilot.press("enter")
        await shows(pilot, "$.fit.score", "3 found")
        assert screen.viewer.has_focus
        await pilot.press("n")
        await shows(pilot, "$.fit.reasons  ")
        await pilot.press("N", "N")
        await shows(pilot, "$.fit.reasons[1]")


async def test_a_search_without_a_match_says_so(database_url: str, acme: OrganizationRow) -> None:
    async with reading(database_url, acme.id) as (pilot, _):
        await pilot.press("slash")
        await type_text(pilot, "[x]")
        await pilot.press("enter")
        await shows(pilot, "Nothing here holds [x].")


async def test_escape_leaves_the_search_and_then_the_screen(
    database_url: str, acme: OrganizationRow
) -> None:
    async with reading(database_url, acme.id) as (pilot, screen):
        await pilot.press("slash", "q", "escape")
        assert pilot.app.screen is screen
        await shows(pilot, "s next document")
        await pilot.press("escape")
        await showing(pilot, CampaignsScreen)


async def test_chords_run_on_the_viewer(database_url: str, acme: OrganizationRow) -> None:
    async with reading(database_url, acme.id) as (pilot, _):
        await shows(pilot, "reasons")
        await pilot.press("z", "c")
        await until(pilot, lambda: "▸ fit" in painted(pilot), "the fold")
        await pilot.press("z", "2")
        await shows(pilot, "▸ reasons")


@pytest.mark.parametrize(
    ("second", "copied"),
    [("y", '["size", "region"]'), ("p", "$.fit.reasons"), ("q", ".fit.reasons")],
)
async def test_values_and_paths_are_copied(
    database_url: str, acme: OrganizationRow, second: str, copied: str
) -> None:
    async with reading(database_url, acme.id) as (pilot, _):
        await shows(pilot, "reasons")
        await pilot.press("down", "down", "down", "y", second)
        await until(pilot, lambda: pilot.app.clipboard, "the clipboard")
        clipboard = pilot.app.clipboard
        assert (json.loads(clipboard) if second == "y" else clipboard) == (
            json.loads(copied) if second == "y" else copied
        )


async def test_reading_again_shows_what_another_writer_wrote(
    database_url: str, acme: OrganizationRow, other: PsycopgConnection
) -> None:
    async with reading(database_url, acme.id) as (pilot, _):
        await shows(pilot, "▸ Summary", "company")
        await pilot.press("s")
        await shows(pilot, "▸ Raw")
        run(
            other,
            "UPDATE organizations SET website_raw_data = %s WHERE organization_id = %s",
            Json({"fresh": True}),
            acme.id,
        )
        await pilot.press("R")
        await shows(pilot, "▸ Raw", "fresh  true")


# Path queries


async def ask_path(pilot: Pilot[Any], path: str) -> None:
    await pilot.press("vertical_line")
    await type_text(pilot, path)
    await pilot.press("enter")


async def test_a_path_query_shows_its_results_and_escape_goes_back(
    database_url: str, acme: OrganizationRow
) -> None:
    async with reading(database_url, acme.id) as (pilot, screen):
        await shows(pilot, "company")
        await pilot.press("s")
        await shows(pilot, '"Home"')
        await pilot.press("down", "down")
        await ask_path(pilot, "$.pages[*].title")
        await shows(pilot, "Raw  $.pages[*].title   2 found", '0  "Home"', '1  "About"')
        await pilot.press("down", "y", "y")
        await until(pilot, lambda: pilot.app.clipboard == "Home", "the value")
        await pilot.press("escape")
        await shows(pilot, "▸ Raw 79 B", "$.pages[0]  ")
        assert pilot.app.screen is screen
        assert screen.viewer.has_focus


async def test_a_path_that_makes_no_sense_can_be_mended_where_it_fails(
    database_url: str, acme: OrganizationRow
) -> None:
    async with reading(database_url, acme.id) as (pilot, screen):
        await shows(pilot, "company")
        await ask_path(pilot, "$.fit ? (@ == ).score")
        await shows(pilot, 'fails at character 15: syntax error at or near ")"', "Enter find")
        await until(pilot, lambda: screen.query_one(SearchLine).has_focus, "the line")
        assert screen.query_one(SearchLine).cursor_position == 14
        await pilot.press("escape")
        assert pilot.app.screen is screen
        await shows(pilot, "s next document")


async def test_a_path_that_leads_nowhere_says_so(database_url: str, acme: OrganizationRow) -> None:
    async with reading(database_url, acme.id) as (pilot, screen):
        await shows(pilot, "company")
        await ask_path(pilot, "$.[bold]")
        await shows(pilot, "The path fails", "[bold]")
        await pilot.press("escape")
        await ask_path(pilot, "$.none")
        await shows(pilot, "Summary has nothing at $.none.")
        assert pilot.app.screen is screen


async def test_a_path_query_sees_what_is_stored_now(
    database_url: str, acme: OrganizationRow, other: PsycopgConnection
) -> None:
    async with reading(database_url, acme.id) as (pilot, _):
        await shows(pilot, "company")
        run(other, "UPDATE organizations SET website_summary_data = '{\"company\": 1e9}'")
        await ask_path(pilot, "$.company")
        await shows(pilot, "0  1000000000")


async def test_a_failure_of_a_path_query_is_said(
    database_url: str, acme: OrganizationRow, other: PsycopgConnection
) -> None:
    async with reading(database_url, acme.id) as (pilot, screen):
        await shows(pilot, "company")
        run(other, "ALTER TABLE organizations RENAME TO elsewhere")
        await ask_path(pilot, "$.company")
        await shows(pilot, "The schema is not whole")
        assert screen.viewer.has_focus


# Comparing


async def test_the_summary_is_compared_with_the_raw_data(
    database_url: str, session: Session
) -> None:
    both = add_organization(
        session,
        website_summary_data={"name": "Acme", "size": 5},
        website_raw_data={"name": "ACME", "pages": [1]},
    )
    async with reading(database_url, both.id) as (pilot, screen):
        await shows(pilot, "size")
        await pilot.press("equals_sign")
        await shows(pilot, "Summary against Raw   3 differences")
        await shows(pilot, "$.name  {2}", 'summary  "Acme"', 'raw      "ACME"')
        await shows(pilot, "only_in_summary", "$.size  5", "only_in_raw", "$.pages  [1]")
        await pilot.press("slash", "A", "C", "M", "enter")
        await shows(pilot, "2 found", '$.different["$.name"].summary')
        await pilot.press("q")
        await shows(pilot, "▸ Summary")
        assert pilot.app.screen is screen


async def test_what_is_not_there_is_not_compared(database_url: str, session: Session) -> None:
    alone = add_organization(session, website_raw_data=RAW)
    async with reading(database_url, alone.id) as (pilot, _):
        await shows(pilot, "▸ Raw", '"Home"')
        await pilot.press("equals_sign")
        await shows(pilot, "There is no summary to compare.")


# Hits


async def test_hits_are_listed_and_one_is_gone_to(database_url: str, acme: OrganizationRow) -> None:
    async with reading(database_url, acme.id) as (pilot, _):
        await shows(pilot, "company")
        await pilot.press("a")
        await shows(pilot, "There are no hits to list")
        await pilot.press("slash", "r", "e", "enter")
        await shows(pilot, "3 found")
        await pilot.press("z", "c", "a")
        await shows(pilot, "$.fit.score  7", '$.fit.reasons[1]  "region"')
        await pilot.press("j", "j", "enter")
        await shows(pilot, "3 found", "$.fit.reasons[1]  ")


async def test_keys_alone_are_searched(database_url: str, acme: OrganizationRow) -> None:
    async with reading(database_url, acme.id) as (pilot, _):
        await shows(pilot, "company")
        await pilot.press("f", "r", "e", "enter")
        await shows(pilot, "2 found", "$.fit.score")
        await pilot.press("f", "A", "c", "enter")
        await shows(pilot, "No key here holds Ac.")


async def test_a_large_document_is_read_by_keys(database_url: str, session: Session) -> None:
    large = {"items": [{"id": n, "name": f"entry {n}"} for n in range(20_000)], "last": 1}
    organization = add_organization(session, website_raw_data=large)
    async with reading(database_url, organization.id) as (pilot, _):
        await shows(pilot, "[20000]")
        await pilot.press("z", "o")
        await shows(pilot, 'name  "entry 1"', "/60,003")
        await pilot.press("G")
        await shows(pilot, "$.items[19999].name")


# Nothing to show


async def test_no_document_is_said(database_url: str, session: Session) -> None:
    bare = add_organization(session)
    async with reading(database_url, bare.id) as (pilot, _):
        await shows(pilot, "No document yet.", "R looks again", "Summary –")
        await pilot.press("s", "R", "slash", "z", "c")


async def test_a_failure_is_said_and_can_be_tried_again(
    database_url: str, acme: OrganizationRow, other: PsycopgConnection
) -> None:
    app = application(database_url)
    async with running(app) as pilot:
        await showing(pilot, CampaignsScreen)
        run(other, "ALTER TABLE organizations RENAME TO elsewhere")
        app.open_documents(acme.id, None, "Acme")
        await shows(pilot, "R tries again.")
        run(other, "ALTER TABLE elsewhere RENAME TO organizations")
        await pilot.press("R")
        await shows(pilot, "▸ Summary", "company")


async def test_a_row_that_is_gone_is_said(database_url: str, acme: OrganizationRow) -> None:
    async with reading(database_url, UUID(int=7)) as (pilot, _):
        await shows(pilot, "R tries again.", str(UUID(int=7)))


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_hostile_keys_and_values_are_harmless(
    database_url: str, session: Session, size: tuple[int, int]
) -> None:
    hostile = add_organization(
        session, website_summary_data={HOSTILE: [HOSTILE, {HOSTILE: HOSTILE}]}
    )
    async with reading(database_url, hostile.id, size=size) as (pilot, _):
        await until(pilot, lambda: "^[]0;" in painted(pilot), "the keys")
        await pilot.press("down", "down", "G")
        assert all(line.isprintable() for line in painted(pilot).splitlines())


async def test_a_long_text_opens_in_a_window(database_url: str, session: Session) -> None:
    wordy = add_organization(session, website_summary_data={"text": "lorem ipsum " * 40})
    async with reading(database_url, wordy.id) as (pilot, screen):
        await shows(pilot, "lorem")
        await pilot.press("down", "enter")
        await shows(pilot, "480 characters")
        await pilot.press("escape")
        await showing(pilot, DocumentsScreen)
        await shows(pilot, "$.text")
        assert screen.viewer.has_focus


async def test_the_lead_screen_opens_them(
    database_url: str, session: Session, acme: OrganizationRow
) -> None:
    lead: LeadRow = add_lead(session, None, acme, "ada@acme.com", first_name="Ada")
    app = application(database_url)
    async with running(app) as pilot:
        app.open_lead(lead.id)
        await shows(pilot, "Ada", "J opens")
        await pilot.press("J")
        await showing(pilot, DocumentsScreen)
        await shows(pilot, "Documents › Ada", "▸ Summary")
