"""HubSpot's contacts: the columns of a view, or all properties."""

from __future__ import annotations

from typing import Final

from db.transfer import cells
from db.transfer.cells import truth, word_key
from db.transfer.fields import Combined, First, Profile

# Labels and internal values alike.
_LEAD_STATUSES: Final = {
    "new": "new",
    "open": "ready",
    "inprogress": "ready",
    "attemptedtocontact": "sent",
    "connected": "replied",
    "opendeal": "interested",
    "unqualified": "disqualified",
    "badtiming": "not_now",
}


def lead_status(status: str, unsubscribed: str, bounced: str) -> str | None:
    """Return the status with which a lead is created: who unsubscribed is first of all that."""
    if unsubscribed and truth(unsubscribed):
        return "unsubscribed"
    return "bounced" if bounced else _LEAD_STATUSES.get(word_key(status))


HUBSPOT: Final = Profile(
    name="hubspot",
    title="HubSpot contacts",
    source="hubspot",
    people=True,
    needs=(("Record ID", "Record ID - Contact"), ("Email",)),
    email=("Email",),
    website=("Website URL",),
    domain=("Company domain name", "Email Domain"),
    lead=(
        First("first_name", ("First Name",)),
        First("last_name", ("Last Name",), cells.short_text),
        First("title", ("Job Title",)),
        First("external_id", ("Record ID", "Record ID - Contact"), cells.short_text),
        First("linkedin_url", ("LinkedIn URL", "LinkedIn profile URL")),
        First("language", ("Preferred language",)),
        First("last_contacted_at", ("Last Contacted", "Last Contacted Date"), cells.moment),
        First("reply_received_at", ("Recent Sales Email Replied Date",), cells.moment),
        First("email_sent_at", ("Last marketing email send date",), cells.moment),
        # The words count only where the lead is new, so that HubSpot's are kept.
        Combined(
            "status",
            ("Lead Status", "Unsubscribed from all email", "Email hard bounce reason"),
            lead_status,
            kept=("Lead Status", "Email hard bounce reason"),
        ),
    ),
    organization=(
        First("name", ("Company Name", "Associated Company", "Company"), cells.short_text),
        First("estimated_num_employees", ("Number of Employees",), cells.at_least),
        First("country", ("Country/Region", "Country")),
        First("time_zone", ("Time Zone",)),
        Combined(
            "raw_address",
            ("Street Address", "City", "State/Region", "Postal Code"),
            cells.postal_address,
        ),
    ),
)
