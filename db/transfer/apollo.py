"""Apollo's exports and answers: what it says about an address, and how far a contact is.

The functions get the cells of the headers that a profile names, blank where there is none, and
raise ValueError where they do not understand one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from db.transfer import cells
from db.transfer.cells import truth
from db.transfer.fields import Combined, Field, First, Profile
from db.verification import from_provider

_CATCH_ALL: Final = {"": "", "catch-all": "catch-all", "catchall": "catch-all", "not catch-all": ""}
_STAGES: Final = {
    "cold": "new",
    "approaching": "sent",
    "replied": "replied",
    "interested": "interested",
    "not interested": "not_interested",
    "unresponsive": "no_response",
    "do not contact": "do_not_contact",
    "bad data": "invalid",
}
# Stages that say more than that there was a reply.
_JUDGED: Final = frozenset({"replied", "interested", "not_interested", "do_not_contact"})


@lru_cache(maxsize=1024)
def verification_status(status: str, catch_all: str = "") -> str | None:
    """Return our verification status, None for "unverified"."""
    accepts_all = _CATCH_ALL.get(catch_all.casefold())
    if accepts_all is None:
        raise ValueError(f"{catch_all!r} is no status of Apollo's")
    return from_provider(status, "apollo", accepts_all).status


def verification_message(source: str, status: str, verified_at: str) -> str | None:
    """Return who verified the address, with which result and when, in the provider's own words."""
    verdict = " ".join(part for part in (status, verified_at) if part)
    return ": ".join(part for part in (source, verdict) if part) or None


def lead_status(stage: str, replied: str, bounced: str) -> str | None:
    """Return the status with which a lead is created, None where the cells say nothing known.

    Not to be contacted outweighs a bounce, which outweighs a reply, which outweighs a stage that
    knows of none.
    """
    ours = _STAGES.get(stage.casefold())
    if ours == "do_not_contact":
        return ours
    if bounced and truth(bounced):
        return "bounced"
    if replied and truth(replied) and ours not in _JUDGED:
        return "replied"
    return ours


_COMPANY: Final = ("Company Name", "Company")
_ORGANIZATION: Final[tuple[Field, ...]] = (
    First("name", _COMPANY, cells.short_text),
    First("formatted_organization_name", ("Company Name for Emails",)),
    First("external_id", ("Apollo Account Id",), cells.short_text),
    First("linkedin_url", ("Company Linkedin Url",)),
    First("estimated_num_employees", ("# Employees",), cells.at_least),
    First("country", ("Company Country", "Country")),
    First("raw_address", ("Company Address",)),
)

APOLLO_PEOPLE: Final = Profile(
    name="apollo-people",
    title="Apollo people",
    source="apollo",
    people=True,
    needs=(("Email",), ("First Name", "Last Name")),
    email=("Email",),
    website=("Website",),
    lead=(
        First("first_name", ("First Name",)),
        First("last_name", ("Last Name",), cells.short_text),
        First("title", ("Title",)),
        First("linkedin_url", ("Person Linkedin Url",)),
        First("external_id", ("Apollo Contact Id", "Apollo Record Id")),
        First("last_contacted_at", ("Last Contacted",), cells.moment),
        Combined(
            "email_verification_status",
            ("Email Status", "Primary Email Catch-all Status"),
            verification_status,
        ),
        Combined(
            "email_verification_message",
            (
                "Primary Email Verification Source",
                "Email Status",
                "Primary Email Last Verified At",
            ),
            verification_message,
        ),
        # The stage counts only where the lead is new, so Apollo's word for it is kept.
        Combined("status", ("Stage", "Replied", "Email Bounced"), lead_status, kept=("Stage",)),
    ),
    organization=_ORGANIZATION,
)

APOLLO_ACCOUNTS: Final = Profile(
    name="apollo-accounts",
    title="Apollo accounts",
    source="apollo",
    people=False,
    needs=(_COMPANY, ("Website",)),
    lacks=("Email", "First Name", "Last Name"),
    email=(),
    website=("Website",),
    lead=(),
    organization=_ORGANIZATION,
    documents=(
        First("short_description", ("Short Description",)),
        First("industry", ("Industry",)),
        First("keywords", ("Keywords",), cells.words),
        First("technologies", ("Technologies",), cells.words),
        First("founded_year", ("Founded Year",), cells.whole_number),
    ),
)

_OF_API: Final = ("organization", "account")


def _nested(*names: str) -> tuple[str, ...]:
    return tuple(f"{kind}.{name}" for kind in _OF_API for name in names)


_API_ORGANIZATION: Final[tuple[Field, ...]] = (
    First("name", (*_nested("name"), "organization_name"), cells.short_text),
    First("external_id", ("organization.id", "account.organization_id"), cells.short_text),
    First("linkedin_url", _nested("linkedin_url")),
    First("estimated_num_employees", _nested("estimated_num_employees"), cells.at_least),
    First("country", (*_nested("country"), "country")),
    First("raw_address", _nested("raw_address")),
)

APOLLO_API_PEOPLE: Final = Profile(
    name="apollo-api-people",
    title="people of Apollo's API",
    source="apollo",
    people=True,
    needs=(("email",), ("organization.name", "account.name", "organization_id"), ("first_name",)),
    email=("email",),
    website=_nested("website_url"),
    domain=_nested("primary_domain", "domain"),
    lead=(
        First("first_name", ("first_name",)),
        First("last_name", ("last_name",), cells.short_text),
        First("title", ("title",)),
        First("headline", ("headline",)),
        First("linkedin_url", ("linkedin_url",)),
        First("external_id", ("id",), cells.short_text),
        Combined(
            "email_verification_status",
            ("email_status", "extrapolated_email_confidence"),
            lambda status, _: verification_status(status),
        ),
        Combined("email_verification_message", ("email_status",), lambda word: word or None),
    ),
    organization=_API_ORGANIZATION,
)

APOLLO_API_ACCOUNTS: Final = Profile(
    name="apollo-api-accounts",
    title="accounts of Apollo's API",
    source="apollo",
    people=False,
    needs=(("name",), ("primary_domain", "domain"), ("id",)),
    lacks=("email", "first_name", "last_name"),
    website=("website_url",),
    domain=("primary_domain", "domain"),
    organization=(
        First("name", ("name",), cells.short_text),
        First("external_id", ("organization_id", "id"), cells.short_text),
        First("linkedin_url", ("linkedin_url",)),
        First("estimated_num_employees", ("estimated_num_employees",), cells.at_least),
        First("country", ("country",)),
        First("raw_address", ("raw_address",)),
    ),
    documents=(
        First("short_description", ("short_description",)),
        First("industry", ("industry",)),
        First("founded_year", ("founded_year",), cells.whole_number),
    ),
)
