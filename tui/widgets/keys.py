"""The keys of the text and JSON widgets, each with a stable id."""

from __future__ import annotations

from typing import NamedTuple

from textual.binding import Binding, BindingType


class Key(NamedTuple):
    """A key of a widget. Keys with a blank in them are chords, which the application handles."""

    id: str
    keys: str
    description: str
    action: str
    tooltip: str
    show: bool = False


def bindings(keys: tuple[Key, ...]) -> list[BindingType]:
    """The keys as Textual takes them, without the chords."""
    return [
        Binding(
            ",".join(single),
            key.action,
            key.description,
            show=key.show,
            id=key.id,
            tooltip=key.tooltip,
        )
        for key in keys
        if (single := [name for name in key.keys.split(",") if name and " " not in name])
    ]


TEXT_KEYS: tuple[Key, ...] = (
    Key("text.up", "up,k", "Up", "cursor_up", "Scroll up a line"),
    Key("text.down", "down,j", "Down", "cursor_down", "Scroll down a line"),
    Key("text.page_up", "pageup", "Page up", "page(-1)", "Scroll up a screen"),
    Key("text.page_down", "pagedown,space", "Page down", "page(1)", "Scroll down a screen"),
    Key("text.half_up", "ctrl+u", "Half up", "half_page(-1)", "Scroll up half a screen"),
    Key("text.half_down", "ctrl+d", "Half down", "half_page(1)", "Scroll down half a screen"),
    Key("text.top", "home,g g", "Top", "top", "Scroll to the first line"),
    Key("text.bottom", "end,G", "Bottom", "bottom", "Scroll to the last line"),
)

WINDOW_KEYS: tuple[Key, ...] = (
    Key("text.close", "escape,q,enter", "Close", "dismiss", "Close the text", show=True),
    Key("text.copy", "y", "Copy", "copy", "Copy the whole text to the clipboard", show=True),
)

JSON_KEYS: tuple[Key, ...] = (
    Key("json.up", "up,k", "Up", "cursor_up", "Row up"),
    Key("json.down", "down,j", "Down", "cursor_down", "Row down"),
    Key("json.page_up", "pageup", "Page up", "page(-1)", "One screen up"),
    Key("json.page_down", "pagedown", "Page down", "page(1)", "One screen down"),
    Key("json.half_up", "ctrl+u", "Half up", "half_page(-1)", "Half a screen up"),
    Key("json.half_down", "ctrl+d", "Half down", "half_page(1)", "Half a screen down"),
    Key("json.top", "home,g g", "Top", "top", "First row"),
    Key("json.bottom", "end,G", "Bottom", "bottom", "Last row"),
    Key("json.next_sibling", "J", "Next sibling", "sibling(1)", "Next member of the same parent"),
    Key("json.previous_sibling", "K", "Previous sibling", "sibling(-1)", "Member before this one"),
    Key("json.fold", "left,h", "Fold", "fold", "Fold this, or go to what it is in"),
    Key("json.unfold", "right,l", "Unfold", "unfold", "Unfold this, or go to its first member"),
    Key(
        "json.toggle", "enter,space", "Open", "toggle_row", "Fold or unfold; open a long text", True
    ),
    Key("json.fold_all", "z c", "Fold all", "fold_all", "Fold all but the first level"),
    Key("json.open_all", "z o", "Open all", "open_all", "Unfold everything"),
    *(
        Key(f"json.depth_{n}", f"z {n}", f"Depth {n}", f"fold_depth({n})", f"Unfold to level {n}")
        for n in range(1, 10)
    ),
    Key("json.search", "slash", "Search", "search", "Search in keys and values", True),
    Key("json.next_hit", "n", "Next hit", "next_hit", "Next place that matches"),
    Key("json.previous_hit", "N", "Previous hit", "previous_hit", "Place before that matches"),
    Key("json.copy_value", "y y", "Copy value", "copy_value", "Copy the value as text or JSON"),
    Key("json.copy_path", "y p", "Copy path", "copy_path", "Copy the path, as $.pages[3].title"),
    Key("json.copy_jq", "y q", "Copy jq path", "copy_jq", "Copy the path, as jq takes it"),
    Key("json.wrap", "W", "Wrap", "toggle_wrap", "Show the document as wrapped text"),
)
