"""The fields that a filter may name: what they are called, what they hold, where they are stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Final, Literal

from db.statuses import CAMPAIGN, LEAD, VERIFICATIONS, Group

Owner = Literal["lead", "organization", "campaign"]


class Kind(StrEnum):
    """What a field holds, and so what may be said of it."""

    TEXT = "text"
    WORD = "word"
    NUMBER = "number"
    TIME = "time"
    ID = "id"
    DOCUMENT = "document"
    FIELDS = "fields"
    PATH = "path"


# What may be said of each kind of field, as examples.
FORMS: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.TEXT: ("word", '"two words"', "~part", "begin*", "*end", "this,that"),
    Kind.WORD: ("this", "this,that"),
    Kind.NUMBER: ("50", "50..500", "<50", "<=50", ">500", ">=500"),
    Kind.TIME: (
        "now",
        "today",
        "yesterday",
        "2026",
        "2026-11",
        "2026-11-25",
        ">=2026-11-25",
        "2026-01..2026-03",
        "<7d",
        ">2w",
        "3mo",
        "1y",
        "12h",
        "30min",
    ),
    Kind.ID: ("0199a6c4-5d2e-7c31-8a2b-1f0e9d8c7b6a",),
    Kind.FIELDS: ("icebreaker", "title,linkedin"),
    Kind.PATH: (
        "summary.industry=software",
        "summary.industry!=software",
        "summary.keywords[0]~cloud",
        "custom.score>50",
        "raw.pages[*].title",
    ),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the language.

    ``columns`` are those of the ``owner``'s table; of several the text is their words in a row.
    ``choices`` are the values of a vocabulary; with ``closed`` there are no others. ``optional``
    fields may be missing, so that ``has:`` and ``no:`` know them. ``names_id``: an id may stand for
    the text.
    """

    name: str
    kind: Kind
    owner: Owner
    columns: tuple[str, ...]
    meaning: str
    aliases: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    closed: bool = False
    optional: bool = False
    names_id: str | None = None


UNKNOWN: Final = "unknown"  # the group of the statuses that no vocabulary knows
GROUPS: Final = (*(group.value for group in Group), UNKNOWN)
YES: Final = "yes"
YES_OR_NO: Final = (YES, "no")
UNVERIFIED: Final = "unverified"  # also how NULL reads

_VERIFICATIONS: Final = tuple(entry.value for entry in VERIFICATIONS)
_CAMPAIGN_STATUSES: Final = (*CAMPAIGN.values(), *CAMPAIGN.synonyms)


def _of_leads() -> Iterable[Field]:
    def text(name: str, column: str, meaning: str, *aliases: str, optional: bool = True) -> Field:
        return Field(name, Kind.TEXT, "lead", (column,), meaning, aliases, optional=optional)

    def time(name: str, column: str, meaning: str, *aliases: str, optional: bool = True) -> Field:
        return Field(name, Kind.TIME, "lead", (column,), meaning, aliases, optional=optional)

    yield Field("status", Kind.WORD, "lead", ("status",), "status", choices=LEAD.values())
    yield Field(
        "group", Kind.WORD, "lead", ("status",), "group of statuses", choices=GROUPS, closed=True
    )
    yield Field(
        "verification",
        Kind.WORD,
        "lead",
        ("email_verification_status",),
        "state of the e-mail address",
        choices=_VERIFICATIONS,
        optional=True,
    )
    yield Field(
        "suppressed",
        Kind.WORD,
        "lead",
        ("email",),
        "the address or its domain is on the suppression list",
        choices=YES_OR_NO,
        closed=True,
    )
    yield text("email", "email", "e-mail address", optional=False)
    yield Field(
        "name", Kind.TEXT, "lead", ("first_name", "last_name"), "first and last name", optional=True
    )
    yield text("first", "first_name", "first name", "first_name")
    yield text("last", "last_name", "last name", "last_name")
    yield text("title", "title", "job title")
    yield text("headline", "headline", "headline of the profile")
    yield text("linkedin", "linkedin_url", "LinkedIn URL", "linkedin_url")
    yield text("language", "language", "language")
    yield text("source", "source", "where the lead is from")
    yield text("external_id", "external_id", "id in another system")
    yield text("icebreaker", "email_icebreaker", "icebreaker", "email_icebreaker")
    yield text("message", "email_verification_message", "message of the verification")
    yield time("sent", "email_sent_at", "first e-mail sent", "email_sent_at")
    yield time("replied", "reply_received_at", "reply received", "reply", "reply_received_at")
    yield time("contacted", "last_contacted_at", "last contact", "last_contacted_at")
    yield time("created", "created_at", "lead created", "created_at", optional=False)
    yield time("updated", "updated_at", "lead changed last", "updated_at", optional=False)
    yield time("snoozed", "snoozed_until", "snoozed until", "snoozed_until")
    yield Field("id", Kind.ID, "lead", ("lead_id",), "id of the lead", ("lead_id",))


