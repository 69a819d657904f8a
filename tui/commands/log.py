"""``log``: the journal of changes, newest first."""

from __future__ import annotations

import argparse

from tui.commands.options import Commands, add_json, add_limit, moment


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("log", help="who changed what, newest first")
    parser.add_argument(
        "--since", type=moment, metavar="TIME", help="30m, 2h, 3d, 1w ago, or an ISO date or time"
    )
    parser.add_argument("--actor", metavar="NAME", help="changes of this person or program")
    add_limit(parser, 200)
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the changes; exit code 1 where there are none."""
    from db.queries.changes import latest
    from db.steps import reason_shown
    from tui.commands.output import Column, document, print_json, table, talk
    from tui.commands.session import transaction

    with transaction() as session:
        rows = latest(session, since=options.since, actor=options.actor, limit=options.limit)
    if options.json:
        print_json(document(rows))
    elif rows:
        columns = (
            Column("when", fixed=True),
            Column("who"),
            Column("table", fixed=True),
            Column("field"),
            Column("old", widest=48),
            Column("new", widest=48),
            Column("reason", widest=80),
            Column("id", optional=True),
        )
        listed = (
            (
                row.changed_at,
                row.actor,
                row.table_name,
                row.field,
                row.old,
                row.new,
                reason_shown(row.reason) or None,
                row.row_id or row.batch_id,
            )
            for row in rows
        )
        table(columns, listed)
    if not rows:
        talk("There are no such changes.")
    return 0 if rows else 1
