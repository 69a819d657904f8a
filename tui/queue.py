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

    def coming(self, number: int) -> tuple[UUID, ...]:
        """Return the leads after it, so many of them as far as they are known."""
        return self.ids[self.at + 1 : self.at + 1 + number]

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
        """Take the next piece; one that is not full is the last. What was passed long ago is let go.

        A lead that a change has moved on in the order of the queue comes no second time.
        """
        whole = len(ids) < PIECE
        there = self.done.union(self.ids, self.deferred)
        new = tuple(lead_id for lead_id in ids if lead_id not in there)
        known = (*self.ids, *new, *(self.deferred if whole else ()))
        gone = max(0, self.at - KEPT)
        return replace(
            self,
            ids=known[gone:],
            at=self.at - gone,
            passed=self.passed + gone,
            deferred=() if whole else self.deferred,
            whole=whole,
        )

    @property
    def finished(self) -> bool:
        """True where no lead is left."""
        return self.whole and self.current is None

    def looked_through_again(self) -> Self:
        """Take pieces from the beginning once more: leads may have come since."""
        return replace(self, whole=False)

    def decide(self) -> Self:
        """The current lead was decided: go to the next one."""
        done = self.done | {self.current} if self.current is not None else self.done
        return replace(self, at=min(self.at + 1, len(self.ids)), done=done)

    def step(self, by: int) -> Self:
        """Go forward or back without a decision; the last lead and the end stay where they are."""
        last = max(self.at, len(self.ids) - 1) if by > 0 else len(self.ids)
        return replace(self, at=max(0, min(self.at + by, last)))

    def put_off(self, lead_id: UUID) -> Self:
        """Put the current lead or a later one at the end."""
        rest = self._without(lead_id)
        if rest is None:
            return self
        if self.whole:
            return replace(self, ids=(*rest, lead_id))
        return replace(self, ids=rest, deferred=(*self.deferred, lead_id))

    def left_out(self, lead_id: UUID) -> Self:
        """Leave the current lead or a later one out: it is gone, or does not belong here any more."""
        rest = self._without(lead_id)
        if rest is None:
            return self
        return replace(self, ids=rest, done=self.done - {lead_id}, counted=max(0, self.counted - 1))

    def _without(self, lead_id: UUID) -> tuple[UUID, ...] | None:
        """The known leads without one from the current one on, None where it is not there."""
        if lead_id not in self.ids[self.at :]:
            return None
        place = self.ids.index(lead_id, self.at)
        return self.ids[:place] + self.ids[place + 1 :]

    def at_lead(self, lead_id: UUID | None) -> Self:
        """Go to a lead that is known; to the end where it is not."""
        return replace(self, at=self.ids.index(lead_id) if lead_id in self.ids else len(self.ids))

    def undecided(self, lead_id: UUID) -> Self:
        """A decision was not done: it does not count."""
        return replace(self, done=self.done - {lead_id})

    def back_to(self, lead_id: UUID) -> Self:
        """Go back to a lead whose decision was taken back, unless it is of another queue or let go."""
        if lead_id not in self.ids:
            return self.undecided(lead_id)
        return replace(self, at=self.ids.index(lead_id), done=self.done - {lead_id})
