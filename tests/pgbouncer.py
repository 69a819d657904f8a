"""A real PgBouncer in transaction mode before a server of the tests, where one is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn

from tests.support import wait_for

PGBOUNCER: Final = shutil.which(
    "pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
)
PORT: Final = 6432
_CONFIG: Final = """
[databases]
{database} = {server}

[pgbouncer]
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
auth_type = any
pool_mode = transaction
default_pool_size = {processes}
max_client_conn = 200
"""


@contextmanager
def pgbouncer(url: str, folder: Path, *, processes: int = 2) -> Iterator[str]:
    """Yield the URL of a database through a pooler; all clients share so many server processes.

    The path of the folder must be short, for the socket is in it.
    """
    assert PGBOUNCER is not None
    parts = parse_dsn(url)
    owner = parts.pop("requirepeer", None)
    parts.pop("application_name", None)
    place = folder / "pgbouncer"
    place.mkdir()
    config = place / "pgbouncer.ini"
    server = " ".join(f"{name}={value}" for name, value in parts.items())
    config.write_text(
        _CONFIG.format(
            database=parts["dbname"], server=server, port=PORT, folder=place, processes=processes
        )
    )
    command = [PGBOUNCER, "-q", str(config)]
    if os.geteuid() == 0 and owner:
        # It does not run as root, and the socket of the server is private to this user.
        folder.chmod(0o711)
        shutil.chown(place, owner)
        command[1:1] = ["-u", owner]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    through = make_dsn(host=str(place), port=PORT, dbname=parts["dbname"], user=parts["user"])
    try:
        wait_for(lambda: process.poll() is not None or _answers(through), "for PgBouncer")
        assert process.poll() is None, process.stderr and process.stderr.read().decode()
        yield through
    finally:
        process.terminate()
        process.communicate(timeout=10)


def _answers(url: str) -> bool:
    try:
        psycopg2.connect(url, connect_timeout=5).close()
    except psycopg2.OperationalError:
        return False
    return True
