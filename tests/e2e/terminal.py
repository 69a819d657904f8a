"""A program in a pseudo-terminal, its screen kept by a terminal emulator."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pyte

from tests.hostile import Emulator

KEYS: Final = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "space": " ",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "f2": "\x1bOQ",
    "f5": "\x1b[15~",
    "ctrl+a": "\x01",
    "ctrl+j": "\n",
    "ctrl+r": "\x12",
    "ctrl+s": "\x13",
    "ctrl+q": "\x11",
}
# What pyte would print as text, or that asks the terminal for an answer.
UNKNOWN: Final = re.compile(
    rb"\x1b\[[<>=?][0-9;:]*[ $!\"']?[a-zA-Z@`{|}~]|\x1b[\]PX^_].*?(?:\x07|\x1b\\)", re.DOTALL
)
UNFINISHED: Final = re.compile(rb"\x1b(?:\[[0-9;:<>=?$ !]*|[\]PX^_][^\x07\x1b]*)?$", re.DOTALL)
PATIENCE: Final = 30.0


class Terminal:
    """A running command; as a context manager it is ended on the way out."""

    def __init__(
        self, command: Sequence[str], *, env: Mapping[str, str], cwd: Path, size: tuple[int, int]
    ) -> None:
        columns, rows = size
        self.screen = Emulator(columns, rows)
        self.raw = bytearray()
        self._stream = pyte.ByteStream(self.screen)
        self._left = b""
        master, slave = pty.openpty()
        self._master = master
        self._set_size(columns, rows)
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=cwd,
            env={
                **{name: value for name, value in env.items() if name not in ("COLUMNS", "LINES")},
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                "LANG": "C.UTF-8",
            },
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        self.hang_up()

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def press(self, *keys: str) -> None:
        """Press keys, by name or as the text that they type."""
        for key in keys:
            os.write(self._master, KEYS.get(key, key).encode())

    def hang_up(self) -> None:
        """Close the terminal, as the end of a line that drops does."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the terminal, as a user who drags its window."""
        self.screen.resize(rows, columns)
        self._set_size(columns, rows)
        os.killpg(self.process.pid, signal.SIGWINCH)

    def wait(self, wanted: str | Callable[[str], bool], patience: float = PATIENCE) -> str:
        """Read until a text stands on the screen, or a condition holds; return the screen."""
        holds = wanted if callable(wanted) else lambda text: wanted in text
        end = time.monotonic() + patience
        while not holds(self.text):
            left = end - time.monotonic()
            assert left > 0, f"{wanted!r} did not come to be seen:\n{self.text}"
            assert self._read(min(left, 1.0)) or self.process.poll() is None, (
                f"the program ended before {wanted!r} was seen:\n{self.text}"
            )
        return self.text

    def quiet(self, pause: float = 0.4, patience: float = 10.0) -> str:
        """Read until nothing more is painted, or for so long; return the screen."""
        end = time.monotonic() + patience
        while self._read(pause) and time.monotonic() < end:
            pass
        return self.text

    def ended(self, patience: float = PATIENCE) -> int:
        """Read until the program has ended; return its exit code."""
        end = time.monotonic() + patience
        while self.process.poll() is None and time.monotonic() < end:
            self._read(0.2)
        return self.process.wait(1)

    def _read(self, patience: float) -> bool:
        data = self._receive(patience)
        if data:
            self.raw += data
            self._show(data)
        return bool(data)

    def _receive(self, patience: float) -> bytes:
        """Return what the program wrote, nothing where it wrote nothing in that time."""
        if not select.select([self._master], [], [], patience)[0]:
            return b""
        try:
            return os.read(self._master, 65536)
        except OSError:
            return b""

    def _show(self, data: bytes) -> None:
        data = self._left + data
        # A sequence may be cut in two by the end of the buffer: its beginning waits for the rest.
        cut = UNFINISHED.search(data)
        self._left = data[cut.start() :] if cut else b""
        self._stream.feed(UNKNOWN.sub(b"", data[: cut.start()] if cut else data))

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def typescript(
    command: Sequence[str], *, env: Mapping[str, str], cwd: Path, columns: int = 80
) -> tuple[int, bytes]:
    """Return the exit code of a command that reads nothing, and the bytes that its terminal got."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, columns))
    running = subprocess.Popen(
        command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    read = bytearray()
    try:
        while piece := os.read(ours, 65536):
            read += piece
    except OSError:
        pass  # The other end was closed.
    os.close(ours)
    return running.wait(60), bytes(read)