def _of_organizations() -> Iterable[Field]:
    def text(name: str, column: str, meaning: str, *aliases: str) -> Field:
        return Field(name, Kind.TEXT, "organization", (column,), meaning, aliases, optional=True)

    yield Field(
        "organization",
        Kind.TEXT,
        "organization",
        ("name",),
        "name or id of the organization",
        ("company", "org"),
        names_id="organization_id",
    )
    yield Field(
        "domain",
        Kind.TEXT,
        "organization",
        ("email_domain",),
        "e-mail domain of the organization",
        ("email_domain",),
    )
    yield text("country", "country", "country, by name or code such as DE")
    yield text("timezone", "time_zone", "time zone", "time_zone")
    yield Field(
        "employees",
        Kind.NUMBER,
        "organization",
        ("estimated_num_employees",),
        "number of employees, estimated",
        ("estimated_num_employees",),
        optional=True,
    )
    yield text("website", "website_url", "URL of the website", "website_url")
    yield text("address", "raw_address", "postal address", "raw_address")
    yield text(
        "organization.formatted",
        "formatted_organization_name",
        "name of the organization as mails use it",
        "formatted_organization_name",
    )
    yield text("organization.linkedin", "linkedin_url", "LinkedIn URL of the organization")
    yield text("organization.language", "language", "language of the organization")
    yield text("organization.source", "source", "where the organization is from")
    yield text("organization.external_id", "external_id", "its id in another system")
    for verb in ("created", "updated"):
        what = "created" if verb == "created" else "changed last"
        column = f"{verb}_at"
        name = f"organization.{verb}"
        yield Field(name, Kind.TIME, "organization", (column,), f"organization {what}")


def _of_campaigns() -> Iterable[Field]:
    yield Field(
        "campaign",
        Kind.TEXT,
        "campaign",
        ("name",),
        "name or id of the campaign",
        names_id="campaign_id",
    )
    yield Field(
        "campaign.status",
        Kind.WORD,
        "campaign",
        ("status",),
        "status of the campaign",
        choices=_CAMPAIGN_STATUSES,
    )


def _documents() -> Iterable[Field]:
    def document(name: str, owner: Owner, meaning: str, *aliases: str) -> Field:
        column = name.rpartition(".")[2]
        return Field(name, Kind.DOCUMENT, owner, (column,), meaning, aliases, optional=True)

    yield document(
        "website_summary_data",
        "organization",
        "summary of the website",
        "summary",
        "website_summary",
    )
    yield document(
        "website_raw_data", "organization", "raw data of the website", "raw", "website_raw"
    )
    yield document("custom_data", "lead", "the lead's own data", "lead.custom_data", "custom")
    yield document(
        "organization.custom_data",
        "organization",
        "the organization's own data",
        "company.custom_data",
        "organization.custom",
    )


STORED: Final = (*_of_leads(), *_of_organizations(), *_of_campaigns())
DOCUMENTS: Final = tuple(_documents())
OPTIONAL: Final = tuple(field for field in (*STORED, *DOCUMENTS) if field.optional)
_OPTIONAL_NAMES: Final = tuple(field.name for field in OPTIONAL)

HAS: Final = Field(
    "has", Kind.FIELDS, "lead", (), "a field has a value", choices=_OPTIONAL_NAMES, closed=True
)
NO: Final = Field(
    "no", Kind.FIELDS, "lead", (), "a field is empty", choices=_OPTIONAL_NAMES, closed=True
)
JSON: Final = Field("json", Kind.PATH, "lead", (), "a place in a document")
FIELDS: Final = (*STORED, HAS, NO, JSON)

_BY_NAME: Final = {name: field for field in FIELDS for name in (field.name, *field.aliases)}
_BY_DOCUMENT: Final = {name: field for field in DOCUMENTS for name in (field.name, *field.aliases)}
_BY_OPTIONAL: Final = {name: field for field in OPTIONAL for name in (field.name, *field.aliases)}


def named(name: str) -> Field | None:
    """Return the field of this name or alias, letters in any case; None where there is none."""
    return _BY_NAME.get(name.lower())


def document(name: str) -> Field | None:
    """Return the document of this name or alias; None where there is none."""
    return _BY_DOCUMENT.get(name.lower())


def optional(name: str) -> Field | None:
    """Return the field or document of this name that may be missing; None where there is none."""
    return _BY_OPTIONAL.get(name.lower())


def nearest(word: str, valid: Iterable[str]) -> str | None:
    """Return what was probably meant by a word that is none of the valid ones."""
    found = get_close_matches(word.lower(), list(valid), n=1)
    return found[0] if found else None
