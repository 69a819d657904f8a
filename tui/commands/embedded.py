"""``embedded``: the PostgreSQL that comes with the package, by hand."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tui.commands.options import Commands, Parser, add_json

if TYPE_CHECKING:
    from db.embedded.operations import Status


def register(commands: Commands) -> None:
    """Add the group of commands."""
    group = commands.add_parser(
        "embedded", help="the embedded PostgreSQL: start, stop, back up ..."
    )
    actions = group.add_subparsers(title="actions", metavar="ACTION", required=True)

    start = actions.add_parser("start", help="start it and let it run until it is stopped")
    start.set_defaults(run=run_start)

    stop = actions.add_parser("stop", help="stop it")
    stop.add_argument("--force", action="store_true", help="also while applications use it")
    stop.set_defaults(run=run_stop)

    status = actions.add_parser("status", help="whether it runs, and where its files are")
    add_json(status)
    status.set_defaults(run=run_status)

    # No word begins with NUL, so every word is psql's own, --help too.
    psql = actions.add_parser(
        "psql", help="open psql on it; further words go to psql", add_help=False, prefix_chars="\0"
    )
    psql.add_argument("words", nargs=argparse.REMAINDER, metavar="...")
    psql.set_defaults(run=run_psql)

    _add_files(actions)


def _add_files(actions: argparse._SubParsersAction[Parser]) -> None:
    backup = actions.add_parser("backup", help="write a backup and print its path")
    backup.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="default: a new file in the home folder"
    )
    backup.set_defaults(run=run_backup)

    restore = actions.add_parser("restore", help="replace the database by a backup")
    restore.add_argument("file", type=Path, metavar="FILE", help="a file that backup has written")
    restore.set_defaults(run=run_restore)


def run_start(options: argparse.Namespace) -> int:
    """Start the server and pin it."""
    from db.embedded.operations import start

    show(start(_home()))
    return 0


def run_stop(options: argparse.Namespace) -> int:
    """Stop the server."""
    from db.embedded.operations import stop
    from tui.commands.output import talk

    stopped = stop(_home(), force=options.force)
    talk("The embedded PostgreSQL has stopped." if stopped else "It was not running.")
    return 0


def run_status(options: argparse.Namespace) -> int:
    """Print the state of the server."""
    from db.embedded.operations import status
    from tui.commands.output import document, print_json

    found = status(_home())
    if options.json:
        print_json(document(found))
    else:
        show(found)
    return 0


def run_psql(options: argparse.Namespace) -> int:
    """Become psql."""
    from db.embedded.operations import psql

    words = options.words[1:] if options.words[:1] == ["--"] else options.words
    psql(_home(), words)


def run_backup(options: argparse.Namespace) -> int:
    """Write a backup and print its path."""
    from db.embedded.operations import backup
    from tui.commands.output import cell, say

    say(cell(backup(_home(), options.file)))
    return 0


def run_restore(options: argparse.Namespace) -> int:
    """Replace the database by a backup."""
    from db.embedded.operations import restore
    from tui.commands.output import talk

    restore(_home(), options.file)
    talk(f"The database is that of {options.file} now.")
    return 0


def show(status: Status) -> None:
    """Print the state as fields."""
    from tui.commands.output import fields
    from tui.format import size

    fields(
        (
            ("state", "running" if status.running else "stopped"),
            ("until", "embedded stop" if status.pinned else "its last application ends"),
            ("version", status.version),
            ("applications", status.applications),
            ("process", None if status.pid is None else str(status.pid)),
            ("home", status.home),
            ("data", f"{status.data_dir} ({size(status.size)})"),
            ("sockets", status.socket_dir),
            ("log", status.log),
        )
    )


def _home() -> Path:
    from db.embedded import home
    from tui.commands.session import read_settings

    settings = read_settings()
    return home(Path(settings.home) if settings.home else None)
