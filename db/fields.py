"""Which fields an operator may edit, in the order of the forms. Plain Python."""

from __future__ import annotations

from typing import Final

from db.rows import Kind

# Fields that an operator may edit, by kind; statuses have keys of their own.
EDITABLE: Final[dict[Kind, tuple[str, ...]]] = {
    "campaign": ("name", "description"),
    "organization": (
        "name",
        "email_domain",
        "formatted_organization_name",
        "website_url",
        "linkedin_url",
        "estimated_num_employees",
        "country",
        "language",
        "time_zone",
        "raw_address",
    ),
    "lead": (
        "first_name",
        "last_name",
        "email",
        "title",
        "headline",
        "linkedin_url",
        "language",
        "email_icebreaker",
    ),
}
# What is written like an edited field, but by a key of its own and not in a form.
WRITABLE: Final[dict[Kind, tuple[str, ...]]] = {
    **EDITABLE,
    "lead": (*EDITABLE["lead"], "snoozed_until"),
}
REQUIRED: Final = frozenset({"name", "email", "email_domain"})
