"""The look-up: what is typed or pasted is answered, and the answer can be worked on by keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session
from textual.events import Paste
from textual.pilot import Pilot

from db.rows import LeadRow
from tests.support import WAITING, add_campaign, add_lead, add_organization, run, scalar
from tests.tui.driving import (
    application,
    painted,
    running,
    showing,
    shows,
    type_text,
    until,
    written,
)
from tui.screens.lead import LeadScreen
from tui.screens.lookup import LONGEST, LookupScreen
from tui.screens.organization import OrganizationScreen

HOSTILE = "Eve\x1b]0;owned\x07\u202e[bold]Tab\tEnd\n[/]"


@pytest.fixture
def ada(session: Session) -> LeadRow:
    """A lead of Acme in one campaign; another one of Acme is in a second campaign."""
    acme = add_organization(session, "Acme Works", "acme.com", country="Norway")
    spring = add_campaign(session, "Spring")
    lead = add_lead(
        session,
        spring,
        acme,
        "ada@acme.com",
        first_name="Ada",
        last_name="Lovelace",
        last_contacted_at=datetime.now(UTC) - timedelta(days=3, hours=1),
    )
    autumn = add_campaign(session, "Autumn")
    add_lead(session, autumn, acme, "bob@acme.com", first_name="Bob", status="interested")
    return lead


async def look_up(pilot: Pilot[int], text: str = "") -> LookupScreen:
    """Open the look-up and paste a question."""
    await pilot.press("o")
    await showing(pilot, LookupScreen)
    screen = pilot.app.screen
    assert isinstance(screen, LookupScreen)
    if text:
        screen.post_message(Paste(text))
        await until(pilot, lambda: screen.wanted and screen.asked is None, "the answer")
    return screen


@contextmanager
def locked(connection: PsycopgConnection) -> Iterator[None]:
    """Keep readers waiting, as a migration or a slow server does."""
    run(connection, "BEGIN")
    run(connection, "LOCK TABLE organizations, leads IN ACCESS EXCLUSIVE MODE")
    yield
    run(connection, "COMMIT")


def line_with(pilot: Pilot[int], text: str) -> str:
    return next(line for line in painted(pilot).splitlines() if text in line)


async def test_an_empty_question_shows_what_can_be_typed(database_url: str, ada: LeadRow) -> None:
    async with running(application(database_url)) as pilot:
        await look_up(pilot)
        await shows(pilot, "Anna Lee <anna@acme.com>", "a domain: its subdomains are found too")


async def test_an_organization_stands_above_its_leads_of_all_campaigns(
    database_url: str, ada: LeadRow
) -> None:
    async with running(application(database_url)) as pilot:
        await look_up(pilot, "acme.com")
        await shows(pilot, "Domain: 1 organization, 2 leads")
        heading = line_with(pilot, "Acme Works")
        assert "acme.com · Norway" in heading
        assert "by domain · 2 leads" in heading
        assert heading.rstrip().endswith("3d")
        lead = line_with(pilot, "Ada Lovelace")
        assert "○ new" in lead
        assert "Spring" in lead
        assert lead.rstrip().endswith("3d")
        assert "interested" in line_with(pilot, "Autumn")


@pytest.mark.parametrize(
    "question",
    ["ada@acme.com", "Lovelace <ADA@acme.com>", "https://www.acme.com/team", "acm", "Ada"],
)
async def test_whatever_names_it_finds_it(database_url: str, ada: LeadRow, question: str) -> None:
    async with running(application(database_url)) as pilot:
        await look_up(pilot, question)
        await shows(pilot, "Acme Works", "Ada Lovelace")


async def test_an_id_finds_it(database_url: str, ada: LeadRow) -> None:
    async with running(application(database_url)) as pilot:
        screen = await look_up(pilot)
        screen.post_message(Paste(str(ada.id)))
        await shows(pilot, "Id: 1 organization", "Ada Lovelace")


async def test_nothing_found_says_how_it_was_read(database_url: str, ada: LeadRow) -> None:
    async with running(application(database_url)) as pilot:
        await look_up(pilot, "nobody@nowhere.org")
        await shows(pilot, "Nothing was found for nobody@nowhere.org", "It was read as: e-mail")


async def test_leads_beyond_the_shown_ones_are_counted(database_url: str, session: Session) -> None:
    big = add_organization(session, "Big", "big.com")
    campaign = add_campaign(session)
    for number in range(10):
        add_lead(session, campaign, big, f"p{number}@big.com")
    session.close()
    async with running(application(database_url)) as pilot:
        await look_up(pilot, "big.com")
        await shows(pilot, "by domain · 10 leads", "and 2 more leads")
        await pilot.press("down", "G", "enter")
        await showing(pilot, OrganizationScreen)


async def test_a_status_key_in_the_results_is_painted_and_written(
    database_url: str, ada: LeadRow, other: PsycopgConnection
) -> None:
    async with running(application(database_url)) as pilot:
        await look_up(pilot, "ada@acme.com")
        await shows(pilot, "Ada Lovelace")
        await pilot.press("down", "1")
        await written(pilot)
        await until(pilot, lambda: "ready" in line_with(pilot, "Ada Lovelace"), "the status")
        assert scalar(other, "SELECT status FROM leads WHERE lead_id = %s", ada.id) == "ready"


async def test_a_row_of_the_results_can_be_copied(database_url: str, ada: LeadRow) -> None:
    async with running(application(database_url)) as pilot:
        await look_up(pilot, "ada@acme.com")
        await pilot.press("down", "y", "e")
        await until(pilot, lambda: pilot.app.clipboard == "ada@acme.com", "the clipboard")


async def test_enter_opens_the_organization_that_was_found_first(
    database_url: str, ada: LeadRow
) -> None:
    async with running(application(database_url)) as pilot:
        await look_up(pilot, "acme.com")
        await pilot.press("enter")
        await showing(pilot, OrganizationScreen)


async def test_enter_opens_the_lead_whose_address_was_asked_for(
    database_url: str, ada: LeadRow
) -> None:
    async with running(application(database_url)) as pilot:
        await look_up(pilot, "ada@acme.com")
        await pilot.press("enter")
        await showing(pilot, LeadScreen)
        await shows(pilot, "Lovelace")


async def test_the_question_is_still_there_after_a_look_at_a_lead(
    database_url: str, ada: LeadRow
) -> None:
    async with running(application(database_url)) as pilot:
        await look_up(pilot, "ada@acme.com")
        await pilot.press("enter")
        await showing(pilot, LeadScreen)
        await shows(pilot, "Added")
        await pilot.press("2")
        await written(pilot)
        await pilot.press("escape")
        await showing(pilot, LookupScreen)
        await shows(pilot, "ada@acme.com", "Acme Works")
        assert "disqualified" in line_with(pilot, "Ada Lovelace")


async def test_arrows_go_between_question_and_results(database_url: str, ada: LeadRow) -> None:
    async with running(application(database_url)) as pilot:
        screen = await look_up(pilot, "acme.com")
        await pilot.press("down")
        assert screen.table.has_focus
        await pilot.press("down", "up")
        assert screen.table.has_focus
        await pilot.press("up")
        assert screen.question.has_focus
        await pilot.press("tab")
        assert screen.table.has_focus


async def test_the_footer_shows_the_keys_that_work_now(database_url: str, ada: LeadRow) -> None:
    async with running(application(database_url)) as pilot:
        await look_up(pilot, "acme.com")
        await shows(pilot, "Enter open  ↓ results  Esc back  F1 help")
        await pilot.press("down")
        await shows(pilot, "/ ask again", "s status", "1 ready")


async def test_letters_typed_into_the_results_go_on_with_the_question(
    database_url: str, ada: LeadRow
) -> None:
    async with running(application(database_url)) as pilot:
        screen = await look_up(pilot, "acm")
        await pilot.press("down", "e")
        assert screen.question.has_focus
        assert screen.question.value == "acme"


@pytest.mark.parametrize("key", ["slash", "o"])
async def test_a_key_asks_something_else(database_url: str, ada: LeadRow, key: str) -> None:
    async with running(application(database_url)) as pilot:
        screen = await look_up(pilot, "acme")
        await pilot.press("down", key, "b")
        assert pilot.app.screen is screen
        assert screen.question.value == "b"


async def test_escape_goes_back_from_the_results(database_url: str, ada: LeadRow) -> None:
    async with running(application(database_url)) as pilot:
        screen = await look_up(pilot, "acme")
        await pilot.press("down", "escape")
        await until(pilot, lambda: pilot.app.screen is not screen, "the screen before")


async def test_a_question_that_lets_wait_is_stopped_in_the_database_for_another_one(
    database_url: str, ada: LeadRow, other: PsycopgConnection
) -> None:
    async with running(application(database_url)) as pilot:
        screen = await look_up(pilot)
        with locked(other):
            await type_text(pilot, "acme.com")
            await until(pilot, lambda: screen.asked == "acme.com", "the last question asked")
            await pilot.press("ctrl+u")
            await type_text(pilot, "nobody")
            await until(pilot, lambda: screen.asked == "nobody", "the other question asked")
            await shows(pilot, "Searching …")
            assert scalar(other, WAITING) == 1
        await shows(pilot, "Nothing was found for nobody")
        assert screen.table.total == 0


async def test_escape_stops_a_question_that_lets_wait_and_stays(
    database_url: str, ada: LeadRow, other: PsycopgConnection
) -> None:
    async with running(application(database_url)) as pilot:
        screen = await look_up(pilot)
        with locked(other):
            await type_text(pilot, "acme")
            await shows(pilot, "Searching …   Esc stops")
            await pilot.press("escape")
            await shows(pilot, "Stopped before there was an answer.")
            assert scalar(other, WAITING) == 0
        assert pilot.app.screen is screen
        await pilot.press("f5")
        await shows(pilot, "Acme Works")


async def test_escape_stops_what_was_typed_meanwhile_too(
    database_url: str, ada: LeadRow, other: PsycopgConnection
) -> None:
    async with running(application(database_url)) as pilot:
        screen = await look_up(pilot)
        with locked(other):
            await type_text(pilot, "acm")
            await shows(pilot, "Searching …   Esc stops")
            # As it is between the letter and the answer of what is stopped for it.
            screen.wanted = "acme"
            await pilot.press("escape")
            await shows(pilot, "Stopped before there was an answer.")
            assert screen.asked is None
            assert scalar(other, WAITING) == 0


async def test_enter_waits_for_the_answer(
    database_url: str, ada: LeadRow, other: PsycopgConnection
) -> None:
    async with running(application(database_url)) as pilot:
        await look_up(pilot)
        with locked(other):
            await type_text(pilot, "ada@acme.com")
            await pilot.press("enter")
        await showing(pilot, LeadScreen)


async def test_clearing_the_question_clears_the_answer(database_url: str, ada: LeadRow) -> None:
    async with running(application(database_url)) as pilot:
        await look_up(pilot, "acme")
        await pilot.press("ctrl+u")
        await shows(pilot, "Type or paste what you have")
        assert "Acme Works" not in painted(pilot)


async def test_a_failure_is_told_and_can_be_tried_again(
    database_url: str, ada: LeadRow, other: PsycopgConnection
) -> None:
    async with running(application(database_url)) as pilot:
        run(other, "ALTER TABLE leads RENAME TO elsewhere")
        await look_up(pilot, "ada@acme.com")
        await shows(pilot, "F5 tries again.")
        run(other, "ALTER TABLE elsewhere RENAME TO leads")
        await pilot.press("f5")
        await shows(pilot, "Ada Lovelace")


async def test_results_stay_where_a_later_question_fails(
    database_url: str, ada: LeadRow, other: PsycopgConnection
) -> None:
    async with running(application(database_url)) as pilot:
        screen = await look_up(pilot, "acme")
        run(other, "ALTER TABLE leads RENAME TO elsewhere")
        await type_text(pilot, ".com")
        await until(pilot, lambda: screen.problem, "the problem")
        await shows(pilot, "Acme Works", screen.problem[:40])


async def test_a_pasted_line_break_is_no_end(database_url: str, ada: LeadRow) -> None:
    async with running(application(database_url)) as pilot:
        screen = await look_up(pilot)
        screen.post_message(Paste("\n Ada Lovelace\n <ada@acme.com>,\r\n"))
        await shows(pilot, "Ada Lovelace <ada@acme.com>,", "E-mail: 1 organization")


async def test_a_megabyte_that_is_pasted_is_cut(database_url: str, ada: LeadRow) -> None:
    async with running(application(database_url)) as pilot:
        screen = await look_up(pilot)
        screen.post_message(Paste("x[/]\x1b[2J\u202e" * 130_000))
        await shows(
            pilot, f"Only the first {LONGEST} characters are looked up.", "Nothing was found"
        )
        assert len(screen.question.value) == LONGEST
        assert screen.question.value.isprintable()


async def test_times_can_be_dates(database_url: str, ada: LeadRow) -> None:
    assert ada.last_contacted_at is not None
    async with running(application(database_url)) as pilot:
        await look_up(pilot, "acme.com")
        await pilot.press("down", "T")
        await shows(pilot, f"{ada.last_contacted_at.astimezone():%Y-%m-%d %H:%M}")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 12)])
async def test_hostile_names_are_harmless_text(
    database_url: str, session: Session, size: tuple[int, int]
) -> None:
    hostile = add_organization(session, HOSTILE, "evil.com", country=HOSTILE)
    campaign = add_campaign(session, HOSTILE)
    add_lead(session, campaign, hostile, "eve@evil.com", first_name=HOSTILE, status=HOSTILE[:9])
    session.close()
    async with running(application(database_url), size) as pilot:
        await look_up(pilot, "evil.com")
        await until(pilot, lambda: "Eve^[]0;" in painted(pilot), "the name")
        for line in painted(pilot).splitlines():
            assert line.isprintable()
        await pilot.press("down", "down", "up")
