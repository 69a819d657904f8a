"""One data directory: making it, and starting and stopping its server.

All of it is called by the holder of the place's start lock.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from db.embedded.account import Account, invoking_account, server_account
from db.embedded.binaries import MAJOR, for_server
from db.embedded.places import (
    PORT,
    SOCKET_NAMES,
    Place,
    clear_sockets,
    socket_folder,
    usual_socket_folders,
)
from db.embedded.postmaster import (
    POLL_SECONDS,
    Postmaster,
    last_lines,
    log_size,
    postmaster,
    serves,
    wait_ready,
)
from db.errors import ConfigurationError, DatabaseUnavailable

ROLE: Final = "customer_center"
DATABASE: Final = "customer_center"

# What a private server on a desk needs; the owner may change it later in postgresql.conf.
# Statements and their values are kept out of the log, for they are personal data.
_CONFIGURATION: Final = {
    "max_connections": "100",
    "shared_buffers": "128MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "client_connection_check_interval": "2s",
    "log_line_prefix": "%m [%p] ",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}
_FAST_STOP_SECONDS: Final = 20.0
_LEAST_FREE: Final = 16 * 1024 * 1024
"""Bytes of one file of the write-ahead log, without which no server starts after a crash."""
# No process can have it, so PostgreSQL takes the lock file for stale, yet still checks the shared
# memory that is named in the same file.
_NO_PROCESS: Final = "2147483647"


def data_version(place: Place) -> str | None:
    """Return the major version of the data directory; None where it is missing or empty.

    Raises ConfigurationError, having touched nothing, where it is no data directory of the version
    that comes with this program.
    """
    try:
        names = os.listdir(place.data)
    except FileNotFoundError:
        return None
    if not names:
        return None
    try:
        version = (place.data / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        raise ConfigurationError(
            f"{place.data} is not empty and has no PG_VERSION, so it is not a whole database; "
            "nothing was touched: move it away or put a copy of it back."
        ) from None
    if version != MAJOR:
        raise ConfigurationError(
            f"{place.data} holds data of PostgreSQL {version} and this program brings PostgreSQL "
            f"{MAJOR}; nothing was touched: dump it with PostgreSQL {version}'s pg_dump "
            "--format=custom, move the folder away, and load the dump with "
            "'customer-center embedded restore FILE'."
        )
    return version


def start_server(place: Place, settings: Mapping[str, str], end: float) -> Postmaster:
    """Start the server and return it ready; makes the data directory first where there is none.

    ``end`` is the moment on the monotonic clock to give up. Raises DatabaseUnavailable with the
    last lines of the log.
    """
    account = server_account(place.data)
    if account.foreign and not account.can_enter(place.home):
        raise ConfigurationError(
            f"The embedded PostgreSQL runs as user {account.name} when root starts it, who cannot "
            f"reach {place.home}; give CUSTOMER_CENTER_HOME a folder whose parents others can enter."
        )
    programs = for_server(account)
    if data_version(place) is None:
        _initialise(place, account, programs, settings)
    _write_access_rules(place, account)
    sockets = socket_folder(place, account)
    while True:
        _clear_stale(place, account, sockets)
        log_start = log_size(place)
        pid = _launch(place, account, _command(place, programs, sockets, settings))
        server = wait_ready(place, pid, end)
        if server:
            return server
        said = last_lines(place, log_start)
        if shutil.disk_usage(place.data).free < _LEAST_FREE:
            raise DatabaseUnavailable(
                f"The embedded PostgreSQL in {place.home} did not start, for the disk is full: make"
                f" room there and try again (see {place.log})."
            )
        # Backends of a killed postmaster need a moment to notice that it is gone.
        if "shared memory block" not in said or time.monotonic() > end:
            raise DatabaseUnavailable(
                f"The embedded PostgreSQL in {place.home} did not start: {said or 'no message'} "
                f"(see {place.log})."
            )
        time.sleep(0.1)


def stop_server(place: Place, *, immediate: bool = False) -> bool:
    """Stop the server, if it runs, and say whether it did; ``immediate`` leaves recovery to do.

    Raises DatabaseUnavailable where it will not go.
    """
    server = postmaster(place)
    if server is None:
        _clear_left_sockets(place)
        return False
    for kind in (signal.SIGQUIT,) if immediate else (signal.SIGINT, signal.SIGQUIT):
        with suppress(ProcessLookupError):
            os.kill(server.pid, kind)
        end = time.monotonic() + _FAST_STOP_SECONDS
        while time.monotonic() < end:
            if not serves(server.pid, place.data):
                clear_sockets(Path(server.socket_dir))
                return True
            time.sleep(POLL_SECONDS)
    raise DatabaseUnavailable(
        f"The embedded PostgreSQL in {place.home} (process {server.pid}) does not stop."
    )


def _clear_left_sockets(place: Place) -> None:
    if place.data.exists():
        for folder in usual_socket_folders(place, server_account(place.data)):
            clear_sockets(folder)


def _initialise(
    place: Place, account: Account, programs: Path, settings: Mapping[str, str]
) -> None:
    """Make the data directory beside and rename it, so that it is never there half made."""
    for abandoned in place.home.glob("data.new-*"):
        shutil.rmtree(abandoned, ignore_errors=True)
    beside = Path(tempfile.mkdtemp(prefix="data.new-", dir=place.home))
    if account.foreign:
        os.chown(beside, account.uid, account.gid)
    command = [str(programs / "initdb"), "--pgdata", str(beside), "--username", ROLE]
    command += ["--auth-local=peer", "--auth-host=reject", "--encoding=UTF8", "--locale=C"]
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums"]
    command += ["--no-instructions"]
    command += ["--no-sync"] if settings.get("fsync") == "off" else []
    for name, value in _CONFIGURATION.items():
        command += ["--set", f"{name}={value}"]
    done = subprocess.run(
        command, **account.child(), capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        shutil.rmtree(beside, ignore_errors=True)
        lines = done.stderr.strip().splitlines()
        said = next((line for line in lines if "FATAL" in line or "error:" in line), lines[-1])
        raise DatabaseUnavailable(f"No database could be made in {place.home}: {said}.")
    os.rename(beside, place.data)


def _write_access_rules(place: Place, account: Account) -> None:
    """Let in the server's user, and root where root started it, as the one role; nobody else."""
    users = {account.name, invoking_account().name}
    quoted = sorted(name.replace('"', '""') for name in users)
    _write(place.home / "pg_hba.conf", "local all all peer map=owner\n", account)
    rules = "".join(f'owner "{name}" {ROLE}\n' for name in quoted)
    _write(place.home / "pg_ident.conf", rules, account)


