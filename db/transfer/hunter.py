"""Hunter's leads, and its search of many domains."""

from __future__ import annotations

from typing import Final

from db.transfer import cells
from db.transfer.fields import Combined, First, Profile
from db.verification import from_provider


def verification_status(status: str, kind: str) -> str | None:
    """Return our verification status: an address of no person is a role's where it can be reached."""
    if word := status.casefold():
        ours = from_provider(word, "hunter").status
        if ours in ("invalid", "disposable"):
            return ours
    else:
        ours = None
    return "role" if kind.casefold() == "generic" else ours


def verification_message(status: str, kind: str, score: str) -> str | None:
    """Return Hunter's own words for the address."""
    said = [status, kind, f"score {score}" if score else ""]
    return "hunter: " + " ".join(word for word in said if word) if any(said) else None


_NAME: Final = (
    First("first_name", ("First name",)),
    First("last_name", ("Last name",), cells.short_text),
    First("linkedin_url", ("LinkedIn URL",)),
)

_MESSAGE: Final = Combined(
    "email_verification_message",
    ("Verification status", "Type", "Confidence score"),
    verification_message,
)

HUNTER_LEADS: Final = Profile(
    name="hunter-leads",
    title="Hunter leads",
    source="hunter",
    people=True,
    needs=(("Email address",), ("Confidence score",), ("Company",)),
    lacks=("Domain name",),
    email=("Email address",),
    website=("Website",),
    lead=(
        *_NAME,
        First("title", ("Job title",)),
        Combined(
            "email_verification_status",
            ("Verification status",),
            lambda s: verification_status(s, ""),
        ),
        _MESSAGE,
    ),
    organization=(
        First("name", ("Company",), cells.short_text),
        First("estimated_num_employees", ("Company size",), cells.at_least),
        First("country", ("Country",)),
    ),
)

HUNTER_DOMAINS: Final = Profile(
    name="hunter-domains",
    title="Hunter bulk domain search",
    source="hunter",
    people=True,
    needs=(("Email address",), ("Domain name",)),
    email=("Email address",),
    website=("Website",),
    domain=("Domain name",),
    lead=(
        *_NAME,
        First("title", ("Position",)),
        First("headline", ("Position raw",)),
        Combined("email_verification_status", ("Verification status", "Type"), verification_status),
        _MESSAGE,
    ),
    organization=(
        First("name", ("Organization",), cells.short_text),
        First("estimated_num_employees", ("Headcount",), cells.at_least),
        First("country", ("Country",)),
        Combined("raw_address", ("Street", "City", "State", "Postal code"), cells.postal_address),
    ),
)
