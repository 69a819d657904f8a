"""Each fault a few times; ``python -m tests.faults`` injects them as often as is promised."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.catalogue import FAULTS
from tests.faults.fault import Fault, NotHere, Rig, rig


@pytest.fixture(scope="module")
def made() -> Iterator[Rig]:
    """The server and the folder of a short run."""
    with rig(short=True) as short:
        yield short


@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS if fault.short], ids=lambda fault: fault.name
)
def test_what_is_promised_holds(fault: Fault, made: Rig) -> None:
    try:
        held = fault.inject(made)
    except NotHere as why:
        pytest.skip(str(why))
    assert held.times > 0
