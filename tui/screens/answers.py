"""What follows a write: the question, the form or the sentence that its outcome asks for.

Screens are imported in functions, when they are first shown: the first frame is painted before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from tui.keymap import hint, undoable
from tui.safe import clip, safe

if TYPE_CHECKING:
    from db.errors import CustomerCenterError
    from db.merging import Merged
    from db.rows import CampaignRow, LeadRow
    from db.steps import Conflict, Preview
    from tui.host import Host
    from tui.writer import Outcome
    from tui.writes import (
        AddCampaign,
        ChangeMany,
        EditFields,
        MergeRows,
        SetStatus,
        Suppress,
        Unsuppress,
    )


def edit_again(write: EditFields | AddCampaign, error: CustomerCenterError) -> Screen[None]:
    """The form of a refused edit, with what was typed still in it."""
    from tui.screens.forms import again

    return again(write, error)


def undo_question(preview: Preview) -> Screen[bool | None]:
    """The question before a step of many rows, or of another session, is taken back."""
    from tui.screens.menus import ConfirmScreen
    from tui.step_words import question

    return ConfirmScreen(question(preview))


def conflict_screen(preview: Preview) -> Screen[tuple[Conflict, ...] | None]:
    """The choice among values that others changed since a step."""
    from tui.screens.undo import ConflictScreen

    return ConflictScreen(preview)


def many_answered(app: Host, write: ChangeMany, outcome: Outcome) -> None:
    """Say what became of a change of many leads, and show it where its screen is still open."""
    from tui.screens.bulk import answered

    answered(app, write, outcome)


def merge_sentence(write: MergeRows, result: Merged) -> str:
    """Return what a merge did, and the key that takes it back."""
    from tui.format import plural

    moved = f", {plural(result.moved, 'lead')} moved" if result.moved else ""
    number = plural(result.merged, write.request.kind)
    return undoable(f"{clip(write.name, 30)}: {number} merged into it{moved}")


def ask_for_reason(app: Host, row: LeadRow | CampaignRow, target: str, why: str) -> None:
    """Ask for the reason without which a change is refused, and force it; ``why`` tells that."""
    from db.statuses import LEAD
    from tui.screens.menus import PromptScreen

    def with_reason(reason: str | None) -> None:
        if reason:
            app.set_status(row, target, forced=True, reason=reason)

    app.push_screen(PromptScreen(safe(why), f"Reason for {LEAD.get(target).label}"), with_reason)


def list_changed(app: Host, write: Suppress | Unsuppress, result: object) -> None:
    """Say what became of the suppression list, and show it anew."""
    from tui.screens.suppressions import outcome

    app.say(outcome(write, result), "good")
    app.reloads.publish(None)


def ask_to_force(app: Host, row: LeadRow | CampaignRow, seen: str, target: str) -> None:
    """Ask once whether a change against the rules is meant; a suppressed lead needs a reason."""
    from db.rows import LeadRow
    from db.statuses import CAMPAIGN, LEAD
    from tui.screens.menus import ConfirmScreen

    vocabulary = LEAD if isinstance(row, LeadRow) else CAMPAIGN
    here, there = vocabulary.get(seen).label, vocabulary.get(target).label
    if seen in vocabulary.suppressed:
        ask_for_reason(app, row, target, f"{row.name} is {here}: this lead must not be written to.")
        return

    def answered(yes: bool | None) -> None:
        if yes:
            app.set_status(row, target, forced=True)

    question = f"{here} does not go to {there}. Change {safe(row.name)} all the same?"
    app.push_screen(ConfirmScreen(question), answered)


def status_sentence(write: SetStatus) -> str:
    """Return what a committed status change did, and the key that takes it back."""
    from db.statuses import CAMPAIGN, LEAD

    vocabulary = LEAD if write.kind == "lead" else CAMPAIGN
    old, new = (clip(vocabulary.get(value).label, 20) for value in (write.seen, write.target))
    undoes = hint("app.undo", "undoes")
    hints = {
        "change": undoes,
        "undo": ", ".join(filter(None, ("undone", hint("app.redo", "redoes")))),
        "redo": undoes,
    }
    return f"{clip(write.name, 30)}: {old} → {new}   {hints[write.purpose]}".rstrip()
