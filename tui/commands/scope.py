"""``--campaign``, ``--status`` and ``--filter``: which leads a command is about."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tui.commands.filters import add_filter
from tui.commands.options import lead_status

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from db.filters import Filter
    from db.rows import LeadScope


def add_scope(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which leads."""
    parser.add_argument("--campaign", metavar="NAME", help="leads of this campaign (name or id)")
    parser.add_argument(
        "--status",
        action="append",
        default=[],
        type=lead_status,
        metavar="STATUS",
        help="leads in this status; may be given more than once",
    )
    add_filter(parser)


def read_scope(session: Session, options: argparse.Namespace, *wanted: Filter | None) -> LeadScope:
    """Return the leads of the options that pass all filters. Raises NotFound without the campaign."""
    from db.filters import Filter, local_now
    from db.queries.filtering import settled
    from db.rows import LeadScope
    from tui.commands.session import campaign_named

    terms = tuple(term for each in wanted if each is not None for term in each.terms)
    return LeadScope(
        campaign_id=campaign_named(session, options.campaign),
        statuses=tuple(options.status),
        filter=settled(session, Filter(terms)) if terms else None,
        now=local_now(),
    )
