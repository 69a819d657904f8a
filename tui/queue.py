"""The queue of a triage: which leads, which one now, and which ones were decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self
from uuid import UUID


@dataclass(frozen=True)
class Queue:
    """Lead ids in order; ``at`` is the place of the current one, ``len(ids)`` when all are done."""

    ids: tuple[UUID, ...]
    at: int = 0
    done: frozenset[UUID] = frozenset()

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def current(self) -> UUID | None:
        """The lead that is to be decided now."""
        return self.ids[self.at] if self.at < len(self.ids) else None

    @property
    def following(self) -> UUID | None:
        """The lead after it."""
        return self.ids[self.at + 1] if self.at + 1 < len(self.ids) else None

    @property
    def decided(self) -> int:
        """How many leads were decided."""
        return len(self.done)

    @property
    def place(self) -> str:
        """The place in the queue as ``12/340``."""
        return f"{min(self.at + 1, len(self.ids)):,}/{len(self.ids):,}" if self.ids else ""

    def decide(self) -> Self:
        """The current lead was decided: go to the next one."""
        done = self.done | {self.current} if self.current is not None else self.done
        return replace(self, at=min(self.at + 1, len(self.ids)), done=done)

    def step(self, by: int) -> Self:
        """Go forward or back without a decision; the last lead and the end stay where they are."""
        last = max(self.at, len(self.ids) - 1) if by > 0 else len(self.ids)
        return replace(self, at=max(0, min(self.at + by, last)))

    def defer(self) -> Self:
        """Put the current lead at the end."""
        if self.current is None:
            return self
        rest = self.ids[: self.at] + self.ids[self.at + 1 :]
        return replace(self, ids=(*rest, self.current))

    def without_current(self) -> Self:
        """Leave the current lead out: it is gone."""
        if self.current is None:
            return self
        rest = self.ids[: self.at] + self.ids[self.at + 1 :]
        return replace(self, ids=rest, done=self.done - {self.current})

    def undecided(self, lead_id: UUID) -> Self:
        """A decision was not done: it does not count."""
        return replace(self, done=self.done - {lead_id})

    def back_to(self, lead_id: UUID) -> Self:
        """Go back to a lead whose decision was taken back; one of another queue changes nothing."""
        if lead_id not in self.ids:
            return self
        return replace(self, at=self.ids.index(lead_id), done=self.done - {lead_id})
