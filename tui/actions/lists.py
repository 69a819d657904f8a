"""What works in each list, and on one lead or organization."""

from __future__ import annotations

from typing import Final

from tui.actions.action import Action
from tui.actions.shared import (
    ANYTHING,
    ICEBREAKER,
    LEADS,
    ORGANIZATIONS,
    SNOOZE,
    copy_keys,
    delete_key,
    marking_keys,
    status_keys,
)

LISTS: Final[tuple[Action, ...]] = (
    # Journal
    Action("history.pause", ("space",), "app.toggle_live", "Pause, or go on", "history", "pause"),
    Action(
        "history.revert",
        ("x",),
        "revert",
        "Take back what this writer did",
        "history",
        "revert",
        needs=ANYTHING,
    ),
    Action(
        "history.undo_import",
        ("B",),
        "undo_import",
        "Take back the import that the entry is of",
        "history",
        "undo import",
        dangerous=True,
        needs=("DELETE leads",),
    ),
    # Suppression list
    Action(
        "suppressions.add",
        ("a",),
        "add",
        "Suppress an address or domain",
        "suppressions",
        "add",
        needs=("INSERT suppressions",),
    ),
    Action(
        "suppressions.remove",
        ("D",),
        "remove",
        "Take the entry off the list",
        "suppressions",
        "remove",
        dangerous=True,
        needs=("DELETE suppressions",),
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
    Action(
        "merge.write",
        ("f2", "ctrl+s"),
        "merge",
        "Merge, after a question",
        "merge",
        "merge",
        needs=("DELETE leads",),
    ),
    Action("merge.leave", ("escape", "q"), "leave", "Leave without a merge", "merge", "leave"),
    Action("merge.help", ("f1", "question_mark"), "app.help", "Keys that work here", "merge"),
    # Campaigns
    *status_keys("campaigns"),
    Action(
        "campaigns.add",
        ("a",),
        "add",
        "Add a campaign",
        "campaigns",
        "add",
        needs=("INSERT campaigns",),
    ),
    Action(
        "campaigns.edit",
        ("e",),
        "edit",
        "Rename or describe the campaign",
        "campaigns",
        "edit",
        needs=("UPDATE campaigns",),
    ),
    delete_key("campaigns", "Delete the campaign, if it has no leads"),
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
    Action(
        "organizations.edit",
        ("e",),
        "edit",
        "Edit the organization",
        "organizations",
        "edit",
        needs=ORGANIZATIONS,
    ),
    Action(
        "organizations.json", ("J",), "json", "Website documents as JSON", "organizations", "JSON"
    ),
    delete_key("organizations", "Delete the organization, if it has no leads"),
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
    Action(
        "organization.edit",
        ("e",),
        "edit",
        "Edit the organization",
        "organization",
        "edit",
        needs=ORGANIZATIONS,
    ),
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
    *status_keys("organization"),
    *copy_keys("organization"),
    *marking_keys("organization"),
    # Leads
    *status_keys("leads"),
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
    Action(
        "leads.edit",
        ("e",),
        "edit",
        "Edit the lead, or a field of all marked",
        "leads",
        needs=LEADS,
    ),
    Action(
        "leads.icebreaker",
        ("E",),
        "edit_long",
        "Edit the icebreaker in $EDITOR",
        "leads",
        needs=ICEBREAKER,
    ),
    Action("leads.snooze", ("z",), "snooze", "Snooze until a date", "leads", needs=SNOOZE),
    Action("leads.json", ("J",), "json", "Website documents as JSON", "leads"),
    Action("leads.history", ("H",), "history", "What happened to this lead", "leads"),
    *copy_keys("leads"),
    *marking_keys("leads"),
    # One lead
    *status_keys("lead"),
    Action("lead.edit", ("e",), "edit", "Edit the lead", "lead", "edit", needs=LEADS),
    Action(
        "lead.icebreaker",
        ("E",),
        "edit_long",
        "Edit the icebreaker in $EDITOR",
        "lead",
        "icebreaker",
        needs=ICEBREAKER,
    ),
    Action("lead.snooze", ("z",), "snooze", "Snooze until a date", "lead", needs=SNOOZE),
    Action("lead.json", ("J",), "json", "Website documents as JSON", "lead", "JSON"),
    Action(
        "lead.organization",
        ("enter",),
        "organization",
        "Open the organization",
        "lead",
        "organization",
    ),
    delete_key("lead", "Delete the lead"),
    Action("lead.history", ("H",), "history", "What happened to this lead", "lead"),
    *copy_keys("lead"),
)
