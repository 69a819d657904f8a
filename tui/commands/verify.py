"""``verify``: what addresses show by themselves, for leads that nobody verified yet."""

from __future__ import annotations

import argparse

from tui.commands.options import Commands, add_json
from tui.commands.scope import add_scope, read_scope


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "verify", help="mark unverified addresses that are invalid, disposable or a role's"
    )
    add_scope(parser)
    parser.add_argument("--dry-run", action="store_true", help="count, but write nothing")
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Look at the addresses, asking nobody; exit code 1 where no lead of these is unverified."""
    from db.services.verification import verify
    from tui.commands.filters import read_filter
    from tui.commands.output import document, print_json, say, talk
    from tui.commands.session import transaction

    wanted = read_filter(options.filter)
    with transaction() as session:
        scope = read_scope(session, options, wanted)
        counts = verify(session, scope, write=not options.dry_run)
    if options.json:
        print_json(document(counts))
    else:
        told = ", ".join(f"{number:,} {status}" for status, number in counts.items())
        say(f"{told}{' (nothing was written)' if options.dry_run else ''}")
    if not counts["checked"]:
        talk("There are no such leads that nobody verified.")
    return 0 if counts["checked"] else 1
