"""``export``: leads to a file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO, cast

from db.errors import ConfigurationError
from tui.commands.filters import read_filter
from tui.commands.leads import add_scope
from tui.commands.options import Commands

if TYPE_CHECKING:
    from db.filters import Filter

FORMATS: Final = ("csv", "jsonl", "json")


def register(commands: Commands) -> None:
    """Add the command."""
    _register_export(commands)


def _register_export(commands: Commands) -> None:
    parser = commands.add_parser("export", help="write leads to a file or stdout")
    add_scope(parser)
    parser.add_argument("--format", choices=FORMATS, default="csv", help="default: csv")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="default: stdout; readable by you alone"
    )
    parser.set_defaults(run=run_export)


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
