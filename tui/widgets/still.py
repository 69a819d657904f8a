"""Widgets that seldom change: painted once, and again when they were told to.

Textual asks every widget for all of its lines whenever anything on the screen is painted, so that
a line that stands still costs a part of each key.
"""

from __future__ import annotations

from typing import Any, Self

from textual.containers import Horizontal
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import Static


class Still(Static):
    """A text that is painted again only after it was refreshed."""

    _kept: tuple[Region, list[Strip]] | None = None

    def render_lines(self, crop: Region) -> list[Strip]:
        if self._kept is None or self._kept[0] != crop:
            self._kept = crop, super().render_lines(crop)
        return self._kept[1]

    def refresh(self, *regions: Region, **options: Any) -> Self:
        self._kept = None
        return super().refresh(*regions, **options)

    def notify_style_update(self) -> None:
        self._kept = None
        super().notify_style_update()


class Split(Horizontal):
    """Widgets side by side that leave nothing of their container to be seen."""

    BLANK = True
