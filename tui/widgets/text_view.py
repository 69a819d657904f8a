"""Long text of others, wrapped and scrollable, as a widget and as a window over a screen."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Static

from tui.bindings import bindings
from tui.safe import ELLIPSIS, clip, fit, wrap

COPY_AT_MOST: Final = 1_000_000
"""Characters that are copied at most: terminals drop a longer clipboard, some without a word."""

SHOWN_AT_MOST: Final = 200_000
"""Characters of a text that are shown; wrapping more would hold the keys up."""


class TextView(ScrollView, can_focus=True, inherit_bindings=False):
    """Text of any content, wrapped to the width; an optional notice stands above it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"text-view--notice"}
    DEFAULT_CSS = """
    TextView {
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        &> .text-view--notice { color: $text-muted; text-style: italic; }
    }
    """
    BINDINGS = bindings("text")

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._text = ""
        self._notice = ""
        self._notice_lines: list[str] = []
        self._lines: list[str] = []

    def show_text(self, text: str, *, notice: str = "") -> None:
        """Show another text from its top; the notice is a sentence about it, or instead of it."""
        self._text, self._notice = text, notice
        self.scroll_to(y=0, animate=False, immediate=True)
        self._lay_out()

    @property
    def text_shown(self) -> str:
        """The text as it was given."""
        return self._text

    def on_resize(self, event: events.Resize) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        """Make the lines for the width that there is now."""
        width = self.size.width - self.styles.scrollbar_size_vertical - 2
        if width <= 0:  # not on a screen yet
            return
        self._notice_lines = [*wrap(self._notice, width), ""] if self._notice else []
        more = ELLIPSIS if len(self._text) > SHOWN_AT_MOST else ""
        self._lines = wrap(self._text[:SHOWN_AT_MOST] + more, width) if self._text else []
        self.virtual_size = Size(0, len(self._notice_lines) + len(self._lines))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_size.width
        row = y + self.scroll_offset.y
        style = self.rich_style
        line = ""
        if row < len(self._notice_lines):
            line = self._notice_lines[row]
            style = self.get_component_rich_style("text-view--notice")
        elif row < len(self._notice_lines) + len(self._lines):
            line = self._lines[row - len(self._notice_lines)]
        return Strip([Segment(fit(f" {line}", width), style)], width)

    def _scroll(self, y: float) -> None:
        self.scroll_to(y=y, animate=False, immediate=True)

    def action_cursor_up(self) -> None:
        self._scroll(self.scroll_offset.y - 1)

    def action_cursor_down(self) -> None:
        self._scroll(self.scroll_offset.y + 1)

    def action_page(self, direction: int) -> None:
        self._scroll(self.scroll_offset.y + direction * self.size.height)

    def action_half_page(self, direction: int) -> None:
        self._scroll(self.scroll_offset.y + direction * max(1, self.size.height // 2))

    def action_top(self) -> None:
        self._scroll(0)

    def action_bottom(self) -> None:
        self._scroll(self.max_scroll_y)


class TextWindow(ModalScreen[None]):
    """One long text in a window; Escape closes it, `y` copies it."""

    DEFAULT_CSS = """
    TextWindow {
        align: center middle;
        &> Vertical {
            width: 90%;
            height: 80%;
            max-width: 110;
            border: round $primary;
            background: $surface;
        }
        TextView { height: 1fr; }
        Static { height: 1; padding: 0 1; color: $text-muted; }
    }
    """
    BINDINGS = bindings("window")

    def __init__(self, text: str, *, title: str) -> None:
        super().__init__()
        self._text, self._title = text, title

    def compose(self) -> ComposeResult:
        with Vertical() as frame:
            frame.border_title = Content(clip(self._title, 60))
            yield TextView()
            cut = f", the first {SHOWN_AT_MOST:,} shown" if len(self._text) > SHOWN_AT_MOST else ""
            yield Static(f"{len(self._text):,} characters{cut} · esc close · y copy", markup=False)

    def on_mount(self) -> None:
        view = self.query_one(TextView)
        view.show_text(self._text)
        view.focus()

    def action_copy(self) -> None:
        copy(self, self._text, "text")


def copy(screen: TextWindow | TextView, text: str, what: str) -> None:
    """Put the text on the clipboard of the terminal and say so.

    What is longer than `COPY_AT_MOST` is not copied, and that is said.
    """
    if len(text) > COPY_AT_MOST:
        screen.notify(
            f"Not copied: the {what} has more than {COPY_AT_MOST:,} characters.",
            severity="warning",
            markup=False,
        )
        return
    screen.app.copy_to_clipboard(text)
    screen.notify(f"Copied {what}: {clip(text, 60)}", markup=False)
