"""The key line of a screen on which letters are typed: only its own keys, help on a function key."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content

from tui.keymap import actions, shown
from tui.widgets.bars import SEPARATOR, KeyBar


class TypingBar(KeyBar):
    """The keys that work now, as many as fit.

    ``offer`` chooses among the actions of the scopes and may give one another word.
    """

    def __init__(self, scopes: tuple[str, ...]) -> None:
        super().__init__(scopes)
        self._offered = {action.id: action.footer for action in actions(*scopes) if action.footer}

    def offer(self, **words: str) -> None:
        """Offer these actions only, by the last part of their ids, with these words."""
        scope = self.scopes[0]
        self._offered = {f"{scope}.{name}": word for name, word in words.items()}
        self.on_resize()

    def _content(self, width: int) -> Content:
        keys = {action.id: shown(action.keys[0]) for action in actions(*self.scopes) if action.keys}
        pairs = [(keys[name], word) for name, word in self._offered.items() if name in keys]
        pairs += [(key, "help") for name, key in keys.items() if name.endswith(".help")]
        parts: list[tuple[str, str]] = []
        room = width
        for key, word in pairs:
            room -= cell_len(key) + 1 + cell_len(word)
            if room < 0:
                break
            room -= len(SEPARATOR)
            parts += [(key, "bold $accent"), (f" {word}{SEPARATOR}", "")]
        return Content.assemble(*parts)
