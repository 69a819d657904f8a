"""All faults, in the order of the table."""

from __future__ import annotations

from typing import Final

from tests.faults import kills
from tests.faults.fault import Fault

FAULTS: Final[tuple[Fault, ...]] = (*kills.FAULTS,)
