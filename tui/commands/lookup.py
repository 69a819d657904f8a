"""``lookup``: organizations and their leads by an e-mail, domain, URL, name or id."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tui.commands.options import Commands, add_json, add_limit

if TYPE_CHECKING:
    from db.rows import LookupHit, LookupResult


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "lookup", help="organizations with their leads, by e-mail, domain, URL, name or id"
    )
    parser.add_argument("query", nargs="+", metavar="QUERY", help="what to look for")
    add_limit(parser, 20)
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print what was found; exit code 1 where that is nothing."""
    from db.queries.lookup import look_up
    from tui.commands.output import document, print_json, talk
    from tui.commands.session import transaction

    with transaction() as session:
        result = look_up(session, " ".join(options.query), limit=options.limit)
    if options.json:
        print_json(document(result))
    else:
        show(result)
    if not result.hits:
        talk(f"Nothing found for {result.query!r}, read as {result.read_as}.")
    return 0 if result.hits else 1


def show(result: LookupResult) -> None:
    """Print the organizations found, each with its leads."""
    from tui.commands.output import say

    for place, hit in enumerate(result.hits):
        if place:
            say()
        _show_hit(hit)


def _show_hit(hit: LookupHit) -> None:
    from tui.commands.output import Column, cell, say, table

    organization = hit.organization
    say(f"{cell(organization.name)}  {cell(organization.email_domain)}  (by {hit.why})")
    number = f"{hit.total_leads:,} lead{'' if hit.total_leads == 1 else 's'}"
    say(
        f"  {cell(organization.country)}, {number}, last contact {cell(hit.last_contacted_at)}, "
        f"{organization.id}"
    )
    if hit.leads:
        columns = (
            Column("status", fixed=True),
            Column("name"),
            Column("e-mail"),
            Column("campaign"),
            Column("last contact", fixed=True),
            Column("id", optional=True),
        )
        rows = [
            (
                lead.status,
                lead.name,
                lead.email,
                lead.campaign_name,
                lead.last_contacted_at,
                lead.id,
            )
            for lead in hit.leads
        ]
        table(columns, rows, indent="  ")
    if hit.total_leads > len(hit.leads):
        say(f"  and {hit.total_leads - len(hit.leads):,} more")
