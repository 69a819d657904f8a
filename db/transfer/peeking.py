"""A look at the first rows of a file, and at what its columns mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from db.errors import HeaderNotFound
from db.transfer.choosing import CUSTOM, DOMAIN, EMAIL, TARGETS, WEBSITE, Choice
from db.transfer.fields import Profile, header_key
from db.transfer.mapping import cell_text
from db.transfer.profiles import PROFILES, recognise
from db.transfer.reading import read_table
from db.transfer.remembered import Remembered
from db.transfer.sources import open_source

_ROWS: Final = 5


@dataclass(frozen=True, slots=True)
class Peek:
    """The header of a file, its first rows, and the targets of columns so far.

    ``profile`` is the title of the one that the header fits, None where it fits none: then the
    ``targets`` are suggestions. ``by_profile`` are those that go without saying, ``possible`` all.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    profile: str | None
    targets: dict[str, str]
    by_profile: dict[str, str]
    possible: tuple[str, ...]

    def mapping(self, targets: dict[str, str]) -> dict[str, str]:
        """Return what has to be said so that the columns go to these targets."""
        said = {
            column: target
            for column, target in targets.items()
            if self.by_profile.get(column) != target
        }
        left = {column: CUSTOM for column in self.by_profile if column not in targets}
        return said | left


def peek(path: Path, remembered: Remembered | None = None) -> Peek:
    """Read the first rows of a file whose header need not be known. Raises ImportFailed."""
    choice = Choice(remembered=remembered)
    with open_source(path) as source:
        try:
            with source.opened() as stream:
                table = read_table(source, stream, lambda names: choice.of(names) is not None)
                records = list(islice(table.rows, _ROWS))
        except HeaderNotFound:
            with source.opened() as stream:
                table = read_table(source, stream, None)
                records = list(islice(table.rows, _ROWS))
    header = tuple(table.header)
    known = recognise(header)
    by_profile = _targets(known, header) if known else {}
    found = remembered.get(header) if remembered else {}
    # A suggestion is not sure enough to change what a profile says.
    rows = tuple(tuple(cell_text(cell) for cell in record.cells) for record in records)
    targets = by_profile | found if known or found else _suggested(header, rows)
    return Peek(
        header,
        rows,
        known.title if known else None,
        {column: target for column, target in targets.items() if target != CUSTOM},
        by_profile,
        tuple(target for target in TARGETS if target != CUSTOM),
    )


def _targets(profile: Profile, header: Sequence[str]) -> dict[str, str]:
    """Return where a profile takes the columns of a header, each target from its first column."""
    columns = {header_key(name): name for name in reversed(header)}
    wanted = [
        (EMAIL, profile.email),
        (WEBSITE, profile.website),
        (DOMAIN, profile.domain),
        *((f"leads.{each.column}", each.headers) for each in profile.lead),
        *((f"organizations.{each.column}", each.headers) for each in profile.organization),
    ]
    targets: dict[str, str] = {}
    for target, names in wanted:
        first = next((columns[key] for key in map(header_key, names) if key in columns), None)
        if first is not None:
            targets.setdefault(first, target)
    return targets


def _suggested(header: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return what some profile takes columns of these names for, each target once.

    Addresses are known by what they look like.
    """
    addresses = (
        name
        for place, name in enumerate(header)
        if rows and all("@" in row[place] for row in rows if row[place]) and rows[0][place]
    )
    targets = dict.fromkeys(islice(addresses, 1), EMAIL)
    for profile in PROFILES:
        for column, target in _targets(profile, header).items():
            if target not in targets.values():
                targets.setdefault(column, target)
    return targets
