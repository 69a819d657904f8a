"""Profiles: which header of an export goes to which column.

To add one: write its fields as below and put it into ``PROFILES``, the more specific ones first.
Headers match without regard to case, spaces and separators. What no field takes is kept as custom
data: a cell that was not understood, and every column that is not named here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from db.transfer import apollo, cells

Converter = Callable[[str], object]
Combiner = Callable[..., object]


@dataclass(frozen=True)
class First:
    """A column that takes the first of these headers' cells that is not blank."""

    column: str
    headers: tuple[str, ...]
    convert: Converter = cells.text


@dataclass(frozen=True)
class Combined:
    """A column made of several headers' cells, given in this order, blank where there is none.

    Cells under the headers in ``kept`` stay among the custom data as well.
    """

    column: str
    headers: tuple[str, ...]
    combine: Combiner
    kept: tuple[str, ...] = ()


Field = First | Combined


@dataclass(frozen=True)
class Profile:
    """One kind of export.

    ``people`` tells leads from organizations. ``needs`` are groups of headers of which one each must
    be there, ``lacks`` headers that must not. ``source`` is stored with the ids that the export
    carries. In organizations the words for "nothing" (``null``, ``N/A``) are blank; in people's
    names they are not, for there are people called Null. ``documents`` are the keys of
    ``website_summary_data``.
    """

    name: str
    title: str
    source: str
    people: bool
    needs: tuple[tuple[str, ...], ...]
    lacks: tuple[str, ...]
    email: tuple[str, ...]
    website: tuple[str, ...]
    lead: tuple[Field, ...]
    organization: tuple[Field, ...]
    documents: tuple[Field, ...] = ()

    def fits(self, header: Sequence[str]) -> bool:
        """Tell whether a header row is one of this kind."""
        names = {header_key(name) for name in header}
        has_all = all(any(header_key(name) in names for name in group) for group in self.needs)
        return has_all and not any(header_key(name) in names for name in self.lacks)

    def described(self) -> str:
        """Say which headers the profile is recognised by."""
        needed = ", ".join(" or ".join(group) for group in self.needs)
        without = f", without {' or '.join(self.lacks)}" if self.lacks else ""
        return f"{self.title} ({needed}{without})"


def header_key(name: str) -> str:
    """Return a header as it is compared: lower-case letters and digits of any script."""
    return re.sub(r"[\W_]+", "", name.casefold())


_COMPANY: Final = ("Company Name", "Company")
_ORGANIZATION: Final[tuple[Field, ...]] = (
    First("name", _COMPANY, cells.short_text),
    First("formatted_organization_name", ("Company Name for Emails",)),
    First("external_id", ("Apollo Account Id",), cells.short_text),
    First("linkedin_url", ("Company Linkedin Url",)),
    First("estimated_num_employees", ("# Employees",), cells.whole_number),
    First("country", ("Company Country", "Country")),
    First("raw_address", ("Company Address",)),
)

APOLLO_PEOPLE: Final = Profile(
    name="apollo-people",
    title="Apollo people",
    source="apollo",
    people=True,
    needs=(("Email",), ("First Name", "Last Name")),
    lacks=(),
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
            apollo.verification_status,
        ),
        Combined(
            "email_verification_message",
            (
                "Primary Email Verification Source",
                "Email Status",
                "Primary Email Last Verified At",
            ),
            apollo.verification_message,
        ),
        # The stage counts only where the lead is new, so Apollo's word for it is kept.
        Combined(
            "status", ("Stage", "Replied", "Email Bounced"), apollo.lead_status, kept=("Stage",)
        ),
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

PROFILES: Final = (APOLLO_PEOPLE, APOLLO_ACCOUNTS)


def recognise(header: Sequence[str], profiles: Iterable[Profile] = PROFILES) -> Profile | None:
    """Return the profile that a header row fits, None where there is none."""
    return next((profile for profile in profiles if profile.fits(header)), None)
