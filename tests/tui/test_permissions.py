"""The application under each role: what it may not do is dim, and the key says why."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from textual.command import CommandPalette

from db.grants import ROLES
from tests import roles
from tests.conftest import _copied
from tests.support import plain_connection, run
from tests.tui.support import (
    on_top,
    page,
    painted,
    press,
    row_of,
    running,
    second_lead,
    settled,
    status_of,
    title_line,
    until,
)
from tui.app import CustomerCenter
from tui.screens.help import HelpScreen
from tui.widgets.bars import KeyBar

SIZE = (130, 40)
REFUSED = {
    "viewer": {
        "1": "change leads",
        "s": "change leads",
        "e": "change leads",
        "D": "delete leads",
        "u": "change anything",
        "I": "import files",
    },
    "operator": {},
    "automation": {"D": "delete leads", "I": "import files"},
    "migrator": {},
}
"""The keys of a list of leads that a role may not use, and what it may not do."""


@pytest.fixture(scope="module")
def acting(
    admin: PsycopgConnection, server_url: str, demo_template: str
) -> Iterator[dict[str, tuple[str, str]]]:
    """The name and the URL of a role of each kind, on one database with the demo's rows."""
    with roles.roles(admin) as names, _copied(admin, server_url, demo_template) as url:
        yield {kind: (name, roles.make(url, kind, name)) for kind, name in names.items()}


def dim_keys(app: CustomerCenter) -> set[str]:
    """Return the texts of the footer that are painted dim."""
    content = app.screen.query_one(KeyBar).visual
    spans = content.spans  # type: ignore[attr-defined]
    return {str(content)[span.start : span.end].strip() for span in spans if span.style == "dim"}


@pytest.mark.usefixtures("listening_at_once")
@pytest.mark.parametrize("kind", ROLES)
async def test_what_the_role_may_not_do_is_dim_and_says_why(
    acting: dict[str, tuple[str, str]], kind: str
) -> None:
    name, url = acting[kind]
    refused = REFUSED[kind]
    async with running(url, SIZE) as (app, pilot):
        await until(pilot, lambda: app.permissions._rights, "the rights of the role")
        row = await second_lead(pilot)
        for key, what in refused.items():
            await press(pilot, key)
            assert f"Your role {name} may not {what}: ask for role operator." in page(app)
        assert ("read-only" in title_line(app)) == (kind == "viewer")
        assert ("status" in dim_keys(app)) == ("s" in refused)
        await press(pilot, "question_mark")
        assert on_top(app, HelpScreen)
        assert ("dim: not allowed" in page(app)) == bool(refused)
        await press(pilot, "escape", "1")
        assert row_of(app).status == ("new" if "1" in refused else "ready")
        with plain_connection(url) as connection:
            assert status_of(connection, row.id) == row_of(app).status
        if "1" not in refused:
            await press(pilot, "u")
            assert row_of(app).status == "new"


@pytest.mark.usefixtures("listening_at_once")
async def test_the_palette_and_the_chords_tell_it_too(acting: dict[str, tuple[str, str]]) -> None:
    name, url = acting["viewer"]
    async with running(url, SIZE) as (app, pilot):
        await until(pilot, lambda: app.permissions._rights, "the rights of the role")
        await pilot.press("colon", *"import")
        await until(pilot, lambda: f"Your role {name} may not import" in page(app), "the reason")
        assert on_top(app, CommandPalette)
        await pilot.press("escape")
        await settled(pilot)
        await press(pilot, "g", "i", "enter", "r", "i")
        assert f"Your role {name} may not change leads" in painted(app)[-2]


@pytest.mark.usefixtures("listening_at_once")
async def test_what_was_granted_or_revoked_is_known_after_reading_again(
    acting: dict[str, tuple[str, str]],
) -> None:
    name, url = acting["automation"]
    async with running(url, SIZE) as (app, pilot):

        def refused() -> bool:
            return "app.import" in app.permissions.refused

        await until(pilot, refused, "the rights of the role")
        with plain_connection(url) as owner:
            run(owner, "SET ROLE NONE")
            run(owner, f"GRANT INSERT ON imports TO {name}")
            await pilot.press("R")
            await until(pilot, lambda: not refused(), "the right to be known")
            run(owner, f"REVOKE INSERT ON imports FROM {name}")
            await pilot.press("R")
            await until(pilot, refused, "the right to be gone")


@pytest.mark.usefixtures("listening_at_once")
async def test_a_change_that_was_quicker_than_the_rights_is_not_tried_for_ever(
    acting: dict[str, tuple[str, str]],
) -> None:
    _, url = acting["viewer"]
    async with running(url, SIZE) as (app, pilot):
        await until(pilot, lambda: app.permissions._rights, "the rights of the role")
        row = await second_lead(pilot)
        app.set_status(row, "ready")
        await until(pilot, lambda: "1 change unsaved" in page(app), "the first try")
        await pilot.press("R")
        await until(pilot, lambda: not app.gateway.writer.unsaved, "the write to end")
        await settled(pilot)
        assert not app.pending
        assert row_of(app).status == "new"
