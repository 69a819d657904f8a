"""PostgreSQL servers that a test starts beside the embedded one."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg2

from db.embedded.account import Account
from db.embedded.binaries import for_server
from tests.support import plain_connection, wait_for

DEBIANS_OLDEST: Final = Path("/usr/lib/postgresql/15/bin")
ROLE: Final = "tests"
QUICK: Final = ("-c", "fsync=off", "-c", "log_min_messages=warning")
# The server ends and its folder goes when the pipe closes, even where the tests were killed.
KEEPER: Final = 'folder=$1; shift; "$@" & read -r _; kill -QUIT $!; wait; rm -rf "$folder"'


@dataclass(frozen=True)
class Server:
    """A running server: its URL over the socket, and its port, which is TCP's too where asked."""

    url: str
    port: int


@contextmanager
def server(
    programs: Path, *, tcp: bool = False, certificate: tuple[Path, Path] | None = None
) -> Iterator[Server]:
    """Run a server of these programs that trusts everybody who reaches it, and take it away after.

    With ``tcp`` it listens on the loopback, encrypted where it has a ``certificate`` and its key.
    """
    folder = Path(tempfile.mkdtemp(prefix="cc-server-"))
    user, port = _unprivileged(), free_port() if tcp else 5432
    data, url = folder / "data", f"postgresql://{ROLE}@/postgres?host={folder}&port={port}"
    options: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if os.geteuid() == 0:
        os.chown(folder, user.pw_uid, user.pw_gid)
        options |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    initdb = [programs / "initdb", "-D", data, "-U", ROLE, "--auth=trust", "--encoding=UTF8"]
    subprocess.run([*initdb, "--locale=C.UTF-8", "--no-sync"], check=True, cwd="/", **options)
    listen = f"listen_addresses={'127.0.0.1' if tcp else ''}"
    where: list[Any] = ["-D", data, "-k", folder, "-p", str(port), "-c", listen]
    if certificate:
        where += _encrypted(data, *certificate)
    with subprocess.Popen(
        ["/bin/sh", "-c", KEEPER, "sh", folder, programs / "postgres", *where, *QUICK],
        stdin=subprocess.PIPE,
        start_new_session=True,
        cwd="/",
        **options,
    ):
        wait_for(lambda: _answers(url), f"for {programs}")
        yield Server(url, port)


def embedded_programs() -> Path:
    """Return the programs of the embedded PostgreSQL where the server's user can run them."""
    user = _unprivileged()
    return for_server(Account(user.pw_name, user.pw_uid, user.pw_gid))


def free_port() -> int:
    """Return a port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _encrypted(data: Path, certificate: Path, key: Path) -> list[str]:
    """Give the server a certificate of its own; return the options that make it use that."""
    owner = data.stat()
    for source, name in ((certificate, "server.crt"), (key, "server.key")):
        copied = shutil.copy(source, data / name)
        os.chown(copied, owner.st_uid, owner.st_gid)
        os.chmod(copied, 0o600)
    return ["-c", "ssl=on"]


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
