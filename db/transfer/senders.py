"""Exports of programs that send: Instantly and Smartlead."""

from __future__ import annotations

import json
from functools import partial
from typing import Final

from db.transfer import cells
from db.transfer.cells import truth, word_key
from db.transfer.fields import Combined, First, Profile

# Words and numbers alike: Instantly's screens write words, its API numbers.
_INTEREST: Final = {
    "0": "out_of_office",
    "outofoffice": "out_of_office",
    "1": "interested",
    "interested": "interested",
    "2": "meeting_booked",
    "meetingbooked": "meeting_booked",
    "3": "meeting_booked",
    "meetingcompleted": "meeting_booked",
    "4": "won",
    "won": "won",
    "-1": "not_interested",
    "notinterested": "not_interested",
    "-2": "wrong_person",
    "wrongperson": "wrong_person",
    "-3": "lost",
    "lost": "lost",
}
_LEAD: Final = {
    "notyetcontacted": "new",
    "1": "sent",
    "active": "sent",
    "contacted": "sent",
    "2": "sent",
    "paused": "sent",
    "3": "no_response",
    "completed": "no_response",
    "-1": "bounced",
    "bounced": "bounced",
    "-2": "unsubscribed",
    "unsubscribed": "unsubscribed",
}
_CATEGORIES: Final = {
    "interested": "interested",
    "informationrequest": "interested",
    "meetingrequest": "interested",
    "meetingbooked": "meeting_booked",
    "notinterested": "not_interested",
    "donotcontact": "do_not_contact",
    "outofoffice": "out_of_office",
    "wrongperson": "wrong_person",
    "senderoriginatedbounce": "bounced",
}


def _code(cell: str) -> str:
    return cell if cell.startswith("-") and cell[1:].isdigit() else word_key(cell)


def instantly_status(interest: str, status: str) -> str | None:
    """Return what the reply was judged, else how far the sequence is; out of it stays out."""
    sequence = _LEAD.get(_code(status))
    if sequence in ("unsubscribed", "bounced"):
        return sequence
    return _INTEREST.get(_code(interest)) or sequence


def smartlead_status(
    category: str, interested: str, unsubscribed: str, sent: str, replies: str
) -> str | None:
    """Return the status with which a lead is created: who unsubscribed is first of all that."""
    if unsubscribed and truth(unsubscribed):
        return "unsubscribed"
    judged = _CATEGORIES.get(word_key(category))
    if judged is not None:
        return judged
    if interested and truth(interested):
        return "interested"
    if replies and cells.whole_number(replies):
        return "replied"
    return "sent" if sent and cells.whole_number(sent) else None


def _within(name: str, cell: str) -> str | None:
    """Return a value of Smartlead's own fields, which are JSON in one cell; names vary in case."""
    fields = json.loads(cell) if cell else None
    if not isinstance(fields, dict):
        return None
    found = {word_key(key): value for key, value in fields.items()}.get(word_key(name))
    return found if isinstance(found, str) and found else None


INSTANTLY: Final = Profile(
    name="instantly",
    title="Instantly",
    source="instantly",
    people=True,
    needs=(
        ("Email",),
        (
            "Personalization",
            "company_domain",
            "Interest Status",
            "verification_status",
            "timestamp_last_contact",
            "timestamp_last_reply",
            "lt_interest_status",
        ),
    ),
    email=("Email",),
    website=("Website",),
    domain=("company_domain",),
    lead=(
        First("first_name", ("First Name",)),
        First("last_name", ("Last Name",), cells.short_text),
        First("title", ("Job Title", "Title")),
        First("external_id", ("id",), cells.short_text),
        First("email_icebreaker", ("Personalization", "Icebreaker")),
        First("linkedin_url", ("LinkedIn", "LinkedIn URL")),
        First("last_contacted_at", ("timestamp_last_contact",), cells.moment),
        First("reply_received_at", ("timestamp_last_reply",), cells.moment),
        First(
            "email_verification_status",
            ("verification_status",),
            partial(cells.verification, provider="instantly"),
        ),
        Combined(
            "status",
            ("Interest Status", "Lead Status"),
            instantly_status,
            kept=("Interest Status", "Lead Status"),
        ),
    ),
    organization=(First("name", ("Company Name", "Company"), cells.short_text),),
)

SMARTLEAD: Final = Profile(
    name="smartlead",
    title="Smartlead",
    source="smartlead",
    people=True,
    needs=(
        ("email",),
        # What it exports has the first of these, what it imports the last alone.
        (
            "campaign_lead_map_id",
            "last_email_sequence_sent",
            "unsubscribed_client_id_map",
            "custom_fields",
        ),
    ),
    email=("email",),
    website=("website", "company_url"),
    lead=(
        First("first_name", ("first_name",)),
        First("last_name", ("last_name",), cells.short_text),
        First("external_id", ("id",), cells.short_text),
        Combined("title", ("custom_fields",), partial(_within, "job_title"), ("custom_fields",)),
        Combined(
            "email_icebreaker",
            ("custom_fields",),
            partial(_within, "icebreaker"),
            ("custom_fields",),
        ),
        First("linkedin_url", ("linkedin_profile",)),
        Combined(
            "status",
            (
                "category",
                "is_interested",
                "is_unsubscribed",
                "last_email_sequence_sent",
                "reply_count",
            ),
            smartlead_status,
            kept=("category", "last_email_sequence_sent", "reply_count"),
        ),
    ),
    organization=(First("name", ("company_name",), cells.short_text),),
)
