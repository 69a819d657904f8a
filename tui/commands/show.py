"""``show``: everything about one lead, organization or campaign."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from db.errors import NotFound
from tui.commands.options import Commands, add_json

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from db.rows import ChangeRow, LeadRow

CHANGES: Final = 20
_DOCUMENTS: Final = {
    "summary": "website_summary_data",
    "raw": "website_raw_data",
    "custom": "custom_data",
}
_SIZES: Final = ("summary_bytes", "raw_bytes", "custom_bytes")

Found = dict[str, Any]


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "show", help="one lead with its organization, an organization or a campaign"
    )
    parser.add_argument("id", metavar="ID", help="an id, or the e-mail address of a lead")
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the row. Raises NotFound."""
    from tui.commands.output import print_json
    from tui.commands.session import transaction

    with transaction() as session:
        found = read(session, options.id)
    if options.json:
        print_json(found)
    else:
        show(found)
    return 0


def read(session: Session, wanted: str) -> Found:
    """Return all about the row of an id or address, as JSON knows it. Raises NotFound."""
    from db.queries.ids import kind_of

    row_id = _row_id(session, wanted)
    match kind_of(session, row_id):
        case "lead":
            return _lead(session, row_id)
        case "organization":
            return _organization(session, row_id)
        case "campaign":
            return _campaign(session, row_id)
        case _:
            raise NotFound(f"There is no lead, organization or campaign {row_id}.")


def _row_id(session: Session, wanted: str) -> UUID:
    from db.domains import normalize_email
    from db.queries.ids import with_email
    from tui.commands.output import talk

    try:
        return UUID(wanted.strip())
    except ValueError:
        pass
    if "@" not in wanted or "\0" in wanted:
        raise NotFound(f"{wanted!r} is neither an id nor an e-mail address; try: lookup")
    try:
        address = normalize_email(wanted)
    except ValueError:
        address = wanted.strip().lower()
    leads = with_email(session, address)
    if not leads:
        raise NotFound(f"There is no lead with the address {wanted!r}.")
    if len(leads) > 1:
        talk(f"{address} is a lead in {len(leads)} campaigns; this is the newest one.")
    return leads[0].id


def _lead(session: Session, row_id: UUID) -> Found:
    from db.queries import changes, leads
    from db.queries.documents import lead_document
    from db.queries.ids import with_email
    from tui.commands.output import document

    detail = leads.detail(session, row_id)
    found: Found = document(detail)
    del found["custom_bytes"]
    others = [lead for lead in with_email(session, detail.email) if lead.id != row_id]
    return {
        "kind": "lead",
        **found,
        "custom_data": _parsed(lead_document(session, row_id)),
        "organization": _organization_fields(session, detail.organization.id),
        "other_campaigns": [_brief(lead) for lead in others],
        "changes": _changes(changes.of_row(session, row_id, CHANGES)),
    }


def _organization(session: Session, row_id: UUID) -> Found:
    from db.queries import changes, leads
    from db.rows import DEFAULT_LEAD_SORT, LeadScope, PageRequest
    from tui.commands.output import document

    scope = LeadScope(organization_id=row_id)
    listed = leads.page(session, scope, DEFAULT_LEAD_SORT, PageRequest(100)).rows
    return {
        "kind": "organization",
        **_organization_fields(session, row_id),
        "lead_counts": document(leads.status_counts(session, scope).by_status),
        "leads": [_brief(lead) for lead in listed],
        "changes": _changes(changes.of_row(session, row_id, CHANGES)),
    }


def _organization_fields(session: Session, row_id: UUID) -> Found:
    from db.queries import organizations
    from db.queries.documents import organization_document
    from tui.commands.output import document

    found: Found = document(organizations.detail(session, row_id))
    for name in _SIZES:
        del found[name]
    documents = {
        field: _parsed(organization_document(session, row_id, name))
        for name, field in _DOCUMENTS.items()
    }
    return found | documents


def _campaign(session: Session, row_id: UUID) -> Found:
    from db.queries import campaigns, changes, leads
    from db.rows import LeadScope
    from tui.commands.output import document

    found: Found = document(campaigns.row(session, row_id))
    counts = leads.status_counts(session, LeadScope(campaign_id=row_id))
    return {
        "kind": "campaign",
        **found,
        "lead_counts": document(counts.by_status),
        "changes": _changes(changes.of_row(session, row_id, CHANGES)),
    }


def _brief(lead: LeadRow) -> Found:
    from tui.commands.output import document

    names = ("lead_id", "email", "status", "campaign_id", "campaign_name", "last_contacted_at")
    return {name: document(getattr(lead, name)) for name in names}


def _changes(rows: tuple[ChangeRow, ...]) -> list[Found]:
    from tui.commands.output import document

    listed: list[Found] = document(rows)
    return listed


def _parsed(text: str | None) -> Any:
    from tui.json_text import parse

    return None if text is None else parse(text)


# For people


def show(found: Found) -> None:
    """Print a row as fields, then what belongs to it."""
    from tui.commands.output import fields, say

    nested = ("campaign", "organization")
    fields(_plain(found))
    for name in nested:
        if name in found:
            say(f"\n{name}")
            fields(_plain(found[name]), indent="  ")
    _show_leads(found.get("other_campaigns") or found.get("leads") or [])
    _show_changes(found["changes"])


def _plain(found: Found) -> list[tuple[str, object]]:
    pairs: list[tuple[str, object]] = []
    for name, value in found.items():
        if name == "lead_counts":
            pairs += [(f"leads {status}", number) for status, number in value.items()]
        elif name.endswith("_data"):
            pairs.append((name, None if value is None else "(see --json)"))
        elif not isinstance(value, dict | list):
            pairs.append((name, _local(name, value)))
    return pairs


def _local(name: str, value: object) -> object:
    """Return a time of a document as one that is shown in the local zone."""
    from datetime import datetime

    if name.endswith("_at") and isinstance(value, str):
        return datetime.fromisoformat(value)
    return value


def _show_leads(leads: list[Found]) -> None:
    from tui.commands.output import Column, say, table

    if not leads:
        return
    say("\nleads of this organization or address")
    columns = (
        Column("status", fixed=True),
        Column("e-mail"),
        Column("campaign"),
        Column("id", optional=True),
    )
    rows = [
        (lead["status"], lead["email"], lead["campaign_name"], lead["lead_id"]) for lead in leads
    ]
    table(columns, rows, indent="  ")


def _show_changes(changes: list[Found]) -> None:
    from tui.commands.output import Column, say, table

    if not changes:
        return
    say("\nlatest changes")
    columns = (
        Column("when", fixed=True),
        Column("who"),
        Column("field"),
        Column("old"),
        Column("new"),
    )
    names = ("actor", "field", "old", "new")
    rows = [
        (_local("changed_at", change["changed_at"]), *(change[name] for name in names))
        for change in changes
    ]
    table(columns, rows, indent="  ")
