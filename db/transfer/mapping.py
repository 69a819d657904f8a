"""A profile bound to one file's header: turns rows of cells into rows to stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from db.domains import is_free_mail, normalize_email, normalize_host, registrable_domain, trim
from db.transfer.cells import is_null_literal
from db.transfer.profiles import Combined, Field, First, Profile, header_key
from db.transfer.rejects import OWN_HEADERS
from db.verification import note_shown

_OWN: Final = frozenset(header_key(name) for name in OWN_HEADERS)


class Rejected(Exception):
    """A row that is not taken; ``reason`` is what is counted, the text says more."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        super().__init__(f"{reason}: {detail}" if detail else reason)


@dataclass(frozen=True, slots=True)
class Converted:
    """One row: the values by column. ``domain`` is registrable and identifies the organization,
    unless ``free`` says that anybody can have an address there."""

    email: str | None
    domain: str
    free: bool
    lead: dict[str, object]
    organization: dict[str, object]
    document: dict[str, object]
    custom: dict[str, str]


@dataclass(frozen=True)
class _Bound:
    """A field with the columns of its headers in this file.

    A combined field has None for a header that the file lacks; ``taken`` are the columns whose cells
    need not be kept elsewhere.
    """

    field: Field
    columns: tuple[int | None, ...]
    taken: frozenset[int]


@dataclass
class _Row:
    """The cells of one row, and which of them went somewhere."""

    cells: Sequence[str]
    taken: set[int] = field(default_factory=set)


class RowMapper:
    """Converts the rows of one file. The header's first column of a name is the one that counts."""

    def __init__(self, profile: Profile, header: Sequence[str]) -> None:
        self.profile = profile
        columns: dict[str, int] = {}
        for index, name in enumerate(header):
            columns.setdefault(header_key(name), index)
        self._lead = [_bind(field, columns) for field in profile.lead]
        self._organization = [_bind(field, columns) for field in profile.organization]
        self._documents = [_bind(field, columns) for field in profile.documents]
        self._email = _bind(First("email", profile.email), columns)
        self._website = _bind(First("website_url", profile.website), columns)
        bound = (*self._lead, *self._organization, *self._documents, self._email, self._website)
        self._named = frozenset().union(*(each.taken for each in bound))
        self._names = _distinct(header)
        self._unnamed = [
            (index, self._names[index])
            for index, name in enumerate(header)
            if index not in self._named and header_key(name) not in _OWN
        ]

    def convert(self, cells: Sequence[str]) -> Converted:
        """Convert one row. Raises Rejected."""
        row = _Row(cells)
        email = self._address(row) if self.profile.people else None
        lead = _values(row, self._lead)
        organization = _values(row, self._organization, nulls=True)
        domain = self._domain(row, email, organization)
        if email is not None:
            note_shown(lead, email)
        for values in (lead, organization):
            if values.get("external_id"):
                values["source"] = self.profile.source
        return Converted(
            email=email,
            domain=domain,
            free=is_free_mail(domain),
            lead=lead,
            organization=organization,
            document=_values(row, self._documents),
            custom=self._kept(row),
        )

    def _address(self, row: _Row) -> str:
        cell = _first(row, self._email)
        if not cell:
            raise Rejected("missing e-mail")
        try:
            return normalize_email(str(cell))
        except ValueError as error:
            raise Rejected("invalid e-mail", str(error)) from None

    def _domain(self, row: _Row, email: str | None, organization: dict[str, object]) -> str:
        """The website says where somebody works; an address only where there is no website."""
        website = _first(row, self._website, nulls=True)
        host = normalize_host(str(website)) if website else None
        if host is not None and "." in host:
            organization["website_url"] = website
            return registrable_domain(host)
        row.taken -= self._website.taken
        if email is not None:
            return registrable_domain(email.rpartition("@")[2])
        raise Rejected("invalid website", repr(website)) if website else Rejected("missing website")

    def _kept(self, row: _Row) -> dict[str, str]:
        """The cells that no column took, by their header."""
        cells = row.cells
        kept = {name: cells[index] for index, name in self._unnamed if cells[index]}
        kept |= {self._names[index]: cells[index] for index in self._named - row.taken}
        width = len(self._names)
        if len(cells) > width:
            kept |= {f"column {n}": cell for n, cell in enumerate(cells[width:], width + 1)}
        return {name: cell for name, cell in kept.items() if cell and not cell.isspace()}


def _bind(field: Field, columns: Mapping[str, int]) -> _Bound:
    found = tuple(columns.get(header_key(name)) for name in field.headers)
    also_kept = field.kept if isinstance(field, Combined) else ()
    return _Bound(
        field,
        found,
        frozenset(
            index
            for name, index in zip(field.headers, found, strict=True)
            if index is not None and name not in also_kept
        ),
    )


def _values(row: _Row, fields: Sequence[_Bound], nulls: bool = False) -> dict[str, object]:
    """The values of the fields that have one; ``nulls`` makes the words for "nothing" blank."""
    values = {
        bound.field.column: _combined(row, bound, bound.field)
        if isinstance(bound.field, Combined)
        else _first(row, bound, nulls)
        for bound in fields
    }
    return {column: value for column, value in values.items() if value not in (None, [])}


def _first(row: _Row, bound: _Bound, nulls: bool = False) -> object:
    assert isinstance(bound.field, First)
    for index in bound.columns:
        if index is None:
            continue
        cell = row.cells[index] and trim(row.cells[index])
        if not cell:
            continue
        if nulls and is_null_literal(cell):
            row.taken.add(index)
            continue
        try:
            value = bound.field.convert(cell)
        except ValueError:
            continue
        row.taken.add(index)
        return value
    return None


def _combined(row: _Row, bound: _Bound, field: Combined) -> object:
    cells = [
        trim(row.cells[index]) if index is not None and row.cells[index] else ""
        for index in bound.columns
    ]
    try:
        value = field.combine(*cells)
    except ValueError:
        return None
    row.taken |= bound.taken
    return value


def _distinct(header: Sequence[str]) -> list[str]:
    """Names for all columns: those without one, or with another's, get a number."""
    names: list[str] = []
    seen: set[str] = set()
    for number, name in enumerate(header, 1):
        wanted = trim(name) or f"column {number}"
        if wanted in seen:
            wanted = f"{wanted} (column {number})"
        seen.add(wanted)
        names.append(wanted)
    return names
