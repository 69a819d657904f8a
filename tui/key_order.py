"""One key at a time: the next one waits until the one before it was acted on.

Textual hands each key at once to the widget that has the focus then; the action of a binding comes
a few messages later. Keys that arrive together (a fast hand, a slow line, a pasted word) would so go
to a screen or a widget that the first of them leaves, or to one that has not read yet what they are for.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from time import monotonic
from typing import Any, Final

from textual import events
from textual.message_pump import MessagePump
from textual.widget import Widget

from tui.keys_at_once import KeysAtOnce
from tui.steady import SteadyApp

Typed = events.Key | events.Paste
PATIENCE: Final = 1.0
"""Seconds after which a key goes on though the one before was not seen to arrive, or it is held."""
HELD: Final = 0.02
"""Seconds between two looks whether a key is still held."""


class HoldsKeys(Widget):
    """Mix-in for a screen that lets keys wait until it has read what they are for."""

    def holds(self, key: Typed) -> bool:
        """Tell whether a key, and all that come behind it, are to wait."""
        return False


class KeyOrder(SteadyApp):
    """An application that hands on keys in order.

    A key whose action was run here has arrived; one that a widget kept to itself is followed on
    its way when the next key comes. Either way the screen of then has its turn before that one.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._keys_waiting: deque[Typed] = deque()
        self._key: Typed | None = None
        self._way: Sequence[MessagePump] | None = None
        self._patience: asyncio.TimerHandle | None = None
        self._acted = False

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key | events.Paste):
            await super().on_event(event)
        elif event.is_forwarded:
            await super().on_event(event)
            if event is self._key and not self._keys_waiting:
                self._way = []
        elif self._key is None:
            await self._hand_on(event)
        else:
            self._keys_waiting.append(event)
            if len(self._keys_waiting) == 1 and self._way is not None:
                self._follow_up(self._key, self._way)

    def takes(self, key: Typed) -> bool:
        """Tell whether the application itself took a key, which goes to no screen then."""
        return False

    async def _hand_on(self, key: Typed) -> None:
        self._key = key
        if self._held(key):
            loop = asyncio.get_running_loop()
            loop.call_later(HELD, self.call_later, self._hand_on, key)
            return
        way = list((self.focused or self.screen).ancestors_with_self)
        self._acted = self.takes(key)
        if not self._acted:
            await super().on_event(key)
        self._way = way = [] if self._acted else way
        if self._keys_waiting:
            self._follow_up(key, way)

    def _held(self, key: Typed) -> bool:
        screen = self.screen
        return (
            isinstance(screen, HoldsKeys)
            and screen.holds(key)
            and monotonic() - key.time < PATIENCE
        )

    async def _check_bindings(self, key: str, priority: bool = False) -> bool:
        if await super()._check_bindings(key, priority):
            return True
        return priority and await self._act_at_once(key)

    async def _act_at_once(self, key: str) -> bool:
        widget = self.focused
        if not isinstance(widget, KeysAtOnce):
            return False
        for binding in widget.own_bindings(key):
            if await self.run_action(binding.action, widget):
                self._acted = True
                return True
        return False

    def _follow_up(self, key: Typed, way: Sequence[MessagePump]) -> None:
        # A widget that goes away takes its messages with it.
        loop = asyncio.get_running_loop()
        self._patience = loop.call_later(PATIENCE, self._next_key, key)
        self._follow(key, way)

    def _follow(self, key: Typed, way: Sequence[MessagePump]) -> None:
        """Go behind the key from the widget up to the application, then into the screen of now."""
        for place, node in enumerate(way):
            rest = way[place + 1 :]
            if node.call_later(self._follow, key, rest):
                return
        top: MessagePump = self.screen if self._screen_stack else self
        if not top.call_later(self._next_key, key):
            self._next_key(key)

    def _next_key(self, key: Typed) -> None:
        if self._key is not key:
            return
        if self._patience is not None:
            self._patience.cancel()
        self._key, self._way = None, None
        if self._keys_waiting:
            self._key = self._keys_waiting.popleft()
            self.call_later(self._hand_on, self._key)
