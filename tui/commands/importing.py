"""``import`` and ``import-undo``: files to leads, and back out again."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui.commands.exits import DONE, INTERRUPTED
from tui.commands.options import Commands, add_json, row_id
from tui.import_options import MODES

if TYPE_CHECKING:
    from types import FrameType

    from db.transfer import ImportReport, Progress

WIDE: Final = 10_000  # cells: a path is never cut, for it is to be copied
_EVERY_SECONDS: Final = 0.1


def register(commands: Commands) -> None:
    """Add the commands."""
    _register_import(commands)
    undo = commands.add_parser(
        "import-undo", help="take an import back, as far as nobody touched it"
    )
    undo.add_argument(
        "batch", type=row_id, metavar="BATCH", help="its id, as the import printed it"
    )
    add_json(undo)
    undo.set_defaults(run=run_undo)


def _register_import(commands: Commands) -> None:
    parser = commands.add_parser("import", help="bring a file of people or accounts in")
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="CSV, JSON or JSON Lines, also gzipped; - for stdin"
    )
    parser.add_argument(
        "--campaign", metavar="NAME", help="where the people go; made where there is none"
    )
    parser.add_argument(
        "--profile", metavar="P", help="what the columns mean; default: found by the header"
    )
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="COLUMN=TARGET",
        help="what a column means, as 'Mail=leads.email'; remembered for files of the same header",
    )
    parser.add_argument(
        "--mode",
        choices=tuple(MODES),
        default="fill",
        help="rows that exist: leave them, fill their blanks (default), or take every value",
    )
    parser.add_argument("--dry-run", action="store_true", help="count, but write nothing")
    parser.add_argument(
        "--keep-going",
        action="store_true",
        help="commit chunk by chunk; the same command goes on after an interruption",
    )
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
    from db.errors import ImportCancelled
    from db.transfer import ImportMode, Remembered, import_file
    from db.transfer.choosing import parsed_mapping
    from tui.commands.output import document, print_json, talk
    from tui.commands.session import opened, read_settings

    mapping = parsed_mapping(options.map)
    settings = read_settings()
    try:
        with opened(settings) as database, ProgressLine() as line, _interruptible() as stop:
            report = import_file(
                database.engine,
                options.file,
                campaign=options.campaign,
                profile=options.profile,
                mapping=mapping,
                remembered=Remembered(),
                mode=ImportMode(options.mode),
                dry_run=options.dry_run,
                keep_going=options.keep_going,
                rejects=options.rejects or _rejects(options.file),
                progress=line.show,
                cancelled=stop.is_set,
                actor=actor(settings),
            )
    except ImportCancelled as stopped:
        talk(str(stopped))
        return INTERRUPTED
    if options.json:
        print_json(document(report))
    else:
        show(report)
    return DONE


def _rejects(file: Path) -> Path:
    name = "stdin" if str(file) == "-" else file.name.removesuffix(".gz")
    return Path(f"{Path(name).stem}.rejects.csv")


@contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """Yield what ctrl+c sets; a second one does not wait for the end of the statement."""
    stop = threading.Event()

    def interrupted(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def show(report: ImportReport) -> None:
    """Print the counts of an import, which add up, and why rows were rejected."""
    from tui.commands.output import cell, say
    from tui.report import report_lines

    for line, _ in report_lines(report, WIDE):
        say(line)
    if report.batch_id:
        say(f"\nbatch {cell(report.batch_id)}")


def run_undo(options: argparse.Namespace) -> int:
    """Take an import back and list what stays."""
    from db.transfer.undoing import undo_import
    from tui.commands.output import document, print_json, say
    from tui.commands.session import transaction
    from tui.report import undone_lines

    with transaction() as session:
        done = undo_import(session, options.batch)
    if options.json:
        print_json(document(done))
    else:
        for line, _ in undone_lines(done, WIDE):
            say(line)
    return DONE


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
        from tui.report import progress_words

        now = time.monotonic()
        pace = self._pace.measured(progress, now)
        if now >= self._next:
            self._next = now + _EVERY_SECONDS
            self._paint(progress_words(progress, pace))

    def _paint(self, line: str) -> None:
        if self._shown:
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
