"""The keys that work here, from the registry, in a window over the screen."""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.actions import SCOPES
from tui.bindings import bindings
from tui.format import PENDING, SNOOZED
from tui.keymap import Entry, entries
from tui.presence import HELD
from tui.widgets.columns import CHANGED, MARKED, OUTSIDE

COLUMN: Final = 56
"""Cells of a column of keys; a screen with room for two of them has two."""

SIGNS: Final = (
    Entry(MARKED, "marked", ""),
    Entry(CHANGED, "changed by somebody else just now", ""),
    Entry(OUTSIDE, "matches no longer, gone when read again", ""),
    Entry(HELD, "another operator is on it", ""),
    Entry(SNOOZED, "snoozed", ""),
    Entry(PENDING, "not answered by the database yet", ""),
    Entry("~", "before a number: not counted yet", ""),
)
WITH_SIGNS: Final = frozenset({"leads", "organization"})


class HelpScreen(ModalScreen[None]):
    """The keys of some scopes, innermost first; what is ``refused`` (ids of actions) is dim."""

    BINDINGS = bindings("help", "text")

    def __init__(self, scopes: tuple[str, ...], refused: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.scopes = scopes
        self.refused = refused

    def compose(self) -> ComposeResult:
        with Vertical(id="help") as frame:
            frame.border_title = "Keys that work here"
            dim = "dim: not allowed, the key says why   " if self.refused else ""
            frame.border_subtitle = f"{dim}↑ ↓ scroll   Esc closes"
            with VerticalScroll(can_focus=False):
                yield Static(id="keys-left")
                yield Static(id="keys-right")

    def on_resize(self) -> None:
        wide = self.size.width >= 2 * COLUMN + 6
        self.query_one("#help").set_class(wide, "-wide")
        left = _balance(self.scopes) if wide else len(self.scopes)
        self.query_one("#keys-left", Static).update(self._keys(self.scopes[:left]))
        self.query_one("#keys-right", Static).update(self._keys(self.scopes[left:]))

    def _keys(self, scopes: tuple[str, ...]) -> Content:
        """Return the keys of scopes, one below the other, and the signs in lists of leads."""
        found: list[tuple[str, tuple[Entry, ...]]] = []
        for scope in scopes:
            found.append((SCOPES[scope], entries(scope)))
            if scope in WITH_SIGNS:
                found.append(("Signs in the list", SIGNS))
        width = max((cell_len(each.keys) for _, of in found for each in of), default=0)
        sections = []
        for title, of in found:
            lines = [Content.styled(title, "bold $primary")]
            lines += [self._line(each, width) for each in of]
            sections.append(Content("\n").join(lines))
        return Content("\n\n").join(sections)

    def _line(self, entry: Entry, width: int) -> Content:
        keys = entry.keys + " " * (width - cell_len(entry.keys))
        if entry.action_id in self.refused:
            return Content.styled(f"  {keys}  {entry.what}", "dim")
        return Content.assemble("  ", (keys, "bold $accent"), f"  {entry.what}")

    @property
    def _body(self) -> VerticalScroll:
        return self.query_one(VerticalScroll)

    def _scroll(self, by: int) -> None:
        self._body.scroll_relative(y=by, animate=False)

    def action_cursor_up(self) -> None:
        """Scroll up by a line."""
        self._scroll(-1)

    def action_cursor_down(self) -> None:
        """Scroll down by a line."""
        self._scroll(1)

    def action_page(self, direction: int) -> None:
        """Scroll by a page."""
        self._scroll(direction * max(1, self._body.size.height - 1))

    def action_half_page(self, direction: int) -> None:
        """Scroll by half a page."""
        self._scroll(direction * max(1, self._body.size.height // 2))

    def action_top(self) -> None:
        """Scroll to the first line."""
        self._body.scroll_home(animate=False)

    def action_bottom(self) -> None:
        """Scroll to the last line."""
        self._body.scroll_end(animate=False)


def _balance(scopes: tuple[str, ...]) -> int:
    """Return how many scopes stand in the left one of two columns, to be about as long."""
    signs = len(SIGNS) + 2
    lengths = [len(entries(scope)) + 2 + signs * (scope in WITH_SIGNS) for scope in scopes]
    return min(
        range(1, len(scopes) + 1),
        key=lambda left: max(sum(lengths[:left]), sum(lengths[left:])),
        default=0,
    )
