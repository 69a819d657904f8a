"""What duplicates share, as SQL: a key for each reason, equal for rows that are probably one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, String, case, func, literal
from sqlalchemy.dialects.postgresql import JSONB

from db import legal_forms
from db.models import Lead, Organization

_PUNCTUATION: Final = "!\"#$%'()*+,-./:;<=>?@[\\]^_`{|}~"
_GMAIL: Final = ("gmail.com", "googlemail.com")
_COMPANY_PAGE: Final = r"linkedin\.com/(?:company|school|showcase)/([^/?#[:space:]]+)"
_PERSON_PAGE: Final = r"linkedin\.com/(?:in|pub)/([^/?#[:space:]]+)"


def company_page() -> ColumnElement[Any]:
    """The name that an organization's page has at LinkedIn, whatever host and ending the URL has."""
    return func.substring(func.lower(Organization.linkedin_url), _COMPANY_PAGE)


def person_page() -> ColumnElement[Any]:
    """The name that a person's page has at LinkedIn."""
    return func.substring(func.lower(Lead.linkedin_url), _PERSON_PAGE)


def bare_name() -> ColumnElement[Any]:
    """An organization's name in small letters without punctuation and legal forms at its end.

    None where it is no more than its domain, which stands for a name that nobody knew.
    """
    words, forms = _words(Organization.name), legal_forms.words()
    # Most names end in no form, and to look for all of them is slow.
    last = func.substring(words, "[^ ]+$")
    at_end = last.in_(sorted({form.rpartition(" ")[2] for form in forms}))
    without = func.regexp_replace(words, f"( (?:{'|'.join(forms)}))+$", "")
    return case(
        (func.lower(Organization.name) == Organization.email_domain, None),
        (at_end, without),
        else_=words,
    )


def mailbox() -> ColumnElement[Any]:
    """A lead's address without a plus tag, and as Gmail reads it: without dots, by its one name."""
    local = func.split_part(func.split_part(Lead.email, "@", 1), "+", 1)
    domain = func.substring(Lead.email, "@(.*)$")
    plain = local.concat("@").concat(domain)
    gmail = func.replace(local, ".", "").concat("@gmail.com")
    return case((local == "", None), (domain.in_(_GMAIL), gmail), else_=plain)


def person() -> ColumnElement[Any]:
    """A lead's first and last name in small letters, None where one is missing."""
    first, last = (func.btrim(_words(name)) for name in (Lead.first_name, Lead.last_name))
    return case((func.length(last) > 1, first.concat(" ").concat(last)))


def registered(hosts: Mapping[str, str]) -> ColumnElement[Any]:
    """An organization's domain, or the registrable one where ``hosts`` has another for it."""
    if not hosts:
        return Organization.email_domain.expression
    found = literal(dict(hosts), JSONB)[Organization.email_domain].astext
    return func.coalesce(found, Organization.email_domain)


def _words(text: Any) -> ColumnElement[Any]:
    blanks = " " * len(_PUNCTUATION)
    return func.btrim(
        func.regexp_replace(
            func.translate(func.replace(func.lower(text), "&", " "), _PUNCTUATION, blanks),
            r"\s+",
            " ",
            "g",
            type_=String,
        )
    )
