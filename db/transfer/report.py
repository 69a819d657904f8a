"""What an import is asked to do, tells while it runs, and reports at its end."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum


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

    ``phase`` is ``reading``, ``planning`` or ``writing``; ``rows`` and ``rejected`` are what was
    read so far. ``total`` is 0 where it is not known.
    """

    phase: str
    rows: int
    rejected: int
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or in a dry run would do.

    For people ``leads_created + leads_updated + leads_unchanged + rejected == rows_read``; for
    accounts the same holds of the organizations. A further row of the same lead or account in the
    file counts as updated where it filled a blank of the earlier ones, else as unchanged. For people
    the organizations are counted once each. ``batch_id`` is None where nothing was written.
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

    @property
    def leads(self) -> int:
        """The number of rows that stand for a lead."""
        return self.leads_created + self.leads_updated + self.leads_unchanged

    def to_json(self) -> str:
        """Return the report as one JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False)
