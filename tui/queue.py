"""The queue of a triage: which leads, which one now, and which ones were decided.

Only a piece of a long queue is known at a time: some leads that were passed, and some to come.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Self
from uuid import UUID

PIECE: Final = 200
"""How many leads are fetched at a time."""
LOW: Final = 50
"""With how many known leads to come the next piece is fetched."""
KEPT: Final = 200
"""How many passed leads one can go back to."""


@dataclass(frozen=True)
class Queue:
    """Lead ids in order; ``at`` is the place of the current one, ``len(ids)`` when all are done.

    ``passed`` counts the leads before ``ids`` that were let go of. While the queue is not ``whole``,
    more leads follow, the ``deferred`` ones after them; ``counted`` is how many there are in all, as
    far as that is known.
    """

    ids: tuple[UUID, ...] = ()
    at: int = 0
    done: frozenset[UUID] = frozenset()
    passed: int = 0
    deferred: tuple[UUID, ...] = ()
    whole: bool = True
    counted: int = 0

    def __len__(self) -> int:
        known = self.passed + len(self.ids) + len(self.deferred)
        return known if self.whole else max(known, self.counted)

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
        return f"{min(self.passed + self.at + 1, len(self)):,}/{len(self):,}" if self else ""

    @property
    def runs_low(self) -> bool:
        """True where the next piece is to be fetched."""
        return not self.whole and len(self.ids) - self.at <= LOW

    def extended(self, ids: tuple[UUID, ...]) -> Self:
        """Take the next piece; one that is not full is the last. What was passed long ago is let go."""
        whole = len(ids) < PIECE
        known = (*self.ids, *ids, *(self.deferred if whole else ()))
        gone = max(0, self.at - KEPT)
        return replace(
            self,
            ids=known[gone:],
            at=self.at - gone,
            passed=self.passed + gone,
            deferred=() if whole else self.deferred,
            whole=whole,
        )

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
        if self.whole:
            return replace(self, ids=(*rest, self.current))
        return replace(self, ids=rest, deferred=(*self.deferred, self.current))

    def without_current(self) -> Self:
        """Leave the current lead out: it is gone."""
        if self.current is None:
            return self
        rest = self.ids[: self.at] + self.ids[self.at + 1 :]
        return replace(
            self, ids=rest, done=self.done - {self.current}, counted=max(0, self.counted - 1)
        )

    def undecided(self, lead_id: UUID) -> Self:
        """A decision was not done: it does not count."""
        return replace(self, done=self.done - {lead_id})

    def back_to(self, lead_id: UUID) -> Self:
        """Go back to a lead whose decision was taken back, unless it is of another queue or let go."""
        if lead_id not in self.ids:
            return self.undecided(lead_id)
        return replace(self, at=self.ids.index(lead_id), done=self.done - {lead_id})
