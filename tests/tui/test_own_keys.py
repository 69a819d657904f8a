"""The operator's own configuration at work: keys, quick statuses, modes and banners as painted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import psycopg2
import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy import text
from textual.command import CommandPalette

from db.connect import connector
from db.database import open_database
from db.errors import ReadOnly
from db.settings import Settings
from tests.cli.conftest import Command
from tests.support import fetch, scalar
from tests.tui.own import pages
from tests.tui.support import application, on_top, page, running, second_lead, settled, until
from tests.zygote import Zygote
from tui import keymap
from tui.chosen import ChosenTheme
from tui.config import Config, Environment
from tui.theme import names

Write = Callable[..., Path]
READ_ONLY = "Read-only: nothing was changed"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A function that writes the configuration file and returns its path."""

    def written(*lines: str) -> Path:
        path = tmp_path / "config.toml"
        path.write_text("\n".join(lines))
        return path

    return written


def statuses(connection: PsycopgConnection) -> list[tuple[UUID, str]]:
    """Return every lead with its status."""
    return fetch(connection, "SELECT lead_id, status FROM leads ORDER BY lead_id")


def footer(page: str) -> str:
    """Return the line of keys."""
    return page.splitlines()[-1]


def test_changed_keys_are_those_of_the_application(demo_url: str, write: Write) -> None:
    """The key acts, the old one does not; footer, help, palette and chords name the new ones."""
    config = write(
        "[keymap]",
        'app.help = "f9"',
        'app.lookup = ["O", "M l"]',
        'app.times = "ctrl+g"',
        "app.refresh = []",
        'campaigns.add = "m"',
    )
    first, old, times, help_, *_, chord, look_up, _, palette = pages(
        demo_url,
        config,
        *("T", "ctrl+g", "f9", "escape", "M", "l", "escape", "colon"),
        size=(150, 40),
    )
    assert "m add" in footer(first)
    assert "O look up" in footer(first)
    assert footer(first).rstrip().endswith("F9 help")
    assert "Times are" not in old
    assert "Times are dates now. ctrl+g shows ages." in times
    assert "O Ml" in help_
    assert "F9" in help_
    assert "Read again from the database" not in help_
    assert "M l" in chord
    assert "Look up an e-mail, domain, URL, name or id" in chord
    assert "Look up" in look_up.splitlines()[0]
    assert "Command palette: every action by name (: ctrl+p)" in palette


def test_a_key_that_quits_does_so_where_letters_are_typed(demo_url: str, write: Write) -> None:
    config = write("[keymap]", 'app.quit = ["f12", "Q"]')
    _, asked, typed, left = pages(demo_url, config, "o", "Q", "f12")
    assert "Look up" in asked.splitlines()[0]
    assert "Q" in typed
    assert left != asked


def test_the_keys_can_not_be_changed_once_they_are_bound() -> None:
    import tui.app  # noqa: F401

    with pytest.raises(RuntimeError, match="before the application is imported"):
        keymap.use(keymap.in_force()[1:])


async def test_quick_statuses_are_those_of_the_file(
    demo_url: str, n8n: PsycopgConnection, write: Write
) -> None:
    config = write(
        'quick_statuses = ["enriching", "do_not_contact"]', "[keymap]", 'leads.quick_2 = "f7"'
    )
    before = dict(statuses(n8n))
    _, leads, done = pages(demo_url, config, "enter", "f7")
    assert "1 enriching" in footer(leads)
    assert "do not contact" in done
    changed = [status for lead, status in statuses(n8n) if before[lead] != status]
    assert changed == ["do_not_contact"]


def test_in_read_only_mode_every_key_that_writes_says_so(
    demo_url: str, n8n: PsycopgConnection, write: Write
) -> None:
    before = statuses(n8n)
    campaigns, leads, *refused = pages(
        demo_url, write("read_only = true"), "enter", *("1", "s", "e", "u", "I")
    )
    assert "read-only" in campaigns.splitlines()[0]
    assert footer(campaigns).index("look up") < footer(campaigns).index("add")
    assert "1 ready" not in footer(leads)
    assert all(READ_ONLY in page for page in refused)
    assert statuses(n8n) == before


