"""``duplicates``: rows that are probably one, and why."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tui.commands.options import Commands, add_json, add_limit

if TYPE_CHECKING:
    from db.duplicates import DuplicateGroup, DuplicateKind
    from db.rows import LeadRow, OrganizationRow

LIMIT = 50


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("duplicates", help="rows that are probably one, with the reasons")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument(
        "--organizations",
        dest="kind",
        action="store_const",
        const="organization",
        help="organizations of one domain, LinkedIn page or name (default)",
    )
    kind.add_argument(
        "--leads",
        dest="kind",
        action="store_const",
        const="lead",
        help="leads of one mailbox, LinkedIn page, or name at a company, within each campaign",
    )
    parser.add_argument("--campaign", metavar="NAME", help="leads of this campaign (name or id)")
    add_limit(parser, LIMIT)
    add_json(parser)
    parser.set_defaults(run=run, kind="organization")


def run(options: argparse.Namespace) -> int:
    """Print the groups; exit code 1 where there are none."""
    from db.duplicates import DuplicateSearch
    from db.queries.duplicates import find
    from tui.commands.output import document, print_json, talk
    from tui.commands.session import campaign_named, transaction

    kind: DuplicateKind = "lead" if options.campaign is not None else options.kind
    with transaction() as session:
        campaign_id = campaign_named(session, options.campaign)
        found = find(session, DuplicateSearch(kind, campaign_id, limit=options.limit))
    if options.json:
        print_json(document(found.groups))
    else:
        for group in found.groups:
            show(group)
    if not found.groups:
        talk("Nothing looks like a duplicate.")
    elif not found.complete:
        talk(f"There are more than {options.limit:,} of a reason; --limit shows more.")
    return 0 if found.groups else 1


def show(group: DuplicateGroup) -> None:
    """Print a group: why, then its rows."""
    from tui.commands.output import Column, cell, say, table

    say(f"{group.why}: {cell(group.key)}")
    columns = (Column("id", fixed=True), Column("name"), Column("what"), Column("where"))
    table(columns, (_cells(row) for row in group.rows), indent="  ")
    if group.more:
        say(f"  and {group.more:,} more")
    say()


def _cells(row: OrganizationRow | LeadRow) -> tuple[object, ...]:
    from db.rows import LeadRow
    from tui.format import plural

    if isinstance(row, LeadRow):
        return row.id, row.name, f"{row.email} {row.status}", row.campaign_name
    return row.id, row.name, row.email_domain, plural(row.leads, "lead")
