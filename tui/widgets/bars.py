"""The lines around each screen: title above, status and keys below."""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.config import LONGEST_LABEL, Environment
from tui.keymap import actions, key_of, shown
from tui.safe import clip
from tui.widgets.still import Still


class TitleBar(Horizontal):
    """Where the operator is, and on which database."""

    BLANK = True

    def compose(self) -> ComposeResult:
        yield Still(id="crumbs")
        yield Still(id="place")

    def show(
        self, crumbs: tuple[str, ...], place: str, environment: Environment | None = None
    ) -> None:
        """Show the way to the screen, outermost first, the name of the database, and its kind."""
        width = self.size.width
        if not width:
            return
        tag = f" {clip(environment.label, LONGEST_LABEL)} " if environment else ""
        right = clip(place, width // 3)
        parts: list[Content | tuple[str, str]] = [("Customer Center", "bold")]
        room = width - len("Customer Center") - cell_len(right) - cell_len(tag) - (4 if tag else 3)
        trail = clip(" › ".join(crumbs), max(room - 3, 0)) if crumbs else ""
        if trail:
            parts += [(" › ", "dim"), Content(trail)]
        self.query_one("#crumbs", Still).update(Content.assemble(*parts))
        shown: list[Content | tuple[str, str]] = [Content(right)]
        if environment:
            # Reversed, so that it stands out where there are no colours as well.
            shown += [(" ", ""), (tag, f"bold reverse $tone-{environment.tone}")]
        self.query_one("#place", Still).update(Content.assemble(*shown))


class StatusBar(Horizontal):
    """What was done to what, how to undo it, what waits; at the right the link and the place."""

    BLANK = True

    def compose(self) -> ComposeResult:
        yield Still(id="said")
        yield Still(id="link")
        yield Place(id="where")

    def say(self, text: str, tone: str = "") -> None:
        """Show a safe sentence; ``tone`` is ``good``, ``attention``, ``bad`` or nothing."""
        said = self.query_one("#said", Still)
        said.update(Content(text), layout=False)
        said.set_classes(f"-{tone}" if tone else "")

    def show_link(self, text: str) -> None:
        """Show how changes by others come to be known: ``live``, ``polling 5 s`` or nothing."""
        link = self.query_one("#link", Still)
        if link.display != bool(text) or str(link.content) != text:
            link.display = bool(text)
            link.update(Content(text))

    def show_place(self, text: str) -> None:
        """Show the place in the list, such as ``12/340``."""
        self.query_one(Place).show(text)


def place_width(text: str) -> int:
    """Return the cells that a place takes: enough for the list's last one, so that no key costs a
    layout of the screen.
    """
    total = text.rpartition("/")[2].removeprefix("~")
    return max(2 * len(total) + len("/~"), cell_len(text)) if text else 0


class Place(Widget):
    """The place in the list; it is painted with every key, so with as little as possible."""

    text = ""

    def show(self, text: str) -> None:
        """Show a safe text."""
        room = place_width(text)
        if room != self.size.width:
            self.styles.width = room
        self.text = text
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        text = " " * (crop.width - cell_len(self.text)) + self.text
        # Until there is room for more, its end is what counts.
        strip = Strip([Segment(text, self.rich_style)])
        return [strip.crop(max(0, strip.cell_length - crop.width))]


SEPARATOR: Final = "  "


class KeyBar(Still):
    """The keys of the screen that are worth a word, as many as fit; those that are refused are dim."""

    def __init__(self, scopes: tuple[str, ...]) -> None:
        super().__init__()
        self.scopes = scopes
        self.quick: tuple[tuple[str, str], ...] = ()
        self.refused: frozenset[str] = frozenset()

    def show_quick(self, quick: tuple[tuple[str, str], ...]) -> None:
        """Show quick statuses, as pairs of key and word, after the other keys."""
        self.quick = quick
        self.on_resize()

    def dim(self, refused: frozenset[str]) -> None:
        """Paint the actions of these ids dim, after those that may be done."""
        if refused != self.refused:
            self.refused = refused
            self.on_resize()

    def on_resize(self) -> None:
        self.update(self._content(max(self.size.width, 1)))

    def _content(self, width: int) -> Content:
        last = (key_of("app.help"), "help")
        room = width - cell_len(" ".join(last)) - len(SEPARATOR)
        parts: list[Content | tuple[str, str]] = []
        for key, word, dim in self._entries():
            needed = cell_len(key) + 1 + cell_len(word) + len(SEPARATOR)
            if needed > room:
                break
            room -= needed
            styles = ("dim", "dim") if dim else ("bold $accent", "")
            parts += [(key, styles[0]), (f" {word}{SEPARATOR}", styles[1])]
        parts += [(last[0], "bold $accent"), (f" {last[1]}", "")]
        return Content.assemble(*parts)

    def _entries(self) -> list[tuple[str, str, bool]]:
        """Return key, word and whether it is refused, in the order in which they get room."""
        dim = any(f"{scope}.quick_1" in self.refused for scope in self.scopes)
        quick = ((key, word, dim) for key, word in self.quick)
        found = [*self._worded(*self.scopes), *quick, *self._worded("everywhere")]
        return sorted(found, key=lambda entry: entry[2])

    def _worded(self, *scopes: str) -> list[tuple[str, str, bool]]:
        """Return what :meth:`_entries` does of the actions with key and word, but for the help."""
        return [
            (shown(action.keys[0].split(" ")[0]), action.footer, action.id in self.refused)
            for action in actions(*scopes)
            if action.keys and action.footer and action.id != "app.help"
        ]
