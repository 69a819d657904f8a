"""The application is killed in the middle of a change of many leads."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from uuid import uuid4

from psycopg2.extensions import connection as PsycopgConnection

from tests.embedded_support import ROOT
from tests.faults.fault import Fault, Held, Rig
from tests.faults.leads import journal_is_whole, make_leads
from tests.support import fetch, plain_connection, scalar, wait_for

# Says when the first piece is done, for then the transaction is open; goes on to the end.
_PROGRAM = """
import sys
from queue import SimpleQueue
from uuid import UUID
from db.many import BulkRequest, Selection
from db.rows import LeadScope
from db.settings import Settings
from tui.gateway import Gateway
from tui.messages import Written, WriteRefused
from tui.writes import ChangeMany

url, change, target = sys.argv[1:]
gateway = Gateway(Settings(url, actor="anna"))
gateway.open()
request = BulkRequest(Selection(scope=LeadScope()), "status", target, change_id=UUID(change))
answers = SimpleQueue()
gateway.writer.submit(ChangeMany(request, target), answers.put)
print("begun", flush=True)
while not isinstance(answer := answers.get(), Written | WriteRefused):
    pass
print(answer.result.changed if isinstance(answer, Written) else answer.error, flush=True)
gateway.close()
"""
_OPEN = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name = 'customer-center'"
)


def killed(rig: Rig) -> Held:
    """Kill it at random moments; all leads are changed or none, and doing it again does it once.

    In a long run it is done again after every tenth kill: that takes longer than all else.
    """
    number, size, every = rig.times(50, 1), rig.times(10_000, 2_000), rig.times(10, 1)
    chance, now, whole, written, longest = random.Random(5), "new", 0, 0, 0.0
    with rig.database() as url, plain_connection(url) as other:
        make_leads(url, size)
        for turn in range(1, number + 1):
            target, change = "ready" if now == "new" else "new", str(uuid4())
            longest = max(longest, _killed(rig, url, other, change, target, chance))
            done = _changed(other, change)
            assert done in (0, size), f"{done} of {size} were changed"
            whole += done == size
            if turn % every == 0:
                with _program(url, change, target) as program:
                    said, _ = program.communicate(timeout=300)
                    assert said.split()[-1] in (str(size), "0"), said
                done = _changed(other, change)
                assert done == size, "done twice or not at all"
            if done:
                now, written = target, written + 1
            assert fetch(other, "SELECT DISTINCT status FROM leads") == [(now,)]
        assert journal_is_whole(url) == written * size
    return Held(
        number,
        f"all of {size:,} leads ({whole} times) or none ({number - whole} times); done again after "
        f"{number // every} of them, each lead was changed once; the killed one's locks were gone "
        f"after {longest:.1f} s at most",
    )


def _killed(
    rig: Rig,
    url: str,
    other: PsycopgConnection,
    change: str,
    target: str,
    chance: random.Random,
) -> float:
    """Kill a change at a random moment; return the seconds until the server has noticed."""
    with _program(url, change, target) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "begun\n"
        time.sleep(chance.uniform(0, rig.times(60, 4) / 10))
        program.send_signal(signal.SIGKILL)
    began = time.monotonic()
    wait_for(lambda: scalar(other, _OPEN) == 0, "for the server to notice", 30)
    return time.monotonic() - began


def _program(url: str, change: str, target: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, url, change, target],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def _changed(other: PsycopgConnection, change: str) -> int:
    query = "SELECT count(DISTINCT row_id) FROM changes WHERE client_id = %s"
    return int(scalar(other, query, change))


FAULTS = (Fault("bulk", "the application is killed with -9 in a change of many leads", killed),)
