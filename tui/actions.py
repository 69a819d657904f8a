"""All actions of the application: the one table from which keys, footers, help and palette derive.

A key is written as Textual names it; ``g l`` is a chord, one key after the other. Nothing
destructive sits on one key, and keys that terminals eat are never the only way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Action:
    """Something that an operator can do.

    ``id`` is stable. ``run`` is the Textual action, ``scope`` where it applies. ``footer`` is the
    short word in the footer, empty for an action that is only in the help. ``dangerous`` actions
    ask before they do anything.
    """

    id: str
    keys: tuple[str, ...]
    run: str
    description: str
    scope: str
    footer: str = ""
    dangerous: bool = False

    @property
    def single_keys(self) -> tuple[str, ...]:
        """The keys that are no chords."""
        return tuple(key for key in self.keys if " " not in key)

    @property
    def chords(self) -> tuple[tuple[str, str], ...]:
        """The chords, as pairs of first and second key."""
        pairs = (key.split(" ") for key in self.keys if " " in key)
        return tuple((first, second) for first, second in pairs)

    @property
    def writes(self) -> bool:
        """True where the action is there to change something in the database."""
        return self.run.removeprefix("app.").partition("(")[0] in WRITING


SCOPES: Final = {
    "everywhere": "Everywhere",
    "table": "In every list",
    "scroll": "On every page",
    "campaigns": "Campaigns",
    "organizations": "Organizations",
    "organization": "An organization",
    "leads": "Leads",
    "lead": "A lead",
    "triage": "Triage",
    "duplicates": "Duplicates",
    "merge": "Merge",
    "history": "Journal",
    "suppressions": "Suppression list",
    "documents": "Documents",
    "json": "JSON viewer",
    "search": "Search line",
    "filter": "Filter line",
    "question": "Look up, while typing",
    "lookup": "Look up, in the results",
    "form": "Forms",
    "import": "Import",
    "mapping": "Columns of a file",
    "export": "Export",
    "welcome": "First start",
    "connect": "Connect",
    "text": "In a text",
    "window": "A text in a window",
    "help": "This help",
}

TOGETHER: Final = (
    *(
        (*scopes, "everywhere")
        for scopes in (
            ("campaigns", "table"),
            ("organizations", "table"),
            ("organization", "table"),
            ("leads", "table"),
            ("lead", "scroll"),
            ("triage", "scroll"),
            ("documents", "json"),
            ("json",),
            ("history", "table"),
            ("suppressions", "table"),
            ("duplicates", "table"),
            ("lookup", "table"),
        )
    ),
    ("question",),
    ("filter",),
    ("search",),
    ("form",),
    ("import",),
    ("mapping",),
    ("export",),
    ("merge",),
    ("welcome",),
    ("connect",),
    ("window", "text"),
    ("help", "text"),
)
"""The scopes whose keys work at the same time, place by place: no key may mean two things there."""

WRITING: Final = frozenset(
    {
        "status_menu",
        "quick_status",
        "decide",
        "judge",
        "add",
        "clear_icebreaker",
        "delete",
        "edit",
        "edit_here",
        "edit_long",
        "import_file",
        "merge",
        "redo",
        "remove",
        "repeat",
        "snooze",
        "to_campaign",
        "undo",
    }
)
"""What actions run that write: in read-only mode they say so instead."""


def _status_keys(scope: str) -> tuple[Action, ...]:
    return (
        Action(f"{scope}.status", ("s",), "status_menu", "Choose a status", scope, "status"),
        *(
            Action(
                f"{scope}.quick_{number}",
                (str(number),),
                f"quick_status({number})",
                f"Quick status {number} of the footer",
                scope,
            )
            for number in range(1, 10)
        ),
    )


def _copy_keys(scope: str) -> tuple[Action, ...]:
    return (
        Action(f"{scope}.copy_email", ("y e",), "copy('email')", "Copy the e-mail address", scope),
        Action(f"{scope}.copy_domain", ("y d",), "copy('domain')", "Copy the domain", scope),
        Action(f"{scope}.copy_id", ("y i",), "copy('id')", "Copy the id", scope),
        Action(f"{scope}.copy_row", ("y r",), "copy('row')", "Copy the row as JSON", scope),
    )


def _moving_keys(
    scope: str, line: str, *, page_down: tuple[str, ...], top: tuple[str, ...]
) -> tuple[Action, ...]:
    return (
        Action(f"{scope}.up", ("up", "k"), "cursor_up", f"{line} up", scope),
        Action(f"{scope}.down", ("down", "j"), "cursor_down", f"{line} down", scope),
        Action(f"{scope}.page_up", ("pageup",), "page(-1)", "One page up", scope),
        Action(f"{scope}.page_down", page_down, "page(1)", "One page down", scope),
        Action(f"{scope}.half_up", ("ctrl+u",), "half_page(-1)", "Half a page up", scope),
        Action(f"{scope}.half_down", ("ctrl+d",), "half_page(1)", "Half a page down", scope),
        Action(f"{scope}.top", top, "top", f"First {line.lower()}", scope),
        Action(f"{scope}.bottom", ("end", "G"), "bottom", f"Last {line.lower()}", scope),
    )


def _delete_key(scope: str, description: str) -> Action:
    return Action(f"{scope}.delete", ("D",), "delete", description, scope, dangerous=True)


def _marking_keys(scope: str) -> tuple[Action, ...]:
    return (
        Action(f"{scope}.mark", ("space",), "mark", "Mark the row and go on", scope, "mark"),
        Action(f"{scope}.range", ("v",), "mark_range", "Mark a range: begin, end", scope),
        Action(f"{scope}.mark_all", ("asterisk",), "mark_all", "Mark all that match", scope),
        Action(f"{scope}.unmark", ("U",), "unmark", "Take all marks away", scope),
        Action(
            f"{scope}.campaign",
            ("c",),
            "to_campaign",
            "To another campaign: what is marked, or the row",
            scope,
            dangerous=True,
        ),
        Action(
            f"{scope}.copy_marked",
            ("y c",),
            "copy_marked",
            "Copy what is marked, or the row, as CSV",
            scope,
        ),
        Action(
            f"{scope}.export",
            ("X",),
            "export",
            "Export what is marked, or the list, to a file",
            scope,
        ),
        _delete_key(scope, "Delete what is marked, or the row"),
    )


ACTIONS: Final[tuple[Action, ...]] = (
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
    Action("app.undo", ("u",), "app.undo", "Undo the last change", "everywhere"),
    Action("app.redo", ("ctrl+r",), "app.redo", "Redo what was undone", "everywhere"),
    Action(
        "app.repeat",
        ("full_stop",),
        "app.repeat",
        "Repeat the last change on this row",
        "everywhere",
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
    Action("app.import", ("I",), "app.import_file", "Import a file", "everywhere"),
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
    # Journal
    Action("history.pause", ("space",), "app.toggle_live", "Pause, or go on", "history", "pause"),
    Action(
        "history.revert", ("x",), "revert", "Take back what this writer did", "history", "revert"
    ),
    # Suppression list
    Action(
        "suppressions.add", ("a",), "add", "Suppress an address or domain", "suppressions", "add"
    ),
    Action(
        "suppressions.remove",
        ("D",),
        "remove",
        "Take the entry off the list",
        "suppressions",
        "remove",
        dangerous=True,
    ),
    Action("suppressions.search", ("slash",), "search", "Search", "suppressions", "search"),
    Action("suppressions.clear", ("F",), "clear", "Show the whole list again", "suppressions"),
    Action(
        "suppressions.copy", ("y d",), "copy_value", "Copy the address or domain", "suppressions"
    ),
    # Duplicates
    Action("duplicates.kind", ("w",), "kind", "Organizations or leads", "duplicates", "other kind"),
    Action(
        "duplicates.everywhere",
        ("F",),
        "everywhere",
        "All of them, not of one campaign or row alone",
        "duplicates",
        "all",
    ),
    Action("duplicates.copy_id", ("y i",), "copy('id')", "Copy the id", "duplicates"),
    Action("merge.down", ("down", "j"), "move(1)", "Next field", "merge"),
    Action("merge.up", ("up", "k"), "move(-1)", "Previous field", "merge"),
    Action("merge.turn", ("space",), "choose", "Choose the other value", "merge", "choose"),
    Action("merge.left", ("left", "h"), "choose('left')", "Its own value stays", "merge"),
    Action(
        "merge.right", ("right", "l"), "choose('right')", "The other one's value stays", "merge"
    ),
    Action("merge.other", ("tab",), "other", "Show the next of those that go", "merge"),
    Action("merge.swap", ("x",), "swap", "The other one stays", "merge", "swap"),
    Action("merge.leave_out", ("minus",), "leave_out", "Leave this one alone", "merge", "not this"),
    Action("merge.write", ("f2", "ctrl+s"), "merge", "Merge, after a question", "merge", "merge"),
    Action("merge.leave", ("escape", "q"), "leave", "Leave without a merge", "merge", "leave"),
    Action("merge.help", ("f1", "question_mark"), "app.help", "Keys that work here", "merge"),
    # Campaigns
    *_status_keys("campaigns"),
    Action("campaigns.add", ("a",), "add", "Add a campaign", "campaigns", "add"),
    Action(
        "campaigns.edit", ("e",), "edit", "Rename or describe the campaign", "campaigns", "edit"
    ),
    _delete_key("campaigns", "Delete the campaign, if it has no leads"),
    Action("campaigns.history", ("H",), "history", "What happened to this campaign", "campaigns"),
    Action("campaigns.copy_id", ("y i",), "copy('id')", "Copy the id", "campaigns"),
    # Organizations
    Action(
        "organizations.search",
        ("slash",),
        "search",
        "Search in the list",
        "organizations",
        "search",
    ),
    Action("organizations.next", ("n",), "search_again(1)", "Next match", "organizations"),
    Action("organizations.previous", ("N",), "search_again(-1)", "Previous match", "organizations"),
    Action("organizations.sort", ("S",), "sort", "Sort by a column", "organizations", "sort"),
    Action("organizations.edit", ("e",), "edit", "Edit the organization", "organizations", "edit"),
    Action(
        "organizations.json", ("J",), "json", "Website documents as JSON", "organizations", "JSON"
    ),
    _delete_key("organizations", "Delete the organization, if it has no leads"),
    Action(
        "organizations.history",
        ("H",),
        "history",
        "What happened to this organization",
        "organizations",
    ),
    Action(
        "organizations.copy_domain", ("y d",), "copy('domain')", "Copy the domain", "organizations"
    ),
    Action("organizations.copy_id", ("y i",), "copy('id')", "Copy the id", "organizations"),
    # One organization
    Action("organization.edit", ("e",), "edit", "Edit the organization", "organization", "edit"),
    Action(
        "organization.json", ("J",), "json", "Website documents as JSON", "organization", "JSON"
    ),
    Action(
        "organization.history",
        ("H",),
        "history",
        "What happened to this organization",
        "organization",
    ),
    *_status_keys("organization"),
    *_copy_keys("organization"),
    *_marking_keys("organization"),
    # Leads
    *_status_keys("leads"),
    Action("leads.triage", ("t",), "triage", "Triage the leads of this list", "leads", "triage"),
    Action("leads.search", ("slash",), "search", "Search in the list", "leads", "search"),
    Action("leads.next", ("n",), "search_again(1)", "Next match", "leads"),
    Action("leads.previous", ("N",), "search_again(-1)", "Previous match", "leads"),
    Action("leads.filter", ("f",), "filter", "Filter the list", "leads", "filter"),
    Action("leads.clear", ("F",), "clear_filter", "Show all leads again", "leads"),
    Action("leads.of_status", ("w",), "filter_status", "Show the leads of a status", "leads"),
    Action("leads.columns", ("C",), "columns", "Choose the columns", "leads"),
    Action("leads.sort", ("S",), "sort", "Sort by a column", "leads", "sort"),
    Action("leads.preview", ("p",), "preview", "Preview beside the list", "leads", "preview"),
    Action("leads.edit", ("e",), "edit", "Edit the lead, or a field of all marked", "leads"),
    Action("leads.icebreaker", ("E",), "edit_long", "Edit the icebreaker in $EDITOR", "leads"),
    Action("leads.snooze", ("z",), "snooze", "Snooze until a date", "leads"),
    Action("leads.json", ("J",), "json", "Website documents as JSON", "leads"),
    Action("leads.history", ("H",), "history", "What happened to this lead", "leads"),
    *_copy_keys("leads"),
    *_marking_keys("leads"),
    # One lead
    *_status_keys("lead"),
    Action("lead.edit", ("e",), "edit", "Edit the lead", "lead", "edit"),
    Action(
        "lead.icebreaker",
        ("E",),
        "edit_long",
        "Edit the icebreaker in $EDITOR",
        "lead",
        "icebreaker",
    ),
    Action("lead.snooze", ("z",), "snooze", "Snooze until a date", "lead"),
    Action("lead.json", ("J",), "json", "Website documents as JSON", "lead", "JSON"),
    Action(
        "lead.organization",
        ("enter",),
        "organization",
        "Open the organization",
        "lead",
        "organization",
    ),
    _delete_key("lead", "Delete the lead"),
    Action("lead.history", ("H",), "history", "What happened to this lead", "lead"),
    *_copy_keys("lead"),
    # Triage
    Action("triage.accept", ("A",), "decide('ready')", "Accept: ready", "triage", "accept"),
    Action(
        "triage.disqualify", ("d",), "decide('disqualified')", "Disqualify", "triage", "disqualify"
    ),
    Action("triage.bad", ("b",), "decide('invalid')", "Bad address: invalid", "triage", "bad"),
    Action(
        "triage.replied",
        ("r r",),
        "decide('replied')",
        "Replied, not judged yet",
        "triage",
        "replied",
    ),
    Action("triage.interested", ("r i",), "judge('interested')", "Replied: interested", "triage"),
    Action(
        "triage.not_interested",
        ("r n",),
        "judge('not_interested')",
        "Replied: not interested",
        "triage",
    ),
    Action("triage.later", ("r l",), "judge('not_now')", "Replied: later", "triage"),
    Action("triage.away", ("r o",), "judge('out_of_office')", "Replied: out of office", "triage"),
    Action("triage.wrong", ("r w",), "judge('wrong_person')", "Replied: wrong person", "triage"),
    *_status_keys("triage"),
    Action("triage.previous", ("comma", "left"), "step(-1)", "Previous lead", "triage", "previous"),
    Action(
        "triage.skip",
        ("n", "right", "space"),
        "step(1)",
        "Next lead without a decision",
        "triage",
        "skip",
    ),
    Action("triage.defer", ("minus",), "defer", "To the end of the queue", "triage", "to the end"),
    Action("triage.turn", ("S",), "turn", "Turn the order: newest or oldest first", "triage"),
    Action("triage.edit", ("e",), "edit", "Edit the lead", "triage"),
    Action("triage.icebreaker", ("E",), "edit_long", "Edit the icebreaker in $EDITOR", "triage"),
    Action(
        "triage.icebreaker_here", ("i",), "edit_here", "Edit the icebreaker in a form", "triage"
    ),
    Action(
        "triage.clear_icebreaker",
        ("x",),
        "clear_icebreaker",
        "Clear the icebreaker for a new one; the lead is new again",
        "triage",
    ),
    Action("triage.snooze", ("z",), "snooze", "Snooze until a date", "triage"),
    Action("triage.json", ("J",), "json", "Website documents as JSON", "triage"),
    Action("triage.open", ("enter",), "open", "Open the lead", "triage"),
    Action("triage.history", ("H",), "history", "What happened to this lead", "triage"),
    *_copy_keys("triage"),
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
    *_moving_keys("json", "Row", page_down=("pagedown",), top=("home", "g g")),
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
    *_status_keys("lookup"),
    Action("lookup.json", ("J",), "json", "Website documents as JSON", "lookup"),
    Action("lookup.history", ("H",), "history", "What happened to this row", "lookup"),
    *_copy_keys("lookup"),
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
    Action("import.start", ("i",), "start", "Import what was checked", "import", "import"),
    Action("import.open", ("enter",), "open", "Open the imported leads", "import", "leads"),
    Action("import.take_back", ("u",), "take_back", "Take the import back", "import", "undo"),
    Action("import.leave", ("escape",), "leave", "Stop the import; leave", "import", "cancel"),
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
    Action("export.help", ("f1",), "app.help", "Keys that work here", "export"),
    # First start
    Action("welcome.import", ("i",), "choose('import')", "Import a file", "welcome"),
    Action("welcome.demo", ("d",), "choose('demo')", "Fill with demo data", "welcome"),
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
    *_moving_keys("text", "Line", page_down=("pagedown", "space"), top=("home", "g")),
    Action("window.close", ("escape", "q", "enter"), "dismiss", "Close the window", "window"),
    Action("window.copy", ("y",), "copy", "Copy the whole text", "window"),
    Action(
        "help.close", ("question_mark", "f1", "q", "escape", "enter"), "dismiss", "Close", "help"
    ),
)
