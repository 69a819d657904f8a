"""Using the server: attach, which starts it where needed, and the lease that keeps it running."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote

from db.embedded import cluster, locks
from db.embedded.account import server_account
from db.embedded.cluster import DATABASE, ROLE
from db.embedded.keeper import ensure_keeper
from db.embedded.places import PORT, Place, exclusive
from db.embedded.postmaster import Postmaster, postmaster, wait_ready
from db.errors import ConfigurationError, DatabaseUnavailable

START_SECONDS: Final = 60.0
_NOT_YET: Final = ("starting up", "shutting down", "recovery mode", "not yet accepting")
_NO_ANSWER: Final = ("No such file", "refused", "closed the connection", "timeout expired")


class Lease:
    """The right to use the server, which runs at least until it is released or the process ends.

    ``url`` is a plain libpq URL. It stays the same when the server is started again.
    """

    def __init__(
        self, place: Place, descriptor: int, url: str, settings: Mapping[str, str]
    ) -> None:
        self._place = place
        self._descriptor: int | None = descriptor
        self._settings = dict(settings)
        self.url = url

    @property
    def home(self) -> Path:
        """The home folder of the database."""
        return self._place.home

    def ensure(self) -> None:
        """Start the server again if it was killed; raises DatabaseUnavailable if it cannot be."""
        with explained(self._place), exclusive(self._place):
            self.url = running_url(self._place, self._settings)

    def survive_exec(self) -> None:
        """Let the program that replaces this process hold the lease until it ends."""
        if self._descriptor is not None:
            os.set_inheritable(self._descriptor, True)

    def release(self) -> None:
        """Give the lease back; the server stops soon after the last one. Safe to call again."""
        if self._descriptor is not None:
            # Its keeper may have been killed meanwhile; while we hold the lease none can be ending.
            with suppress(OSError):
                if not self._place.pinned.exists():
                    ensure_keeper(self._place)
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def attach(
    home: Path,
    *,
    ephemeral: bool = False,
    settings: Mapping[str, str] | None = None,
    timeout: float = START_SECONDS,
) -> Lease:
    """Return a lease on the server of a home, which is made and started where it is not.

    ``ephemeral`` removes the whole home after its last application; it must be new, empty, or made
    by ``throwaway_home``. ``settings`` are server settings that count if this call starts it.
    ``timeout`` is in seconds. The server has answered on the lease's database.
    Raises ConfigurationError or DatabaseUnavailable.
    """
    place = Place(home)
    with explained(place):
        cluster.data_version(place)
        with exclusive(place):
            if ephemeral:
                _mark_throwaway(place)
            descriptor = locks.open_lock(place.clients_lock)
            try:
                # The lock is held exclusively only for a moment, by a keeper that looks around.
                locks.wait_for(descriptor, locks.SHARED)
                url = running_url(place, settings or {}, timeout)
            except BaseException:
                os.close(descriptor)
                raise
    return Lease(place, descriptor, url, settings or {})


def running_url(place: Place, settings: Mapping[str, str], timeout: float = START_SECONDS) -> str:
    """Return the URL of the server, started where it does not answer; needs the start lock."""
    end = time.monotonic() + timeout
    cluster.data_version(place)
    if not place.pinned.exists():
        ensure_keeper(place)
    while time.monotonic() < end:
        server = postmaster(place)
        if server and server.status == "starting":
            server = wait_ready(place, server.pid, end)
        if server and server.status == "ready":
            url = url_of(place, server)
            if _answers(url, place, end):
                return url
        # It runs and is of no use: it is ending, or its socket is gone.
        if server:
            cluster.stop_server(place)
        cluster.start_server(place, settings, end)
    raise DatabaseUnavailable(f"The embedded PostgreSQL in {place.home} starts but never answers.")


def url_of(place: Place, server: Postmaster, database: str = DATABASE) -> str:
    """Return the libpq URL of a database, which also demands that the right user serves it."""
    owner = quote(server_account(place.data).name, safe="")
    host = quote(server.socket_dir, safe="")
    return f"postgresql://{ROLE}@/{database}?host={host}&port={PORT}&requirepeer={owner}"


def _answers(url: str, place: Place, end: float) -> bool:
    """Connect once; False where nobody listens at the socket."""
    import psycopg2

    while True:
        try:
            psycopg2.connect(url, connect_timeout=10).close()
        except psycopg2.OperationalError as error:
            said = str(error).strip()
        else:
            return True
        if "does not exist" in said and f'database "{DATABASE}"' in said:
            run_sql(url.replace(f"@/{DATABASE}?", "@/postgres?"), f"CREATE DATABASE {DATABASE}")
        elif "too many clients" in said or "connection slots" in said:
            return True
        elif any(words in said for words in _NOT_YET) and time.monotonic() < end:
            time.sleep(0.02)
        elif any(words in said for words in _NO_ANSWER):
            return False
        else:
            raise DatabaseUnavailable(
                f"The embedded PostgreSQL in {place.home} does not let us in: {said}"
            )


def run_sql(url: str, *statements: str) -> None:
    """Run statements one by one, each in a transaction of its own."""
    import psycopg2

    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    finally:
        connection.close()


def _mark_throwaway(place: Place) -> None:
    if not place.throwaway.exists():
        if place.data.exists():
            raise ConfigurationError(
                f"{place.home} holds a database that was not made to be thrown away."
            )
        place.throwaway.touch(0o600)


@contextmanager
def explained(place: Place) -> Iterator[None]:
    """Turn a failure of the operating system into one sentence."""
    try:
        yield
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        raise DatabaseUnavailable(
            f"The embedded database in {place.home} cannot be used: {error.strerror}{where}."
        ) from error
