"""Where actions apply, and which of these places are on the screen at the same time."""

from __future__ import annotations

from typing import Final

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
    "views": "Saved views",
    "columns": "Columns of a list",
    "conflict": "Values that others changed",
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
    ("views",),
    ("columns",),
    ("conflict",),
)
"""The scopes whose keys work at the same time, place by place: no key may mean two things there."""
