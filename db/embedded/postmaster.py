"""What runs on a data directory: the live server, whatever its lock file claims, and its log."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from db.embedded.places import Place
from db.errors import DatabaseUnavailable

POLL_SECONDS: Final = 0.01
_LOG_BYTES: Final = 8_000_000


@dataclass(frozen=True)
class Postmaster:
    """A running server: its process, the folder of its socket, and its state in its own words."""

    pid: int
    socket_dir: str
    status: str


def postmaster(place: Place) -> Postmaster | None:
    """Return the live server of this data directory, whatever its lock file claims."""
    try:
        lines = (place.data / "postmaster.pid").read_text().splitlines()
        pid, socket_dir = int(lines[0]), lines[4]
    except (FileNotFoundError, IndexError, ValueError):
        return None
    if not serves(pid, place.data):
        return None
    return Postmaster(pid, socket_dir, lines[7].strip() if len(lines) > 7 else "starting")


def serves(pid: int, data: Path) -> bool:
    """Tell whether the process is a PostgreSQL server in this directory, and not a dead one.

    The id may be in use again by a stranger, and a copied directory names the original's server.
    """
    process = Path(f"/proc/{pid}")
    if not Path("/proc/self").exists():
        command = ["ps", "-o", "comm=", "-p", str(pid)]
        return subprocess.run(command, capture_output=True, text=True).stdout.endswith("postgres\n")
    try:
        state = (process / "stat").read_text().rpartition(")")[2].split()[0]
        return (
            state != "Z"
            and process.stat().st_uid == data.stat().st_uid
            and (process / "cwd").samefile(data)
        )
    except (OSError, IndexError):
        return False


def wait_ready(place: Place, pid: int, end: float) -> Postmaster | None:
    """Wait until the server takes connections; None where its process ended."""
    while time.monotonic() < end:
        server = postmaster(place)
        if server and server.status == "ready":
            return server
        if not server and not alive(pid):
            return None
        time.sleep(POLL_SECONDS)
    raise DatabaseUnavailable(
        f"The embedded PostgreSQL in {place.home} is still starting, perhaps after a crash; "
        f"try again in a while ({last_lines(place, 0) or 'no message yet'})."
    )


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that ended and that nobody has collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        if Path("/proc/self").exists():
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def log_size(place: Place) -> int:
    """Return the size of the log in bytes, after a log grown large was set aside."""
    try:
        size = place.log.stat().st_size
    except FileNotFoundError:
        return 0
    if size < _LOG_BYTES:
        return size
    os.rename(place.log, place.log.with_suffix(".log.1"))
    return 0


def last_lines(place: Place, since: int) -> str:
    """Return the last three lines that the server wrote after a position in its log, as one."""
    try:
        with place.log.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(since, size - 4000))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    return "; ".join(text.strip().splitlines()[-3:])
