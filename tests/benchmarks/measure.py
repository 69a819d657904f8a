"""Samples of times, taken in turn so that a machine whose speed drifts is fair to all."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeVar

T = TypeVar("T")
Unit = Literal["ms", "bytes", "MB", "s"]


@dataclass(frozen=True)
class Sample:
    """Measured values in seconds, bytes or MB."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle value."""
        return self.quantile(0.5)

    @property
    def p95(self) -> float:
        """The value that 95 of 100 do not exceed."""
        return self.quantile(0.95)

    def quantile(self, share: float) -> float:
        """Return the value below which this share of all lies."""
        ordered = sorted(self.values)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True)
class Figure:
    """What was measured: ours, and beside it a floor or a peer measured in the same run.

    ``limit`` is the highest ratio to the floor, or the highest value of ours where there is no
    floor; None is for information.
    """

    what: str
    ours: float
    unit: Unit
    floor: float | None = None
    floor_name: str = ""
    limit: float | None = None

    @property
    def ratio(self) -> float | None:
        """Ours by the floor."""
        return self.ours / self.floor if self.floor else None

    @property
    def reached(self) -> bool | None:
        """Whether the limit holds, None without one."""
        if self.limit is None:
            return None
        return (self.ours if self.floor is None else self.ours / self.floor) <= self.limit


def in_turn(*jobs: Callable[[], object], rounds: int, warm: int = 3) -> tuple[Sample, ...]:
    """Run the jobs in turn, ``warm`` uncounted rounds first; return the seconds of each."""
    return timed_in_turn(*(partial(timed, job) for job in jobs), rounds=rounds, warm=warm)


def timed_in_turn(
    *jobs: Callable[[], float | None], rounds: int, warm: int = 0
) -> tuple[Sample, ...]:
    """Run jobs that tell their own seconds in turn; None is a run that does not count."""
    values: list[list[float]] = [[] for _ in jobs]
    gc.collect()
    for turn in range(warm + rounds):
        for job, kept in zip(jobs, values, strict=True):
            seconds = job()
            if turn >= warm and seconds is not None:
                kept.append(seconds)
    return tuple(Sample(tuple(kept)) for kept in values)


def timed(job: Callable[[], object]) -> float:
    """Run a job; return its seconds."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def cycle(values: Sequence[T]) -> Callable[[], T]:
    """Return a function that returns one value after the other, without an end."""
    place = -1

    def following() -> T:
        nonlocal place
        place = (place + 1) % len(values)
        return values[place]

    return following