def _write(path: Path, text: str, account: Account) -> None:
    beside = path.with_name(f".{path.name}")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    with open(descriptor, "w") as file:
        file.write(text)
    if account.foreign:
        os.chown(beside, os.geteuid(), account.gid)
    os.rename(beside, path)


def _command(place: Place, programs: Path, sockets: Path, settings: Mapping[str, str]) -> list[str]:
    fixed = {
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "hba_file": str(place.home / "pg_hba.conf"),
        "ident_file": str(place.home / "pg_ident.conf"),
        "logging_collector": "off",
    }
    command = [str(programs / "postgres"), "-D", str(place.data), "-k", f'"{sockets}"', "-p", PORT]
    for name, value in (dict(settings) | fixed).items():
        command += ["-c", f"{name}={value}"]
    return command


def _clear_stale(place: Place, account: Account, sockets: Path) -> None:
    """Take away what a killed server left and what names a process that is another one by now."""
    for name in SOCKET_NAMES:
        (sockets / name).unlink(missing_ok=True)
    path = place.data / "postmaster.pid"
    try:
        lines = path.read_text().splitlines(keepends=True)
    except FileNotFoundError:
        return
    path.unlink()
    # A file without the line on shared memory was cut short, and holds nothing to keep.
    if len(lines) < 7:
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w") as file:
        file.writelines([f"{_NO_PROCESS}\n", *lines[1:]])
        if account.foreign:
            os.fchown(descriptor, account.uid, account.gid)


def _launch(place: Place, account: Account, command: list[str]) -> int:
    """Start the server in a session of its own, as nobody's child, and return its process id."""
    log = os.open(place.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    try:
        shell = ["/bin/sh", "-c", '"$@" >&2 & echo $!', "sh", *command]
        done = subprocess.run(
            shell,
            **account.child(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            check=True,
        )
    finally:
        os.close(log)
    return int(done.stdout)
