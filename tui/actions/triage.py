"""What works in triage."""

from __future__ import annotations

from typing import Final

from tui.actions.action import Action
from tui.actions.shared import (
    ICEBREAKER,
    LEAD_STATUS,
    LEADS,
    SNOOZE,
    copy_keys,
    status_keys,
)

TRIAGE: Final[tuple[Action, ...]] = (
    # Triage
    Action(
        "triage.accept",
        ("A",),
        "decide('ready')",
        "Accept: ready",
        "triage",
        "accept",
        needs=LEAD_STATUS,
    ),
    Action(
        "triage.disqualify",
        ("d",),
        "decide('disqualified')",
        "Disqualify",
        "triage",
        "disqualify",
        needs=LEAD_STATUS,
    ),
    Action(
        "triage.bad",
        ("b",),
        "decide('invalid')",
        "Bad address: invalid",
        "triage",
        "bad",
        needs=LEAD_STATUS,
    ),
    Action(
        "triage.replied",
        ("r r",),
        "decide('replied')",
        "Replied, not judged yet",
        "triage",
        "replied",
        needs=LEAD_STATUS,
    ),
    Action(
        "triage.interested",
        ("r i",),
        "judge('interested')",
        "Replied: interested",
        "triage",
        needs=LEAD_STATUS,
    ),
    Action(
        "triage.not_interested",
        ("r n",),
        "judge('not_interested')",
        "Replied: not interested",
        "triage",
        needs=LEAD_STATUS,
    ),
    Action(
        "triage.later", ("r l",), "judge('not_now')", "Replied: later", "triage", needs=LEAD_STATUS
    ),
    Action(
        "triage.away",
        ("r o",),
        "judge('out_of_office')",
        "Replied: out of office",
        "triage",
        needs=LEAD_STATUS,
    ),
    Action(
        "triage.wrong",
        ("r w",),
        "judge('wrong_person')",
        "Replied: wrong person",
        "triage",
        needs=LEAD_STATUS,
    ),
    *status_keys("triage"),
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
    Action("triage.edit", ("e",), "edit", "Edit the lead", "triage", needs=LEADS),
    Action(
        "triage.icebreaker",
        ("E",),
        "edit_long",
        "Edit the icebreaker in $EDITOR",
        "triage",
        needs=ICEBREAKER,
    ),
    Action(
        "triage.icebreaker_here",
        ("i",),
        "edit_here",
        "Edit the icebreaker in a form",
        "triage",
        needs=ICEBREAKER,
    ),
    Action(
        "triage.clear_icebreaker",
        ("x",),
        "clear_icebreaker",
        "Clear the icebreaker for a new one; the lead is new again",
        "triage",
        needs=ICEBREAKER,
    ),
    Action("triage.snooze", ("z",), "snooze", "Snooze until a date", "triage", needs=SNOOZE),
    Action("triage.json", ("J",), "json", "Website documents as JSON", "triage"),
    Action("triage.open", ("enter",), "open", "Open the lead", "triage"),
    Action("triage.history", ("H",), "history", "What happened to this lead", "triage"),
    *copy_keys("triage"),
)
