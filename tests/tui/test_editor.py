"""Long texts in the operator's editor: real programs on real files; only the terminal is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.queries import leads
from db.settings import Settings
from tests.support import OPERATOR, add_lead, fetch, run
from tests.tui.driving import application, running, shows, written
from tui.app import CustomerCenter
from tui.editor import LARGEST, edit_icebreaker, edit_text
from tui.screens.forms import EditScreen, before_lead
from tui.screens.leads import LeadsScreen

Editor = Callable[..., Path]


def files_in(folder: Path) -> list[Path]:
    return list(folder.glob("*"))


class WithoutTerminal(CustomerCenter):
    """The application where an editor needs no terminal, so that there is none to hand over."""

    @contextmanager
    def suspend(self) -> Iterator[None]:
        yield


@pytest.fixture
def app(database_url: str) -> WithoutTerminal:
    return WithoutTerminal(Settings(database_url, actor=OPERATOR))


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where what can not be taken is kept."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "customer-center"


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Editor:
    """Make a shell script the editor; it finds the file's path in ``$1``."""
    monkeypatch.delenv("VISUAL", raising=False)

    def make(script: str, variable: str = "EDITOR", arguments: str = "") -> Path:
        path = tmp_path / f"{variable.lower()} of mine.sh"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setenv(variable, f"'{path}' {arguments}")
        return path

    return make


async def test_the_new_text_is_returned(app: WithoutTerminal, editor: Editor) -> None:
    editor("""sed -i 's/old/ñew/' "$1" """)
    async with running(app):
        assert edit_text(app, "an old text\nof two lines") == "an ñew text\nof two lines"


async def test_the_file_is_private_and_gone_afterwards(
    app: WithoutTerminal, editor: Editor, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    editor(
        f"""stat -c '%a %n' "$1" > {seen}; stat -c '%a' "$(dirname "$1")" >> {seen}; cp "$1" "$1~" """
    )
    async with running(app):
        edit_text(app, "secret", ".md")
    (mode, path), (folder_mode,) = (line.split() for line in seen.read_text().splitlines())
    assert (mode, folder_mode, Path(path).suffix) == ("600", "700", ".md")
    assert not Path(path).parent.exists()


@pytest.mark.parametrize("script", ["true", """printf 'same\\n' > "$1" """])
async def test_an_unchanged_text_is_none(script: str, app: WithoutTerminal, editor: Editor) -> None:
    """Editors end the last line, which is no change."""
    editor(script)
    async with running(app) as pilot:
        assert edit_text(app, "same") is None
        await shows(pilot, "Nothing was changed.")


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("""echo new > "$1"; exit 3""", "ended with exit status 3"),
        ("""kill -9 $$""", "ended with signal 9"),
        ("""printf 'a\\377' > "$1" """, "is not UTF-8 (byte 2)"),
        (f"""head -c {LARGEST + 1} /dev/zero | tr '\\0' x > "$1" """, "longer than 1 MB"),
        ("""printf 'a\\0b' > "$1" """, "NUL character"),
        ("""rm "$1" """, "The editor removed the file"),
    ],
)
async def test_a_failed_editor_changes_nothing_and_is_told(
    script: str, sentence: str, app: WithoutTerminal, editor: Editor
) -> None:
    editor(script)
    async with running(app, (400, 24)) as pilot:
        assert edit_text(app, "old") is None
        await shows(pilot, sentence)


async def test_what_an_editor_wrote_that_can_not_be_taken_is_kept(
    app: WithoutTerminal, editor: Editor, state: Path
) -> None:
    editor("""printf 'an hour of w\\366rk' > "$1" """)
    async with running(app, (400, 24)) as pilot:
        assert edit_text(app, "old") is None
        (kept,) = files_in(state)
        await shows(pilot, f"Kept as {kept}: The text from the editor is not UTF-8 (byte 13)")
    assert kept.read_bytes() == b"an hour of w\xf6rk"
    assert kept.stat().st_mode & 0o777 == 0o600


