"""A profile bound to one file's header: turns rows of cells into rows to stage."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from db.domains import is_free_mail, normalize_email, normalize_host, registrable_domain, trim
from db.transfer.bound import Bound, Used, bound, cell_text, indexes
from db.transfer.cells import is_null_literal
from db.transfer.fields import Profile, header_key
from db.transfer.json_rows import storable
from db.transfer.rejects import OWN_HEADERS
from db.transfer.spreadsheet import restored
from db.transfer.tables import Cell
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
    unless ``free`` says that anybody can have an address there; ``stated`` tells that it is the
    organization's own, not only that of an address. ``unread`` are cells that no column understood, by
    their header."""

    email: str | None
    domain: str
    free: bool
    stated: bool
    lead: dict[str, object]
    organization: dict[str, object]
    summary: object
    raw: object
    custom: dict[str, object]
    unread: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Company:
    """What the cells about an organization say; ``wrong`` is a website that is none."""

    values: dict[str, object]
    domain: str | None
    wrong: str
    used: Used


class RowMapper:
    """Converts the rows of one file. The header's first column of a name is the one that counts.

    The header may grow from row to row.
    """

    def __init__(self, profile: Profile, header: Sequence[str], *, delimited: bool = True) -> None:
        self.profile = profile
        self._guarded = profile.guarded and delimited
        self._header = header
        self._width = -1
        self._bind()

    def _bind(self) -> None:
        """Look up the columns of all fields in the header as it is now."""
        profile, header = self.profile, self._header
        self._width = len(header)
        self._names = distinct(header)
        columns: dict[str, int] = {}
        for index, name in enumerate(header):
            columns.setdefault(header_key(name), index)
        self._lead = bound(profile.lead, columns)
        self._organization = bound(profile.organization, columns, nulls=True)
        self._documents = bound(profile.documents, columns)
        self._email = indexes(profile.email, columns)
        self._website = indexes(profile.website, columns)
        self._domain = indexes(profile.domain, columns)
        self._summary = indexes(profile.summary, columns)
        self._raw = indexes(profile.raw, columns)
        self._custom = indexes(profile.custom, columns)
        fields = (*self._lead, *self._organization, *self._documents)
        own = {*self._email, *self._website, *self._domain, *self._summary, *self._raw}
        named = own.union(self._custom, *(each.takes for each in fields))
        dropped = {header_key(name) for name in profile.dropped} | _OWN
        self._named = tuple((index, self._names[index]) for index in sorted(named))
        self._unnamed = tuple(
            (index, self._names[index])
            for index, name in enumerate(header)
            if index not in named and header_key(name) not in dropped
        )

    def convert(self, cells: Sequence[Cell]) -> Converted:
        """Convert one row. Raises Rejected."""
        if len(self._header) != self._width:
            self._bind()
        if self._guarded:
            cells = [restored(cell) if isinstance(cell, str) else cell for cell in cells]
        company = self._company(cells)
        used = company.used
        email = self._address(cells, used.taken) if self.profile.people else None
        if company.domain is None and email is None:
            wrong = company.wrong
            raise Rejected("invalid website", repr(wrong)) if wrong else Rejected("missing website")
        lead = {field.column: value for field in self._lead if (value := field.value(cells, used))}
        if email is not None:
            note_shown(lead, email)
        self._name_source(lead, self._lead)
        domain = company.domain or registrable_domain(str(email).rpartition("@")[2])
        return Converted(
            email=email,
            domain=domain,
            free=is_free_mail(domain),
            stated=company.domain is not None,
            lead=lead,
            organization=company.values,
            summary=self._summary_of(cells, used),
            raw=_document(cells, self._raw, used),
            custom=self._kept(cells, used),
            unread=self._unread(cells, used),
        )

    def _summary_of(self, cells: Sequence[Cell], used: Used) -> object:
        """Return the summary that the row has, with what the profile's fields add to it."""
        summary = _document(cells, self._summary, used)
        if isinstance(summary, list) and summary:
            return summary
        documents = {
            field.column: value
            for field in self._documents
            if (value := field.value(cells, used)) not in (None, [])
        }
        return documents | summary if isinstance(summary, dict) else documents

    def _name_source(self, values: dict[str, object], fields: Sequence[Bound]) -> None:
        """Name the export as the source, unless the file has a column for it, which may be blank."""
        if "external_id" in values and not any(each.column == "source" for each in fields):
            values["source"] = self.profile.source

    def _name_its_system(self, values: dict[str, object], taken: set[int]) -> None:
        """Say which system the external id is from; without an id such a cell is kept as it is."""
        if "external_id" in values:
            values.setdefault("external_source", self.profile.source)
        elif values.pop("external_source", None) is not None:
            for each in self._organization:
                if each.column == "external_source":
                    taken.difference_update(each.takes)

    def _address(self, cells: Sequence[Cell], taken: set[int]) -> str:
        for index in self._email:
            cell = cell_text(cells[index])
            if not cell:
                continue
            taken.add(index)
            try:
                return normalize_email(cell)
            except ValueError as error:
                raise Rejected("invalid e-mail", str(error)) from None
        raise Rejected("missing e-mail")

    def _company(self, cells: Sequence[Cell]) -> _Company:
        used = Used()
        values = {
            field.column: value
            for field in self._organization
            if (value := field.value(cells, used)) is not None
        }
        self._name_source(values, self._organization)
        self._name_its_system(values, used.taken)
        domain, wrong = self._place(cells, used, values)
        return _Company(values, domain, wrong, used)

    def _place(
        self, cells: Sequence[Cell], used: Used, values: dict[str, object]
    ) -> tuple[str | None, str]:
        """Return the registrable domain, None where no cell has one, and the cell that should have."""
        wrong = ""
        for index in (*self._website, *self._domain):
            cell = cell_text(cells[index])
            if not cell:
                continue
            if is_null_literal(cell):
                used.taken.add(index)
                continue
            host = normalize_host(cell)
            if host is None or "." not in host:
                wrong = wrong or cell
                used.unread.add(index)
                continue
            used.taken.add(index)
            if index in self._website:
                values["website_url"] = cell
                # What repeats it need not be kept.
                used.taken.update(i for i in self._domain if _is_host(cell_text(cells[i]), host))
            return registrable_domain(host), ""
        return None, wrong

    def _kept(self, cells: Sequence[Cell], used: Used) -> dict[str, object]:
        """The cells that no column took, by their header."""
        document = _document(cells, self._custom, used) if self._custom else None
        kept: dict[str, object] = dict(document) if isinstance(document, dict) else {}
        for index, name in self._unnamed:
            cell = cells[index]
            if cell != "" and not _is_blank(cell):
                kept[name] = cell
        for index, name in self._named:
            if index not in used.taken and not _is_blank(cells[index]):
                kept[name] = cells[index]
        for number in range(self._width, len(cells)):
            if not _is_blank(cells[number]):
                kept[f"column {number + 1}"] = cells[number]
        return kept

    def _unread(self, cells: Sequence[Cell], used: Used) -> tuple[tuple[str, str], ...]:
        places = sorted(used.unread) if used.unread else ()
        return tuple((self._names[place], cell_text(cells[place])) for place in places)


def _document(cells: Sequence[Cell], columns: Sequence[int], used: Used) -> object:
    """Return the first whole document of these columns, None where there is none."""
    for index in columns:
        cell = cells[index]
        if isinstance(cell, str):
            try:
                cell = storable(json.loads(cell)) if cell else None
            except (ValueError, RecursionError):
                used.unread.add(index)
                continue
        if isinstance(cell, dict | list):
            used.taken.add(index)
            return cell
    return None


def _is_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and (not cell or cell.isspace())


def _is_host(cell: str, host: str) -> bool:
    return bool(cell) and normalize_host(cell) == host


def distinct(header: Sequence[str]) -> list[str]:
    """Return names for all columns: those without one, or with another's, get a number."""
    names: list[str] = []
    seen: set[str] = set()
    for number, name in enumerate(header, 1):
        wanted = trim(name) or f"column {number}"
        if wanted in seen:
            wanted = f"{wanted} (column {number})"
        seen.add(wanted)
        names.append(wanted)
    return names
