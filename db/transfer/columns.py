"""The columns that a file may fill, with their types, and what becomes of them in rows that exist."""

from __future__ import annotations

from typing import Final

LEAD_COLUMNS: Final = {
    "first_name": "text",
    "last_name": "text",
    "external_id": "text",
    "title": "text",
    "headline": "text",
    "linkedin_url": "text",
    "email_verification_status": "text",
    "email_verification_message": "text",
    "email_icebreaker": "text",
    "language": "text",
    "source": "text",
    "email_sent_at": "timestamptz",
    "reply_received_at": "timestamptz",
    "last_contacted_at": "timestamptz",
    "status": "text",
    "snoozed_until": "timestamptz",
}
ORGANIZATION_COLUMNS: Final = {
    "name": "text",
    "external_id": "text",
    "external_source": "text",
    "website_url": "text",
    "linkedin_url": "text",
    "estimated_num_employees": "integer",
    "country": "text",
    "language": "text",
    "time_zone": "text",
    "source": "text",
    "formatted_organization_name": "text",
    "raw_address": "text",
}
ON_CREATION: Final = ("status", "snoozed_until")
"""What a file says of a lead that is new; of one that exists no mode touches it."""
NEVER_OVERWRITTEN: Final = frozenset({"source", "external_id", "external_source"})
"""Where a row came from first stays true whatever another file says; a blank is filled."""
UPDATABLE: Final = tuple(name for name in LEAD_COLUMNS if name not in ON_CREATION)
"""Columns of a lead that exists which a file may fill, or overwrite."""
