"""``revert``: what one person or program did in a span of time, taken back as one step."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tui.commands.options import Commands, add_json, moment

if TYPE_CHECKING:
    from db.steps import Preview

SHOWN: Final = 20
"""Values of others that are named one by one."""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("revert", help="take back what one writer did in a span of time")
    parser.add_argument("--actor", required=True, metavar="NAME", help="whose changes (see log)")
    parser.add_argument(
        "--since",
        type=moment,
        required=True,
        metavar="TIME",
        help="30m, 2h, 3d, 1w ago, or an ISO date or time",
    )
    parser.add_argument("--until", type=moment, metavar="TIME", help="changes before this time")
    parser.add_argument("--dry-run", action="store_true", help="tell what would happen, no more")
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Revert, or preview; what others changed since is left as it is. Exit code 1 for nothing."""
    from db.errors import ConfigurationError
    from db.services.revert import RevertRequest, preview, revert
    from tui.commands.output import document, print_json, talk
    from tui.commands.session import transaction

    if options.until is not None and options.until <= options.since:
        raise ConfigurationError("--until is not after --since.")
    request = RevertRequest(options.actor, options.since, options.until)
    with transaction() as session:
        met = preview(session, request)
        rows = met.step.rows
        if not options.dry_run:
            # What others changed since is left as it is; that is what the preview says too.
            rows = len(revert(session, replace(request, left=met.conflicts)).rows)
    if options.json:
        found = {
            "dry_run": options.dry_run,
            "rows": rows,
            "fields": met.step.fields,
            "left": met.conflicts,
            "gone": met.gone,
            "lost": met.lost,
        }
        print_json(document(found))
        return 0
    _tell(met)
    if options.dry_run:
        talk(f"{rows:,} rows would be taken back; nothing was written.")
    else:
        talk(f"{rows:,} rows were taken back as one step, which can be undone in the application.")
    return 0


def _tell(met: Preview) -> None:
    from tui.commands.output import Column, table, talk

    several = "(several)"
    table(
        (Column("field", fixed=True), Column("now", widest=48), Column("back to", widest=48)),
        (
            (
                f"{change.kind}.{change.field}",
                change.new if change.one_new else several,
                change.old if change.one_old else several,
            )
            for change in met.step.fields
        ),
    )
    for conflict in met.conflicts[:SHOWN]:
        talk(
            f"Left alone: {conflict.field} of {conflict.name}, which"
            f" {conflict.actor or 'another program'} changed since."
        )
    if len(met.conflicts) > SHOWN:
        talk(f"Left alone: {len(met.conflicts) - SHOWN:,} more.")
    if met.gone:
        talk(f"{met.gone:,} values belong to rows that are gone.")
    if met.lost:
        talk(f"{met.lost:,} documents are too large for the journal and stay as they are.")
