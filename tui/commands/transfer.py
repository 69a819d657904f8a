"""``import`` and ``export``: files to leads and back."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO, cast

from db.errors import ConfigurationError
from tui.commands.filters import read_filter
from tui.commands.leads import add_scope
from tui.commands.options import Commands, add_json

if TYPE_CHECKING:
    from db.filters import Filter
    from db.transfer import ImportReport, Progress

MODES: Final = ("skip", "fill", "overwrite")
FORMATS: Final = ("csv", "jsonl", "json")
WIDE: Final = 10_000  # cells: a path is never cut, for it is to be copied
_EVERY_SECONDS: Final = 0.1


def register(commands: Commands) -> None:
    """Add the commands."""
    _register_import(commands)
    _register_export(commands)


def _register_import(commands: Commands) -> None:
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


def _register_export(commands: Commands) -> None:
    parser = commands.add_parser("export", help="write leads to a file or stdout")
    add_scope(parser)
    parser.add_argument("--format", choices=FORMATS, default="csv", help="default: csv")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="default: stdout; readable by you alone"
    )
    parser.set_defaults(run=run_export)


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


def run_export(options: argparse.Namespace) -> int:
    """Write the leads; exit code 1 where there are none."""
    from tui.commands.output import talk

    wanted = read_filter(options.filter)
    if options.output is not None:
        number = _export_to(options, options.output, wanted)
        talk(f"{number:,} leads are in {options.output}.")
    elif sys.stdout is not None:
        number = _export(options, sys.stdout, wanted, terminal=sys.stdout.isatty())
    else:
        raise ConfigurationError("There is no stdout to write to; name a file with -o.")
    if not number:
        talk("There are no such leads.")
    return 0 if number else 1


def _export_to(options: argparse.Namespace, path: Path, wanted: Filter | None) -> int:
    from db.transfer.files import private_file

    try:
        with private_file(path) as file:
            return _export(options, file, wanted)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}.") from error


def _export(
    options: argparse.Namespace, out: TextIO, wanted: Filter | None, *, terminal: bool = False
) -> int:
    """Write the leads to a stream and return their number.

    JSON is escaped, which loses nothing. CSV is exact, but on a terminal, where it is made safe.
    """
    from db.queries.filtering import settled
    from db.transfer import export_leads
    from tui.commands.output import JsonSink, TerminalSink
    from tui.commands.session import campaign_named, opened

    sink: object = out
    if options.format != "csv":
        sink = JsonSink(out)
    elif terminal:
        sink = TerminalSink(out)
    elif out is sys.stdout:
        sink = sys.stdout.buffer
    with opened() as database, database.sessions() as session:
        return export_leads(
            session.connection(),
            out=cast("TextIO", sink),
            fmt=options.format,
            campaign=campaign_named(session, options.campaign),
            status=options.status,
            wanted=settled(session, wanted) if wanted else None,
        )
