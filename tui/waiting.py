"""What the operator waits for: it shows when it takes longer than a moment, and Escape stops it.

One rule for all screens: a read that lets wait is given up at once, and the server is told to stop.
So it is with one that nobody wants any more, for another took its place or its screen was left.
A write is stopped too where nothing is painted until it is done, and refused then.
"""

from __future__ import annotations

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker

from db.errors import CustomerCenterError, ReadGivenUp
from tui.key_order import KeyOrder, Typed

if TYPE_CHECKING:
    from db.stopping import Stop

PATIENCE: Final = 0.2
"""Seconds after which a read lets wait."""


@dataclass(eq=False, kw_only=True)
class Wait(ABC):
    """Something on its way; ``late`` is set once the operator waits for it, ``over`` at its end."""

    over: bool = False
    late: bool = False

    @property
    @abstractmethod
    def wanted(self) -> bool:
        """True while its answer would be taken."""

    @abstractmethod
    def is_on(self, screen: Screen[Any]) -> bool:
        """Tell whether it is waited for on a screen."""

    @abstractmethod
    def give_up(self) -> None:
        """Have it stopped, and say so."""


@dataclass(eq=False)
class WriteWait(Wait):
    """A write on its way; ``cancel`` has it stopped, which its outcome tells."""

    cancel: Callable[[], None]

    @property
    def wanted(self) -> bool:
        return not self.over

    def is_on(self, screen: Screen[Any]) -> bool:
        return not screen.is_modal

    def give_up(self) -> None:
        self.over = True
        self.cancel()


@dataclass(eq=False)
class ReadWait(Wait):
    """A read on its way for a widget; ``failed`` takes the error when it is given up.

    ``begun`` and ``over`` are set in its thread.
    """

    reader: Widget
    group: str
    worker: Worker[None]
    stop: Stop
    failed: Callable[[CustomerCenterError], None]
    since: float = field(default_factory=monotonic)
    begun: bool = False

    @property
    def wanted(self) -> bool:
        return not (self.over or self.worker.is_cancelled or self.worker.is_finished)

    @property
    def gone(self) -> bool:
        """True where nothing of it is left to be stopped."""
        # A worker that is cancelled before its first step never counts as finished.
        ended = self.worker.is_finished or self.worker.is_cancelled
        return self.over or (ended and not self.begun)

    def is_on(self, screen: Screen[Any]) -> bool:
        return screen in self.reader.ancestors_with_self

    def give_up(self) -> None:
        self.worker.cancel()
        self.tell_server()
        self.reader.call_later(self.failed, ReadGivenUp())

    def tell_server(self) -> None:
        """Have the server stop it; the telling may take long on a broken line, and is not waited for."""
        threading.Thread(target=self.stop.stop, name="stop", daemon=True).start()


class Waiting(KeyOrder):
    """An application that knows what is on its way."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._waits: list[ReadWait] = []
        self._writes: dict[UUID, WriteWait] = {}

    @property
    def lets_wait(self) -> bool:
        """True while the operator waits for something on the screen that is shown."""
        return bool(self._late())

    def waiting_changed(self) -> None:
        """Show what ``lets_wait`` is now."""

    def began(self, wait: ReadWait, patience: float | None) -> None:
        """Take note of a read; without ``patience`` nobody waits for it."""
        self._drop(wait.reader, wait.group)
        self._waits = [*(each for each in self._waits if not each.gone), wait]
        if patience is not None:
            self._watch(wait, patience)

    def sent(self, change_id: UUID, cancel: Callable[[], None]) -> None:
        """Take note of a write that nothing is painted of until it is done."""
        self._writes[change_id] = wait = WriteWait(cancel)
        self._watch(wait, PATIENCE)

    def settled(self, change_id: UUID) -> None:
        """Take note that a write is done or refused, or is tried until the database is back."""
        wait = self._writes.pop(change_id, None)
        if wait is not None:
            self._over(wait)

    def ended(self, wait: ReadWait) -> None:
        """Take note that a read is over; called in its thread."""
        self._over(wait)

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
            wait.give_up()
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
        on_their_way = (*self._waits, *self._writes.values())
        return [
            wait for wait in on_their_way if wait.late and wait.wanted and wait.is_on(self.screen)
        ]

    def _watch(self, wait: Wait, patience: float) -> None:
        asyncio.get_running_loop().call_later(patience, self.call_later, self._is_late, wait)

    def _over(self, wait: Wait) -> None:
        wait.over = True
        if wait.late:
            self.call_later(self.waiting_changed)

    def _is_late(self, wait: Wait) -> None:
        if wait.wanted:
            wait.late = True
            self.waiting_changed()
