"""Writers at once, with our triggers and without: what journal and announcements cost others."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from functools import partial
from statistics import fmean
from typing import Final

from db.embedded.binaries import bundled
from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import Figure, timed_in_turn

WRITERS: Final = (1, 8, 16)
# To keep 80 % of the writes is to take 1 / 0.8 of the time for each.
LIMIT: Final = 1.25
WRITE: Final = """\\set n random(1, 1000000000)
\\set s random(1, 4)
UPDATE leads SET status = (ARRAY['new', 'ready', 'queued', 'sent'])[:s], updated_at = now()
 WHERE lead_id = (SELECT lead_id FROM leads WHERE lead_id >= md5(:n::text)::uuid
                   ORDER BY lead_id LIMIT 1)
RETURNING *;
"""
WITHOUT: Final = "session_replication_role=replica"
ANNOUNCED: Final = "customer_center.notify=always"
# A connection's first writes read catalogs and triggers; writers stay connected.
WARM_SECONDS: Final = 1


def figures(bench: Bench) -> Iterator[Figure]:
    """Measure single writes, each in a transaction of its own, by so many writers at once."""
    script = bench.scratch / "write.sql"
    script.write_text(WRITE)
    for writers in WRITERS[-1:] if bench.short else WRITERS:
        yield from _beside(bench, writers)


def _beside(bench: Bench, writers: int) -> Iterator[Figure]:
    settings = (WITHOUT, "") if bench.short else (WITHOUT, "", ANNOUNCED)
    without, ours, *always = timed_in_turn(
        *(partial(_seconds, bench, writers, setting) for setting in settings),
        rounds=bench.times(9),
    )
    what, floor = f"a write, {writers} writers at once", without.median * 1e3
    yield Figure(what, ours.median * 1e3, "ms", floor, "without our triggers", LIMIT)
    for each in always:
        yield Figure(f"{what}, each announced", each.median * 1e3, "ms", floor, "without")


def _seconds(bench: Bench, writers: int, setting: str = "") -> float:
    """Return the seconds from one commit to the next one, over all writers once they are warm."""
    seconds = WARM_SECONDS + (1 if bench.short else 4)
    done = subprocess.run(
        [
            *(str(bundled() / "pgbench"), "--no-vacuum", "--protocol=extended", "--jobs=2"),
            *(f"--client={writers}", f"--time={seconds}", "--progress=1"),
            *("--file", str(bench.scratch / "write.sql"), bench.data.url),
        ],
        env={**os.environ, "PGOPTIONS": f"-c {setting}" if setting else ""},
        capture_output=True,
        text=True,
        check=True,
    )
    a_second = re.findall(r"^progress: .*? s, ([\d.]+) tps", done.stderr, re.MULTILINE)
    assert len(a_second) > WARM_SECONDS, done.stderr
    return 1 / fmean(map(float, a_second[WARM_SECONDS:]))
