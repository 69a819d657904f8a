"""Steps, and what became of them, as sentences that can be painted."""

from __future__ import annotations

from datetime import datetime

from db.rows import WHOLE_ROW
from db.statuses import CAMPAIGN, LEAD
from db.steps import Conflict, FieldChange, Preview, Step, TakenBack
from tui import format
from tui.keymap import hint, undoable
from tui.safe import clip, safe


def step_text(step: Step) -> str:
    """Return what a step did, such as ``12 leads from new to ready``."""
    if not step.fields:
        return "a change"
    kind = step.fields[0].kind
    rows = clip(step.name, 30) if step.name else format.plural(step.rows, kind)
    whole = next((one for one in step.fields if one.field == WHOLE_ROW), None)
    if whole is not None and len(step.fields) > 1:
        return f"merge of {whole.kind}s"
    if len(step.fields) > 1:
        return f"{', '.join(field_label(one.field) for one in step.fields)} of {rows}"
    (change,) = step.fields
    if change.field == WHOLE_ROW:
        return f"{rows} deleted"
    if change.field != "status":
        return f"{field_label(change.field)} of {rows}"
    old = f" from {value_text(change, change.old)}" if change.one_old else ""
    new = f" to {value_text(change, change.new)}" if change.one_new else ""
    return f"{rows}{old}{new}" if old or new else f"status of {rows}"


def question(preview: Preview) -> str:
    """Return what is asked before a step is taken back, or done again."""
    step = preview.step
    words = {"undo": "Undo", "redo": "Do again"}
    text = f"{words[step.purpose]}: {step_text(step)} ({format.moment(step.at)})?"
    return "\n".join(filter(None, (text, losses(preview.gone, preview.lost))))


def revert_question(actor: str, since: datetime, preview: Preview) -> str:
    """Return what is asked before all that a writer did in a span is taken back."""
    others = {conflict.row_id for conflict in preview.conflicts}
    return "\n".join(
        filter(
            None,
            (
                f"Take back what {safe(actor, limit=30)} did since {format.moment(since)}:"
                f" {step_text(preview.step)}?",
                f"What others changed since stays, in {format.plural(len(others), 'row')}."
                if others
                else "",
                losses(preview.gone, preview.lost),
            ),
        )
    )


def reverted_sentence(result: TakenBack) -> str:
    """Return what was taken back of a writer's span, and the key that turns it round."""
    left = f", {result.left:,} left to others" if result.left else ""
    if not result.rows:
        return f"Nothing was taken back{left}."
    return undoable(f"Taken back: {len(result.rows):,} of {step_text(result.step)}{left}")


def losses(gone: int, lost: int) -> str:
    """Return what can not be brought back, nothing where all can."""
    sentences = []
    if gone:
        sentences.append(f"{format.plural(gone, 'row')} deleted meanwhile.")
    if lost:
        documents = format.plural(lost, "document")
        sentences.append(f"{documents} stay as now: the journal holds only the checksum.")
    return " ".join(sentences)


def conflict_text(conflict: Conflict) -> tuple[str, str]:
    """Return whose value was changed, and what by whom and when."""
    who = safe(conflict.actor or "another program", limit=20)
    when = f", {format.moment(conflict.at)}" if conflict.at else ""
    theirs, back = value_text(conflict, conflict.theirs), value_text(conflict, conflict.back)
    whose = f"{clip(conflict.name, 30)}: {field_label(conflict.field)}"
    return whose, f"now {theirs}, by {who}{when}; was {back}"


def done_sentence(result: TakenBack) -> str:
    """Return what was taken back, or done again, and the key that turns it round."""
    step = result.step
    undo = step.purpose == "undo"
    counts = (
        (result.left, "left to others"),
        (result.gone, "deleted"),
        (result.lost, "known by checksum only"),
    )
    others = ", ".join(f"{number:,} {what}" for number, what in counts if number)
    if not result.rows:
        reason = others or "it is so already"
        return f"Nothing was {'taken back' if undo else 'done again'}: {reason}."
    part = f"{len(result.rows):,} of " if len(result.rows) != step.rows else ""
    word = "Undone" if undo else "Done again"
    text = ", ".join(filter(None, (f"{word}: {part}{step_text(step)}", others)))
    return f"{text}   {hint('app.redo', 'does it again')}".rstrip() if undo else undoable(text)


def value_text(of: FieldChange | Conflict, value: str | None) -> str:
    """Return a value of the journal within a sentence."""
    if value is None:
        return "empty"
    if of.field != "status":
        return f"“{clip(value, 20)}”"
    vocabulary = CAMPAIGN if of.kind == "campaign" else LEAD
    return clip(vocabulary.get(value).label, 20)


def field_label(field: str) -> str:
    """Return a column's name within a sentence."""
    return "snooze" if field == "snoozed_until" else safe(field.replace("_", " "), limit=30)
