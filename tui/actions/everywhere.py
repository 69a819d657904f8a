"""What works on every screen, in every list and on every page."""

from __future__ import annotations

from typing import Final

from tui.actions.action import Action
from tui.actions.shared import ANYTHING, IMPORTS

EVERYWHERE: Final[tuple[Action, ...]] = (
    # Everywhere
    Action(
        "app.help", ("question_mark", "f1"), "app.help", "Keys that work here", "everywhere", "help"
    ),
    Action(
        "app.palette",
        ("colon", "ctrl+p"),
        "app.command_palette",
        "Command palette: every action by name",
        "everywhere",
    ),
    Action(
        "app.lookup",
        ("o",),
        "app.look_up",
        "Look up an e-mail, domain, URL, name or id",
        "everywhere",
        "look up",
    ),
    Action(
        "app.back",
        ("q", "escape"),
        "app.leave",
        "Back; from the first screen: quit",
        "everywhere",
        "back",
    ),
    Action("app.quit", ("ctrl+q",), "app.quit", "Quit", "everywhere"),
    Action("app.campaigns", ("g c",), "app.go('campaigns')", "Go to the campaigns", "everywhere"),
    Action("app.leads", ("g l",), "app.go('leads')", "Go to all leads", "everywhere"),
    Action(
        "app.organizations",
        ("g o",),
        "app.go('organizations')",
        "Go to the organizations",
        "everywhere",
    ),
    Action("app.triage", ("g i",), "app.triage", "Triage: one lead after the other", "everywhere"),
    Action(
        "app.history", ("g h",), "app.go('history')", "Go to the journal of changes", "everywhere"
    ),
    Action(
        "app.suppressions",
        ("g s",),
        "app.go('suppressions')",
        "Go to the suppression list",
        "everywhere",
    ),
    Action(
        "app.duplicates",
        ("g d",),
        "app.duplicates",
        "Likely duplicates of what is shown",
        "everywhere",
    ),
    Action("app.views", ("V",), "app.views", "Saved views", "everywhere"),
    *(
        Action(
            f"app.view_{number}",
            (f"apostrophe {number}",),
            f"app.view({number})",
            f"Saved view {number}",
            "everywhere",
        )
        for number in range(1, 10)
    ),
    Action("app.undo", ("u",), "app.undo", "Undo the last change", "everywhere", needs=ANYTHING),
    Action(
        "app.redo", ("ctrl+r",), "app.redo", "Redo what was undone", "everywhere", needs=ANYTHING
    ),
    Action(
        "app.repeat",
        ("full_stop",),
        "app.repeat",
        "Repeat the last change on this row",
        "everywhere",
        needs=ANYTHING,
    ),
    Action(
        "app.refresh", ("R", "f5"), "app.refresh_data", "Read again from the database", "everywhere"
    ),
    Action(
        "app.live",
        ("L",),
        "app.toggle_live",
        "Live: show what others write at once, or not",
        "everywhere",
    ),
    Action("app.times", ("T",), "app.toggle_times", "Times: relative or absolute", "everywhere"),
    Action("app.import", ("I",), "app.import_file", "Import a file", "everywhere", needs=IMPORTS),
    # Every list
    Action("table.down", ("down", "j"), "move(1)", "Next row", "table"),
    Action("table.up", ("up", "k"), "move(-1)", "Previous row", "table"),
    Action("table.page_down", ("pagedown",), "page(1)", "One page down", "table"),
    Action("table.page_up", ("pageup",), "page(-1)", "One page up", "table"),
    Action("table.half_down", ("ctrl+d",), "half_page(1)", "Half a page down", "table"),
    Action("table.half_up", ("ctrl+u",), "half_page(-1)", "Half a page up", "table"),
    Action("table.top", ("home", "g g"), "top", "First row", "table"),
    Action("table.bottom", ("end", "G"), "bottom", "Last row", "table"),
    Action("table.open", ("enter",), "open", "Open the row", "table", "open"),
    # A page that scrolls
    Action("scroll.down", ("down", "j"), "scroll_lines(1)", "Scroll down", "scroll"),
    Action("scroll.up", ("up", "k"), "scroll_lines(-1)", "Scroll up", "scroll"),
    Action("scroll.page_down", ("pagedown", "ctrl+d"), "scroll_page(1)", "One page down", "scroll"),
    Action("scroll.page_up", ("pageup", "ctrl+u"), "scroll_page(-1)", "One page up", "scroll"),
    Action("scroll.top", ("home", "g g"), "scroll_edge(-1)", "To the beginning", "scroll"),
    Action("scroll.bottom", ("end", "G"), "scroll_edge(1)", "To the end", "scroll"),
)
