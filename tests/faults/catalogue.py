"""All faults, in the order of the table."""

from __future__ import annotations

from typing import Final

from tests.faults import (
    bulk,
    hangup,
    hostile,
    kills,
    listening,
    locks,
    migrations,
    pooler,
    refusals,
    restarts,
    soak,
    stall,
    storm,
    writers,
)
from tests.faults.fault import Fault

FAULTS: Final[tuple[Fault, ...]] = (
    *kills.FAULTS,
    *restarts.FAULTS,
    *stall.FAULTS,
    *writers.FAULTS,
    *listening.FAULTS,
    *storm.FAULTS,
    *locks.FAULTS,
    *bulk.FAULTS,
    *hangup.FAULTS,
    *pooler.FAULTS,
    *refusals.FAULTS,
    *migrations.FAULTS,
    *hostile.FAULTS,
    *soak.FAULTS,
)
