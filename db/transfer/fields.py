"""What a profile is made of: which headers of an export go to which column, and how."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from db.transfer import cells
from db.transfer.columns import LEAD_COLUMNS, ORGANIZATION_COLUMNS

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

NESTED: Final = ("organization", "company", "account")
"""Under which names a row in JSON has its organization."""


def of_organization(name: str) -> tuple[str, ...]:
    """Return the headers of a column of the organization in the rows of JSON."""
    return tuple(f"{kind}.{name}" for kind in NESTED)


SUMMARY: Final = (*of_organization("website_summary_data"), "website_summary_data")
RAW: Final = (*of_organization("website_raw_data"), "website_raw_data")


@dataclass(frozen=True)
class Profile:
    """One kind of export.

    ``people`` tells leads from organizations. ``needs`` are groups of headers of which one each must
    be there, ``lacks`` headers that must not. ``source`` is stored with the ids that the export
    carries. The organization is found by the host of ``website``, else of ``domain``, else of the
    address. In organizations the words for "nothing" (``null``, ``N/A``) are blank; in people's
    names they are not, for there are people called Null.

    ``documents`` are the keys of ``website_summary_data``; ``summary``, ``raw`` and ``custom`` are
    headers of whole documents in JSON. ``dropped`` are headers that are not worth keeping.
    ``guarded`` tells that formulas have an apostrophe before them, which is taken off.
    """

    name: str
    title: str
    source: str
    people: bool
    needs: tuple[tuple[str, ...], ...]
    email: tuple[str, ...] = ()
    website: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()
    lead: tuple[Field, ...] = ()
    organization: tuple[Field, ...] = ()
    lacks: tuple[str, ...] = ()
    documents: tuple[Field, ...] = ()
    summary: tuple[str, ...] = ()
    raw: tuple[str, ...] = ()
    custom: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    guarded: bool = False

    def with_documents(self) -> Profile:
        """Return the profile that takes the documents of a website too, under our names for them."""
        return replace(self, summary=self.summary or SUMMARY, raw=self.raw or RAW)

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


@lru_cache(maxsize=4096)
def header_key(name: str) -> str:
    """Return a header as it is compared: lower-case letters and digits of any script."""
    return re.sub(r"[\W_]+", "", name.casefold())


def _converter(column: str, kind: str) -> Converter:
    if column == "status":
        return cells.lead_status
    if column == "email_verification_status":
        return cells.verification
    if kind == "timestamptz":
        return cells.moment
    if kind == "integer":
        return cells.at_least
    return cells.short_text if column in ("name", "last_name", "external_id") else cells.text


CONVERTERS: Final[Mapping[str, Converter]] = {
    **{f"leads.{name}": _converter(name, kind) for name, kind in LEAD_COLUMNS.items()},
    **{
        f"organizations.{name}": _converter(name, kind)
        for name, kind in ORGANIZATION_COLUMNS.items()
    },
}
"""How a cell becomes the value of a column, by ``table.column``."""
