"""The columns of an export: our own, all of them, or those that another program imports.

The headers of others are those of their import as documented by them in 2026.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import ColumnElement, Label, String, Uuid, case, cast, func, literal

from db.models import Campaign, Lead, Organization
from db.statuses import LEAD

Columns = tuple[Label[Any], ...]

# HubSpot's own values of its property "Lead Status"; what it has no word for stays blank.
_HUBSPOT_STATUSES: Final = {
    "new": "NEW",
    "enriching": "NEW",
    "ready": "OPEN",
    "queued": "IN_PROGRESS",
    "sent": "ATTEMPTED_TO_CONTACT",
    "out_of_office": "ATTEMPTED_TO_CONTACT",
    "no_response": "ATTEMPTED_TO_CONTACT",
    "replied": "CONNECTED",
    "wrong_person": "CONNECTED",
    "interested": "OPEN_DEAL",
    "meeting_booked": "OPEN_DEAL",
    "not_now": "BAD_TIMING",
    "not_interested": "UNQUALIFIED",
    "lost": "UNQUALIFIED",
    "disqualified": "UNQUALIFIED",
}
_SHORT: Final = {"email_domain": "organization_domain"}
_OF_THE_ORGANIZATION: Final = ("website_summary_data", "website_raw_data", "custom_data")
DOCUMENTS: Final = frozenset(
    {"custom_data", *(f"organization_{name}" for name in _OF_THE_ORGANIZATION)}
)
"""Our own columns that hold JSON, which comes as its text, for no digit of a number is to be lost."""
_OF_THE_ROW: Final = frozenset({"organization_id", "created_at", "updated_at", "row_version"})


def own(*, documents: bool) -> Columns:
    """Return every column of a lead, its campaign's name, and every column of its organization.

    Those of the organization begin with ``organization_``; its documents come only if asked for.
    """
    left_out = _OF_THE_ROW if documents else _OF_THE_ROW.union(_OF_THE_ORGANIZATION)
    of_organization = [
        _labelled(column, _SHORT.get(column.key, f"organization_{column.key}"))
        for column in Organization.__table__.columns
        if column.key not in left_out
    ]
    return (
        *(_labelled(column, column.key) for column in Lead.__table__.columns),
        Campaign.name.label("campaign_name"),
        *of_organization,
    )


def instantly() -> Columns:
    """Return the columns of a list of leads for Instantly."""
    return (
        Lead.email.label("Email"),
        Lead.first_name.label("First Name"),
        Lead.last_name.label("Last Name"),
        _company_name().label("Company Name"),
        Lead.title.label("Job Title"),
        Organization.website_url.label("Website"),
        Organization.email_domain.label("company_domain"),
        Organization.country.label("Location"),
        Lead.email_icebreaker.label("Personalization"),
    )


def smartlead() -> Columns:
    """Return the columns of a list of leads for Smartlead; what it does not know is custom."""
    custom = func.json_strip_nulls(
        func.json_build_object("job_title", Lead.title, "icebreaker", Lead.email_icebreaker)
    )
    return (
        Lead.first_name.label("first_name"),
        Lead.last_name.label("last_name"),
        Lead.email.label("email"),
        _company_name().label("company_name"),
        Organization.website_url.label("website"),
        Organization.country.label("location"),
        cast(custom, String).label("custom_fields"),
        Lead.linkedin_url.label("linkedin_profile"),
        Organization.email_domain.label("company_url"),
    )


def hubspot() -> Columns:
    """Return the columns of contacts for HubSpot, which finds its own again by Record ID."""
    record = case((Lead.source == "hubspot", Lead.external_id))
    status: ColumnElement[Any] = case(_HUBSPOT_STATUSES, value=Lead.status)
    suppressed = case((Lead.status.in_(LEAD.suppressed), literal("true")))
    return (
        record.label("Record ID"),
        Lead.first_name.label("First Name"),
        Lead.last_name.label("Last Name"),
        Lead.email.label("Email"),
        Lead.title.label("Job Title"),
        Organization.name.label("Company Name"),
        Organization.email_domain.label("Company domain name"),
        Organization.website_url.label("Website URL"),
        Organization.estimated_num_employees.label("Number of Employees"),
        Organization.country.label("Country/Region"),
        Organization.raw_address.label("Street Address"),
        Organization.time_zone.label("Time Zone"),
        Lead.language.label("Preferred language"),
        status.label("Lead Status"),
        suppressed.label("Unsubscribed from all email"),
        Lead.last_contacted_at.label("Last Contacted"),
    )


OF_OTHERS: Final[dict[str, Callable[[], Columns]]] = {
    "instantly": instantly,
    "smartlead": smartlead,
    "hubspot": hubspot,
}


def _labelled(column: ColumnElement[Any], name: str) -> Label[Any]:
    as_text = name in DOCUMENTS or isinstance(column.type, Uuid)
    return (cast(column, String) if as_text else column).label(name)


def _company_name() -> ColumnElement[Any]:
    """The name as it reads in a mail."""
    return func.coalesce(Organization.formatted_organization_name, Organization.name)
