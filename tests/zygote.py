"""A process that has the command line imported and forks for each command, which saves its imports.

Each command runs in a process of its own all the same, with the arguments, environment, folder and
streams that it is given, and ends with its own exit code.
"""

from __future__ import annotations

import io
import json
import os
import pkgutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Final, NoReturn

ROOT: Final = Path(__file__).parents[1]
SECONDS: Final = 60.0
_REQUEST_BYTES: Final = 1 << 20


class Zygote:
    """The other end of the line to that process."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        line.settimeout(SECONDS)

    def run(
        self, words: Sequence[str], folder: Path, environment: Mapping[str, str], given: bytes
    ) -> tuple[int, bytes, bytes]:
        """Run one command and return its exit code, data and talk. Raises TimeoutError."""
        request = {"words": words, "folder": str(folder), "environment": dict(environment)}
        with (
            tempfile.TemporaryFile() as stdin,
            tempfile.TemporaryFile() as stdout,
            tempfile.TemporaryFile() as stderr,
        ):
            stdin.write(given)
            stdin.seek(0)
            streams = [stdin.fileno(), stdout.fileno(), stderr.fileno()]
            socket.send_fds(self._line, [json.dumps(request).encode()], streams)
            code = int(self._line.recv(16))
            stdout.seek(0)
            stderr.seek(0)
            return code, stdout.read(), stderr.read()


@contextmanager
def zygote() -> Iterator[Zygote]:
    """Run the process until the block ends."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "tests.zygote", str(theirs.fileno())]
    with ours, subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()]) as process:
        theirs.close()
        yield Zygote(ours)
        ours.close()
        process.wait(SECONDS)


def serve(line: socket.socket) -> None:
    """Fork for each request until the other end is closed."""
    commands = import_module("tui.commands")
    for module in pkgutil.iter_modules(commands.__path__, "tui.commands."):
        import_module(module.name)
    for name in ("tui.cli", "db.database", "db.demo", "db.schema", "db.services.bulk"):
        import_module(name)
    while True:
        request, streams, _, _ = socket.recv_fds(line, _REQUEST_BYTES, 3)
        if not request:
            return
        if (child := os.fork()) == 0:
            line.close()
            _become(json.loads(request), streams)
        for stream in streams:
            os.close(stream)
        _, status = os.waitpid(child, 0)
        line.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(request: Mapping[str, object], streams: Sequence[int]) -> NoReturn:
    code = 70
    try:
        _take_over(request, streams)
        from tui.cli import main

        try:
            code = main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _take_over(request: Mapping[str, object], streams: Sequence[int]) -> None:
    words, environment = request["words"], request["environment"]
    assert isinstance(words, list)
    assert isinstance(environment, dict)
    os.chdir(str(request["folder"]))
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = ["customer-center", *words]
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    encoding = environment.get("PYTHONIOENCODING") or "utf-8"
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0)), encoding)
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w")), encoding)
    sys.stderr = io.TextIOWrapper(
        io.BufferedWriter(io.FileIO(2, "w")), encoding, "backslashreplace", line_buffering=True
    )


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
