"""The line falls silent: packets are swallowed, and nothing says that they are."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.faults.fault import Fault, Held, Rig
from tests.faults.leads import make_leads
from tests.faults.screen import application, played, pressed
from tests.tui.proxy import proxied
from tests.tui.support import press, status_line, table_of


def silent(rig: Rig) -> Held:
    """Swallow all packets while a list is read again; keys go on, and an error comes in time."""
    number, limit = rig.times(5, 1), rig.times(30, 12)
    settings = {"statement_timeout": 1, "connect_timeout": 2} if rig.short else {}
    errors: list[float] = []
    keys: list[float] = []

    async def play(url: str) -> None:
        with tempfile.TemporaryDirectory() as folder, proxied(url, Path(folder)) as proxy:
            async with application(proxy.url, **settings) as (app, pilot):
                await press(pilot, "enter")
                for _ in range(number):
                    proxy.silent = True
                    began = time.monotonic()
                    await pilot.press("R")
                    while "cannot be reached" not in status_line(app):
                        assert time.monotonic() - began < limit, f"no error within {limit} s"
                        keys.append(await pressed(pilot, "j" if len(keys) % 2 else "k"))
                        await pilot.pause(0.05)
                    errors.append(time.monotonic() - began)
                    proxy.silent = False
                    await press(pilot, "R")
                    assert table_of(app).state == "ready"
                proxy.silent = False

    with rig.database() as url:
        make_leads(url, 30)
        played(lambda: play(url))
    rig.quick_enough(keys)
    return Held(
        number,
        f"an error after {max(errors):.0f} s at most, {len(keys):,} keys taken meanwhile, the "
        f"slowest after {1000 * max(keys):.0f} ms; the next look worked",
    )


FAULTS = (Fault("stall", "a line that swallows all packets and is not cut", silent),)
