"""A backup of the embedded database comes back whole, or changes nothing."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from db.embedded import attach, backup, restore, start, stop, throwaway_home
from db.embedded import lease as lease_module
from db.errors import ConfigurationError, DatabaseUnavailable, Refused
from tests.embedded_support import QUICK, run_sql


@pytest.fixture(scope="module")
def pinned() -> Iterator[Path]:
    """A home whose server runs without a lease, for all tests here."""
    home = throwaway_home()
    with attach(home, settings=QUICK):
        start(home)
    yield home
    stop(home, force=True)
    # The server's keeper removes a throw-away home too, and may be at it.
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def place(pinned: Path) -> Path:
    """A home with a running server and one table with one row."""
    with attach(pinned) as lease:
        other = lease.url.replace("@/customer_center?", "@/postgres?")
        lease_module.run_sql(other, "DROP DATABASE customer_center WITH (FORCE)")
        attach(pinned).release()
        run_sql(lease.url, "CREATE TABLE kept AS SELECT 'before' AS value")
    return pinned


def value(home: Path) -> str:
    with attach(home) as lease:
        return str(run_sql(lease.url, "SELECT value FROM kept"))


def change(home: Path, statement: str = "UPDATE kept SET value = 'after'") -> None:
    with attach(home) as lease:
        run_sql(lease.url, statement)


def databases(home: Path) -> int:
    with attach(home) as lease:
        return int(run_sql(lease.url, "SELECT count(*) FROM pg_database"))


def test_restored_backup_has_the_rows_and_grants_of_its_time(place: Path) -> None:
    change(place, "CREATE ROLE reader; GRANT SELECT ON kept TO reader")
    file = backup(place)
    change(place, "UPDATE kept SET value = 'after'; DROP OWNED BY reader; DROP ROLE reader")
    restore(place, file)
    assert value(place) == "before"
    with attach(place) as lease:
        assert run_sql(lease.url, "SELECT has_table_privilege('reader', 'kept', 'select')")
    assert databases(place) == 4


def test_backup_is_private_and_leaves_nothing_beside_it(place: Path, tmp_path: Path) -> None:
    file = backup(place, tmp_path / "mine.dump")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["mine.dump"]


def test_failed_backup_leaves_the_older_one(place: Path, tmp_path: Path) -> None:
    file = backup(place, tmp_path / "mine.dump")
    before = file.read_bytes()
    change(
        place,
        "CREATE SCHEMA lost; CREATE TABLE lost.t (); DELETE FROM pg_namespace WHERE nspname = 'lost'",
    )
    with pytest.raises(DatabaseUnavailable, match=r"mine\.dump was not written"):
        backup(place, file)
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["mine.dump"]


@pytest.mark.parametrize("cut", [0, 1000])
def test_broken_backup_changes_nothing(place: Path, tmp_path: Path, cut: int) -> None:
    file = backup(place, tmp_path / "mine.dump")
    file.write_bytes(file.read_bytes()[:cut])
    change(place)
    with pytest.raises(DatabaseUnavailable, match="nothing was changed"):
        restore(place, file)
    assert value(place) == "after"
    assert databases(place) == 4


def test_restore_is_refused_while_an_application_is_attached(place: Path) -> None:
    file = backup(place)
    with attach(place), pytest.raises(Refused, match="application"):
        restore(place, file)


def test_restore_is_refused_while_a_program_without_a_lease_is_connected(place: Path) -> None:
    file = backup(place)
    with attach(place) as lease:
        url = lease.url
    change(place)
    connection = psycopg2.connect(url)
    with pytest.raises(Refused, match="still connected"):
        restore(place, file)
    connection.close()
    assert value(place) == "after"


def test_backup_file_that_is_not_there_is_named(place: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no backup file .*missing\.dump"):
        restore(place, tmp_path / "missing.dump")
