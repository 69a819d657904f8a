"""``export``: leads to a file or to stdout."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

from db.errors import ConfigurationError
from db.exports import FORMATS
from tui.commands.filters import add_view, read_filter, read_view
from tui.commands.options import Commands
from tui.commands.scope import add_scope, read_scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from db.exports import ExportReport, ExportRequest
    from db.filters import Filter


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("export", help="write leads to a file or stdout")
    add_scope(parser)
    add_view(parser)
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="csv",
        help="csv (default), jsonl and json have every column; the others are CSV as those import it",
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="default: stdout; readable by you alone"
    )
    parser.add_argument(
        "--documents",
        action="store_true",
        help="the website documents and custom data of the organizations, with each of their leads",
    )
    parser.add_argument(
        "--with-suppressed",
        action="store_true",
        help="leads that must not be written to as well, which else are left out",
    )
    parser.add_argument(
        "--raw-cells",
        action="store_true",
        help="CSV cells as they are, also where a spreadsheet would run them as formulas",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the leads; exit code 1 where there are none."""
    from tui.commands.output import talk
    from tui.format import plural

    wanted = [read_filter(options.filter), read_view(options.view)]
    if options.output is not None:
        report = _export(options, wanted, options.output)
        talk(f"{plural(report.written, 'lead')} in {options.output}.")
    elif sys.stdout is not None:
        report = _export(options, wanted, sys.stdout)
    else:
        raise ConfigurationError("There is no stdout to write to; name a file with -o.")
    if not report.written:
        talk("There are no such leads.")
    if report.left_out:
        talk(
            f"Left out: {plural(report.left_out, 'suppressed lead')};"
            " --with-suppressed takes them as well."
        )
    return 0 if report.written else 1


def _export(
    options: argparse.Namespace, wanted: list[Filter | None], out: Path | TextIO
) -> ExportReport:
    from db.transfer import export_file, export_leads
    from tui.commands.session import opened

    with opened() as database, database.sessions() as session:
        request = _request(session, options, wanted)
        if isinstance(out, Path):
            return export_file(session, request, out)
        return export_leads(session, request, _sink(out, request.fmt))


def _request(
    session: Session, options: argparse.Namespace, wanted: list[Filter | None]
) -> ExportRequest:
    from db.exports import ExportRequest
    from db.many import Selection

    return ExportRequest(
        Selection(scope=read_scope(session, options, *wanted)),
        options.format,
        with_suppressed=options.with_suppressed,
        documents=options.documents,
        raw_cells=options.raw_cells,
    )


def _sink(out: TextIO, fmt: str) -> TextIO:
    """Return what makes a stream fit: JSON is escaped, which loses nothing; CSV is exact.

    But on a terminal CSV is made safe.
    """
    from tui.commands.output import JsonSink, TerminalSink

    sink: object = out
    if fmt in ("json", "jsonl"):
        sink = JsonSink(out)
    elif out.isatty():
        sink = TerminalSink(out)
    elif out is sys.stdout:
        sink = sys.stdout.buffer
    return cast("TextIO", sink)
