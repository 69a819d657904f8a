"""``lookup``: organizations and their leads by an e-mail, domain, URL, name or id.

For an address or a domain it says too whether one may write there, and why not.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from tui.commands.options import Commands, add_json, add_limit

if TYPE_CHECKING:
    from db.rows import LookupHit, LookupResult
    from db.suppression import MayWrite


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "lookup", help="organizations with their leads, by e-mail, domain, URL, name or id"
    )
    parser.add_argument("query", nargs="+", metavar="QUERY", help="what to look for")
    parser.add_argument(
        "--may-write",
        action="store_true",
        help="whether one may write to this address or domain: exit code 0 yes, 1 no",
    )
    add_limit(parser, 20)
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print what was found; exit code 1 where that is nothing.

    With ``--may-write`` print the answer alone; exit code 1 where it is no. The JSON has
    ``may_write`` (null for what is neither address nor domain) and ``objections`` either way.
    """
    from db.queries.lookup import look_up
    from db.queries.suppressions import may_write
    from tui.commands.output import document, print_json, talk
    from tui.commands.session import transaction

    query = " ".join(options.query)
    with transaction() as session:
        verdict = may_write(session, query)
        if options.may_write:
            return answer(query, verdict, as_json=options.json)
        result = look_up(session, query, limit=options.limit)
    if options.json:
        found = document(result)
        del found["verdict"]
        print_json({**found, **told(verdict)})
    else:
        if verdict is not None and verdict.objections:
            say_verdict(verdict)
        show(result)
    if not result.hits:
        talk(f"Nothing found for {result.query!r}, read as {result.read_as}.")
    return 0 if result.hits else 1


def answer(query: str, verdict: MayWrite | None, *, as_json: bool) -> int:
    """Say whether one may write; raises ConfigurationError for neither an address nor a domain."""
    from db.errors import ConfigurationError
    from tui.commands.output import print_json

    if verdict is None:
        raise ConfigurationError(f"{query!r} is neither an e-mail address nor a domain.")
    if as_json:
        print_json({"value": verdict.value, "kind": verdict.kind, **told(verdict)})
    else:
        say_verdict(verdict)
    return 0 if verdict.may_write else 1


def told(verdict: MayWrite | None) -> dict[str, Any]:
    """Return the fields of the JSON that say whether one may write."""
    from tui.commands.output import document

    objections = verdict.objections if verdict else ()
    return {
        "may_write": verdict.may_write if verdict else None,
        "objections": [{**document(each), "sentence": each.sentence()} for each in objections],
    }


def say_verdict(verdict: MayWrite) -> None:
    """Print whether one may write, and each reason why not."""
    from tui.commands.output import cell, say

    if verdict.may_write:
        say(f"Nothing speaks against writing to {cell(verdict.value)}.")
        return
    say(f"{cell(verdict.value)} must not be written to:")
    for objection in verdict.objections:
        say(f"  {cell(objection.sentence())}")


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
