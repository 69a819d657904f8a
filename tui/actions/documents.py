"""What works on JSON documents."""

from __future__ import annotations

from typing import Final

from tui.actions.action import Action
from tui.actions.shared import moving_keys

DOCUMENTS: Final[tuple[Action, ...]] = (
    # Documents
    Action(
        "documents.next",
        ("s",),
        "next_document",
        "Next one: summary, raw, imported",
        "documents",
        "next document",
    ),
    Action(
        "documents.query",
        ("vertical_line",),
        "ask_path",
        "Path query, as $.pages[*].title",
        "documents",
        "path query",
    ),
    Action(
        "documents.compare",
        ("equals_sign",),
        "compare",
        "Compare the summary with the raw data",
        "documents",
        "compare",
    ),
    # JSON
    *moving_keys("json", "Row", page_down=("pagedown",), top=("home", "g g")),
    Action("json.next_sibling", ("J",), "sibling(1)", "Next member of the same parent", "json"),
    Action("json.previous_sibling", ("K",), "sibling(-1)", "Member before this one", "json"),
    Action("json.fold", ("h", "left"), "fold", "Fold this, or go to what it is in", "json", "fold"),
    Action(
        "json.unfold",
        ("l", "right"),
        "unfold",
        "Unfold this, or go to its first member",
        "json",
        "unfold",
    ),
    Action(
        "json.toggle", ("enter", "space"), "toggle_row", "Fold or unfold; open a long text", "json"
    ),
    Action("json.fold_all", ("z c",), "fold_all", "Fold all but the first level", "json"),
    Action("json.open_all", ("z o",), "open_all", "Unfold everything", "json"),
    *(
        Action(
            f"json.depth_{level}",
            (f"z {level}",),
            f"fold_depth({level})",
            f"Unfold to level {level}",
            "json",
        )
        for level in range(1, 10)
    ),
    Action("json.search", ("slash",), "search", "Search in keys and values", "json", "search"),
    Action("json.search_keys", ("f",), "search(True)", "Search in keys only", "json"),
    Action("json.hits", ("a",), "list_hits", "List all places that match", "json"),
    Action("json.next_hit", ("n",), "next_hit", "Next place that matches", "json"),
    Action("json.previous_hit", ("N",), "previous_hit", "Place before that matches", "json"),
    Action("json.copy_value", ("y y",), "copy_value", "Copy the value as text or JSON", "json"),
    Action("json.copy_key", ("y k",), "copy_key", "Copy the key", "json"),
    Action("json.copy_path", ("y p",), "copy_path", "Copy the path, as $.pages[3].title", "json"),
    Action("json.copy_jq", ("y q",), "copy_jq", "Copy the path, as jq takes it", "json"),
    Action(
        "json.wrap", ("W",), "toggle_wrap", "Document as wrapped text or as tree", "json", "wrap"
    ),
    # The line below a document that asks for a term or a path
    Action("search.find", ("enter",), "screen.find", "Find what was typed", "search", "find"),
    Action("search.leave", ("escape",), "screen.leave_search", "Ask nothing", "search", "cancel"),
)