async def test_an_editor_that_fails_before_a_word_is_written_leaves_nothing_behind(
    app: WithoutTerminal, editor: Editor, state: Path
) -> None:
    editor("exit 3")
    async with running(app):
        assert edit_text(app, "old") is None
    assert files_in(state) == []


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("/nowhere/editor --wait", "The editor /nowhere/editor was not found"),
        ("/etc/passwd", "The editor /etc/passwd did not start"),
        ("'vi", "$EDITOR is not understood"),
        ("ed\x1b[2Jit", "The editor ed^[[2Jit was not found"),
    ],
)
async def test_an_editor_that_does_not_start_is_told(
    value: str, sentence: str, app: WithoutTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", value)
    async with running(app) as pilot:
        assert edit_text(app, "old") is None
        await shows(pilot, sentence)


async def test_no_editor_at_all_is_told(
    app: WithoutTerminal, monkeypatch: pytest.MonkeyPatch, empty_folder: Path
) -> None:
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    async with running(app) as pilot:
        monkeypatch.setenv("PATH", str(empty_folder))
        assert edit_text(app, "old") is None
        await shows(pilot, "There is no editor: set $EDITOR")


async def test_visual_goes_before_editor_and_takes_arguments(
    app: WithoutTerminal, editor: Editor
) -> None:
    editor("exit 1")
    editor("""echo "$1" > "$2" """, "VISUAL", "--wait")
    async with running(app):
        assert edit_text(app, "old") == "--wait"


async def test_a_terminal_that_can_not_be_handed_over_is_told(
    database_url: str, editor: Editor
) -> None:
    editor("""echo new > "$1" """)
    app = application(database_url)
    async with running(app) as pilot:
        assert edit_text(app, "old") is None
        await shows(pilot, "This terminal can not be handed over to an editor.")


async def test_the_icebreaker_is_written_by_one_key(
    app: WithoutTerminal, editor: Editor, session: Session, other: PsycopgConnection
) -> None:
    lead = add_lead(session, email_icebreaker="Hello")
    editor("""printf 'Good morning' > "$1" """)
    async with running(app) as pilot:
        await shows(pilot, lead.campaign_name)
        await pilot.press("enter")
        await shows(pilot, lead.email)
        assert isinstance(app.screen, LeadsScreen)
        await pilot.press("E")
        await shows(pilot, "saved email icebreaker")
    assert fetch(other, "SELECT email_icebreaker FROM leads") == [("Good morning",)]


async def test_a_field_of_a_form_is_edited_with_its_hidden_characters(
    app: WithoutTerminal, editor: Editor, session: Session, other: PsycopgConnection
) -> None:
    lead = add_lead(session, first_name="A\u202ed\x1ba")
    detail = leads.detail(session, lead.id)
    session.rollback()
    editor("""test "$(cat "$1" | wc -c)" = 7 && printf 'Ada\\n' > "$1" """)
    async with running(app) as pilot:
        await app.push_screen(EditScreen("lead", lead.id, lead.name, before_lead(detail)))
        await shows(pilot, "A<202e>d^[a")
        await pilot.press("f4", "space", "K", "f2")
        await shows(pilot, "saved first name")
    assert fetch(other, "SELECT first_name FROM leads") == [("Ada K",)]


async def test_an_icebreaker_that_another_changed_is_asked_about(
    app: WithoutTerminal, editor: Editor, session: Session, other: PsycopgConnection
) -> None:
    lead = add_lead(session, email_icebreaker="Hello")
    detail = leads.detail(session, lead.id)
    session.rollback()
    editor("""printf 'Mine' > "$1" """)
    async with running(app) as pilot:
        run(other, "UPDATE leads SET email_icebreaker = 'Theirs'")
        edit_icebreaker(app, detail)
        await written(pilot)
        await shows(pilot, "n8n changed email icebreaker", "Theirs", "Mine")
    assert fetch(other, "SELECT email_icebreaker FROM leads") == [("Theirs",)]
