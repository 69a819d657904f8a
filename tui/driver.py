"""The terminal's driver, made steady against a stop that it did not ask for."""

from __future__ import annotations

from typing import Any

from textual.drivers.linux_driver import LinuxDriver


class SteadyDriver(LinuxDriver):
    """Textual's driver for a program that is stopped by SIGSTOP and goes on.

    Textual takes each SIGCONT for the end of a suspension that it began itself, and begins a second
    thread that reads the keys: both would get some of them, and the program could not end.
    """

    def _sigcont_application(self, *args: Any) -> None:
        if self._must_signal_resume:
            super()._sigcont_application(*args)
