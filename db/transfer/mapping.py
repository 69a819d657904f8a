"""A profile bound to one file's header: turns rows of cells into rows to stage."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from db.domains import is_free_mail, normalize_email, normalize_host, registrable_domain, trim
from db.transfer import cells as typed
from db.transfer.cells import is_null_literal
from db.transfer.fields import Combined, Field, First, Profile, header_key
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
    organization's own, not only that of an address."""

    email: str | None
    domain: str
    free: bool
    stated: bool
    lead: dict[str, object]
    organization: dict[str, object]
    summary: object
    raw: object
    custom: dict[str, object]


class RowMapper:
    """Converts the rows of one file. The header's first column of a name is the one that counts.

    The header may grow from row to row.
    """

    def __init__(self, profile: Profile, header: Sequence[str]) -> None:
        self.profile = profile
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
        self._lead = _bound(profile.lead, columns)
        self._organization = _bound(profile.organization, columns, nulls=True)
        self._documents = _bound(profile.documents, columns)
        self._email = _indexes(profile.email, columns)
        self._website = _indexes(profile.website, columns)
        self._domain = _indexes(profile.domain, columns)
        self._summary = _indexes(profile.summary, columns)
        self._raw = _indexes(profile.raw, columns)
        self._custom = _indexes(profile.custom, columns)
        bound = (*self._lead, *self._organization, *self._documents)
        own = {*self._email, *self._website, *self._domain, *self._summary, *self._raw}
        named = own.union(self._custom, *(each.takes for each in bound))
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
        if self.profile.guarded:
            cells = [restored(cell) if isinstance(cell, str) else cell for cell in cells]
        taken: set[int] = set()
        email = self._address(cells, taken) if self.profile.people else None
        lead = {field.column: value for field in self._lead if (value := field.value(cells, taken))}
        organization = {
            field.column: value
            for field in self._organization
            if (value := field.value(cells, taken)) is not None
        }
        domain, stated = self._place(cells, taken, email, organization)
        if email is not None:
            note_shown(lead, email)
        for values in (lead, organization):
            if "external_id" in values:
                values.setdefault("source", self.profile.source)
        documents = {
            field.column: value
            for field in self._documents
            if (value := field.value(cells, taken)) not in (None, [])
        }
        return Converted(
            email=email,
            domain=domain,
            free=is_free_mail(domain),
            stated=stated,
            lead=lead,
            organization=organization,
            summary=_document(cells, self._summary, taken) or documents,
            raw=_document(cells, self._raw, taken),
            custom=self._kept(cells, taken),
        )

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

    def _place(
        self,
        cells: Sequence[Cell],
        taken: set[int],
        email: str | None,
        organization: dict[str, object],
    ) -> tuple[str, bool]:
        """Return the domain of the organization, and whether it is more than that of an address.

        A website says where somebody works, an address only where there is no website.
        """
        wrong = ""
        for index in (*self._website, *self._domain):
            cell = cell_text(cells[index])
            if not cell:
                continue
            if is_null_literal(cell):
                taken.add(index)
                continue
            host = normalize_host(cell)
            if host is None or "." not in host:
                wrong = wrong or cell
                continue
            taken.add(index)
            if index in self._website:
                organization["website_url"] = cell
                # What repeats it need not be kept.
                taken.update(i for i in self._domain if _is_host(cell_text(cells[i]), host))
            return registrable_domain(host), True
        if email is not None:
            return registrable_domain(email.rpartition("@")[2]), False
        raise Rejected("invalid website", repr(wrong)) if wrong else Rejected("missing website")

    def _kept(self, cells: Sequence[Cell], taken: set[int]) -> dict[str, object]:
        """The cells that no column took, by their header."""
        document = _document(cells, self._custom, taken) if self._custom else None
        kept: dict[str, object] = dict(document) if isinstance(document, dict) else {}
        for index, name in self._unnamed:
            if (cell := cells[index]) != "":
                kept[name] = cell
        for index, name in self._named:
            if index not in taken and (cell := cells[index]) != "":
                kept[name] = cell
        for number in range(self._width, len(cells)):
            if (cell := cells[number]) != "":
                kept[f"column {number + 1}"] = cell
        for name in [
            name for name, cell in kept.items() if isinstance(cell, str) and cell.isspace()
        ]:
            del kept[name]
        return kept


class _First:
    """A field that takes one cell, with the columns of its headers in this file."""

    def __init__(self, field: First, columns: tuple[int, ...], nulls: bool) -> None:
        self.column = field.column
        self.takes = frozenset(columns)
        self._columns = columns
        self._convert = None if field.convert is typed.text else field.convert
        self._nulls = nulls

    def value(self, cells: Sequence[Cell], taken: set[int]) -> object:
        """Return the value, None for none, and note which cells it is made of."""
        for index in self._columns:
            found = cells[index]
            if found == "" or isinstance(found, dict | list):
                continue
            cell = cell_text(found)
            if not cell:
                continue
            if self._nulls and len(cell) < 10 and is_null_literal(cell):
                taken.add(index)
                continue
            value: object = cell
            if self._convert is not None:
                try:
                    value = self._convert(cell)
                except (ValueError, OverflowError, OSError):
                    continue
            taken.add(index)
            return value
        return None


class _Combined:
    """A field that is made of several cells, blank for a header that the file lacks."""

    def __init__(self, field: Combined, columns: Mapping[str, int]) -> None:
        self.column = field.column
        found = [columns.get(header_key(name)) for name in field.headers]
        self._columns = found
        self.takes = frozenset(
            index
            for name, index in zip(field.headers, found, strict=True)
            if index is not None and name not in field.kept
        )
        self._combine: Callable[..., object] = field.combine

    def value(self, cells: Sequence[Cell], taken: set[int]) -> object:
        """Return the value, None for none, and note which cells it is made of."""
        parts = ["" if index is None else cell_text(cells[index]) for index in self._columns]
        if not any(parts):
            return None
        try:
            value = self._combine(*parts)
        except (ValueError, RecursionError):
            return None
        taken |= self.takes
        return value


_Bound = _First | _Combined


def _bound(
    fields: Sequence[Field], columns: Mapping[str, int], nulls: bool = False
) -> tuple[_Bound, ...]:
    """Return the fields of which the file has a column."""
    bound: list[_Bound] = []
    for field in fields:
        found = _indexes(field.headers, columns)
        if found:
            bound.append(
                _First(field, found, nulls)
                if isinstance(field, First)
                else _Combined(field, columns)
            )
    return tuple(bound)


def _indexes(headers: Sequence[str], columns: Mapping[str, int]) -> tuple[int, ...]:
    found = (columns.get(header_key(name)) for name in headers)
    return tuple(dict.fromkeys(index for index in found if index is not None))


def cell_text(cell: Cell) -> str:
    """Return a cell as trimmed text; values of JSON as JSON writes them."""
    if not isinstance(cell, str):
        cell = json.dumps(cell, ensure_ascii=False)
    return cell.strip() if cell.isascii() else trim(cell)


def _document(cells: Sequence[Cell], columns: Sequence[int], taken: set[int]) -> object:
    """Return the first whole document of these columns, None where there is none."""
    for index in columns:
        cell = cells[index]
        if isinstance(cell, str):
            try:
                cell = json.loads(cell) if cell else None
            except (ValueError, RecursionError):
                continue
        if isinstance(cell, dict | list):
            taken.add(index)
            return cell
    return None


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
