"""A password that is planted wherever libpq takes one, and looked for in all that is ever written."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.e2e.terminal import Terminal, typescript

CANARY = "c4n4ry-p4ss"
# The editor of the application: what it was started with, and what was in force for it.
_EDITOR = """#!/bin/sh
{ tr '\\0' '\\n' < /proc/$$/cmdline; env; } > "$CANARY_SEEN"
echo more >> "$1"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder that all places of the user are in, whatever is written."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    return home


@pytest.fixture
def planted(command: Command, home: Path) -> Command:
    """The command at home, its database named with a password."""
    command.environment |= {"HOME": str(home), "TMPDIR": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        command.environment[f"XDG_{name}_HOME"] = str(home / name.lower())
    command.folder = home
    return command


def private(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o600)
    return path


def in_the_url(command: Command) -> None:
    command.environment["DATABASE_URL"] += f"&password={CANARY}"


def in_the_env_file(command: Command) -> None:
    url = command.environment.pop("DATABASE_URL")
    private(command.folder / ".env", f"DATABASE_URL={url}&password={CANARY}\n")


def in_a_passfile(command: Command) -> None:
    path = private(command.folder / "passwords", f"*:*:*:*:{CANARY}\n")
    command.environment["PGPASSFILE"] = str(path)


def in_a_service(command: Command) -> None:
    url = command.environment["DATABASE_URL"]
    path = private(command.folder / "services", f"[outreach]\npassword={CANARY}\n")
    command.environment |= {
        "PGSERVICEFILE": str(path),
        "DATABASE_URL": f"{url}&service=outreach",
    }


def in_the_environment(command: Command) -> None:
    command.environment["PGPASSWORD"] = CANARY


Plant = Callable[[Command], None]
PLANTS = (in_the_url, in_the_env_file, in_a_passfile, in_a_service, in_the_environment)


def written(folder: Path, *but: str) -> dict[str, str]:
    """Return what is in all files below a folder, but those that hold the secret by right."""
    rights = (".env", "passwords", "services", *but)
    return {
        str(path): path.read_bytes().decode("utf-8", "replace")
        for path in folder.rglob("*")
        if path.is_file() and path.name not in rights
    }


def outcome(command: Command, *arguments: str) -> tuple[int, str]:
    """Return the exit code of a command on a terminal, and all that it wrote there."""
    words = command.words(*arguments)
    code, raw = typescript(words, env=command.environment, cwd=command.folder)
    return code, raw.decode()


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
def test_no_command_shows_a_password(planted: Command, home: Path, plant: Plant) -> None:
    plant(planted)
    said = [outcome(planted, *words) for words in (("config",), ("export", "-o", "leads.csv"))]
    assert [code for code, _ in said] == [0, 1]
    assert not [text for _, text in said if CANARY in text]
    assert not [path for path, text in written(home).items() if CANARY in text]
    assert stat.S_IMODE((home / "leads.csv").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("url", "arguments", "code"),
    [
        (f"postgresql://u:{CANARY}@127.0.0.1:1/x", ("leads", "--json"), 3),
        (f"postgresql://u:{CANARY}@h:1:2/x", ("leads",), 2),
        ("", ("leads", f"postgresql://u:{CANARY}@h/db"), 2),
    ],
)
def test_no_error_shows_a_password(
    planted: Command, home: Path, url: str, arguments: tuple[str, ...], code: int
) -> None:
    planted.environment["DATABASE_URL"] = url
    ended, text = outcome(planted, *arguments)
    assert ended == code
    assert CANARY not in text
    assert not [path for path, text in written(home).items() if CANARY in text]


@pytest.mark.parametrize(
    "plant", [in_the_url, in_the_environment], ids=lambda plant: plant.__name__
)
def test_neither_the_application_nor_what_it_starts_shows_a_password(
    demo_in: Command, home: Path, plant: Plant
) -> None:
    plant(demo_in)
    editor = private(home / "editor", _EDITOR)
    editor.chmod(0o700)
    seen = home / "seen"
    env = demo_in.environment | {"EDITOR": str(editor), "CANARY_SEEN": str(seen)}
    with Terminal(demo_in.words(), env=env, cwd=home, size=(100, 30)) as terminal:
        terminal.wait("DACH")
        terminal.press("g", "l")
        terminal.wait("○ new")
        terminal.press("E")
        terminal.wait(": saved")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0
        assert CANARY.encode() not in terminal.raw
    assert "text.txt" in seen.read_text()
    assert not [path for path, text in written(home).items() if CANARY in text]
    files = [Path(path) for path in written(home, "editor", "seen")]
    assert files
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


@pytest.fixture
def demo_in(demo: Command, planted: Command) -> Command:
    """The planted command on a database with the demo's rows."""
    return planted
