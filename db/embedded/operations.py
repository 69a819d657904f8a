"""What the operator asks for by name: start, stop, status, psql, backup, restore."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from db.embedded import cluster, locks
from db.embedded.binaries import bundled
from db.embedded.cluster import DATABASE
from db.embedded.lease import attach, explained, run_sql, running_url, url_of
from db.embedded.places import Place, exclusive
from db.embedded.postmaster import postmaster
from db.errors import ConfigurationError, DatabaseUnavailable, Refused
from db.settings import without_secrets

_RESTORING: Final = f"{DATABASE}_restoring"
_BEFORE: Final = f"{DATABASE}_before"
_STILL_CONNECTED: Final = (
    "Not restored: a program is still connected to the database; close it first."
)
_MISSING_ROLE = re.compile(r'role "(.+)" does not exist')


@dataclass(frozen=True)
class Status:
    """The state of an embedded database. ``size`` is in bytes, ``version`` the major version.

    ``pid`` and ``socket_dir`` are None where it does not run, ``version`` where there is no data,
    ``applications`` (how many use it) where the system does not tell.
    """

    running: bool
    pinned: bool
    version: str | None
    home: Path
    data_dir: Path
    log: Path
    size: int
    pid: int | None
    socket_dir: Path | None
    applications: int | None


def start(home: Path) -> Status:
    """Start the server and let it run until it is stopped, with applications or without."""
    place = Place(home)
    with explained(place), exclusive(place):
        running_url(place, {})
        place.pinned.touch(0o600)
    return status(home)


def stop(home: Path, *, force: bool = False) -> bool:
    """Stop the server and say whether it ran; applications find it again at their next attach.

    Raises Refused where applications use it, unless forced.
    """
    place = Place(home)
    if not home.exists():
        return False
    with explained(place), exclusive(place), _alone(place, force=force):
        place.pinned.unlink(missing_ok=True)
        return cluster.stop_server(place)


def status(home: Path) -> Status:
    """Look without starting, making or changing anything."""
    place = Place(home)
    with explained(place):
        server = postmaster(place)
        return Status(
            running=server is not None,
            pinned=place.pinned.exists(),
            version=_version(place),
            home=home,
            data_dir=place.data,
            log=place.log,
            size=_size(place.data),
            pid=server.pid if server else None,
            socket_dir=Path(server.socket_dir) if server else None,
            applications=locks.shared_holders(place.clients_lock) if home.exists() else 0,
        )


def psql_command(url: str, arguments: Sequence[str] = ()) -> tuple[list[str], dict[str, str]]:
    """Return the words and the environment of a psql on this URL, for exec without a shell."""
    return [str(bundled() / "psql"), url, *arguments], client_environment()


def psql(home: Path, arguments: Sequence[str] = ()) -> NoReturn:
    """Become psql on the embedded database, which runs until psql ends."""
    lease = attach(home)
    lease.survive_exec()
    words, environment = psql_command(lease.url, arguments)
    os.execve(words[0], words, environment)


def backup(home: Path, out: Path | None = None) -> Path:
    """Write a backup in pg_dump's custom format, 0600, and return its path.

    It is written beside and renamed, so ``out`` is never half a backup. Without ``out`` it goes to
    a new file in the home's ``backups`` folder.
    """
    place = Place(home)
    with explained(place), attach(home) as lease:
        if out is None:
            place.backups.mkdir(0o700, exist_ok=True)
            out = place.backups / time.strftime(f"{DATABASE}-%Y%m%dT%H%M%S.dump")
        out = out.absolute()
        descriptor, name = tempfile.mkstemp(prefix=f".{out.name}-", dir=out.parent)
        beside = Path(name)
        try:
            with open(descriptor, "wb") as file:
                _run(
                    "pg_dump",
                    ["--format=custom", lease.url],
                    f"{out} was not written",
                    file.fileno(),
                )
                os.fsync(file.fileno())
            os.rename(beside, out)
        finally:
            beside.unlink(missing_ok=True)
    return out


def restore(home: Path, file: Path) -> None:
    """Replace the database by a backup's; on any failure it stays as it was.

    The backup is loaded into a database beside, which then takes the name in one transaction.
    Raises Refused where applications use the server.
    """
    place = Place(home)
    file = file.absolute()
    if not file.is_file():
        raise ConfigurationError(f"There is no backup file {file}.")
    with explained(place), exclusive(place), _alone(place):
        running_url(place, {})
        server = postmaster(place)
        if server is None:
            raise DatabaseUnavailable(f"The embedded PostgreSQL in {home} ended.")
        admin = url_of(place, server, "postgres")
        _refuse_connected(admin)
        try:
            _load(file, admin, url_of(place, server, _RESTORING))
            _swap(admin)
        finally:
            run_sql(admin, f"DROP DATABASE IF EXISTS {_RESTORING}")


def _load(file: Path, admin: str, target: str) -> None:
    """Load a backup into a fresh database; roles that it grants to are added without a login."""
    added: set[str] = set()
    while True:
        run_sql(
            admin,
            f"DROP DATABASE IF EXISTS {_RESTORING}",
            f"CREATE DATABASE {_RESTORING} TEMPLATE template0",
        )
        try:
            arguments = ["--exit-on-error", "--no-owner", "--dbname", target, str(file)]
            _run("pg_restore", arguments, f"{file} was not restored and nothing was changed")
        except DatabaseUnavailable as error:
            role = _MISSING_ROLE.search(str(error))
            if role is None or role[1] in added:
                raise
            added.add(role[1])
            run_sql(admin, 'CREATE ROLE "{}" NOLOGIN'.format(role[1].replace('"', '""')))
        else:
            run_sql(target, "ANALYZE")
            return


def _refuse_connected(admin: str) -> None:
    """Find programs that connected without a lease before the work rather than after it."""
    import psycopg2

    connection = psycopg2.connect(admin)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = %s AND backend_type = 'client backend'",
                (DATABASE,),
            )
            (count,) = cursor.fetchone() or (0,)
    finally:
        connection.close()
    if count:
        raise Refused(_STILL_CONNECTED)


def _swap(admin: str) -> None:
    import psycopg2

    run_sql(admin, f"DROP DATABASE IF EXISTS {_BEFORE}")
    connection = psycopg2.connect(admin)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {DATABASE} RENAME TO {_BEFORE}")
            cursor.execute(f"ALTER DATABASE {_RESTORING} RENAME TO {DATABASE}")
    except psycopg2.errors.ObjectInUse as error:
        raise Refused(_STILL_CONNECTED) from error
    finally:
        connection.close()
    run_sql(admin, f"DROP DATABASE IF EXISTS {_BEFORE}")


@contextmanager
def _alone(place: Place, *, force: bool = False) -> Iterator[None]:
    """Keep applications out; raises Refused where there are some, unless forced."""
    descriptor = locks.open_lock(place.clients_lock)
    try:
        # A keeper may look around for a moment, which is no reason to refuse.
        if not locks.lock_within(descriptor, locks.EXCLUSIVE, 0.2) and not force:
            count = locks.shared_holders(place.clients_lock)
            who = (
                "another application uses" if count == 1 else f"{count or 'some'} applications use"
            )
            raise Refused(f"Not done: {who} the database in {place.home}; close them first.")
        yield
    finally:
        os.close(descriptor)


def _run(program: str, arguments: list[str], failure: str, output: int | None = None) -> None:
    done = subprocess.run(
        [str(bundled() / program), *arguments],
        env=client_environment(),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.PIPE,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        reason = next(
            (line for line in said if "error:" in line), said[-1] if said else "no message"
        )
        raise DatabaseUnavailable(f"{failure}: {reason}")


def client_environment() -> dict[str, str]:
    """Return our environment without what points PostgreSQL's programs to another server."""
    kept = without_secrets(os.environ)
    return {name: value for name, value in kept.items() if not name.startswith("PG")}


def _version(place: Place) -> str | None:
    try:
        return (place.data / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return None


def _size(folder: Path) -> int:
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(path, name)).st_size
            except FileNotFoundError:
                continue
    return total
