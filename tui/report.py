"""An import in words and columns: how far it is, and what came of it. Free of Textual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tui.format import number, plural
from tui.safe import clip, fit, wrap

if TYPE_CHECKING:
    from db.transfer import ImportReport, Progress

BAR: Final = 24
PHASES: Final = {"reading": "Reading", "planning": "Comparing", "writing": "Writing"}
Line = tuple[str, str]
"""A safe text and its tone."""


@dataclass
class Pace:
    """How fast a phase of an import goes, by the clock in seconds."""

    phase: str = ""
    since: float = 0.0

    def rate(self, progress: Progress, now: float) -> float:
        """Return the rows of a second since the phase began; 0 while that is not known."""
        if progress.phase != self.phase:
            self.phase, self.since = progress.phase, now
            return 0.0
        done = progress.rows if progress.phase == "reading" else progress.done
        passed = now - self.since
        return done / passed if passed >= 0.2 else 0.0


def progress_lines(progress: Progress, rate: float, *, dry_run: bool) -> list[Line]:
    """Return how far an import is, as lines."""
    phase = PHASES.get(progress.phase, progress.phase)
    speed = f"{rate:,.0f} rows/s" if rate else ""
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
    if report.rejects:
        lines += [("", ""), ("The rejected rows with their reasons are in", "muted")]
        lines += [(line, "") for line in wrap(report.rejects, width)]
    return lines


def _row(title: str, counts: tuple[int, ...]) -> str:
    return f"{title:<16}" + "".join(f"{count:>12,}" for count in counts)
