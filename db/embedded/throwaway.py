"""Homes that go away with their last application, for the demo and for tests."""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from db.embedded.account import Account, server_account
from db.embedded.keeper import ensure_keeper
from db.embedded.places import Place, make_ours, prepare
from db.errors import ConfigurationError

_THROWAWAY_PREFIX: Final = "customer-center-throwaway-"
_ABANDONED_SECONDS: Final = 600.0


def throwaway_home(name: str = "") -> Path:
    """Make a home that goes away with its last application, to be given to ``attach``.

    The same name gives the same folder, so that several processes can share it; without one it is
    a new folder. Throw-away homes whose processes were all killed are cleared away.
    """
    account = server_account(Path("/nonexistent/data"))
    base = _throwaway_base(account)
    _clear_abandoned(base)
    prefix = f"{_THROWAWAY_PREFIX}{os.geteuid()}-"
    if name:
        place = Place(base / f"{prefix}{name}")
        prepare(place)
    else:
        place = Place(Path(tempfile.mkdtemp(prefix=prefix, dir=base)))
        make_ours(place.home, account)
    place.throwaway.touch(0o600)
    return place.home


def _throwaway_base(account: Account) -> Path:
    for base in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")):
        if base.is_dir() and account.can_enter(base):
            return base.resolve()
    raise ConfigurationError(
        f"User {account.name} can reach no folder for temporary files; make /tmp reachable."
    )


def _clear_abandoned(base: Path) -> None:
    """Start a keeper for old throw-away homes without one; it stops the server and removes them."""
    for folder in base.glob(f"{_THROWAWAY_PREFIX}{os.geteuid()}-*"):
        marker = Place(folder).throwaway
        with suppress(OSError):
            ours = folder.lstat().st_uid == os.geteuid()
            if ours and time.time() - marker.stat().st_mtime > _ABANDONED_SECONDS:
                ensure_keeper(Place(folder))
