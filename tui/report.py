"""An import in words and columns: how far it is, and what came of it. Free of Textual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tui.format import number, plural
from tui.safe import clip, fit, safe, wrap

if TYPE_CHECKING:
    from db.transfer import ImportReport, Progress
    from db.transfer.report import Example, Note
    from db.transfer.undoing import Left, Undone

BAR: Final = 24
LISTED: Final = 8
"""Rows that stay which are named in the question whether an import is to be taken back."""
PHASES: Final = {
    "reading": "Reading",
    "planning": "Comparing",
    "writing": "Writing",
    "importing": "Importing",
}
Line = tuple[str, str]
"""A safe text and its tone."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Rows a second, and the seconds that are left of a phase; 0 while they are not known."""

    rows: float = 0.0
    left: float = 0.0

    def __str__(self) -> str:
        rate = f"{self.rows:,.0f} rows/s" if self.rows else ""
        minutes, seconds = divmod(round(self.left), 60)
        left = f"{minutes}:{seconds:02} left" if self.left else ""
        return ", ".join(part for part in (rate, left) if part)


@dataclass
class Pace:
    """How fast a phase of an import goes, by the clock in seconds."""

    phase: str = ""
    since: float = 0.0
    start: tuple[int, int] = (0, 0)

    def measured(self, progress: Progress, now: float) -> Speed:
        """Return the speed since the phase began."""
        rows = progress.done if progress.phase == "writing" else progress.rows
        if progress.phase != self.phase:
            self.phase, self.since, self.start = progress.phase, now, (rows, progress.done)
            return Speed()
        passed = now - self.since
        done = progress.done - self.start[1]
        if passed < 0.2 or rows <= self.start[0]:
            return Speed()
        left = passed * (progress.total - progress.done) / done if done > 0 else 0.0
        return Speed((rows - self.start[0]) / passed, max(left, 0.0))


def progress_words(progress: Progress, speed: Speed) -> str:
    """Return how far an import is, as one line."""
    share = f" {progress.done / progress.total:.0%}" if progress.total else ""
    phase = PHASES.get(progress.phase, progress.phase)
    words = (f"{phase}{share}", f"{progress.rows:,} rows", str(speed))
    return ", ".join(part for part in words if part)


def progress_lines(progress: Progress, speed: Speed, *, dry_run: bool) -> list[Line]:
    """Return how far an import is, as lines."""
    phase = PHASES.get(progress.phase, progress.phase)
    return [
        ("Trying it without writing anything" if dry_run else "Importing", "title"),
        ("", ""),
        (f"{phase:<12}{bar(progress.done, progress.total)}   {speed}", ""),
        (f"{'Rows read':<12}{progress.rows:>{BAR},}", "muted"),
        (f"{'Rejected':<12}{progress.rejected:>{BAR},}", "muted"),
    ]


def bar(done: int, total: int) -> str:
    """Return how much of something is done, as a bar and in percent."""
    share = min(done / total, 1.0) if total else 0.0
    filled = round(BAR * share)
    return f"{'━' * filled}{'─' * (BAR - filled)} {share:>5.0%}"


def report_lines(report: ImportReport, width: int) -> list[Line]:
    """Return what an import did, or in a dry run would do, as lines of at most ``width`` cells."""
    title = "What would happen; nothing is written yet" if report.dry_run else "Imported"
    lines: list[Line] = [
        (title, "title"),
        (
            f"{plural(report.rows_read, 'row')} read as {clip(report.profile, 40)}, "
            f"{number(report.rejected)} rejected",
            "muted",
        ),
        ("", ""),
        (f"{'':<16}{'created':>12}{'updated':>12}{'unchanged':>12}", "muted"),
    ]
    leads = (report.leads_created, report.leads_updated, report.leads_unchanged)
    if any(leads):
        lines.append((_row("leads", leads), ""))
    organizations = (
        report.organizations_created,
        report.organizations_updated,
        report.organizations_unchanged,
    )
    lines.append((_row("organizations", organizations), ""))
    if report.rejected:
        lines += [("", ""), (f"{'rejected':<40}{'rows':>12}", "muted")]
        ranked = sorted(report.reasons.items(), key=lambda item: -item[1])
        lines += [(f"{fit(reason, 40)}{count:>12,}", "attention") for reason, count in ranked]
    lines += _noted(report.notes, width)
    lines += _changed(report.fields)
    for what, tone in (("created", "good"), ("updated", "info"), ("rejected", "attention")):
        lines += [(each, tone) for each in _examples(report, what, width)]
    if report.rejects:
        lines += [("", ""), ("The rejected rows with their reasons are in", "muted")]
        lines += [(line, "") for line in wrap(report.rejects, width)]
    return lines


