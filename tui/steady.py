"""Textual's application where ours must not end, leak or waste what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual._styles_cache import StylesCache
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.css.query import NoMatches
from textual.worker import WorkerFailed

if TYPE_CHECKING:
    from textual.driver import Driver


class SteadyApp(App[int]):
    """An application for days in a terminal over data that strangers wrote."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._parsed_with: dict[str, str] = {}
        self._leaving = False
        super().__init__(*args, **options)

    def get_driver_class(self) -> type[Driver]:
        """Return Textual's choice, or the one that takes the place of its driver for Unix."""
        from textual.drivers.linux_driver import LinuxDriver

        chosen = super().get_driver_class()
        if chosen is not LinuxDriver:
            return chosen
        from tui.driver import SteadyDriver

        return SteadyDriver

    def refresh_css(self, animate: bool = True) -> None:
        """Parse the styles again where their colours changed; Textual does it for each new mode.

        The screen is styled and laid out again in any case.
        """
        variables = self.get_css_variables()
        if variables != self._parsed_with:
            self._parsed_with = variables
            super().refresh_css(animate)
        else:
            self.stylesheet.update(self.screen, animate=animate)
            self.screen.refresh(layout=True)

    def pop_screen(self) -> AwaitComplete:
        """Leave the screen on top, and keep nothing of what it painted.

        Textual remembers colours by the cache that asked for them, and with it all that was painted
        of up to a thousand widgets that are gone.
        """
        popped = super().pop_screen()
        StylesCache.get_inner_outer.cache_clear()
        return popped

    async def _shutdown(self) -> None:
        self._leaving = True
        await super()._shutdown()

    def _handle_exception(self, error: Exception) -> None:
        # Screens that are taken down miss what they have no more, or have not got yet.
        if not ((self._exit or self._leaving) and isinstance(error, NoMatches)):
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        # Textual would show a trace with the values of all variables, secrets among them.
        error: BaseException = self._exception or RuntimeError("unknown")
        if isinstance(error, WorkerFailed):
            error = error.error
        from tui import crash

        self.panic(Text(crash.report(error)))
