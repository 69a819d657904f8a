"""``merge``: rows that are one become one, as the screen proposes it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tui.commands.options import Commands, add_json, row_id

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from db.merging import MergeKind


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "merge", help="merge organizations, or leads of one campaign, into one of them"
    )
    parser.add_argument("keep", type=row_id, metavar="KEEP", help="the id of the row that stays")
    parser.add_argument(
        "others",
        nargs="+",
        type=row_id,
        metavar="OTHER",
        help="ids of rows that fill what it lacks, give it their leads and are deleted",
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Merge the rows and say what was done; exit code 1 where that is refused."""
    from db.merging import MergeRequest, proposed
    from db.services import merging
    from tui.commands.output import cell, document, print_json, say
    from tui.commands.session import transaction
    from tui.format import plural

    with transaction() as session:
        kind = kind_of(session, options)
        rows = merging.rows(session, kind, (options.keep, *options.others))
        seen = {row.row_id: row.version for row in rows}
        others = tuple(row.row_id for row in rows[1:])
        choices = proposed(kind, rows, options.keep)
        done = merging.merge(session, MergeRequest(kind, options.keep, others, choices, seen))
    if options.json:
        print_json(document(done))
    else:
        moved = f", {plural(done.moved, 'lead')} moved" if done.moved else ""
        say(f"{cell(rows[0].name)}: {plural(done.merged, kind)} merged into it{moved}")
    return 0


def kind_of(session: Session, options: argparse.Namespace) -> MergeKind:
    """Return what the row that stays is. Raises NotFound."""
    from db.errors import NotFound
    from db.queries import ids

    kind = ids.kind_of(session, options.keep)
    if kind != "organization" and kind != "lead":
        raise NotFound(f"There is no organization or lead {options.keep}.")
    return kind
