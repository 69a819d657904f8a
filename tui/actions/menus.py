"""What works in menus whose entries can be changed."""

from __future__ import annotations

from typing import Final

from tui.actions.action import Action


def _menu_keys(scope: str, leave: str) -> tuple[Action, ...]:
    return (
        Action(f"{scope}.down", ("j",), "move(1)", "Next", scope),
        Action(f"{scope}.up", ("k",), "move(-1)", "Previous", scope),
        Action(f"{scope}.leave", ("escape", "q"), "dismiss_none", leave, scope),
    )


MENUS: Final[tuple[Action, ...]] = (
    # Saved views
    Action("views.save", ("a",), "save", "Save the list as a view", "views"),
    Action("views.rename", ("r", "e"), "rename", "Rename the view", "views"),
    Action("views.delete", ("D", "delete"), "delete", "Delete the view", "views", dangerous=True),
    Action("views.move_down", ("J", "shift+down"), "shift(1)", "Move the view down", "views"),
    Action("views.move_up", ("K", "shift+up"), "shift(-1)", "Move the view up", "views"),
    *(
        Action(
            f"views.open_{number}",
            (str(number),),
            f"open_number({number})",
            f"Open view {number}",
            "views",
        )
        for number in range(1, 10)
    ),
    *_menu_keys("views", "Leave the views"),
    # The columns of a list
    Action("columns.tick", ("space",), "tick", "Show or hide the column", "columns"),
    Action(
        "columns.move_up",
        ("less_than_sign", "shift+up", "K"),
        "shift(-1)",
        "Move the column to the left",
        "columns",
    ),
    Action(
        "columns.move_down",
        ("greater_than_sign", "shift+down", "J"),
        "shift(1)",
        "Move the column to the right",
        "columns",
    ),
    Action("columns.narrow", ("minus",), "widen(-2)", "Make the column narrower", "columns"),
    Action("columns.widen", ("plus",), "widen(2)", "Make the column wider", "columns"),
    Action("columns.usual", ("equals_sign",), "usual", "The usual columns", "columns"),
    *_menu_keys("columns", "Leave the columns as they were"),
    # What others changed since the step that is taken back
    Action("conflict.choose", ("space",), "choose", "Take this value back, or not", "conflict"),
    Action("conflict.all", ("a",), "choose_all", "Take all values back, or none", "conflict"),
    *_menu_keys("conflict", "Take nothing back"),
)
