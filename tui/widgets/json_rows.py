"""The rows of a JSON tree: painting, the cursor, folding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from tui.json_paint import Part, row_parts, value_is_cut
from tui.json_tree import JsonTree, Node, Path
from tui.safe import fit
from tui.widgets.text_view import TextView, TextWindow

_MARK = "▌"
_STYLED_PARTS: tuple[Part, ...] = (
    "key", "index", "string", "number", "literal", "count", "preview", "glyph",
)  # fmt: skip
_KEPT_ROWS = 1_000
_SEARCHED_PARTS = {"key", "string", "number", "literal"}


class JsonRows(TextView, inherit_bindings=False):
    """A text view that shows the rows of a tree instead, when it has one."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"json--{part}" for part in _STYLED_PARTS),
        "json--cursor",
        "json--hit",
    }
    DEFAULT_CSS = """
    JsonRows {
        &> .json--key { color: $text-primary; }
        &> .json--index { color: $text-muted; }
        &> .json--string { color: $foreground; }
        &> .json--number { color: $text-warning; }
        &> .json--literal { color: $text-accent; }
        &> .json--count { color: $text-muted; }
        &> .json--preview { color: $text-muted; }
        &> .json--glyph { color: $text-primary; }
        &> .json--hit { text-style: bold underline; color: $text-success; }
        &> .json--cursor {
            color: $block-cursor-blurred-foreground;
            background: $block-cursor-blurred-background;
            text-style: $block-cursor-blurred-text-style;
        }
        &:focus > .json--cursor {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
            text-style: $block-cursor-text-style;
        }
    }
    """

    @dataclass
    class PathChanged(Message, namespace="json_viewer"):
        """The cursor stands elsewhere: row ``position`` (from 1) of ``total`` visible ones.

        The path holds keys of the document: make it safe before it is painted.
        """

        path: str
        position: int
        total: int

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._tree: JsonTree | None = None
        self._as_text = False
        self._cursor = 0
        self._width = 0  # of the rows
        self._term = ""  # what a search looked for, in lower case
        self._styles: dict[str, Style] = {}  # looking one up costs as much as painting a row
        self._painted: dict[int, Strip] = {}  # by row: a step scrolls all but one of them
        self._painted_for = (0, "")  # the width and the term

    @property
    def tree_shown(self) -> JsonTree | None:
        """The document's tree; None where text or a notice is shown."""
        return None if self._as_text else self._tree

    def _show_rows(self, path: Path) -> None:
        """Take in what was folded or unfolded, with the cursor on the path or what hides it."""
        assert self._tree is not None
        self._as_text = False
        self.virtual_size = Size(0, self._tree.rows)
        self._cursor = self._tree.row_of(path)
        self._painted = {}
        self.refresh()
        self._scroll_to_cursor()
        self._tell_path()

    def _lay_out(self) -> None:
        if tree := self.tree_shown:
            self.virtual_size = Size(0, tree.rows)
            self._scroll_to_cursor()
        else:
            super()._lay_out()

    def render_lines(self, crop: Region) -> list[Strip]:
        self._width = self.scrollable_size.width  # once, for it costs a part of a row
        painted_for = (self._width, self._term)
        if self._painted_for != painted_for or len(self._painted) > _KEPT_ROWS:
            self._painted, self._painted_for = {}, painted_for
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        tree = self.tree_shown
        if tree is None:
            return super().render_line(y)
        width = self._width
        row = y + self.scroll_offset.y
        if row >= tree.rows:
            return Strip.blank(width, self._style("space"))
        if row == self._cursor:
            parts = row_parts(tree.node(row), width - 1)
            line = _MARK + "".join(text for _, text in parts)
            return Strip([Segment(fit(line, width), self._style("cursor"))], width)
        strip = self._painted.get(row)
        if strip is None:
            strip = self._painted[row] = self._row(tree.node(row), width)
        return strip

    def _row(self, node: Node, width: int) -> Strip:
        """A row without the cursor, with what the search found in it."""
        parts = row_parts(node, width - 1)
        pieces: list[tuple[str, str]] = []
        for part, text in parts:
            if self._term and part in _SEARCHED_PARTS:
                pieces += self._marked(text, part)
            else:
                pieces.append((text, part))
        return self._strip(pieces, width)

    def _strip(self, pieces: list[tuple[str, str]], width: int) -> Strip:
        """The pieces behind the empty column of the cursor's mark, filled up to the width.

        Blanks take the style of a neighbour, for each change of style is 40 bytes on the line.
        """
        left = width - 1 - sum(cell_len(text) for text, _ in pieces)
        plain, hit = self._style("space"), self._style("hit")
        runs: list[tuple[str, Style]] = []
        blanks = " "
        for text, part in [*pieces, (" " * left, "space")]:
            if not text.strip(" "):
                blanks += text
                continue
            style = self._style(part)
            if style is hit:  # it is underlined
                runs.append((blanks, plain))
                blanks = ""
            elif runs and runs[-1][1] is style:
                blanks = runs.pop()[0] + blanks
            runs.append((blanks + text, style))
            blanks = ""
        if runs and runs[-1][1] is not hit:
            text, style = runs.pop()
            runs.append((text + blanks, style))
        else:
            runs.append((blanks, plain))
        return Strip([Segment(text, style) for text, style in runs], width)

    def _style(self, part: str) -> Style:
        """The style of a part; parts that look the same have the same object."""
        style = self._styles.get(part)
        if style is None:
            plain = part == "space"
            found = self.rich_style if plain else self.get_component_rich_style(f"json--{part}")
            style = next((known for known in self._styles.values() if known == found), found)
            self._styles[part] = style
        return style

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles, self._painted = {}, {}

    def _marked(self, text: str, part: str) -> list[tuple[str, str]]:
        """The text with the places that match the term made visible."""
        found = text.casefold().find(self._term)
        if found < 0 or len(text) != len(text.casefold()):
            return [(text, part)]
        end = found + len(self._term)
        return [(text[:found], part), (text[found:end], "hit"), *self._marked(text[end:], part)]

    # The cursor

    def move(self, row: int) -> None:
        """Put the cursor on a visible row, the nearest one there is."""
        tree = self.tree_shown
        if tree is None:
            return
        before, self._cursor = self._cursor, min(max(row, 0), tree.rows - 1)
        if before != self._cursor:
            self._scroll_to_cursor()
            for changed in (before, self._cursor):
                self.refresh(Region(0, changed - self.scroll_offset.y, self._width, 1))
            self._tell_path()

    def _scroll_to_cursor(self) -> None:
        top, height = self.scroll_offset.y, self.size.height
        if self._cursor < top:
            self._scroll(self._cursor)
        elif height and self._cursor >= top + height:
            self._scroll(self._cursor - height + 1)

    def _tell_path(self) -> None:
        assert self._tree is not None
        path = self._tree.path_text(self._tree.node(self._cursor).path)
        self.post_message(self.PathChanged(path, self._cursor + 1, self._tree.rows))

    def _here(self) -> tuple[JsonTree, Node] | None:
        tree = self.tree_shown
        return None if tree is None else (tree, tree.node(self._cursor))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None or self.tree_shown is None:
            return
        row = offset.y + self.scroll_offset.y
        if row == self._cursor:
            self.action_toggle_row()
        else:
            self.move(row)

    def action_cursor_up(self) -> None:
        self._step(-1)

    def action_cursor_down(self) -> None:
        self._step(1)

    def _step(self, rows: int) -> None:
        if self.tree_shown:
            self.move(self._cursor + rows)
        else:
            self._scroll(self.scroll_offset.y + rows)

    def _turn(self, rows: int) -> None:
        """Move and scroll alike, so that the cursor keeps its place on the screen."""
        self._scroll(self.scroll_offset.y + rows)
        self.move(self._cursor + rows)

    def action_page(self, direction: int) -> None:
        self._turn(direction * self.size.height)

    def action_half_page(self, direction: int) -> None:
        self._turn(direction * max(1, self.size.height // 2))

    def action_top(self) -> None:
        super().action_top()
        self.move(0)

    def action_bottom(self) -> None:
        super().action_bottom()
        if tree := self.tree_shown:
            self.move(tree.rows - 1)

    def action_sibling(self, direction: int) -> None:
        """To the next or previous member of the same parent; not beyond its ends."""
        if here := self._here():
            tree, node = here
            ordinal = node.path[-1] + direction
            if 0 <= ordinal < tree.siblings(node):
                self.move(tree.row_of((*node.path[:-1], ordinal)))

    # Folding

    def action_fold(self) -> None:
        if here := self._here():
            tree, node = here
            if node.open:
                tree.fold(node.path)
                self._show_rows(node.path)
            elif node.depth:
                self.move(tree.row_of(node.path[:-1]))

    def action_unfold(self) -> None:
        if here := self._here():
            tree, node = here
            if node.open:
                self.move(self._cursor + 1)
            elif node.open is False:
                tree.open(node.path)
                self._show_rows(node.path)

    def action_toggle_row(self) -> None:
        """Fold or unfold a container; show the whole of a text that the row cuts."""
        if here := self._here():
            tree, node = here
            if node.open:
                self.action_fold()
            elif node.open is False:
                self.action_unfold()
            elif value_is_cut(node, self.scrollable_size.width - 1):
                self.app.push_screen(TextWindow(node.value, title=tree.path_text(node.path)))

    def action_fold_all(self) -> None:
        self.action_fold_depth(1)

    def action_open_all(self) -> None:
        self._open_levels(None)

    def action_fold_depth(self, depth: int) -> None:
        self._open_levels(depth)

    def _open_levels(self, depth: int | None) -> None:
        if here := self._here():
            tree, node = here
            reached = tree.open_levels(depth)
            self._show_rows(node.path)
            self._tell_reached(reached)

    def _tell_reached(self, level: int | None) -> None:
        if level is not None:
            self.notify(
                f"Unfolded to level {level} only: the next has too many rows.",
                severity="warning",
                markup=False,
            )
