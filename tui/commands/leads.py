"""``leads``: a list of leads, newest first."""

from __future__ import annotations

import argparse

from tui.commands.filters import read_filter
from tui.commands.options import Commands, add_json, add_limit
from tui.commands.scope import add_scope, read_scope

LIMIT = 100


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("leads", help="list leads, newest first")
    add_scope(parser)
    add_limit(parser, LIMIT)
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the leads; exit code 1 where there are none."""
    from db.queries import leads
    from db.rows import DEFAULT_LEAD_SORT, PageRequest
    from tui.commands.output import Column, document, print_json, table, talk
    from tui.commands.session import transaction

    wanted = read_filter(options.filter)
    with transaction() as session:
        scope = read_scope(session, options, wanted)
        request = PageRequest(options.limit)
        rows = leads.page(session, scope, DEFAULT_LEAD_SORT, request).rows
        total = leads.count(session, scope) if len(rows) == options.limit else len(rows)
    if options.json:
        print_json(document(rows))
    elif rows:
        columns = (
            Column("status", fixed=True),
            Column("name"),
            Column("e-mail"),
            Column("company"),
            Column("campaign"),
            Column("last contact", fixed=True),
            Column("id", optional=True),
        )
        listed = (
            (
                lead.status,
                lead.name,
                lead.email,
                lead.company_name,
                lead.campaign_name,
                lead.last_contacted_at,
                lead.id,
            )
            for lead in rows
        )
        table(columns, listed)
    if not rows:
        talk("There are no such leads.")
    elif total > len(rows):
        talk(f"{len(rows):,} of {total:,} leads; --limit shows more.")
    return 0 if rows else 1
