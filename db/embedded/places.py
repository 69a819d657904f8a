"""Where the embedded database lives: its home and its socket directory.

Nothing here changes the mode or the owner of a directory that this program did not make.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from db.embedded import locks
from db.embedded.account import Account, server_account
from db.errors import ConfigurationError, DatabaseUnavailable

ROOT_HOME: Final = Path("/var/lib/customer-center")
# A socket's whole path may have 104 bytes on some systems; its name takes 14 of them.
SOCKET_FOLDER_BYTES: Final = 80
PORT: Final = "5432"
SOCKET_NAMES: Final = (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock")
LOCK_SECONDS: Final = 90.0


@dataclass(frozen=True)
class Place:
    """The home folder of an embedded database, and the names in it."""

    home: Path

    @property
    def data(self) -> Path:
        """The data directory of PostgreSQL, 0700."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """What the server says, 0600."""
        return self.home / "server.log"

    @property
    def start_lock(self) -> Path:
        """Held exclusively by whoever starts, stops or restores."""
        return self.home / "start.lock"

    @property
    def clients_lock(self) -> Path:
        """Held shared by each application that uses the server."""
        return self.home / "clients.lock"

    @property
    def keeper_lock(self) -> Path:
        """Held exclusively by the keeper for its life."""
        return self.home / "keeper.lock"

    @property
    def pinned(self) -> Path:
        """Exists where the server runs on without applications."""
        return self.home / "pinned"

    @property
    def throwaway(self) -> Path:
        """Exists where the whole home is removed when the last application has gone."""
        return self.home / "throwaway"

    @property
    def backups(self) -> Path:
        """Backups that were given no other place, 0700."""
        return self.home / "backups"


def home(override: Path | None = None) -> Path:
    """Return the home folder: ``override``, ``$CUSTOMER_CENTER_HOME``, else the user's data folder.

    For root it is a folder under /var/lib, because the server's user cannot reach root's own.
    """
    named = str(override) if override else os.environ.get("CUSTOMER_CENTER_HOME", "")
    if named:
        return Path(named).expanduser().absolute()
    if os.geteuid() == 0:
        return ROOT_HOME
    from platformdirs import user_data_path

    return user_data_path("customer-center")


def prepare(place: Place) -> None:
    """Make the home where it is missing, and refuse one that other users could tamper with."""
    if not place.home.exists():
        _make_home(place.home, server_account(place.data))
    facts = place.home.stat()
    if not stat.S_ISDIR(facts.st_mode):
        raise ConfigurationError(f"{place.home} is not a folder.")
    if facts.st_uid != os.geteuid():
        raise ConfigurationError(
            f"{place.home} belongs to another user (id {facts.st_uid}); "
            "give CUSTOMER_CENTER_HOME a folder of your own."
        )
    if facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise ConfigurationError(
            f"{place.home} can be written by other users; "
            "give CUSTOMER_CENTER_HOME a folder of your own."
        )


def _make_home(folder: Path, account: Account) -> None:
    """Make the folder beside and rename it, so that no other process sees it half made."""
    _make_parents(folder.parent, 0o755 if account.foreign else 0o700)
    made = Path(tempfile.mkdtemp(prefix=".customer-center-", dir=folder.parent))
    try:
        make_ours(made, account)
        os.rename(made, folder)
    except OSError:
        made.rmdir()
        if not folder.is_dir():
            raise


def _make_parents(folder: Path, mode: int) -> None:
    if folder.exists():
        return
    _make_parents(folder.parent, mode)
    with suppress(FileExistsError):
        folder.mkdir(mode)
        folder.chmod(mode)


def make_ours(folder: Path, account: Account) -> None:
    """Leave a new folder to us alone, but let a server of another user pass through."""
    if account.foreign:
        os.chown(folder, os.geteuid(), account.gid)
        folder.chmod(0o710)


@contextmanager
def exclusive(place: Place, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Be the only process that starts, stops or restores; waits at most so many seconds.

    The home is made where it is missing.
    """
    end = time.monotonic() + seconds
    while True:
        prepare(place)
        descriptor = locks.open_lock(place.start_lock)
        if not locks.lock_within(descriptor, locks.EXCLUSIVE, end - time.monotonic()):
            os.close(descriptor)
            raise DatabaseUnavailable(
                f"The embedded database in {place.home} is still being started, stopped or "
                "restored by another process; try again later."
            )
        # A throw-away home may have been removed, lock file and all, while we waited.
        if locks.names_same_file(descriptor, place.start_lock):
            break
        os.close(descriptor)
    try:
        yield
    finally:
        os.close(descriptor)


def remove_home(place: Place) -> None:
    """Remove a throw-away home; it vanishes in one step, so that a new one can be made at once."""
    doomed = Path(tempfile.mkdtemp(prefix=".customer-center-", dir=place.home.parent))
    os.rename(place.home, doomed)
    shutil.rmtree(doomed, ignore_errors=True)


def socket_folder(place: Place, account: Account) -> Path:
    """Return a folder that only the server's user (and root) can enter, at a short path.

    The path is the same at each start, so that applications can connect again, unless another user
    took the name; then it is a new one.
    """
    for folder in usual_socket_folders(place, account):
        with suppress(OSError):
            folder.mkdir(0o700)
        if _claim(folder, account):
            return folder
        with suppress(OSError):
            fresh = Path(tempfile.mkdtemp(prefix="customer-center-", dir=folder.parent))
            if len(os.fsencode(fresh)) <= SOCKET_FOLDER_BYTES and _claim(fresh, account):
                return fresh
            fresh.rmdir()
    raise ConfigurationError("No folder for the database's socket: /tmp cannot be written.")


def usual_socket_folders(place: Place, account: Account) -> Iterator[Path]:
    """Yield where the socket of this home, and of no other, may be."""
    key = hashlib.sha256(os.fsencode(place.home.resolve())).hexdigest()[:12]
    for base in _socket_bases(account):
        folder = base / f"customer-center-{key}"
        if len(os.fsencode(folder)) <= SOCKET_FOLDER_BYTES and not set(str(base)) & set(',"'):
            yield folder


def clear_sockets(folder: Path) -> None:
    """Remove the socket of a server that is gone, and its folder."""
    with suppress(OSError):
        for name in SOCKET_NAMES:
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()


def _socket_bases(account: Account) -> Iterator[Path]:
    if account.foreign:
        yield Path("/run")
    elif runtime := os.environ.get("XDG_RUNTIME_DIR"):
        yield Path(runtime)
    yield Path(tempfile.gettempdir())
    yield Path("/tmp")


def _claim(folder: Path, account: Account) -> bool:
    """Give our folder to the server's user; False where it is not a private folder of ours."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        facts = os.fstat(descriptor)
        ours = facts.st_uid in (os.geteuid(), account.uid)
        if not ours or stat.S_IMODE(facts.st_mode) != 0o700:
            return False
        if account.foreign:
            os.fchown(descriptor, account.uid, account.gid)
            return account.can_enter(folder)
    finally:
        os.close(descriptor)
    return True
