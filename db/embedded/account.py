"""The system user that the embedded server runs as, and children started as that user."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from db.errors import ConfigurationError

SERVICE_NAME: Final = "customer-center"


@dataclass(frozen=True)
class Account:
    """A system user by name, with its user and group id."""

    name: str
    uid: int
    gid: int

    @property
    def foreign(self) -> bool:
        """True where the server runs as another user than this process, which is then root."""
        return self.uid != os.geteuid()

    def child(self) -> dict[str, Any]:
        """Return the subprocess options of a child that runs as this user, away from our terminal."""
        options: dict[str, Any] = {"cwd": "/", "env": bare_environment()}
        if self.foreign:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return options

    def can_enter(self, folder: Path) -> bool:
        """Tell whether this user can reach a folder, by letting a process of the user try."""
        command = ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]
        return subprocess.run(command, **self.child(), stderr=subprocess.DEVNULL).returncode == 0


def invoking_account() -> Account:
    """Return the user of this process; raises ConfigurationError where the user has no name."""
    uid = os.geteuid()
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise ConfigurationError(
            f"The embedded PostgreSQL tells users by name, and user id {uid} has none on this "
            "machine; add the user to /etc/passwd or set DATABASE_URL."
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def server_account(data: Path) -> Account:
    """Return the user that runs the server of a data directory, which need not exist yet.

    That is the directory's owner, else the user of this process, and for root, as whom PostgreSQL
    refuses to run, the system user ``customer-center``, who is added where missing.
    """
    invoker = invoking_account()
    try:
        owner = data.stat().st_uid
    except FileNotFoundError:
        return invoker if invoker.uid else _service_account()
    if not owner:
        raise ConfigurationError(f"{data} belongs to root, as whom PostgreSQL does not run.")
    if invoker.uid not in (0, owner):
        raise ConfigurationError(
            f"{data} belongs to user {_name_of(owner)}, not to {invoker.name}."
        )
    return invoker if invoker.uid else _existing(pwd.getpwuid(owner))


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _existing(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _service_account() -> Account:
    for _ in range(50):
        try:
            entry = pwd.getpwnam(SERVICE_NAME)
        except KeyError:
            problem = _add_service_user()
            # Another process may be adding it: the tool holds a lock on /etc/passwd meanwhile.
            time.sleep(0.1 if problem else 0)
            continue
        if entry.pw_uid == 0:
            raise ConfigurationError(f"The user {SERVICE_NAME} must not have the user id 0.")
        return _existing(entry)
    raise ConfigurationError(
        f"The system user {SERVICE_NAME}, as whom the embedded PostgreSQL runs when root starts it, "
        f"could not be added: {problem}."
    )


def _add_service_user() -> str:
    """Add the user; return what went wrong, empty where nothing did."""
    if shutil.which("useradd"):
        command = ["useradd", "--system", "--user-group", "--no-create-home"]
        command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", SERVICE_NAME]
    elif shutil.which("adduser"):
        command = ["adduser", "-S", "-D", "-H", "-s", "/sbin/nologin", SERVICE_NAME]
    else:
        return "there is neither useradd nor adduser"
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return done.stderr.strip().rstrip(".") if done.returncode else ""


def bare_environment() -> dict[str, str]:
    """Return an environment without secrets, for processes that outlive this one."""
    names = ("TZ", "TMPDIR", "XDG_RUNTIME_DIR")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return kept | {"PATH": os.defpath, "LC_ALL": "C"}
