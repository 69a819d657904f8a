"""``suppress``: whom nobody may write to, as a list that other programs can fill and read."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

from db.errors import ConfigurationError
from tui.commands.options import Commands, Parser, add_json, add_limit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.suppression import Added, Entry
    from db.transfer.suppressions import Rejected

LIMIT = 100


def register(commands: Commands) -> None:
    """Add the group of commands."""
    group = commands.add_parser(
        "suppress", help="addresses and domains that nobody may write to: add, import, list ..."
    )
    actions = group.add_subparsers(title="actions", metavar="ACTION", required=True)
    _register_add(actions)
    _register_files(actions)

    remove = actions.add_parser("remove", help="take addresses or domains off the list")
    remove.add_argument("values", nargs="+", metavar="VALUE", type=value)
    add_json(remove)
    remove.set_defaults(run=run_remove)

    listed = actions.add_parser("list", help="the list, newest first")
    listed.add_argument("search", nargs="?", default="", help="part of a value, reason or source")
    add_limit(listed, LIMIT)
    add_json(listed)
    listed.set_defaults(run=run_list)


def _register_add(actions: argparse._SubParsersAction[Parser]) -> None:
    add = actions.add_parser("add", help="put addresses or domains on the list")
    add.add_argument(
        "values", nargs="+", metavar="VALUE", type=value, help="anna@acme.com, acme.com"
    )
    _add_details(add)
    add.set_defaults(run=run_add)


def _register_files(actions: argparse._SubParsersAction[Parser]) -> None:
    bring = actions.add_parser("import", help="put what a file holds on the list")
    bring.add_argument(
        "file", metavar="FILE", help="CSV with a header, or a value a line; - is stdin"
    )
    _add_details(bring)
    bring.set_defaults(run=run_import)

    out = actions.add_parser("export", help="write the list as CSV, to be imported again")
    out.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: stdout")
    out.set_defaults(run=run_export)


def _add_details(parser: Parser) -> None:
    parser.add_argument("--reason", metavar="TEXT", help="why; shown wherever it is in the way")
    parser.add_argument("--source", metavar="TEXT", help="where it is from")
    parser.add_argument(
        "--until", type=until, metavar="DATE", help="when it ends: 2026-12-01, 30d; default: never"
    )
    parser.add_argument(
        "--keep-leads",
        action="store_true",
        help="leave leads that are ready, queued or sent as they are; "
        "without it what is suppressed for good makes them do_not_contact",
    )
    add_json(parser)


def value(text: str) -> str:
    """Read an address or domain."""
    from db.suppression import read_value

    try:
        return read_value(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error).rstrip(".")) from None


def until(text: str) -> datetime:
    """Read a moment to come."""
    from db.filters import local_now
    from db.snoozing import until as moment

    try:
        return moment(text, local_now())
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error).rstrip(".")) from None


def run_add(options: argparse.Namespace) -> int:
    """Add the values; exit code 0."""
    from db.suppression import Entry

    details = options.reason, options.source, options.until
    added = _add([Entry(each, *details) for each in options.values], options)
    return _told(added, (), options)


def run_import(options: argparse.Namespace) -> int:
    """Add what a file holds; exit code 1 where lines were rejected, the others are taken."""
    from db.transfer.suppressions import read_list

    name = "stdin" if options.file == "-" else options.file
    content = sys.stdin.buffer.read() if options.file == "-" else Path(options.file).read_bytes()
    read = read_list(
        content,
        name,
        reason=options.reason,
        source=options.source or (None if options.file == "-" else Path(options.file).name),
        expires_at=options.until,
    )
    return _told(_add(read.entries, options), read.rejected, options)


def _add(entries: Sequence[Entry], options: argparse.Namespace) -> Added:
    from db.services.suppressions import add
    from tui.commands.session import transaction

    with transaction() as session:
        return add(session, entries, stop=not options.keep_leads)


def _told(added: Added, rejected: Sequence[Rejected], options: argparse.Namespace) -> int:
    from tui.commands.output import document, print_json, say, talk

    if options.json:
        print_json(document(added) | {"rejected": document(rejected)})
    else:
        say(f"{added.added:,} added, {added.updated:,} updated, {added.unchanged:,} unchanged")
        if added.stopped:
            say(f"{added.stopped:,} leads that were to be sent to are do_not_contact now")
    for line in rejected:
        talk(f"line {line.line}: {line.text}: {line.why.rstrip('.')}.")
    return 1 if rejected else 0


def run_remove(options: argparse.Namespace) -> int:
    """Remove the values; exit code 1 where not all were on the list."""
    from db.services.suppressions import remove
    from tui.commands.output import document, print_json, say, talk
    from tui.commands.session import transaction

    with transaction() as session:
        removed = remove(session, options.values)
    missing = [each for each in dict.fromkeys(options.values) if each not in removed]
    if options.json:
        print_json({"removed": document(removed), "missing": document(missing)})
    else:
        say(f"{len(removed):,} removed")
    for each in missing:
        talk(f"{each} is not on the list.")
    return 1 if missing else 0


def run_list(options: argparse.Namespace) -> int:
    """Print the list; exit code 1 where it is empty."""
    from db.queries.suppressions import latest
    from tui.commands.output import Column, document, print_json, table, talk
    from tui.commands.session import transaction

    with transaction() as session:
        rows = latest(session, options.limit, options.search)
    if options.json:
        print_json(document(rows))
    elif rows:
        columns = (
            Column("value"),
            Column("reason"),
            Column("source"),
            Column("until", fixed=True),
            Column("since", fixed=True),
            Column("by", optional=True),
        )
        fields = "value", "reason", "source", "expires_at", "created_at", "created_by"
        table(columns, [[getattr(row, name) for name in fields] for row in rows])
    if not rows:
        talk("There are no such suppressions.")
    return 0 if rows else 1


def run_export(options: argparse.Namespace) -> int:
    """Write the list; exit code 1 where it is empty."""
    from db.transfer.files import private_file
    from tui.commands.output import TerminalSink, talk

    if options.output is not None:
        try:
            with private_file(options.output) as file:
                number = _write(file)
        except OSError as error:
            raise ConfigurationError(
                f"{options.output} cannot be written: {error.strerror}."
            ) from error
        talk(f"{number:,} suppressions are in {options.output}.")
    else:
        sink: Any = TerminalSink(sys.stdout) if sys.stdout.isatty() else sys.stdout
        number = _write(cast("TextIO", sink))
    if not number:
        talk("The suppression list is empty.")
    return 0 if number else 1


def _write(out: TextIO) -> int:
    from db.queries.suppressions import every
    from db.transfer.suppressions import write_list
    from tui.commands.session import transaction

    with transaction() as session:
        return write_list(out, every(session))
