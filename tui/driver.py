"""The terminal's driver, made steady against a stop that it did not ask for."""

from __future__ import annotations

import signal
from typing import Any

from textual.drivers.linux_driver import LinuxDriver


class SteadyDriver(LinuxDriver):
    """Textual's driver for a program that is stopped by SIGSTOP and goes on, or loses its terminal.

    Textual takes each SIGCONT for the end of a suspension that it began itself, and begins a second
    thread that reads the keys: both would get some of them, and the program could not end.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # What nohup started ignores SIGHUP, and so do its children; without a terminal, Textual would
        # ask for keys without a pause, for ever.
        signal.signal(signal.SIGHUP, signal.SIG_DFL)

    def _sigcont_application(self, *args: Any) -> None:
        if self._must_signal_resume:
            super()._sigcont_application(*args)
