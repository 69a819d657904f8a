"""Undo and redo over many steps, batches, restarts, and other writers' changes."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import UUID

import pytest
from psycopg2.extensions import connection as PsycopgConnection

from db.database import open_database
from db.many import BulkRequest, Selection
from db.rows import LeadScope
from db.services.bulk import change
from db.settings import Settings
from tests.support import OPERATOR, fetch, journal, run, scalar
from tests.tui.support import (
    cursor_line,
    on_top,
    page,
    press,
    row_of,
    running,
    second_lead,
    set_by_n8n,
    status_line,
    status_of,
    to_leads,
    to_triage,
    type_in,
)
from tui.screens.menus import ConfirmScreen
from tui.screens.undo import ConflictScreen


def marked_ready(url: str, connection: PsycopgConnection, number: int = 3) -> list[UUID]:
    """Set so many new leads ready as one batch, as the operator in another session."""
    found = fetch(
        connection,
        "SELECT lead_id FROM leads WHERE status = 'new' ORDER BY lead_id LIMIT %s",
        number,
    )
    leads = [row[0] for row in found]
    with (
        open_database(Settings(url, actor=OPERATOR)) as database,
        database.sessions.begin() as session,
    ):
        change(session, BulkRequest(Selection(frozenset(leads)), "status", "ready"))
    return leads


def statuses_of(connection: PsycopgConnection, leads: list[UUID]) -> list[str]:
    return [status_of(connection, lead) for lead in leads]


async def test_two_steps_go_back_and_forth(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "1", "9")
        seen = []
        for key in ("u", "u", "ctrl+r", "ctrl+r", "u"):
            await press(pilot, key)
            seen.append(status_of(n8n, row.id))
        assert seen == ["ready", "new", "ready", "new", "ready"]
        assert "ctrl+r" in status_line(app)


async def test_an_edit_goes_back_and_forth(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "e", "end")
        await type_in(pilot, "x", "f2")
        changed = scalar(n8n, "SELECT first_name FROM leads WHERE lead_id = %s", row.id)
        assert changed == f"{row.first_name}x"
        await press(pilot, "u")
        name = scalar(n8n, "SELECT first_name FROM leads WHERE lead_id = %s", row.id)
        assert name == row.first_name
        assert "Undone: first name of" in status_line(app)
        assert "ctrl+r does it again" in status_line(app)
        assert row.name in cursor_line(app)
        await press(pilot, "ctrl+r")
        assert scalar(n8n, "SELECT first_name FROM leads WHERE lead_id = %s", row.id) == changed


async def test_an_icebreaker_of_the_editor_goes_back(
    demo_url: str, n8n: PsycopgConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "Another one" > "$1"\n')
    os.chmod(editor, 0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    icebreaker = "SELECT email_icebreaker FROM leads WHERE lead_id = %s"
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        before = scalar(n8n, icebreaker, row.id)
        monkeypatch.setattr(app, "suspend", _no_suspension)
        await press(pilot, "E")
        assert scalar(n8n, icebreaker, row.id) == "Another one"
        await press(pilot, "u")
        assert scalar(n8n, icebreaker, row.id) == before


# Another session


async def test_a_step_of_another_session_is_asked_about(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (_, pilot):
        row = await second_lead(pilot)
        await press(pilot, "1")
    async with running(demo_url) as (app, pilot):
        await press(pilot, "u")
        assert on_top(app, ConfirmScreen)
        assert f"Undo: {row.name} from new to ready" in page(app)
        await press(pilot, "enter")
        assert status_of(n8n, row.id) == "ready"
        await press(pilot, "u", "y")
        assert status_of(n8n, row.id) == "new"
        assert "Undone" in status_line(app)


async def test_what_was_undone_before_a_restart_can_be_done_again(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (_, pilot):
        row = await second_lead(pilot)
        await press(pilot, "1", "u")
    async with running(demo_url) as (app, pilot):
        await press(pilot, "ctrl+r")
        assert f"Do again: {row.name} from new to ready" in page(app)
        await press(pilot, "y")
        assert status_of(n8n, row.id) == "ready"
        await press(pilot, "u", "y")
        assert status_of(n8n, row.id) == "new"


async def test_the_steps_of_this_session_come_first(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (_, pilot):
        old = await second_lead(pilot)
        await press(pilot, "1")
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        own = row_of(app)
        await press(pilot, "1", "u")
        assert status_of(n8n, own.id) == own.status
        assert not on_top(app, ConfirmScreen)
        await press(pilot, "u")
        assert f"Undo: {old.name} from new to ready" in page(app)
        await press(pilot, "y", "u")
        assert status_of(n8n, old.id) == "new"
        assert "nothing to undo" in status_line(app)


async def test_two_applications_take_back_their_own(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (here, pilot), running(demo_url) as (_, other):
        first = await second_lead(pilot)
        await to_leads(other)
        await press(other, "j", "j")
        second = row_of(other.app)  # type: ignore[arg-type]
        await press(pilot, "1")
        await press(other, "2")
        await press(pilot, "u")
        assert status_of(n8n, first.id) == "new"
        assert status_of(n8n, second.id) == "disqualified"
        assert not on_top(here, ConfirmScreen)


# A batch


async def test_a_batch_is_one_step_that_is_asked_about(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    leads = marked_ready(demo_url, n8n)
    async with running(demo_url) as (app, pilot):
        await press(pilot, "u")
        assert "Undo: 3 leads from new to ready" in page(app)
        await press(pilot, "y")
        assert statuses_of(n8n, leads) == ["new"] * 3
        assert "Undone: 3 leads from new to ready" in status_line(app)
        await press(pilot, "ctrl+r", "y")
        assert statuses_of(n8n, leads) == ["ready"] * 3


async def test_a_lead_that_was_deleted_is_told(demo_url: str, n8n: PsycopgConnection) -> None:
    leads = marked_ready(demo_url, n8n)
    run(n8n, "DELETE FROM leads WHERE lead_id = %s", leads[0])
    async with running(demo_url) as (app, pilot):
        await press(pilot, "u")
        assert "1 row deleted meanwhile" in page(app)
        await press(pilot, "y")
        assert "Undone: 2 of 3 leads" in status_line(app)


async def test_a_large_batch_goes_back_while_the_list_shows_it(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        with (
            open_database(Settings(demo_url, actor=OPERATOR)) as database,
            database.sessions.begin() as session,
        ):
            scope = LeadScope(row.campaign_id, statuses=("new",))
            done = change(session, BulkRequest(Selection(scope=scope), "status", "ready"))
        assert done.changed > 20
        await press(pilot, "R")
        assert "◆ ready" in cursor_line(app)
        await press(pilot, "u", "y")
        assert "○ new" in cursor_line(app)
        assert row.name in cursor_line(app)


# Others' changes


async def conflicting(pilot: object, app: object, url: str, n8n: PsycopgConnection) -> list[UUID]:
    leads = marked_ready(url, n8n)
    for lead in leads[:2]:
        set_by_n8n(n8n, lead, "queued")
    await press(pilot, "u")
    assert on_top(app, ConflictScreen)
    return leads


async def test_others_changes_are_told_one_by_one(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (app, pilot):
        await conflicting(pilot, app, demo_url, n8n)
        assert "Undo: 3 leads from new to ready" in page(app)
        assert "Others changed 2 values since" in page(app)
        assert page(app).count("now queued, by n8n") == 2
        assert page(app).count("was new") == 2


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("enter",), ["queued", "queued", "new"]),
        (("a", "enter"), ["new", "new", "new"]),
        (("a", "a", "enter"), ["queued", "queued", "new"]),
        (("space", "space", "a", "enter"), ["new", "new", "new"]),
        (("escape",), ["queued", "queued", "ready"]),
    ],
)
async def test_the_operator_chooses_what_is_written_over(
    demo_url: str, n8n: PsycopgConnection, keys: tuple[str, ...], expected: list[str]
) -> None:
    async with running(demo_url) as (app, pilot):
        leads = await conflicting(pilot, app, demo_url, n8n)
        await press(pilot, *keys)
        assert statuses_of(n8n, leads) == expected


async def test_one_row_is_chosen_by_space(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (app, pilot):
        leads = await conflicting(pilot, app, demo_url, n8n)
        await press(pilot, "j", "space")
        assert page(app).count("[x]") == 1
        await press(pilot, "enter")
        assert sorted(statuses_of(n8n, leads[:2])) == ["new", "queued"]
        assert "1 left to others" in status_line(app)


async def test_a_status_key_that_a_workflow_overtook_is_chosen_too(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "1")
        set_by_n8n(n8n, row.id, "queued")
        await press(pilot, "u")
        assert on_top(app, ConflictScreen)
        assert "now queued, by n8n" in page(app)
        await press(pilot, "space", "enter")
        assert status_of(n8n, row.id) == "new"
        assert "○ new" in cursor_line(app)


async def test_a_step_that_is_left_to_others_is_passed_over(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "1", "j")
        following = row_of(app)
        await press(pilot, "1")
        set_by_n8n(n8n, following.id, "queued")
        await press(pilot, "u", "enter")
        assert status_of(n8n, following.id) == "queued"
        assert "Nothing was taken back" in status_line(app)
        await press(pilot, "u")
        assert status_of(n8n, row.id) == "new"


async def test_an_edit_that_a_workflow_overtook_is_chosen(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "e", "end")
        await type_in(pilot, "x", "f2")
        run(n8n, "UPDATE leads SET first_name = 'Zoë' WHERE lead_id = %s", row.id)
        await press(pilot, "u")
        assert "first name" in page(app)
        assert "now “Zoë”, by n8n" in page(app)
        await press(pilot, "escape")
        assert scalar(n8n, "SELECT first_name FROM leads WHERE lead_id = %s", row.id) == "Zoë"
        await press(pilot, "u", "space", "enter")
        name = scalar(n8n, "SELECT first_name FROM leads WHERE lead_id = %s", row.id)
        assert name == row.first_name


async def test_a_deleted_lead_can_not_come_back_and_the_step_before_does(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        row = await second_lead(pilot)
        await press(pilot, "1", "j")
        following = row_of(app)
        await press(pilot, "1")
        run(n8n, "DELETE FROM leads WHERE lead_id = %s", following.id)
        await press(pilot, "u")
        assert "deleted" in status_line(app) or "no lead" in status_line(app)
        await press(pilot, "u")
        assert status_of(n8n, row.id) == "new"


async def test_undo_in_triage_goes_back_to_the_lead(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (_, pilot):
        screen = await to_triage(pilot, ("j", "enter"))
        first = screen.lead
        assert first is not None
        await press(pilot, "A", "A", "u", "u")
        assert screen.lead is not None
        assert screen.lead.id == first.id
        assert [new for _, _, new in journal(n8n, first.id)][-1] == first.status


async def test_the_journal_shows_an_undo_as_such(demo_url: str) -> None:
    async with running(demo_url, (120, 40)) as (app, pilot):
        await second_lead(pilot)
        await press(pilot, "1", "u", "H")
        assert " undo " in page(app)
        assert "undo:" not in page(app)


def _no_suspension() -> object:
    from contextlib import nullcontext

    return nullcontext()
