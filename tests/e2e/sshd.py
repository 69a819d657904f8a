"""An OpenSSH server of a test's own on the loopback, and the way in for its one user."""

from __future__ import annotations

import getpass
import os
import shlex
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support import wait_for

SSHD: Final = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
MISSING: Final = [name for name in ("ssh", "ssh-keygen") if shutil.which(name) is None] + (
    ["sshd"] if SSHD is None else []
)
"""The programs that are not installed here."""
PRIVILEGES: Final = Path("/run/sshd")
"""Where the sshd of Debian locks the part of itself up that has no rights; only root needs it."""

_CONFIG: Final = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
"""


@dataclass(frozen=True)
class Sshd:
    """A running server; ``folder`` holds its keys and configuration."""

    folder: Path
    port: int

    def command(self, words: Sequence[str], env: Mapping[str, str], pid_file: Path) -> list[str]:
        """Return the command that runs another one on the server, in a terminal.

        The process id of what runs there is written to ``pid_file``.
        """
        given = " ".join(f"{name}={shlex.quote(value)}" for name, value in env.items())
        remote = f"echo $$ >{shlex.quote(str(pid_file))}; exec env {given} {shlex.join(words)}"
        options = {
            "UserKnownHostsFile": f"{self.folder}/known",
            "IdentitiesOnly": "yes",
            "BatchMode": "yes",
        }
        return [
            *("ssh", "-tt", "-F", "none", "-p", str(self.port), "-i", f"{self.folder}/user"),
            *(word for name, value in options.items() for word in ("-o", f"{name}={value}")),
            *("-l", getpass.getuser(), "127.0.0.1", remote),
        ]


@contextmanager
def sshd(folder: Path) -> Iterator[Sshd]:
    """Run a server whose keys are made in a folder."""
    for name in ("host", "user"):
        made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(made, check=True, stdin=subprocess.DEVNULL)
    port = _free_port()
    host_key = (folder / "host.pub").read_text()
    (folder / "known").write_text(f"[127.0.0.1]:{port} {host_key}")
    (folder / "config").write_text(_CONFIG.format(port=port, folder=folder))
    if os.geteuid() == 0:
        PRIVILEGES.mkdir(mode=0o755, exist_ok=True)
    assert SSHD is not None
    with (folder / "log").open("w") as log:
        command = [SSHD, "-D", "-e", "-f", str(folder / "config")]
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=log)
    try:
        wait_for(lambda: server.poll() is not None or _listens(port), "sshd")
        assert server.poll() is None, (folder / "log").read_text()
        yield Sshd(folder, port)
    finally:
        server.terminate()
        server.wait(10)


def _free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _listens(port: int) -> bool:
    with closing(socket.socket()) as one:
        return one.connect_ex(("127.0.0.1", port)) == 0
