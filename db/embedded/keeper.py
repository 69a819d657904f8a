"""The keeper: a small process that stops the server when the last application has gone.

It outlives the applications, however they end: it waits for a lock that each of them holds shared,
which the kernel gives up for them. It runs this file by its path with no site packages.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from db.embedded.places import Place

GRACE_SECONDS: Final = 2.0
_SOURCE_ROOT: Final = Path(__file__).resolve().parents[2]


def ensure_keeper(place: Place) -> None:
    """Start a keeper unless one lives. It inherits its lock held, so there are never two."""
    from db.embedded import locks
    from db.embedded.account import bare_environment

    descriptor = locks.open_lock(place.keeper_lock)
    try:
        if locks.try_lock(descriptor, locks.EXCLUSIVE):
            subprocess.Popen(
                [sys.executable, "-I", "-S", __file__, str(place.home), str(descriptor)],
                cwd="/",
                env=bare_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[descriptor],
                start_new_session=True,
            )
    finally:
        os.close(descriptor)


def keep(place: Place, descriptor: int) -> None:
    """Wait until nobody uses the server, then stop it; a throw-away home goes with it."""
    from db.embedded import locks
    from db.embedded.cluster import stop_server
    from db.embedded.places import exclusive, remove_home

    clients = locks.open_lock(place.clients_lock)
    while True:
        locks.wait_for(clients, locks.EXCLUSIVE)
        locks.unlock(clients)
        time.sleep(GRACE_SECONDS)
        if not locks.names_same_file(clients, place.clients_lock):
            # The home was removed, and PostgreSQL ends by itself within a minute of that.
            return
        with exclusive(place, float("inf")):
            if not locks.try_lock(clients, locks.EXCLUSIVE):
                continue
            if not place.pinned.exists():
                throwaway = place.throwaway.exists()
                stop_server(place, immediate=throwaway)
                if throwaway:
                    remove_home(place)
            # Let go inside: an application that comes next must find no keeper.
            os.close(descriptor)
            return


def main() -> None:
    """Run as ``keeper.py HOME DESCRIPTOR``, the descriptor holding the keeper's lock."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    sys.path.append(str(_SOURCE_ROOT))
    from db.embedded.places import Place

    keep(Place(Path(sys.argv[1])), int(sys.argv[2]))


if __name__ == "__main__":
    main()