def test_a_sentence_too_long_for_the_status_line_shows_that_it_goes_on(
    demo_url: str, write: Write
) -> None:
    said = pages(demo_url, write("read_only = true"), "I", size=(80, 24))[-1].splitlines()[-2]
    assert READ_ONLY in said
    assert "…" in said


async def test_a_write_that_a_key_lets_through_is_refused_by_the_database(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    """Here the keys are those of a session that may write: the database's word is painted."""
    before = statuses(n8n)
    async with running(demo_url, (118, 30), read_only=True) as (app, pilot):
        await second_lead(pilot)
        await pilot.press("1")
        await settled(pilot)
        assert READ_ONLY in page(app)
    assert statuses(n8n) == before


def test_the_session_itself_is_read_only(demo_url: str) -> None:
    settings = Settings(demo_url, read_only=True)
    with open_database(settings) as database:
        for sessions in (database.sessions, database.reads):
            with sessions() as session:
                assert session.scalar(text("SHOW default_transaction_read_only")) == "on"
                assert session.scalar(text("SHOW transaction_read_only")) == "on"
                with pytest.raises(ReadOnly, match=READ_ONLY):
                    session.execute(text("DELETE FROM leads"))
    early = connector(demo_url, settings)()
    with early, early.cursor() as cursor, pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
        cursor.execute("CREATE TABLE x ()")
    early.close()


def test_commands_are_read_only_too(
    tmp_path: Path, demo_url: str, n8n: PsycopgConnection, write: Write, starter: Zygote
) -> None:
    command = Command(tmp_path, starter)
    command.environment |= {
        "DATABASE_URL": demo_url,
        "CUSTOMER_CENTER_CONFIG": str(write("read_only = true")),
    }
    before = statuses(n8n)
    people = tmp_path / "people.csv"
    people.write_text("Email,First Name,Last Name,Company,Website\na@b.example,A,B,C,b.example\n")
    for words in (
        ("status", "do_not_contact", before[0][0]),
        ("import", people, "--campaign", "New"),
    ):
        ended = command(*words)
        assert ended.code == 1, ended
        assert READ_ONLY in ended.out + ended.err
    assert command("leads").code == 0
    assert (
        command("status", "do_not_contact", before[0][0], CUSTOMER_CENTER_READ_ONLY="no").code == 0
    )
    assert (
        scalar(n8n, "SELECT status FROM leads WHERE lead_id = %s", before[0][0]) == "do_not_contact"
    )


@pytest.mark.parametrize(
    "theme", ["customer-center", "no-colour", "16-colour", "high-contrast", "nord"]
)
async def test_the_kind_of_database_is_a_word_at_the_right(untouched_url: str, theme: str) -> None:
    config = Config(theme=theme, environments=(Environment("demo", "PRODUCTION", "bad"),))
    app = application(untouched_url, config=config)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        title = page(app).splitlines()[0]
        assert title.rstrip().endswith("demo  PRODUCTION")
        strip = app.screen._compositor.render_strips()[0]
        (style,) = {segment.style for segment in strip if "PRODUCTION" in segment.text}
        assert style is not None
        assert style.bold
        assert style.reverse
    app.gateway.close()


async def test_a_list_is_painted_in_every_theme(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        for theme in names():
            app.theme = theme
            await settled(pilot)
            assert "DACH" in page(app)
            assert app.current_theme.name == theme


async def test_a_theme_chosen_in_the_palette_is_kept(untouched_url: str, tmp_path: Path) -> None:
    kept = ChosenTheme(tmp_path / "theme.json", "nord")
    app = application(untouched_url, config=Config(theme="nord"), chosen=kept)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert not kept.path.exists()
        app.action_change_theme()
        await until(pilot, lambda: on_top(app, CommandPalette), "the palette")
        await pilot.press(*"dracula")
        await until(pilot, lambda: page(app).count("dracula") > 1, "the theme")
        await pilot.press("enter")
        await until(pilot, lambda: app.theme == "dracula", "the theme")
    app.gateway.close()
    assert kept.read() == "dracula"


async def test_low_bandwidth_animates_nothing(untouched_url: str) -> None:
    app = application(untouched_url, config=Config(low_bandwidth=True))
    assert app.animation_level == "none"
    assert app.config.low_bandwidth
