"""What an import is asked to do, tells while it runs, and reports at its end."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows that are made, changed (and in how many which column), and left as they are."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    fields: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            dict(Counter(self.fields) + Counter(other.fields)),
        )

    @property
    def changes(self) -> int:
        """The number of rows that are written."""
        return self.created + self.updated


class ImportMode(StrEnum):
    """What happens to rows that exist already.

    ``skip`` leaves them alone, ``fill`` fills their blanks, ``overwrite`` takes every value that the
    file has. No mode blanks a value, and none touches the status of an existing lead.
    """

    SKIP = "skip"
    FILL = "fill"
    OVERWRITE = "overwrite"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: ``done`` of ``total``, in bytes while reading and in rows afterwards.

    ``phase`` is ``reading``, ``planning`` or ``writing``; ``importing`` is all of them, chunk by
    chunk, in bytes. ``rows`` and ``rejected`` are what was read so far. ``total`` is 0 where it is
    not known.
    """

    phase: str
    rows: int
    rejected: int
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Example:
    """One row of a file and what becomes of it: ``created``, ``updated`` or ``rejected``.

    ``name`` is its address or its organization, of a reject the reason. ``changes`` are old and new
    values by column.
    """

    what: str
    row: int
    name: str
    line: int | None = None
    changes: Mapping[str, tuple[object, object]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    """Something noticed in so many rows that were taken nevertheless; ``row`` is the first of them.

    ``example`` is its cell, where it is about one.
    """

    what: str
    rows: int
    row: int
    line: int | None = None
    example: str = ""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or in a dry run would do.

    For people ``leads_created + leads_updated + leads_unchanged + rejected == rows_read``; for
    accounts the same holds of the organizations. A further row of the same lead or account in the
    file counts as updated where it filled a blank of the earlier ones, else as unchanged. For people
    the organizations are counted once each. ``fields`` is the number of rows that exist in which a
    column changes, by ``table.column``; ``examples`` are the first rows of each fate; ``notes`` tell
    what was noticed in rows that are not rejected. ``batch_id`` is None where nothing was written.
    """

    profile: str
    mode: str
    dry_run: bool
    rows_read: int
    leads_created: int
    leads_updated: int
    leads_unchanged: int
    organizations_created: int
    organizations_updated: int
    organizations_unchanged: int
    rejected: int
    reasons: dict[str, int] = field(default_factory=dict)
    batch_id: str | None = None
    rejects: str | None = None
    fields: dict[str, int] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def leads(self) -> int:
        """The number of rows that stand for a lead."""
        return self.leads_created + self.leads_updated + self.leads_unchanged

    def to_json(self) -> str:
        """Return the counts as one JSON object; examples and values stay out."""
        return json.dumps(self.counted(), ensure_ascii=False)

    def counted(self) -> dict[str, Any]:
        """Return the report without its examples and cells, as JSON has it."""
        found = asdict(self)
        del found["examples"]
        for note in found["notes"]:
            del note["example"]
        return found
