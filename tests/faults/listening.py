"""Hearing of changes: the listening connection dies, or its program is frozen."""

from __future__ import annotations

import os
import signal
import sys
import time

from db.listening import Report
from tests.e2e.terminal import Terminal
from tests.faults.fault import Fault, Held, Rig, operator
from tests.faults.leads import make_leads
from tests.support import fetch, plain_connection, run, scalar, wait_for

LISTENERS = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    " AND query LIKE 'LISTEN customer_center%'"
)
IN_TRANSACTION = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name LIKE 'customer-center%'"
    " AND (state LIKE 'idle in transaction%' OR backend_xmin IS NOT NULL)"
)
CHANGES = """
DO $$ BEGIN
    FOR number IN 1..{number} LOOP
        UPDATE leads SET headline = number WHERE first_name = 'Person' || (1 + number % 30);
        COMMIT;
    END LOOP;
END $$
"""


def dies(rig: Rig) -> Held:
    """End the listening connection, and change something while it is down."""
    number, longest = rig.times(20, 2), 0.0
    reports: list[Report] = []
    with rig.database() as url, operator(url) as anna, plain_connection(url) as n8n:
        make_leads(url, 30)
        anna.listen(reports.append)
        wait_for(lambda: reports and reports[-1].live, "for the first report")
        for turn in range(number):
            reports.clear()
            (listener,) = wait_for(lambda: fetch(n8n, LISTENERS), "for the listener")
            fetch(n8n, "SELECT pg_terminate_backend(%s, 5000)", *listener)
            run(n8n, "UPDATE leads SET headline = %s WHERE first_name = 'Person7'", str(turn))
            began = time.monotonic()
            wait_for(lambda: any(r.live and r.touched for r in list(reports)), "to listen", 10)
            longest = max(longest, time.monotonic() - began)
            assert not reports[0].live, "it was not told that nothing is heard"
    limit = 5 if not rig.short else 10
    assert longest < limit, f"{longest:.1f} s"
    return Held(
        number,
        f"told, and after {longest:.1f} s at most heard again with all that had been missed",
    )


def frozen(rig: Rig) -> Held:
    """Stop the application with a form open while another program changes much."""
    number, seconds = rig.times(100_000, 2_000), rig.times(60, 1)
    with rig.database() as url, plain_connection(url) as n8n:
        make_leads(url, 30)
        env = {**os.environ, "DATABASE_URL": url, "XDG_STATE_HOME": str(rig.scratch / "frozen")}
        command = [sys.executable, "-m", "tui.cli"]
        with Terminal(command, env=env, cwd=rig.scratch, size=(120, 40)) as terminal:
            terminal.wait("Spring")
            terminal.press("enter")
            terminal.wait(" live ")
            terminal.press("e")
            terminal.wait("Edit lead")
            os.kill(terminal.process.pid, signal.SIGSTOP)
            began = time.monotonic()
            run(n8n, "SET lock_timeout = '1s'")
            run(n8n, CHANGES.format(number=number))
            time.sleep(max(0.0, seconds - (time.monotonic() - began)))
            usage = float(scalar(n8n, "SELECT pg_notification_queue_usage()"))
            assert usage < 0.01, f"the queue of announcements is {usage:.1%} full"
            assert scalar(n8n, IN_TRANSACTION) == 0, "a transaction is open"
            os.kill(terminal.process.pid, signal.SIGCONT)
            terminal.press("escape")
            terminal.wait(lambda text: "Edit lead" not in text)
            last = scalar(n8n, "SELECT max(headline) FROM leads WHERE first_name = 'Person30'")
            terminal.press("enter")
            terminal.wait(str(last))
            terminal.press("ctrl+q")
            assert terminal.ended() == 0
    return Held(
        number,
        f"{number:,} changes while it was stopped: nobody had to wait, the queue of announcements "
        f"at {usage:.2%}, no transaction open; awake again it showed the last one",
    )


FAULTS = (
    Fault("listener", "the listening connection dies while something is changed", dies),
    Fault("frozen", "the application is frozen with a form open", frozen),
)
