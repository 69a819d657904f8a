"""``status``: change the status of leads and campaigns by compare-and-set, as the keys do."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from db.errors import ConfigurationError, NotFound, Refused, StaleRow
from db.statuses import CAMPAIGN, LEAD
from tui.commands.options import Commands, add_json, row_id

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from db.database import Database
    from db.rows import Kind

CHANGED: Final = "changed"
UNCHANGED: Final = "unchanged"
REFUSED: Final = "refused"
NOT_FOUND: Final = "not_found"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one id: ``changed``, ``unchanged``, ``refused`` or ``not_found``.

    ``old`` is the status that was found, ``new`` the one that the row has now.
    """

    id: UUID
    kind: Kind | None
    result: str
    old: str | None
    new: str | None
    message: str | None = None


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("status", help="change the status of leads or campaigns")
    parser.add_argument("status", metavar="NEW", help="the new status")
    parser.add_argument("ids", nargs="+", type=row_id, metavar="ID", help="lead or campaign")
    parser.add_argument(
        "--force", action="store_true", help="also where the transition is not foreseen"
    )
    parser.add_argument(
        "--reason", metavar="TEXT", help="for the journal; needed to leave a suppressed status"
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Change each row in a transaction of its own; exit code 1 where not all are as wished."""
    from tui.commands.output import document, print_json
    from tui.commands.session import opened

    known = (*LEAD.values(), *CAMPAIGN.values(), *CAMPAIGN.synonyms)
    if options.status not in known:
        raise ConfigurationError(
            f"{options.status!r} is no status; leads have {', '.join(LEAD.values())}; "
            f"campaigns have {', '.join(CAMPAIGN.values())}."
        )
    results: list[Result] = []
    with opened() as database:
        try:
            for wanted in dict.fromkeys(options.ids):
                results.append(changed(database, wanted, options))
                if not options.json:
                    show(results[-1])
        finally:
            # What was done before a line broke is told as well.
            if options.json:
                print_json(document(results))
    return 0 if all(result.result in (CHANGED, UNCHANGED) for result in results) else 1


def changed(database: Database, wanted: UUID, options: argparse.Namespace) -> Result:
    """Change one row and return what became of it."""
    from sqlalchemy.exc import DBAPIError

    from db.engine import translate

    kind: Kind | None = None
    old: str | None = None
    try:
        with database.sessions() as session:
            kind, old = current(session, wanted)
        if kind == "organization":
            raise Refused("An organization has no status.")
        return set_status(database, wanted, kind, old, options)
    except (NotFound, Refused, StaleRow, DBAPIError) as raised:
        error = translate(raised)
        if isinstance(error, NotFound):
            return Result(wanted, None, NOT_FOUND, None, None, str(error))
        if isinstance(error, Refused | StaleRow):
            now = getattr(getattr(error, "current", None), "status", old)
            return Result(wanted, kind, REFUSED, old, now, str(error))
        raise error from raised


def current(session: Session, wanted: UUID) -> tuple[Kind, str]:
    """Return the kind and status of the row with this id. Raises NotFound."""
    from db.queries import campaigns, leads
    from db.queries.ids import kind_of

    kind = kind_of(session, wanted)
    if kind is None:
        raise NotFound(f"There is no lead or campaign {wanted}.")
    if kind == "lead":
        return kind, leads.row(session, wanted).status
    return kind, campaigns.row(session, wanted).status if kind == "campaign" else ""


def set_status(
    database: Database, wanted: UUID, kind: Kind, old: str, options: argparse.Namespace
) -> Result:
    """Write the status if it still is the old one. Raises what the service raises."""
    from db.services.statuses import VOCABULARIES, StatusRequest, change

    assert kind != "organization"
    target = VOCABULARIES[kind].canonical(options.status)
    if target == old:
        return Result(wanted, kind, UNCHANGED, old, old)
    request = StatusRequest(
        kind,
        wanted,
        old,
        target,
        forced=options.force,
        reason=options.reason,
        change_id=uuid4(),  # makes it a step that undo knows
    )
    with database.sessions.begin() as session:
        change(session, request)
    return Result(wanted, kind, CHANGED, old, target)


def show(result: Result) -> None:
    """Print a result as a line."""
    from tui.commands.output import cell, say

    if result.message:
        detail = cell(result.message)
    elif result.result == UNCHANGED:
        detail = f"is {cell(result.old)} already"
    else:
        detail = f"{cell(result.old)} -> {cell(result.new)}"
    say(f"{result.id}  {result.result:<9}  {detail}")
