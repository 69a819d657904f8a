"""What the operator waits for: it shows when it takes longer than a moment, and Escape stops it.

One rule for all screens: a read that lets wait is given up at once, and the server is told to stop.
So it is with one that nobody wants any more, for another took its place or its screen was left.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker

from db.errors import CustomerCenterError, ReadCancelled
from tui.key_order import KeyOrder, Typed

if TYPE_CHECKING:
    from db.stopping import Stop

PATIENCE: Final = 0.2
"""Seconds after which a read lets wait."""


@dataclass(eq=False)
class Wait:
    """A read on its way for a widget; ``failed`` takes the error when it is given up.

    ``begun`` and ``over`` are set in its thread, ``late`` once the operator waits for it.
    """

    reader: Widget
    group: str
    worker: Worker[None]
    stop: Stop
    failed: Callable[[CustomerCenterError], None]
    since: float = field(default_factory=monotonic)
    begun: bool = False
    over: bool = False
    late: bool = False

    @property
    def wanted(self) -> bool:
        """True while its answer would be taken."""
        return not (self.over or self.worker.is_cancelled or self.worker.is_finished)

    @property
    def gone(self) -> bool:
        """True where nothing of it is left to be stopped."""
        return self.over or (self.worker.is_finished and not self.begun)

    def is_on(self, screen: Screen[Any]) -> bool:
        """Tell whether it is for a screen, or for something there."""
        return screen in self.reader.ancestors_with_self

    def tell_server(self) -> None:
        """Have the server stop it; the telling may take long on a broken line, and is not waited for."""
        threading.Thread(target=self.stop.stop, name="stop", daemon=True).start()


class Waiting(KeyOrder):
    """An application that knows the reads on their way."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._waits: list[Wait] = []

    @property
    def lets_wait(self) -> bool:
        """True while the operator waits for something on the screen that is shown."""
        return bool(self._late())

    def waiting_changed(self) -> None:
        """Show what ``lets_wait`` is now."""

    def began(self, wait: Wait, patience: float | None) -> None:
        """Take note of a read; without ``patience`` nobody waits for it."""
        self._drop(wait.reader, wait.group)
        self._waits = [*(each for each in self._waits if not each.gone), wait]
        if patience is not None:
            asyncio.get_running_loop().call_later(patience, self.call_later, self._is_late, wait)

    def ended(self, wait: Wait) -> None:
        """Take note that a read is over; called in its thread."""
        wait.over = True
        if wait.late:
            self.call_later(self.waiting_changed)

    def left(self, reader: Widget) -> None:
        """Take note that a widget is gone."""
        self._drop(reader)

    def stop_read(self, reader: Widget, group: str) -> None:
        """Have the server stop what it reads for a widget, which ends with an error then."""
        for wait in self._waits:
            if wait.reader is reader and wait.group == group and not wait.gone:
                wait.tell_server()

    def takes(self, key: Typed) -> bool:
        """Stop what the operator waits for by Escape, which has its usual meaning otherwise."""
        late = self._late() if getattr(key, "key", "") == "escape" else []
        for wait in late:
            wait.worker.cancel()
            wait.tell_server()
            wait.reader.call_later(wait.failed, ReadCancelled())
        if late:
            self.waiting_changed()
        return bool(late)

    def _drop(self, reader: Widget, group: str = "") -> None:
        """Have the server stop what took its time already and is not wanted any more."""
        old = monotonic() - PATIENCE
        for wait in self._waits:
            same = wait.reader is reader and group in ("", wait.group)
            if same and not wait.gone and wait.since < old:
                wait.tell_server()

    def _late(self) -> list[Wait]:
        return [
            wait for wait in self._waits if wait.late and wait.wanted and wait.is_on(self.screen)
        ]

    def _is_late(self, wait: Wait) -> None:
        if wait.wanted:
            wait.late = True
            self.waiting_changed()
