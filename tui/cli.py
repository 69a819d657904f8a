"""The command line: without a command the application, else one that needs no terminal.

stdout is data, stderr is talk; ``--json`` prints one JSON document. Exit codes: 0 done, 1 nothing
found or refused, 2 wrong usage or configuration, 3 database unreachable or schema not at head.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Final

from tui.commands.exits import ended

if TYPE_CHECKING:
    from tui.commands.options import Parser

COMMANDS: Final = {
    "demo": "database",
    "migrate": "database",
    "import": "importing",
    "import-undo": "importing",
    "export": "export",
    "lookup": "lookup",
    "leads": "leads",
    "show": "show",
    "status": "status",
    "duplicates": "duplicates",
    "merge": "merge",
    "log": "log",
    "revert": "revert",
    "doctor": "doctor",
    "grants": "grants",
    "suppress": "suppress",
    "verify": "verify",
    "keys": "about",
    "config": "about",
    "embedded": "embedded",
}
"""The module of ``tui.commands`` for each command, in the order of the help."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command of the arguments and return the exit code."""
    # Imports make little but what stays: the collector would search it again and again in vain.
    # It goes on when the database is open.
    gc.disable()
    return ended(lambda: _run(sys.argv[1:] if argv is None else argv))


def parser(command: str = "") -> Parser:
    """Return the parser of the whole command line, or no more than one command needs."""
    from tui.commands import database
    from tui.commands.options import Parser, Version
    from tui.commands.output import PROGRAM

    made = Parser(
        prog=PROGRAM,
        description="Work through sales leads in PostgreSQL, by keys. Without a command the "
        "application opens; the commands are for scripts.",
        epilog="Exit codes: 0 done, 1 nothing found or refused, 2 wrong usage or configuration, "
        "3 database unreachable or schema not at head.",
    )
    made.add_argument("--version", action=Version, nargs=0, help="print the version and leave")
    made.set_defaults(run=database.run_application)
    commands = made.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    needed = [COMMANDS[command]] if command in COMMANDS else COMMANDS.values()
    for module in dict.fromkeys(needed):
        import_module(f"tui.commands.{module}").register(commands)
    return made


def _run(arguments: Sequence[str]) -> int:
    if not arguments:
        # The usual start has nothing to parse, and its first frame is waited for.
        from tui.commands.database import run_application

        return run_application()
    options = parser(arguments[0]).parse_args(arguments)
    code: int = options.run(options)
    return code


if __name__ == "__main__":
    sys.exit(main())
