"""A program in a pseudo-terminal whose answers are timed.

A thread stamps each piece of output as it arrives; the emulation, which is slow, runs afterwards, so
that its own time is not counted.
"""

from __future__ import annotations

import os
import queue
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from tests.e2e.terminal import KEYS, Terminal

SIZE: Final = (120, 40)
# An installed program is compiled once, whatever the environment of a checkout says.
COMPILED: Final = {"PYTHONDONTWRITEBYTECODE": ""}
ROOT: Final = Path(__file__).parents[2]
# What programs ask a terminal, and what xterm says: without an answer some wait, some complain.
QUESTIONS: Final = re.compile(rb"\x1b\[(?:6n|5n|0?c|>c|\?\d+\$p)|\x1b\]1[01];\?")
APPLICATION_KEYS: Final = re.compile(rb"\x1b\[\?1([hl])")
QUIET: Final = 0.05
"""Seconds without output after which a key counts as answered."""


@dataclass(frozen=True)
class Answer:
    """The answer to a key: seconds to its last piece of output, and its bytes."""

    seconds: float
    bytes: int


class TimedTerminal(Terminal):
    """A running command, started at ``started``; times are those of arrival, not of emulation."""

    def __init__(
        self,
        command: Sequence[str],
        env: Mapping[str, str] | None = None,
        size: tuple[int, int] = SIZE,
    ) -> None:
        # A SimpleQueue waits for ever where a short time-out runs out just as something comes.
        self._arrivals: queue.Queue[tuple[float, bytes]] = queue.Queue()
        self._application_keys = False
        self.arrived = 0.0
        self.started = time.perf_counter()
        super().__init__(
            command, env={**os.environ, **COMPILED, **(env or {})}, cwd=ROOT, size=size
        )
        # A descriptor of its own: the number of a closed one is soon that of another terminal.
        own = os.dup(self._master)
        threading.Thread(target=self._collect, args=(own,), daemon=True).start()

    def _collect(self, master: int) -> None:
        with open(master, "rb", buffering=0) as output, suppress(OSError):
            while data := output.read(65536):
                self._arrivals.put((time.perf_counter(), data))

    def _receive(self, patience: float) -> bytes:
        try:
            self.arrived, data = self._arrivals.get(timeout=max(patience, 0.0001))
        except queue.Empty:
            return b""
        for mode in APPLICATION_KEYS.findall(data):
            self._application_keys = mode == b"h"
        for question in QUESTIONS.findall(data):
            os.write(self._master, self._reply(question))
        return data

    def _reply(self, question: bytes) -> bytes:
        match question[2:]:
            case b"6n":
                return b"\x1b[%d;%dR" % (self.screen.cursor.y + 1, self.screen.cursor.x + 1)
            case b"5n":
                return b"\x1b[0n"
            case b"c" | b"0c":
                return b"\x1b[?62;22c"
            case b">c":
                return b"\x1b[>1;10;0c"
            case b"?2026$p":
                return b"\x1b[?2026;2$y"
            case b"10;?" | b"11;?":
                shade = b"ffff" if question.endswith(b"10;?") else b"0000"
                return b"\x1b]%s;rgb:%s\x1b\\" % (question[2:4], b"/".join([shade] * 3))
            case mode:
                return b"\x1b[" + mode[:-2] + b";0$y"

    def until(
        self, wanted: str | Callable[[str], bool], since: float, patience: float = 60.0
    ) -> float:
        """Return the seconds from ``since`` to the output after which ``wanted`` stood there.

        ``wanted`` is a regular expression, or a condition on the screen's text.
        """
        if isinstance(wanted, str):
            pattern = re.compile(wanted)
            self.wait(lambda text: pattern.search(text) is not None, patience)
        else:
            self.wait(wanted, patience)
        return self.arrived - since

    def send(self, text: str) -> float:
        """Press a key or type a text; return when."""
        # Programs that asked for application keys get them.
        keys = KEYS.get(text, text)
        if self._application_keys and re.fullmatch(r"\x1b\[[A-DHF]", keys):
            keys = "\x1bO" + keys[2]
        now = time.perf_counter()
        os.write(self._master, keys.encode())
        return now

    def key(self, key: str, quiet: float = QUIET, patience: float = 10.0) -> Answer:
        """Press a key and read until nothing more comes for so many seconds."""
        while self._read(0):
            pass
        before = len(self.raw)
        self.screen.dirty.clear()
        pressed = self.send(key)
        while not self.screen.dirty:
            assert time.perf_counter() - pressed < patience, f"no answer to {key}:\n{self.text}"
            self._read(0.2)
        painted = self.arrived
        while self._read(quiet):
            painted = self.arrived
        return Answer(painted - pressed, len(self.raw) - before)

    def memory(self) -> float:
        """Return the proportional memory (PSS) of the program and its children, in MB."""
        root = psutil.Process(self.process.pid)
        kilobytes = 0
        for process in (root, *root.children(recursive=True)):
            rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
            kilobytes += int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1])  # type: ignore[index]
        return kilobytes / 1024
