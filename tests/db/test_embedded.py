"""The embedded server lives as long as it is used, and survives every kind of kill."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from db.embedded import attach, start, status, stop, throwaway_home
from db.embedded import home as home_of
from db.embedded.places import Place, remove_home
from db.embedded.postmaster import alive
from db.errors import ConfigurationError, Refused
from tests.embedded_support import (
    QUICK,
    application,
    copy_data,
    family,
    keepers,
    run_sql,
    script,
    server_of,
    stopped,
    until,
)


def test_home_is_where_it_is_said_to_be(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CUSTOMER_CENTER_HOME", str(tmp_path))
    assert home_of() == tmp_path
    assert home_of(tmp_path / "other") == tmp_path / "other"


@pytest.fixture(scope="module")
def made_data() -> Iterator[Path]:
    """A data directory at rest, which is quicker to copy than to make."""
    home = throwaway_home()
    (home / "throwaway").unlink()
    attach(home, settings=QUICK).release()
    stop(home)
    yield home / "data"
    remove_home(Place(home))


@pytest.fixture
def empty() -> Iterator[Path]:
    """A home without a database, that outlives its applications and goes with the test."""
    home = throwaway_home()
    (home / "throwaway").unlink()
    yield home
    stop(home, force=True)
    remove_home(Place(home))


@pytest.fixture
def place(empty: Path, made_data: Path) -> Path:
    """A home with a database whose server does not run."""
    copy_data(made_data, empty)
    return empty


def test_two_applications_share_a_server_that_stops_after_the_last(place: Path) -> None:
    first, second = application(place), application(place)
    server = server_of(place)
    assert first.url == second.url
    assert status(place).applications in (2, None)
    first.quit()
    assert server_of(place) == server
    second.quit()
    until(lambda: stopped(place) and not keepers(place))
    assert not Path(server.socket_dir).exists()


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM])
def test_killed_application_leaves_no_server(place: Path, kind: int) -> None:
    application(place).kill(kind)
    until(lambda: stopped(place) and not keepers(place))


def test_attaching_to_a_running_server_is_quick(place: Path) -> None:
    with attach(place, settings=QUICK):
        assert min(_seconds_to_attach(place) for _ in range(5)) < 0.1


def _seconds_to_attach(home: Path) -> float:
    began = time.perf_counter()
    attach(home).release()
    return time.perf_counter() - began


def test_application_that_comes_in_the_grace_period_finds_the_server(place: Path) -> None:
    attach(place, settings=QUICK).release()
    server = server_of(place)
    with attach(place):
        until(lambda: not keepers(place) or server_of(place) == server)
        assert server_of(place) == server


def test_killed_postmaster_is_started_again_with_all_that_was_committed(place: Path) -> None:
    with attach(place) as lease:
        run_sql(lease.url, "CREATE TABLE kept AS SELECT 42 AS value")
        os.kill(server_of(place).pid, signal.SIGKILL)
        with attach(place) as again:
            assert again.url == lease.url
            assert run_sql(again.url, "SELECT value FROM kept") == 42


def test_lease_brings_a_killed_server_back(place: Path) -> None:
    with attach(place, settings=QUICK) as lease:
        os.kill(server_of(place).pid, signal.SIGKILL)
        lease.ensure()
        assert run_sql(lease.url, "SHOW fsync") == "off"


def test_everything_killed_at_once_opens_again_within_ten_seconds(place: Path) -> None:
    one = application(place, settings={})
    run_sql(one.url, "CREATE TABLE kept AS SELECT 42 AS value")
    for pid in [one.process.pid, *keepers(place), *family(server_of(place).pid)]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    one.process.communicate(timeout=10)
    began = time.perf_counter()
    with attach(place) as lease:
        assert run_sql(lease.url, "SELECT value FROM kept") == 42
    assert time.perf_counter() - began < 10
    until(lambda: stopped(place))


def test_next_application_replaces_a_killed_keeper(place: Path) -> None:
    with attach(place, settings=QUICK):
        (keeper,) = keepers(place)
        os.kill(keeper, signal.SIGKILL)
        until(lambda: not keepers(place))
        attach(place).release()
        assert len(keepers(place)) == 1
    until(lambda: stopped(place))


def test_released_lease_replaces_a_killed_keeper(place: Path) -> None:
    with attach(place, settings=QUICK):
        os.kill(keepers(place)[0], signal.SIGKILL)
        until(lambda: not keepers(place))
    until(lambda: stopped(place))


def test_server_whose_socket_vanished_is_replaced(place: Path) -> None:
    with attach(place, settings=QUICK) as lease:
        shutil.rmtree(server_of(place).socket_dir)
        lease.ensure()
        assert run_sql(lease.url, "SELECT 1") == 1


def test_stale_lock_file_that_names_a_living_stranger_is_no_hindrance(place: Path) -> None:
    with attach(place, settings=QUICK):
        lock = place / "data" / "postmaster.pid"
        left = lock.read_text().splitlines()
        os.kill(server_of(place).pid, signal.SIGKILL)
        until(lambda: stopped(place))
        lock.write_text("\n".join([str(os.getpid()), *left[1:], ""]))
        attach(place).release()


def test_copy_of_a_running_home_gets_a_server_of_its_own(place: Path) -> None:
    copied = throwaway_home()
    with attach(place) as lease:
        run_sql(lease.url, "CREATE TABLE original (value int)")
        run_sql(lease.url.replace("/customer_center?", "/postgres?"), "CHECKPOINT")
        copy_data(place / "data", copied)
        with attach(copied, ephemeral=True, settings=QUICK) as other:
            run_sql(other.url, "DROP TABLE original")
            assert run_sql(lease.url, "SELECT to_regclass('original')::text") == "original"
            assert server_of(copied).pid != server_of(place).pid


def test_pinned_server_runs_without_applications_until_it_is_stopped(place: Path) -> None:
    assert start(place).pinned
    until(lambda: not keepers(place))
    attach(place).release()
    assert not keepers(place)
    assert status(place).running
    assert stop(place)
    assert not status(place).running
    assert not status(place).pinned


def test_stop_is_refused_while_an_application_is_attached(place: Path) -> None:
    with attach(place, settings=QUICK), pytest.raises(Refused, match="application"):
        stop(place)
    assert status(place).running


def test_forced_stop_stops_under_an_application(place: Path) -> None:
    with attach(place, settings=QUICK):
        assert stop(place, force=True)
        assert stopped(place)


def test_throwaway_home_goes_with_its_last_application() -> None:
    home = throwaway_home()
    with attach(home, ephemeral=True, settings=QUICK):
        server = server_of(home)
    until(lambda: not home.exists() and not keepers(home))
    assert not alive(server.pid)


def test_named_throwaway_home_is_the_same_for_all_who_ask(tmp_path: Path) -> None:
    first, second = throwaway_home(tmp_path.name), throwaway_home(tmp_path.name)
    assert first == second
    shutil.rmtree(first)


def test_home_with_a_real_database_is_never_thrown_away(place: Path) -> None:
    attach(place, settings=QUICK).release()
    with pytest.raises(ConfigurationError, match="not made to be thrown away"):
        attach(place, ephemeral=True)


def test_server_inherits_no_lock_and_no_secret(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "canary")
    with attach(place, settings=QUICK):
        server = Path(f"/proc/{server_of(place).pid}")
        opened = {os.readlink(entry) for entry in (server / "fd").iterdir()}
        assert not {name for name in opened if name.endswith(".lock")}
        for process in (server, *(Path(f"/proc/{pid}") for pid in keepers(place))):
            assert b"canary" not in (process / "environ").read_bytes()


def test_long_path_with_odd_characters_is_served(empty: Path) -> None:
    home = empty / ("a 'long' \"path\" $HOME " * 10) / "ß,é" / "home"
    lease = attach(home, settings=QUICK)
    with lease:
        assert run_sql(lease.url, "SHOW data_directory") == str(home / "data")
        assert len(server_of(home).socket_dir) < 90
    stop(home, force=True)


def test_data_of_another_major_version_is_refused_untouched(empty: Path) -> None:
    (empty / "data").mkdir(0o700)
    (empty / "data" / "PG_VERSION").write_text("16\n")
    _hand_over(empty / "data")
    with pytest.raises(ConfigurationError, match=r"PostgreSQL 16.* brings PostgreSQL 18.*restore"):
        attach(empty)
    assert sorted(path.name for path in empty.rglob("*")) == ["PG_VERSION", "data"]


def test_folder_that_is_no_whole_database_is_refused_untouched(empty: Path) -> None:
    (empty / "data").mkdir(0o700)
    (empty / "data" / "letter.txt").write_text("dear reader")
    _hand_over(empty / "data")
    with pytest.raises(ConfigurationError, match="no PG_VERSION"):
        attach(empty)
    assert sorted(path.name for path in empty.rglob("*")) == ["data", "letter.txt"]


def _hand_over(folder: Path) -> None:
    """Give a folder to nobody where we are root, as whom no server runs."""
    if os.geteuid() == 0:
        os.chown(folder, 65534, 65534)


def test_status_of_a_home_that_is_not_there_makes_nothing(tmp_path: Path) -> None:
    seen = status(tmp_path / "none")
    assert (seen.running, seen.version, seen.size) == (False, None, 0)
    assert not (tmp_path / "none").exists()


def test_psql_keeps_the_server_for_itself(place: Path) -> None:
    text = (
        "import sys; from pathlib import Path; from db.embedded import psql\n"
        "psql(Path(sys.argv[1]), ['-X', '-A', '-t', '-c', 'SELECT current_user'])"
    )
    assert script(text, str(place)).stdout == "customer_center\n"
    until(lambda: stopped(place))


def test_abandoned_half_of_a_first_start_is_cleared_away(empty: Path) -> None:
    (empty / "data.new-abandoned").mkdir()
    with attach(empty, settings=QUICK):
        assert not (empty / "data.new-abandoned").exists()


def test_all_connections_taken_still_attaches(place: Path) -> None:
    with attach(place, settings=QUICK | {"max_connections": "5"}) as lease:
        taken: list[Any] = []
        with pytest.raises(psycopg2.OperationalError, match="too many clients"):
            taken.extend(psycopg2.connect(lease.url) for _ in range(20))
        attach(place).release()
        for connection in taken:
            connection.close()
