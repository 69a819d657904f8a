"""Keys that several places have, and the rights on the database that several actions need."""

from __future__ import annotations

from typing import Final

from tui.actions.action import Action

ANYTHING: Final = ("INSERT changes",)
LEADS: Final = ("UPDATE leads",)
LEAD_STATUS: Final = ("UPDATE leads.status",)
ICEBREAKER: Final = ("UPDATE leads.email_icebreaker",)
SNOOZE: Final = ("UPDATE leads.snoozed_until",)
ORGANIZATIONS: Final = ("UPDATE organizations",)
IMPORTS: Final = ("INSERT imports",)


def status_keys(scope: str) -> tuple[Action, ...]:
    needs = ("UPDATE campaigns.status",) if scope == "campaigns" else LEAD_STATUS
    menu = Action(
        f"{scope}.status", ("s",), "status_menu", "Choose a status", scope, "status", needs=needs
    )
    quick = (
        Action(
            f"{scope}.quick_{number}",
            (str(number),),
            f"quick_status({number})",
            f"Quick status {number} of the footer",
            scope,
            needs=needs,
        )
        for number in range(1, 10)
    )
    return (menu, *quick)


def copy_keys(scope: str) -> tuple[Action, ...]:
    return (
        Action(f"{scope}.copy_email", ("y e",), "copy('email')", "Copy the e-mail address", scope),
        Action(f"{scope}.copy_domain", ("y d",), "copy('domain')", "Copy the domain", scope),
        Action(f"{scope}.copy_id", ("y i",), "copy('id')", "Copy the id", scope),
        Action(f"{scope}.copy_row", ("y r",), "copy('row')", "Copy the row as JSON", scope),
    )


def moving_keys(
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


def delete_key(scope: str, description: str) -> Action:
    table = scope if scope in ("campaigns", "organizations") else "leads"
    return Action(
        f"{scope}.delete",
        ("D",),
        "delete",
        description,
        scope,
        dangerous=True,
        needs=(f"DELETE {table}",),
    )


def marking_keys(scope: str) -> tuple[Action, ...]:
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
            needs=LEADS,
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
        delete_key(scope, "Delete what is marked, or the row"),
    )
