"""Servers of both ends of what is supported: the embedded PostgreSQL, and Debian's PostgreSQL 15."""

from __future__ import annotations

import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg2
import pytest

from db.database import Database, open_database
from db.settings import Settings
from tests.support import on_database, plain_connection, run, wait_for

OLDEST = Path("/usr/lib/postgresql/15/bin")
QUICK = ("-c", "fsync=off", "-c", "listen_addresses=", "-c", "log_min_messages=warning")
# The server ends and its folder goes when the pipe closes, even where the tests were killed.
KEEPER = 'folder=$1; shift; "$@" & read -r _; kill -QUIT $!; wait; rm -rf "$folder"'


@pytest.fixture(scope="session")
def oldest_server_url() -> Iterator[str]:
    """The URL of a PostgreSQL 15 that is gone after the run; skips where none is installed."""
    if not (OLDEST / "initdb").exists():
        pytest.skip("PostgreSQL 15 is not installed in " + str(OLDEST))
    folder = Path(tempfile.mkdtemp(prefix="cc-pg15-"))
    user = _unprivileged()
    data, url = folder / "data", f"postgresql://tests@/postgres?host={folder}"
    options: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if os.geteuid() == 0:
        os.chown(folder, user.pw_uid, user.pw_gid)
        options |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    initdb = [OLDEST / "initdb", "-D", data, "-U", "tests", "--auth=trust", "--encoding=UTF8"]
    subprocess.run([*initdb, "--locale=C.UTF-8", "--no-sync"], check=True, cwd="/", **options)
    server = [OLDEST / "postgres", "-D", data, "-k", folder, *QUICK]
    with subprocess.Popen(
        ["/bin/sh", "-c", KEEPER, "sh", folder, *server],
        stdin=subprocess.PIPE,
        start_new_session=True,
        cwd="/",
        **options,
    ):
        wait_for(lambda: _answers(url), "for PostgreSQL 15")
        yield url


@pytest.fixture(params=["embedded", "oldest"])
def empty_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty database on either server, dropped after the test."""
    fixture = "server_url" if request.param == "embedded" else "oldest_server_url"
    server: str = request.getfixturevalue(fixture)
    name = f"test_{uuid4().hex}"
    with plain_connection(on_database(server, "postgres"), "tests") as admin:
        run(admin, f'CREATE DATABASE "{name}" TEMPLATE template0')
        try:
            yield on_database(server, name)
        finally:
            run(admin, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    """An empty database on either server."""
    with open_database(Settings(empty_url, actor="operator")) as opened:
        yield opened


def _answers(url: str) -> bool:
    try:
        with plain_connection(url):
            return True
    except psycopg2.OperationalError:
        return False


def _unprivileged() -> pwd.struct_passwd:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")
