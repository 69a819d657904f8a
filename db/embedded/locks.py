"""Advisory file locks, which the kernel lets go when their holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

EXCLUSIVE = fcntl.LOCK_EX
SHARED = fcntl.LOCK_SH


def open_lock(path: Path) -> int:
    """Open a lock file, made where missing, and return a descriptor that no child inherits."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def try_lock(descriptor: int, kind: int) -> bool:
    """Take the lock if it is free now."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def lock_within(descriptor: int, kind: int, seconds: float) -> bool:
    """Take the lock as soon as it is free; False where it was not within so many seconds."""
    end = time.monotonic() + seconds
    while not try_lock(descriptor, kind):
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


def wait_for(descriptor: int, kind: int) -> None:
    """Take the lock, however long it takes."""
    fcntl.flock(descriptor, kind)


def unlock(descriptor: int) -> None:
    """Let the lock go and keep the file open."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)


def names_same_file(descriptor: int, path: Path) -> bool:
    """Tell whether the path still names the opened file; a removed lock file protects nothing."""
    try:
        now = path.stat()
    except FileNotFoundError:
        return False
    opened = os.fstat(descriptor)
    return (opened.st_dev, opened.st_ino) == (now.st_dev, now.st_ino)


def shared_holders(path: Path) -> int | None:
    """Count who holds a lock file shared; None where the system does not tell."""
    try:
        inode = path.stat().st_ino
        lines = Path("/proc/locks").read_text().splitlines()
    except OSError:
        return None
    held = (line.split() for line in lines if "->" not in line)
    return sum(
        len(parts) > 5 and parts[3] == "READ" and parts[5].endswith(f":{inode}") for parts in held
    )
