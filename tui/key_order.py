"""One key at a time: the next one waits until the one before it was acted on.

Textual hands each key at once to the widget that has the focus then; the action of a binding comes
a few messages later. Keys that arrive together (a fast hand, a slow line, a pasted word) would so go
to a screen or a widget that the first of them leaves.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, Final

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

Typed = events.Key | events.Paste
PATIENCE: Final = 1.0
"""Seconds after which the next key goes on though the one before was not seen to arrive."""


class KeyOrder(App[int]):
    """An application that hands on keys in order."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._keys_waiting: deque[Typed] = deque()
        self._key: Typed | None = None
        self._patience: asyncio.TimerHandle | None = None

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif self._key is None:
            await self._hand_on(event)
        else:
            self._keys_waiting.append(event)

    async def _hand_on(self, key: Typed) -> None:
        self._key = key
        way = list((self.focused or self.screen).ancestors_with_self)
        await super().on_event(key)
        # A widget that goes away takes its messages with it.
        self._patience = asyncio.get_running_loop().call_later(PATIENCE, self._next_key, key)
        self._follow(key, way)

    def _follow(self, key: Typed, way: list[Any]) -> None:
        """Go behind the key from the widget up to the application, then into the screen of now."""
        for place, node in enumerate(way):
            rest = way[place + 1 :]
            if node.call_later(self._follow, key, rest):
                return
        top: MessagePump = self.screen if self._screen_stack else self
        if not top.call_later(self._next_key, key):
            self._next_key(key)

    def _next_key(self, key: Typed) -> None:
        if self._key is key:
            self._key = None
            if self._patience is not None:
                self._patience.cancel()
            if self._keys_waiting:
                self.call_later(self._hand_on, self._keys_waiting.popleft())
