"""Without DATABASE_URL: commands start the embedded database and bring it to head by themselves."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Command


@pytest.fixture
def private(bare: Command) -> Iterator[Command]:
    """The command with a home of its own, at a path that the server's user gets through to."""
    with tempfile.TemporaryDirectory(prefix="cc-cli-") as folder:
        Path(folder).chmod(0o711)
        bare.environment["CUSTOMER_CENTER_HOME"] = str(Path(folder) / "home")
        yield bare
        bare("embedded", "stop", "--force")


def test_a_first_command_makes_the_database(private: Command) -> None:
    ended = private("leads", "--json")
    assert (ended.code, ended.json) == (1, [])


def test_start_runs_until_stop(private: Command) -> None:
    assert private("embedded", "start").code == 0
    running = private("embedded", "status", "--json").json
    assert (running["running"], running["pinned"]) == (True, True)
    assert private("embedded", "stop").code == 0
    assert private("embedded", "status", "--json").json["running"] is False


def test_psql_takes_its_own_options(private: Command) -> None:
    assert private("embedded", "psql", "-At", "-c", "SELECT 6 * 7").out == "42\n"


def test_a_backup_is_restored(private: Command) -> None:
    private("migrate")
    made = private("embedded", "backup", private.folder / "kept.dump")
    assert made.out.strip() == str(private.folder / "kept.dump")
    private("embedded", "psql", "-c", "DROP TABLE leads CASCADE")
    assert private("embedded", "restore", private.folder / "kept.dump").code == 0
    assert private("leads", "--json").code == 1


def test_a_backup_that_is_not_there_is_wrong_usage(private: Command) -> None:
    ended = private("embedded", "restore", "none.dump")
    assert ended.code == 2
    assert "none.dump" in ended.err
