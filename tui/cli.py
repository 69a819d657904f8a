"""The command line: without a command the application, else one that needs no terminal.

stdout is data, stderr is talk; ``--json`` prints one JSON document. Exit codes: 0 done, 1 nothing
found or refused, 2 wrong usage or configuration, 3 database unreachable or schema not at head.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any, Final

from tui.commands import about, database, embedded, leads, log, lookup, show, status, transfer
from tui.commands.exits import ended
from tui.commands.options import Parser
from tui.commands.output import PROGRAM

COMMANDS: Final = (database, transfer, lookup, leads, show, status, log, about, embedded)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command of the arguments and return the exit code."""
    return ended(lambda: _run(sys.argv[1:] if argv is None else argv))


def parser() -> Parser:
    """Return the parser of the whole command line."""
    made = Parser(
        prog=PROGRAM,
        description="Work through sales leads in PostgreSQL, by keys. Without a command the "
        "application opens; the commands are for scripts.",
        epilog="Exit codes: 0 done, 1 nothing found or refused, 2 wrong usage or configuration, "
        "3 database unreachable or schema not at head.",
    )
    made.add_argument("--version", action=_Version, nargs=0, help="print the version and leave")
    made.set_defaults(run=database.run_application)
    commands = made.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    for module in COMMANDS:
        module.register(commands)
    return made


def _run(arguments: Sequence[str]) -> int:
    options = parser().parse_args(arguments)
    code: int = options.run(options)
    return code


class _Version(argparse.Action):
    """Print the version; the installed package is asked only then."""

    def __call__(self, parser: argparse.ArgumentParser, *rest: Any, **options: Any) -> None:
        from importlib.metadata import version

        print(f"{PROGRAM} {version(PROGRAM)}")
        parser.exit()


if __name__ == "__main__":
    sys.exit(main())
