"""What works in forms, windows and other places that take text."""

from __future__ import annotations

from typing import Final

from tui.actions.action import Action
from tui.actions.shared import IMPORTS, copy_keys, moving_keys, status_keys

WINDOWS: Final[tuple[Action, ...]] = (
    # The line in which a filter is typed
    Action("filter.apply", ("enter",), "apply", "Filter the list", "filter", "filter"),
    Action("filter.complete", ("tab",), "complete", "Complete what is typed", "filter", "complete"),
    Action("filter.down", ("down",), "choose(1)", "Next of what may come", "filter", "choose"),
    Action(
        "filter.up", ("up",), "choose(-1)", "Up; then the filters typed before", "filter", "before"
    ),
    Action(
        "filter.leave", ("escape",), "leave_filter", "Leave the list as it was", "filter", "cancel"
    ),
    Action("filter.help", ("f1",), "language", "What may be typed", "filter"),
    # Look-up
    Action(
        "question.open", ("enter",), "open_found", "Open what is marked below", "question", "open"
    ),
    Action("question.results", ("down", "tab"), "results", "To the results", "question", "results"),
    Action("question.back", ("escape",), "app.leave", "Back", "question", "back"),
    Action("question.help", ("f1",), "app.help", "Keys that work here", "question"),
    Action("lookup.ask", ("slash",), "ask", "Back to the question", "lookup", "ask again"),
    *status_keys("lookup"),
    Action("lookup.json", ("J",), "json", "Website documents as JSON", "lookup"),
    Action("lookup.history", ("H",), "history", "What happened to this row", "lookup"),
    *copy_keys("lookup"),
    # Forms
    Action("form.save", ("ctrl+s", "f2"), "save", "Save", "form", "save"),
    Action("form.cancel", ("escape",), "cancel", "Leave without saving", "form", "cancel"),
    Action("form.editor", ("f4", "ctrl+o"), "editor", "Edit in $EDITOR", "form", "$EDITOR"),
    Action("form.theirs", ("f6", "ctrl+t"), "theirs", "Take the other writer's value", "form"),
    Action("form.replace", ("f8", "ctrl+l"), "replace", "Replace a held value", "form"),
    Action("form.help", ("f1",), "app.help", "Keys that work here", "form"),
    # Import
    Action("import.complete", ("tab",), "complete", "Complete the path or the name", "import"),
    Action("import.check", ("f2", "ctrl+s"), "check", "Try it without writing", "import", "check"),
    Action("import.map", ("f3",), "map", "Say what the columns mean", "import", "columns"),
    Action(
        "import.mode", ("f4",), "mode", "Rows that exist: fill, overwrite, skip", "import", "mode"
    ),
    Action(
        "import.keep_going",
        ("f6",),
        "keep_going",
        "All or nothing, or what is in stays",
        "import",
        "keep going",
    ),
    Action(
        "import.start",
        ("i",),
        "start",
        "Import what was checked",
        "import",
        "import",
        needs=IMPORTS,
    ),
    Action("import.open", ("enter",), "open", "Open the imported leads", "import", "leads"),
    Action(
        "import.take_back",
        ("u",),
        "take_back",
        "Take the import back",
        "import",
        "undo",
        needs=("DELETE leads",),
    ),
    Action("import.leave", ("escape",), "leave", "Stop the import; leave", "import", "cancel"),
    Action("import.stop", ("ctrl+c",), "stop", "Stop the import", "import"),
    Action("import.help", ("f1",), "app.help", "Keys that work here", "import"),
    # What the columns of a file mean
    Action(
        "mapping.choose", ("enter",), "choose", "Choose where a column goes", "mapping", "choose"
    ),
    Action(
        "mapping.clear", ("delete", "backspace"), "clear", "Keep it as it is", "mapping", "keep"
    ),
    Action("mapping.take", ("f2", "ctrl+s"), "take", "Take these meanings", "mapping", "take"),
    Action("mapping.down", ("down", "j"), "move(1)", "Next column", "mapping"),
    Action("mapping.up", ("up", "k"), "move(-1)", "Previous column", "mapping"),
    Action("mapping.leave", ("escape",), "leave", "Leave it as it was", "mapping", "cancel"),
    Action("mapping.help", ("f1",), "app.help", "Keys that work here", "mapping"),
    # Export
    Action("export.complete", ("tab",), "complete", "Complete the path", "export"),
    Action("export.write", ("f2", "ctrl+s"), "write", "Write the file", "export", "export"),
    Action(
        "export.suppressed",
        ("f6", "ctrl+t"),
        "suppressed",
        "With suppressed leads, or without",
        "export",
        "suppressed",
    ),
    Action("export.leave", ("escape",), "leave", "Stop the export; leave", "export", "cancel"),
    Action("export.stop", ("ctrl+c",), "stop", "Stop the export", "export"),
    Action("export.help", ("f1",), "app.help", "Keys that work here", "export"),
    # First start
    Action("welcome.import", ("i",), "choose('import')", "Import a file", "welcome", needs=IMPORTS),
    Action(
        "welcome.demo",
        ("d",),
        "choose('demo')",
        "Fill with demo data",
        "welcome",
        needs=("INSERT campaigns",),
    ),
    Action("welcome.connect", ("c",), "choose('connect')", "Connect to a server", "welcome"),
    Action("welcome.empty", ("n", "escape"), "choose('empty')", "Start empty", "welcome"),
    Action("welcome.down", ("down", "j"), "move(1)", "Next choice", "welcome"),
    Action("welcome.up", ("up", "k"), "move(-1)", "Previous choice", "welcome"),
    Action("welcome.take", ("enter",), "take", "Take the choice", "welcome", "choose"),
    Action("welcome.help", ("question_mark", "f1"), "app.help", "Keys that work here", "welcome"),
    Action("connect.leave", ("escape",), "leave", "Back", "connect", "back"),
    Action("connect.try", ("enter",), "try", "Try the connection", "connect", "try"),
    Action("connect.write", ("w",), "write", "Write it to .env", "connect"),
    Action("connect.help", ("f1",), "app.help", "Keys that work here", "connect"),
    # Texts, windows, help
    *moving_keys("text", "Line", page_down=("pagedown", "space"), top=("home", "g")),
    Action("window.close", ("escape", "q", "enter"), "dismiss", "Close the window", "window"),
    Action("window.copy", ("y",), "copy", "Copy the whole text", "window"),
    Action(
        "help.close", ("question_mark", "f1", "q", "escape", "enter"), "dismiss", "Close", "help"
    ),
)
