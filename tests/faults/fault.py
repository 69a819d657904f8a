"""What a fault is, and what it needs: a server that may be killed, databases, how often to inject."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self
from uuid import uuid4

import pytest
from psycopg2.extensions import parse_dsn

from db import schema
from db.database import open_database
from db.embedded import Lease, attach, throwaway_home
from db.settings import Settings
from tests.embedded_support import family, server_of, stopped, until
from tests.support import on_database, plain_connection, run
from tui.gateway import Gateway

# A killed process loses nothing that it gave to the system to write, so the disk is not waited for.
_QUICK: Final = {"fsync": "off", "full_page_writes": "off", "max_connections": "60"}


class NotHere(Exception):
    """A fault can't be injected on this machine; the text says why."""


@dataclass(frozen=True)
class Held:
    """How often a fault was injected, and what held, in words and figures."""

    times: int
    what: str


@dataclass(frozen=True)
class Fault:
    """A fault under a name for the command line.

    ``inject`` raises AssertionError where something did not hold, NotHere where it can't be done. A
    fault that is not ``short`` is injected in a long run alone.
    """

    name: str
    what: str
    inject: Callable[[Rig], Held]
    short: bool = True


class Server:
    """A PostgreSQL of the run's own."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self.url = lease.url

    def kill(self) -> None:
        """Kill all of its processes at once, as a power cut does."""
        for pid in family(server_of(self._lease.home).pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        """Shut it down as for a restart: who is connected is thrown out."""
        os.kill(server_of(self._lease.home).pid, signal.SIGINT)
        until(lambda: stopped(self._lease.home))

    def start(self) -> None:
        """Start it again, on the same socket."""
        self._lease.ensure()


class Rig:
    """One run: its server, a folder for files, and whether it is a short one."""

    def __init__(self, lease: Lease, scratch: Path, *, short: bool) -> None:
        self.server = Server(lease)
        self.scratch = scratch
        self.short = short
        self.application = [sys.executable, "-m", "tui.cli"]
        self._template = ""

    def times(self, long: int, short: int) -> int:
        """Return the number for this run."""
        return short if self.short else long

    def quick_enough(self, seconds: Sequence[float]) -> None:
        """Check that no key waited for the database: the others take a fraction of a second.

        A short run may be on a machine that does much else.
        """
        limit = self.times(1, 10)
        assert max(seconds) < limit, f"a key waited {max(seconds):.1f} s"

    @contextmanager
    def database(self) -> Iterator[str]:
        """Yield the URL of a new database at the head of the schema."""
        name = self._new("fault", self._migrated())
        try:
            yield on_database(self.server.url, name)
        finally:
            self.server.start()
            with plain_connection(self._admin_url()) as admin:
                run(admin, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @contextmanager
    def copy_of(self, url: str) -> Iterator[str]:
        """Yield the URL of a copy of a database that nobody is connected to."""
        name = self._new("copy", database_of(url))
        try:
            yield on_database(self.server.url, name)
        finally:
            with plain_connection(self._admin_url()) as admin:
                run(admin, f'DROP DATABASE "{name}" WITH (FORCE)')

    def _migrated(self) -> str:
        if not self._template:
            self._template = self._new("template", "template0")
            url = on_database(self.server.url, self._template)
            with open_database(Settings(url)) as database:
                schema.upgrade(database)
        return self._template

    def _new(self, kind: str, template: str) -> str:
        name = f"{kind}_{uuid4().hex}"
        with plain_connection(self._admin_url()) as admin:
            run(admin, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def _admin_url(self) -> str:
        return on_database(self.server.url, "postgres")


@contextmanager
def rig(*, short: bool) -> Iterator[Rig]:
    """Yield a run's server and folder, gone afterwards."""
    # The path of a socket must be short.
    with (
        attach(throwaway_home(), settings=_QUICK) as lease,
        tempfile.TemporaryDirectory(prefix="faults-") as scratch,
    ):
        yield Rig(lease, Path(scratch), short=short)


@contextmanager
def operator(url: str, actor: str = "anna", **settings: object) -> Iterator[Gateway]:
    """Yield an operator's way to a database, open."""
    gateway = Gateway(Settings(url, actor=actor, **settings))  # type: ignore[arg-type]
    gateway.open()
    try:
        yield gateway
    finally:
        gateway.close()


@contextmanager
def short_pauses() -> Iterator[None]:
    """Let a writer whose server is away try again soon."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tui.writer.FIRST_PAUSE", 0.02)
        patch.setattr("tui.writer.LONGEST_PAUSE", 0.1)
        yield


class Background:
    """A thread that does a job again and again, until the block that it runs beside is left.

    What the job raises is raised at the end of the block.
    """

    def __init__(self, job: Callable[[], object]) -> None:
        self._job = job
        self._over = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join(60)
        assert not self._thread.is_alive(), "a thread of the test hangs"
        if self._error is not None and error[0] is None:
            raise self._error

    def _run(self) -> None:
        try:
            while not self._over.is_set():
                self._job()
        except BaseException as error:
            self._error = error


def database_of(url: str) -> str:
    """Return the name of the database of a URL."""
    return str(parse_dsn(url)["dbname"])
