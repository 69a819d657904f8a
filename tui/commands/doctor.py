"""``doctor``: what is wrong in the database or beside it, and what to do about it."""

from __future__ import annotations

import argparse

from tui.commands.options import Commands, add_json


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("doctor", help="what is wrong with the database, and what to do")
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print a line for each finding; exit code 1 where there are any.

    Where the database cannot be reached or is not at head that is told as everywhere (3).
    """
    from sqlalchemy import text

    from db.engine import allow_time
    from db.queries.health import findings
    from db.revisions import HEAD
    from tui.commands.output import document, print_json, say, talk
    from tui.commands.session import opened
    from tui.safe import safe

    with opened() as database, database.sessions() as session:
        # Rows of large tables are counted.
        allow_time(session)
        server = str(session.scalar(text("SELECT current_setting('server_version')")))
        role = str(session.scalar(text("SELECT current_user")))
        found = findings(session)
        session.rollback()
        place = database.place
    if options.json:
        print_json(
            {
                "database": place,
                "server_version": server,
                "role": role,
                "schema": HEAD,
                "findings": document(found),
            }
        )
    else:
        for finding in found:
            say(safe(f"{finding.severity}: {finding.what}. To do: {finding.advice}.", limit=2_000))
        talk(f"{place}, PostgreSQL {server}, as {role}, schema at {HEAD}")
        talk(f"{len(found)} to look at." if found else "Nothing is wrong.")
    return 1 if found else 0
