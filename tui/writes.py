"""What an operator may have written: each write as data, kept until the database has answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID, uuid4

if TYPE_CHECKING:
    from db.many import BulkRequest
    from db.merging import MergeRequest
    from db.rows import Kind
    from db.steps import Conflict, Purpose


@dataclass(frozen=True, slots=True)
class SetStatus:
    """A status change, from the status as painted.

    ``purpose`` tells a change from one that takes another back or does it again; those carry the
    ``original``.
    """

    kind: Literal["lead", "campaign"]
    row_id: UUID
    name: str
    seen: str
    target: str
    judged: bool = False
    forced: bool = False
    reason: str | None = None
    purpose: Literal["change", "undo", "redo"] = "change"
    original: SetStatus | None = None
    change_id: UUID = field(default_factory=uuid4)

    def taken_back(self) -> SetStatus:
        """Return the write that undoes this one; the way back needs no transition of its own."""
        from db.steps import label

        return replace(
            self,
            seen=self.target,
            target=self.seen,
            forced=True,
            reason=label("undo", self.change_id),
            purpose="undo",
            original=self,
            change_id=uuid4(),
        )

    def done_again(self) -> SetStatus:
        """Return the write that redoes this one after it was undone."""
        from db.steps import label

        return replace(
            self,
            forced=True,
            reason=label("redo", self.change_id),
            purpose="redo",
            original=self,
            change_id=uuid4(),
        )


@dataclass(frozen=True, slots=True)
class EditFields:
    """Edited fields of a row: texts before and after, by field name.

    ``done`` is the safe sentence that tells of it where a key and no form made it. ``status`` is one
    that a lead leaves and one that it takes by the same step.
    """

    kind: Kind
    row_id: UUID
    name: str
    before: Mapping[str, str | None]
    after: Mapping[str, str | None]
    done: str = ""
    status: tuple[str, str] | None = None
    change_id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True)
class AddCampaign:
    """A new campaign."""

    name: str
    description: str | None
    change_id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True)
class DeleteRow:
    """A campaign or an organization without leads that is deleted where it is of this version."""

    kind: Literal["campaign", "organization"]
    row_id: UUID
    name: str
    version: int
    change_id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True)
class TakeBack:
    """A step of the journal that is to be taken back, or done again.

    Other writers' values in ``overwrite`` are written over, those in ``left`` stay.
    """

    purpose: Purpose
    step_id: UUID
    origin: UUID
    overwrite: tuple[Conflict, ...] = ()
    left: tuple[Conflict, ...] = ()
    change_id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True)
class ChangeMany:
    """One change for many leads; ``what`` says in safe words what they become."""

    request: BulkRequest
    what: str

    @property
    def change_id(self) -> UUID:
        """Marks the transaction in the journal."""
        return self.request.change_id


@dataclass(frozen=True, slots=True)
class Suppress:
    """An address or domain, in stored form, to which nobody may write from now on, or until then."""

    value: str
    reason: str | None
    expires_at: datetime | None = None
    change_id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True)
class Unsuppress:
    """A suppressed address or domain, in stored form, that is taken off the list."""

    value: str
    change_id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True)
class Revert:
    """All that an actor changed from ``since`` on, before ``until``, taken back as one step.

    Other writers' values in ``left`` stay.
    """

    actor: str
    since: datetime
    until: datetime
    left: tuple[Conflict, ...] = ()
    change_id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True)
class MergeRows:
    """Rows that become one; ``name`` is that of the row that stays."""

    request: MergeRequest
    name: str

    @property
    def change_id(self) -> UUID:
        """Marks the transaction in the journal."""
        return self.request.change_id


Write = (
    SetStatus
    | EditFields
    | AddCampaign
    | DeleteRow
    | TakeBack
    | ChangeMany
    | MergeRows
    | Suppress
    | Unsuppress
    | Revert
)