def _noted(notes: Sequence[Note], width: int) -> list[Line]:
    """What was noticed in rows that are taken, with the first of each kind."""
    if not notes:
        return []
    lines: list[Line] = [("", ""), (f"{'noticed in rows that are taken':<40}{'rows':>12}", "muted")]
    for note in notes:
        first = f"line {note.line:,}" if note.line else f"row {note.row:,}"
        example = f"{first}: {note.example}" if note.example else first
        words = f"{fit(note.what, 40)}{note.rows:>12,}  {example}"
        lines.append((clip(words, width), "attention"))
    return lines


def _row(title: str, counts: tuple[int, ...]) -> str:
    return f"{title:<16}" + "".join(f"{count:>12,}" for count in counts)


def undone_lines(done: Undone, width: int) -> list[Line]:
    """Return what came of taking an import back."""
    lines: list[Line] = [("Taken back", "title"), ("", ""), *((line, "") for line in _undone(done))]
    if done.left_in_all:
        left = f"{plural(done.left_in_all, 'row')} left as they are"
        lines += [("", ""), (left, "attention")]
    return lines + [(clip(_left(each), width), "muted") for each in done.left]


def undo_question(foreseen: Undone, width: int) -> str:
    """Return what is asked before an import is taken back: what goes, and what stays why."""
    lines = [f"Take back the import of {clip(foreseen.file_name, 40)}?", *_undone(foreseen)]
    if foreseen.left_in_all:
        lines.append(f"{plural(foreseen.left_in_all, 'row')} stay as they are:")
        lines += [f"  {clip(_left(each), width - 2)}" for each in foreseen.left[:LISTED]]
        more = foreseen.left_in_all - len(foreseen.left[:LISTED])
        lines += [f"  and {more:,} more"] if more else []
    return "\n".join(lines)


def undone_sentence(done: Undone) -> str:
    """Return what came of taking an import back, as one sentence."""
    deleted = (done.leads_deleted, "lead"), (done.organizations_deleted, "organization")
    parts = [plural(number, word) for number, word in deleted if number]
    if parts:
        parts[-1] += " deleted"
    if done.rows_restored:
        parts.append(f"{plural(done.rows_restored, 'row')} restored")
    if done.left_in_all:
        parts.append(f"{done.left_in_all:,} left")
    return f"Taken back: {', '.join(parts) or 'the campaign'}."


def _undone(done: Undone) -> list[str]:
    """What is deleted and restored."""
    counts = (
        (done.leads_deleted, "lead", "deleted"),
        (done.organizations_deleted, "organization", "deleted"),
        (done.rows_restored, "row", "restored"),
    )
    lines = [f"{plural(number, word)} {what}" for number, word, what in counts if number]
    if done.campaign_deleted:
        lines.append("the campaign deleted, which the import had made")
    return lines or ["nothing deleted, nothing restored"]


def _left(left: Left) -> str:
    """A row that stays, and why."""
    return f"{left.kind} {left.name}{' ' + left.field if left.field else ''}: {left.why}"


def _changed(fields: Mapping[str, int]) -> list[Line]:
    """The columns in which rows that exist change."""
    if not fields:
        return []
    ranked = sorted(fields.items(), key=lambda item: -item[1])
    rows = [(f"{fit(name, 40)}{count:>12,}", "") for name, count in ranked]
    return [("", ""), (f"{'changed in rows that exist':<40}{'rows':>12}", "muted"), *rows]


def _examples(report: ImportReport, what: str, width: int) -> list[str]:
    """The first rows of one fate, each on a line."""
    found = [example for example in report.examples if example.what == what]
    if not report.dry_run or not found:
        return []
    return ["", *(clip(safe(_example(each)), width) for each in found)]


def _example(example: Example) -> str:
    place = f"row {example.row:,}" + (f", line {example.line:,}" if example.line else "")
    values = ", ".join(
        f"{column}: {_value(old)} → {_value(new)}" for column, (old, new) in example.changes.items()
    )
    return f"{place} {example.what}: {example.name}{'  ' + values if values else ''}"


def _value(value: object) -> str:
    return "–" if value is None else str(value)
