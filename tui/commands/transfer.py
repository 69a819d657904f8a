"""``import``: files to leads."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui.commands.options import Commands, add_json

if TYPE_CHECKING:
    from db.transfer import ImportReport, Progress

MODES: Final = ("skip", "fill", "overwrite")
WIDE: Final = 10_000  # cells: a path is never cut, for it is to be copied
_EVERY_SECONDS: Final = 0.1


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("import", help="bring a file of people or accounts in")
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV as Apollo exports it")
    parser.add_argument(
        "--campaign", metavar="NAME", help="where the people go; made where there is none"
    )
    parser.add_argument(
        "--profile", metavar="P", help="what the columns mean; default: found by the header"
    )
    parser.add_argument(
        "--mode",
        choices=MODES,
        default="fill",
        help="rows that exist: leave them, fill their blanks (default), or take every value",
    )
    parser.add_argument("--dry-run", action="store_true", help="count, but write nothing")
    parser.add_argument(
        "--rejects",
        type=Path,
        metavar="OUT.csv",
        help="rows that were not taken, and why (default: NAME.rejects.csv in this folder)",
    )
    add_json(parser)
    parser.set_defaults(run=run_import)


def run_import(options: argparse.Namespace) -> int:
    """Import the file and print the counts."""
    from db.connect import actor
    from db.transfer import ImportMode, import_file
    from tui.commands.output import document, print_json
    from tui.commands.session import opened, read_settings

    rejects = options.rejects or Path(f"{options.file.stem}.rejects.csv")
    settings = read_settings()
    with opened(settings) as database, ProgressLine() as line:
        report = import_file(
            database.engine,
            options.file,
            campaign=options.campaign,
            profile=options.profile,
            mode=ImportMode(options.mode),
            dry_run=options.dry_run,
            rejects=rejects,
            progress=line.show,
            actor=actor(settings),
        )
    if options.json:
        print_json(document(report))
    else:
        show(report)
    return 0


def show(report: ImportReport) -> None:
    """Print the counts of an import, which add up, and why rows were rejected."""
    from tui.commands.output import cell, say
    from tui.report import report_lines

    for line, _ in report_lines(report, WIDE):
        say(line)
    if report.batch_id:
        say(f"\nbatch {cell(report.batch_id)}")


class ProgressLine:
    """A line on stderr that tells how far an import is; nothing where stderr is no terminal."""

    def __init__(self) -> None:
        from tui.report import Pace

        self._shown = sys.stderr is not None and sys.stderr.isatty()
        self._pace = Pace()
        self._next = 0.0

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(self, *error: object) -> None:
        self._paint("")

    def show(self, progress: Progress) -> None:
        """Paint the line, ten times a second at most."""
        from tui.report import PHASES

        now = time.monotonic()
        rate = self._pace.rate(progress, now)
        if now < self._next:
            return
        self._next = now + _EVERY_SECONDS
        share = f" {progress.done / progress.total:.0%}" if progress.total else ""
        speed = f", {rate:,.0f} rows/s" if rate else ""
        phase = PHASES.get(progress.phase, progress.phase)
        self._paint(f"{phase}{share}, {progress.rows:,} rows{speed}")

    def _paint(self, line: str) -> None:
        if self._shown:
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
