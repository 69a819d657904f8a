"""What screens share on which letters are typed and not keys."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.screen import ModalScreen

from tui.bindings import quit_bindings
from tui.screens.base import AppScreen, Bottom
from tui.widgets.bars import StatusBar, TitleBar
from tui.widgets.typing_bar import TypingBar

ResultT = TypeVar("ResultT")


class TypingScreen(AppScreen[ResultT], ModalScreen[ResultT]):
    """A whole screen with the usual lines, on which the application's own keys rest but for quit."""

    BINDINGS: ClassVar = quit_bindings("quit")

    def compose(self) -> ComposeResult:
        yield TitleBar()
        yield from self.body()
        with Bottom():
            yield StatusBar()
            yield TypingBar(self.scopes)

    async def action_quit(self) -> None:
        """Leave the application."""
        await self.app.action_quit()
