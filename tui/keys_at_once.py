"""Widgets that are scrolled row by row: their own keys take the shortest way."""

from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding
from textual.widget import Widget


class KeysAtOnce(Widget):
    """Mix-in for a widget whose own keys are acted on before they climb to the application.

    With each row a key would else stop at every container on its way. What its actions have to tell
    goes straight to the screen, so that the next key comes behind it.
    """

    def own_bindings(self, key: str) -> Sequence[Binding]:
        """Return what a key is bound to by the widget itself."""
        return self._bindings.key_to_bindings.get(key, ())
