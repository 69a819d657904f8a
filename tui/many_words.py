"""What is said of a change of many leads: before it, while it runs, after it. Free of Textual."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from db.many import BulkCount, BulkOutcome, BulkRequest, Fate
from db.statuses import LEAD, lead_allows
from tui.format import plural, status_text
from tui.keymap import hint
from tui.safe import safe

BAR: Final = 30
"""Cells of the bar that tells how far a change is."""
LISTED: Final = 6
"""Statuses that get a line of their own."""
WHY: Final[dict[Fate, str]] = {
    "not allowed": "not allowed from",
    "suppressed": "must not be written to:",
    "on the list": "not allowed: suppressed, see the suppression list",
    "already": "have it already",
    "taken": "have an address that the campaign has",
    "changed meanwhile": "changed by others meanwhile",
    "gone": "deleted by others",
}
NAMED: Final = ("not allowed", "suppressed")
"""Fates that are told status by status."""


def lines(request: BulkRequest, outcome: BulkOutcome) -> list[tuple[str, str]]:
    """Return what would happen to which leads, as pairs of safe text and tone."""
    changed = [count for count in outcome.counts if count.fate == "changed" and count.status]
    # What must not be written to is never hidden among the rest.
    changed.sort(key=lambda count: count.status not in LEAD.suppressed)
    shown = changed if len(changed) <= LISTED else changed[: LISTED - 1]
    rest = changed[len(shown) :]
    skipped = list(_skipped(outcome))
    numbers = [count.leads for count in shown] + [leads for leads, _ in skipped]
    width = max((len(f"{number:,}") for number in numbers), default=1)
    found = [_line(request, count, width) for count in shown]
    if rest:
        leads = sum(count.leads for count in rest)
        found.append((f"  {leads:>{width},} in {len(rest)} more statuses", "muted"))
    against = sum(count.leads for count in changed if _rule(request, count) != "")
    if against:
        found.append((f"{plural(against, 'lead')} of these against the rules", "bad"))
    if skipped:
        found.append(("Skipped:", "muted"))
        found += [(f"  {leads:>{width},} {why}", "attention") for leads, why in skipped]
    return found


def _line(request: BulkRequest, count: BulkCount, width: int) -> tuple[str, str]:
    status = LEAD.get(count.status or "")
    rule = _rule(request, count)
    return f"  {count.leads:>{width},} {status_text(status)}{rule}", "bad" if rule else status.tone


def _rule(request: BulkRequest, count: BulkCount) -> str:
    """Return which rule a change of these leads goes against."""
    if count.status in LEAD.suppressed and (request.deletes or not _allowed(request, count)):
        return "   must not be written to"
    return "" if _allowed(request, count) else "   not allowed, forced"


def _allowed(request: BulkRequest, count: BulkCount) -> bool:
    return request.field != "status" or lead_allows(count.status or "", str(request.value))


def sentence(outcome: BulkOutcome, what: str) -> str:
    """Return what happened, and what was skipped why; ``what`` is safe."""
    done = f"{plural(outcome.changed, 'lead')} {what}"
    skipped = "; ".join(f"{leads:,} {why}" for leads, why in _skipped(outcome))
    undoes = hint("app.undo", "undoes") if outcome.changed else ""
    parts = (done, undoes, f"skipped: {skipped}" if skipped else "")
    return "   ".join(part for part in parts if part)


def progress(done: int, total: int) -> str:
    """Return how far a change is, as a bar and in numbers."""
    full = BAR * done // total if total else 0
    return f"{'█' * full}{'░' * (BAR - full)}  {done:,} of {total:,}"


def can_be_forced(outcome: BulkOutcome) -> bool:
    """Tell whether leads are skipped that a reason would let be changed."""
    return any(
        count.fate in ("not allowed", "suppressed", "on the list") for count in outcome.skipped
    )


def _skipped(outcome: BulkOutcome) -> Iterator[tuple[int, str]]:
    """Yield how many leads are skipped for which reason."""
    for fate, why in WHY.items():
        counts = [count for count in outcome.skipped if count.fate == fate]
        if not counts:
            continue
        if fate in NAMED:
            names = (safe(LEAD.get(count.status or "").label, limit=30) for count in counts)
            one = len(counts) == 1
            told = (
                name if one else f"{name} {count.leads:,}"
                for name, count in zip(names, counts, strict=True)
            )
            why = f"{why} {', '.join(told)}"
        yield sum(count.leads for count in counts), why
