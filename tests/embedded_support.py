"""Applications in processes of their own, for the tests of the embedded server's life cycle."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from db.embedded.places import Place
from db.embedded.postmaster import Postmaster, postmaster

ROOT = Path(__file__).parents[1]
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
NOBODY = 65534
BECOME_NOBODY = f"import os; os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})\n"

# Attaches, prints the URL, and goes on living until its standard input is closed.
_APPLICATION = """
import json, sys
from pathlib import Path
from db.embedded import attach
lease = attach(Path(sys.argv[1]), settings=json.loads(sys.argv[2]))
print(lease.url, flush=True)
sys.stdin.read()
"""

_START_ONE_MORE = "import subprocess, sys; subprocess.run([sys.executable, '-c', ''], check=True)"


@dataclass(frozen=True)
class Application:
    """Another application that holds a lease, in a process of its own."""

    process: subprocess.Popen[str]
    url: str

    def quit(self) -> None:
        """End it the regular way."""
        self.process.communicate("", timeout=10)

    def kill(self, kind: int = signal.SIGKILL) -> None:
        """End it by a signal."""
        self.process.send_signal(kind)
        self.process.communicate(timeout=10)


def application(
    home: Path, prefix: Sequence[str] = (), settings: Mapping[str, str] = QUICK
) -> Application:
    """Start an application and wait until it is attached."""
    process = subprocess.Popen(
        [*prefix, sys.executable, "-c", _APPLICATION, str(home), json.dumps(settings)],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    if not url:
        _, error = process.communicate(timeout=10)
        raise AssertionError(error)
    return Application(process, url)


def script(text: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a Python script to its end."""
    return subprocess.run(
        [sys.executable, "-c", text, *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        text=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )


def until(condition: Callable[[], Any], seconds: float = 20) -> None:
    """Wait until the condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.05)


def server_of(home: Path) -> Postmaster:
    """Return the server that runs on a home."""
    server = postmaster(Place(home))
    assert server is not None
    return server


def copy_data(data: Path, home: Path) -> None:
    """Copy a data directory into a home, with its owner."""
    subprocess.run(["cp", "-a", str(data), str(home)], check=True)


def stopped(home: Path) -> bool:
    """Tell whether no server runs on a home."""
    return postmaster(Place(home)) is None


def keepers(home: Path) -> list[int]:
    """Return the process ids of the keepers of a home."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().split(b"\0")
        except OSError:
            continue
        if os.fsencode(home) in words and any(word.endswith(b"keeper.py") for word in words):
            found.append(int(entry.parent.name))
    return found


def family(pid: int) -> list[int]:
    """Return a server's process id and those of its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def run_sql(url: str, statement: str) -> Any:
    """Run one statement in a transaction and return the first value, None where there is none."""
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None
    finally:
        connection.close()


def unprivileged_prefix() -> list[str] | None:
    """Return the words that make a command run as nobody; None where that cannot be done.

    An interpreter below /root is out of reach for nobody, so reading there is allowed to it.
    """
    tool = shutil.which("setpriv")
    if tool is None or os.geteuid() != 0:
        return None
    prefix = [tool, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    for extra in ([], ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]):
        words = [*prefix, *extra]
        check = [*words, sys.executable, "-c", _START_ONE_MORE]
        if subprocess.run(check, capture_output=True, cwd="/").returncode == 0:
            return words
    return None
