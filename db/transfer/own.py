"""Our own columns by their names: what an export wrote, or a workflow sends."""

from __future__ import annotations

from typing import Final

from db.transfer import cells
from db.transfer.columns import LEAD_COLUMNS, ORGANIZATION_COLUMNS
from db.transfer.fields import CONVERTERS, RAW, SUMMARY, First, Profile, of_organization

# A word that is not in the vocabulary came from some program, and goes back as it was.
_VOCABULARIES: Final = ("status", "email_verification_status")


OWN_PEOPLE: Final = Profile(
    name="customer-center",
    title="Customer Center's own columns",
    source="import",
    people=True,
    needs=(
        ("email",),
        ("email_icebreaker", "email_verification_status", "organization_domain", "lead_id"),
    ),
    email=("email",),
    website=of_organization("website_url"),
    domain=(*of_organization("email_domain"), "organization_domain", "email_domain"),
    lead=tuple(
        First(name, (name,), cells.text if name in _VOCABULARIES else CONVERTERS[f"leads.{name}"])
        for name in LEAD_COLUMNS
    ),
    organization=tuple(
        First(
            name,
            (*of_organization(name), *(("company_name",) if name == "name" else ())),
            CONVERTERS[f"organizations.{name}"],
        )
        for name in ORGANIZATION_COLUMNS
    ),
    summary=SUMMARY,
    raw=RAW,
    custom=("custom_data",),
    dropped=(
        "lead_id",
        "campaign_id",
        "company_id",
        "campaign_name",
        "created_at",
        "updated_at",
        "row_version",
    ),
    guarded=True,
)

OWN_ORGANIZATIONS: Final = Profile(
    name="customer-center-organizations",
    title="Customer Center's own columns of organizations",
    source="import",
    people=False,
    needs=(("name",), ("email_domain",)),
    lacks=("email", "first_name", "last_name", "id"),
    website=("website_url",),
    domain=("email_domain",),
    organization=tuple(
        First(name, (name,), CONVERTERS[f"organizations.{name}"]) for name in ORGANIZATION_COLUMNS
    ),
    summary=("website_summary_data",),
    raw=("website_raw_data",),
    custom=("custom_data",),
    dropped=("organization_id", "created_at", "updated_at", "row_version"),
    guarded=True,
)
