"""Forms: what is typed reaches the row and nothing else does; conflicts, refusals, hostile text."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session
from textual.events import Paste
from textual.pilot import Pilot

from db.fields import EDITABLE, REQUIRED
from db.queries import leads, organizations
from db.rows import LeadRow
from tests.support import add_campaign, add_lead, add_organization, fetch, run, scalar
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
from tui.app import CustomerCenter
from tui.screens import forms
from tui.screens.campaigns import CampaignsScreen
from tui.screens.forms import CampaignForm, EditScreen, before_lead
from tui.screens.menus import ConfirmScreen
from tui.widgets.field import Field
from tui.widgets.inputs import paintable, paintable_lines

HOSTILE = "Eve\x1b]52;c;aGk=\x07 \u202eevil\x9b2J[/red]"


@pytest.fixture
def lead(session: Session) -> LeadRow:
    return add_lead(
        session,
        email="ada@example.com",
        first_name="Ada",
        last_name="Lovelace",
        title="Countess",
        email_icebreaker="Dear Ada,\nyour notes are famous.",
    )


@asynccontextmanager
async def editing(
    url: str, session: Session, lead: LeadRow
) -> AsyncIterator[tuple[CustomerCenter, Pilot[int]]]:
    """Run the application with the form of a lead open."""
    app = application(url)
    detail = leads.detail(session, lead.id)
    session.rollback()
    async with running(app) as pilot:
        await app.push_screen(EditScreen("lead", lead.id, lead.name, before_lead(detail)))
        await shows(pilot, "E-mail", "Icebreaker")
        yield app, pilot


def row(other: PsycopgConnection, lead_id: UUID, *fields: str) -> tuple[Any, ...]:
    return fetch(other, f"SELECT {', '.join(fields)} FROM leads WHERE lead_id = %s", lead_id)[0]


def field(app: CustomerCenter, name: str) -> Field:
    return next(each for each in app.screen.query(Field) if each.spec.name == name)


async def test_the_fields_are_those_that_the_database_lets_edit(
    session: Session, lead: LeadRow
) -> None:
    organization = organizations.detail(session, add_organization(session).id)
    campaign = add_campaign(session)
    assert tuple(before_lead(leads.detail(session, lead.id))) == EDITABLE["lead"]
    assert tuple(forms.before_organization(organization)) == EDITABLE["organization"]
    assert tuple(forms.before_campaign(campaign)) == EDITABLE["campaign"]
    assert forms.REQUIRED == REQUIRED


@pytest.mark.parametrize("key", ["f2", "ctrl+s"])
async def test_saving_writes_what_was_typed(
    key: str, database_url: str, session: Session, other: PsycopgConnection, lead: LeadRow
) -> None:
    async with editing(database_url, session, lead) as (_, pilot):
        await type_text(pilot, " King")
        await pilot.press(key)
        await showing(pilot, CampaignsScreen)
        await written(pilot)
        await shows(pilot, "saved first name")
    assert row(other, lead.id, "first_name", "last_name") == ("Ada King", "Lovelace")


async def test_saving_leaves_what_others_wrote_in_other_fields(
    database_url: str, session: Session, other: PsycopgConnection, lead: LeadRow
) -> None:
    async with editing(database_url, session, lead) as (_, pilot):
        run(other, "UPDATE leads SET title = 'Analyst' WHERE lead_id = %s", lead.id)
        await type_text(pilot, "X")
        await pilot.press("f2")
        await written(pilot)
        await shows(pilot, "saved first name")
    assert row(other, lead.id, "first_name", "title") == ("AdaX", "Analyst")


async def test_saving_an_untouched_form_writes_nothing(
    database_url: str, session: Session, other: PsycopgConnection, lead: LeadRow
) -> None:
    async with editing(database_url, session, lead) as (_, pilot):
        await pilot.press("f2")
        await shows(pilot, "Nothing was changed.")
    assert row(other, lead.id, "row_version") == (1,)


async def test_enter_and_arrows_go_from_field_to_field(
    database_url: str, session: Session, lead: LeadRow
) -> None:
    async with editing(database_url, session, lead) as (app, pilot):
        await pilot.press("enter", "down", "down", "up", "shift+tab")
        assert field(app, "last_name").input.has_focus


async def test_lines_are_typed_into_a_long_field(
    database_url: str, session: Session, other: PsycopgConnection, lead: LeadRow
) -> None:
    async with editing(database_url, session, lead) as (app, pilot):
        field(app, "email_icebreaker").input.focus()
        await pilot.press("enter", "P", "S")
        await pilot.press("f2")
        await written(pilot)
    assert row(other, lead.id, "email_icebreaker") == ("Dear Ada,\nyour notes are famous.\nPS",)


async def test_letters_are_never_keys_of_the_application(
    database_url: str, session: Session, lead: LeadRow
) -> None:
    async with editing(database_url, session, lead) as (app, pilot):
        await type_text(pilot, "qgo?")
        assert isinstance(app.screen, EditScreen)
        assert field(app, "first_name").text == "Adaqgo?"


async def test_an_untouched_form_is_left_at_once(
    database_url: str, session: Session, lead: LeadRow
) -> None:
    async with editing(database_url, session, lead) as (_, pilot):
        await pilot.press("escape")
        await showing(pilot, CampaignsScreen)


async def test_quitting_asks_where_something_was_typed(
    database_url: str, session: Session, lead: LeadRow
) -> None:
    async with editing(database_url, session, lead) as (app, pilot):
        await pilot.press("X", "ctrl+q")
        await shows(pilot, "Quit without saving what was typed?")
        await pilot.press("enter", "backspace", "ctrl+q")
        await until(pilot, lambda: app.return_code == 0, "the end")


@pytest.mark.parametrize("key", ["enter", "escape", "n"])
async def test_leaving_typed_text_asks_and_stays_by_default(
    key: str, database_url: str, session: Session, lead: LeadRow
) -> None:
    async with editing(database_url, session, lead) as (_, pilot):
        await pilot.press("X", "escape")
        await showing(pilot, ConfirmScreen)
        await pilot.press(key)
        await showing(pilot, EditScreen)
        await shows(pilot, "AdaX")


async def test_leaving_on_yes_writes_nothing(
    database_url: str, session: Session, other: PsycopgConnection, lead: LeadRow
) -> None:
    async with editing(database_url, session, lead) as (_, pilot):
        await pilot.press("X", "escape", "y")
        await showing(pilot, CampaignsScreen)
        await written(pilot)
    assert row(other, lead.id, "first_name") == ("Ada",)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("", "E-mail can not be empty."), ("nobody", "@-sign"), ("a b@example.com", "✗")],
)
async def test_a_bad_address_is_refused_at_its_field(
    typed: str,
    sentence: str,
    database_url: str,
    session: Session,
    other: PsycopgConnection,
    lead: LeadRow,
) -> None:
    async with editing(database_url, session, lead) as (app, pilot):
        await pilot.press("enter", "enter", "ctrl+u")
        await type_text(pilot, typed)
        await pilot.press("f2")
        await shows(pilot, sentence)
        assert field(app, "email").input.has_focus
    assert row(other, lead.id, "email") == ("ada@example.com",)


@pytest.mark.parametrize(
    ("name", "text", "refused"),
    [
        ("estimated_num_employees", "many", True),
        ("estimated_num_employees", "1,200", False),
        ("email_domain", "no domain", True),
        ("email_domain", "https://www.acme.com/x", False),
        ("name", "  ", True),
        ("title", "", False),
    ],
)
def test_values_that_make_no_sense_are_refused(name: str, text: str, refused: bool) -> None:
    assert bool(forms.refusal(forms.spec(name), text)) is refused


# Conflicts


async def _conflict(pilot: Pilot[int], other: PsycopgConnection, lead: LeadRow) -> None:
    run(other, "UPDATE leads SET first_name = 'Augusta' WHERE lead_id = %s", lead.id)
    await pilot.press("X", "f2")
    await shows(pilot, "Not saved: n8n changed first name", "Augusta", "AdaX")
    await showing(pilot, EditScreen)


async def test_a_conflict_shows_theirs_and_what_was_before_beside_mine(
    database_url: str, session: Session, other: PsycopgConnection, lead: LeadRow
) -> None:
    async with editing(database_url, session, lead) as (app, pilot):
        await _conflict(pilot, other, lead)
        await shows(pilot, "AdaX", "⚠ Theirs; F6 takes it", "  Augusta", "Before:", "  Ada ")
        assert field(app, "first_name").input.has_focus
    assert row(other, lead.id, "first_name") == ("Augusta",)


async def test_saving_again_after_a_conflict_keeps_mine(
    database_url: str, session: Session, other: PsycopgConnection, lead: LeadRow
) -> None:
    async with editing(database_url, session, lead) as (_, pilot):
        await _conflict(pilot, other, lead)
        await pilot.press("f2")
        await shows(pilot, "saved first name")
    assert row(other, lead.id, "first_name") == ("AdaX",)


async def test_saving_again_is_refused_where_they_changed_it_once_more(
    database_url: str, session: Session, other: PsycopgConnection, lead: LeadRow
) -> None:
    async with editing(database_url, session, lead) as (_, pilot):
        await _conflict(pilot, other, lead)
        run(other, "UPDATE leads SET first_name = 'Byron' WHERE lead_id = %s", lead.id)
        await pilot.press("f2")
        await shows(pilot, "Byron", "AdaX")
    assert row(other, lead.id, "first_name") == ("Byron",)


async def test_their_value_can_be_taken(
    database_url: str, session: Session, other: PsycopgConnection, lead: LeadRow
) -> None:
    async with editing(database_url, session, lead) as (app, pilot):
        await _conflict(pilot, other, lead)
        version = row(other, lead.id, "row_version")
        await pilot.press("f6")
        assert field(app, "first_name").text == "Augusta"
        await pilot.press("f2")
        await shows(pilot, "Nothing was changed.")
    assert row(other, lead.id, "row_version") == version


async def test_the_form_of_a_row_that_is_gone_keeps_what_was_typed(
    database_url: str, session: Session, other: PsycopgConnection, lead: LeadRow
) -> None:
    async with editing(database_url, session, lead) as (_, pilot):
        run(other, "DELETE FROM leads WHERE lead_id = %s", lead.id)
        await pilot.press("X", "f2")
        await shows(pilot, "was deleted meanwhile", "AdaX")


# Hostile text


async def test_hostile_text_is_painted_harmless_and_stays_as_it_is(
    database_url: str, session: Session, other: PsycopgConnection
) -> None:
    hostile = add_lead(session, first_name=HOSTILE, email_icebreaker=f"a\r\nb\r\n{HOSTILE}")
    async with editing(database_url, session, hostile) as (_, pilot):
        await shows(pilot, "^[]52;c;aGk=^G", "[/red]", "F4 opens $EDITOR")
        assert not any(char in painted(pilot) for char in "\x1b\x07\x9b\u202e\r")
        await pilot.press("X", "tab", "Y", "f2")
        await shows(pilot, "saved last name   u undoes")
    assert row(other, hostile.id, "first_name", "last_name", "email_icebreaker") == (
        HOSTILE,
        "Y",
        f"a\r\nb\r\n{HOSTILE}",
    )


async def test_hostile_text_can_be_replaced_whole(
    database_url: str, session: Session, other: PsycopgConnection
) -> None:
    hostile = add_lead(session, first_name=HOSTILE)
    async with editing(database_url, session, hostile) as (_, pilot):
        await pilot.press("f8", "E", "v", "e", "f2")
        await shows(pilot, "saved first name")
    assert row(other, hostile.id, "first_name") == ("Eve",)


async def test_line_ends_of_other_systems_are_kept_until_the_text_is_changed(
    database_url: str, session: Session, other: PsycopgConnection
) -> None:
    windows = add_lead(session, email_icebreaker="one\r\n\ttwo\r\n")
    async with editing(database_url, session, windows) as (app, pilot):
        assert not field(app, "email_icebreaker").held
        await pilot.press("X", "f2")
        await shows(pilot, "saved first name   u undoes")
    assert row(other, windows.id, "email_icebreaker") == ("one\r\n\ttwo\r\n",)


async def test_pasted_controls_do_not_get_into_a_field(
    database_url: str, session: Session, lead: LeadRow
) -> None:
    async with editing(database_url, session, lead) as (app, pilot):
        app.screen.focused and app.screen.focused.post_message(Paste(f"{HOSTILE}\nsecond"))
        long = field(app, "email_icebreaker")
        long.input.post_message(Paste(f"{HOSTILE}\r\nsecond"))
        await until(pilot, lambda: "second" in (long.text or ""))
        assert field(app, "first_name").text == "Ada" + paintable(HOSTILE)
        assert (long.text or "").endswith(paintable_lines(f"{HOSTILE}\nsecond"))
        assert not any(char in painted(pilot) for char in "\x1b\x07\x9b\u202e")


@pytest.mark.parametrize("text", [HOSTILE, "\u0301a" + "\u0301" * 50, "\U0001f1e9\U0001f1ea\ud800"])
def test_what_is_paintable_is_painted_as_it_is(text: str) -> None:
    from tui.safe import safe

    assert safe(paintable(text)) == paintable(text)


# Campaigns


async def test_a_campaign_is_added_by_keys(database_url: str, other: PsycopgConnection) -> None:
    app = application(database_url)
    async with running(app) as pilot:
        await app.push_screen(CampaignForm())
        await showing(pilot, CampaignForm)
        await type_text(pilot, "Spring")
        await pilot.press("enter", "W", "h", "y", "f2")
        await written(pilot)
        await shows(pilot, "Added the campaign Spring.")
    assert fetch(other, "SELECT name, description, status FROM campaigns") == [
        ("Spring", "Why", "draft")
    ]


async def test_a_campaign_without_a_name_is_not_added(
    database_url: str, other: PsycopgConnection
) -> None:
    app = application(database_url)
    async with running(app) as pilot:
        await app.push_screen(CampaignForm())
        await showing(pilot, CampaignForm)
        await pilot.press("f2")
        await shows(pilot, "Name can not be empty.")
    assert scalar(other, "SELECT count(*) FROM campaigns") == 0


async def test_a_campaign_is_renamed(
    database_url: str, session: Session, other: PsycopgConnection
) -> None:
    campaign = add_campaign(session, "Spring")
    app = application(database_url)
    async with running(app) as pilot:
        await shows(pilot, "Spring")
        await pilot.press("e")
        await showing(pilot, CampaignForm)
        await type_text(pilot, " 2027")
        await pilot.press("f2")
        await written(pilot)
        await until(pilot, lambda: isinstance(app.screen, CampaignsScreen))
        await shows(pilot, "Spring 2027", "saved name")
    assert fetch(other, "SELECT name FROM campaigns WHERE campaign_id = %s", campaign.id) == [
        ("Spring 2027",)
    ]


async def test_a_refused_campaign_comes_back_with_what_was_typed(
    database_url: str, session: Session
) -> None:
    add_campaign(session, "Spring")
    app = application(database_url)
    async with running(app) as pilot:
        await app.push_screen(CampaignForm())
        await showing(pilot, CampaignForm)
        await type_text(pilot, "Spring")
        await pilot.press("enter", "W", "h", "y", "f2")
        await shows(pilot, "named 'Spring' already", "Why")
        assert isinstance(app.screen, CampaignForm)


async def test_a_field_stays_where_no_editor_can_be_opened(
    database_url: str, session: Session, lead: LeadRow
) -> None:
    async with editing(database_url, session, lead) as (app, pilot):
        await pilot.press("f4")
        await shows(pilot, "This terminal can not be handed over to an editor.")
        assert field(app, "first_name").text == "Ada"
