"""A PgBouncer in transaction mode stands in between, and its few server processes are shared."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from uuid import UUID

from psycopg2.extensions import connection as PsycopgConnection

from db.errors import ReadOnly
from db.listening import Report
from tests.faults.command import command
from tests.faults.fault import Fault, Held, NotHere, Rig, operator
from tests.faults.leads import journal_is_whole, make_leads
from tests.faults.writers import answer
from tests.pgbouncer import PGBOUNCER, pgbouncer
from tests.support import fetch, plain_connection, run, scalar, wait_for
from tui.gateway import Gateway
from tui.messages import WriteRefused, Written
from tui.writes import SetStatus

LEFT = (
    "SELECT coalesce(current_setting('customer_center.actor', true), ''),"
    " current_setting('statement_timeout'), current_setting('default_transaction_read_only'),"
    " (SELECT count(*) FROM pg_listening_channels()),"
    " (SELECT count(*) FROM pg_prepared_statements)"
)
LOCKS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"


def shared(rig: Rig) -> Held:
    """Work as three operators through two server processes, beside another program's client."""
    if PGBOUNCER is None:
        raise NotHere("PgBouncer is not installed")
    number = rig.times(500, 12)
    with (
        rig.database() as url,
        tempfile.TemporaryDirectory() as folder,
        pgbouncer(url, Path(folder)) as through,
    ):
        leads = make_leads(url, number)
        with (
            plain_connection(url) as direct,
            plain_connection(through) as client,
            operator(through) as anna,
            operator(through, "ben") as ben,
            operator(through, "eve", read_only=True) as eve,
        ):
            for turn, lead in enumerate(leads):
                _change((anna, ben)[turn % 2], lead)
                _left_nothing(client, direct)
                if turn % 10 == 0:
                    refused = answer(eve, SetStatus("lead", lead, "Lee", "ready", "new"))
                    assert isinstance(refused, WriteRefused)
                    assert isinstance(refused.error, ReadOnly), refused
            by = dict(fetch(direct, "SELECT actor, count(*) FROM changes GROUP BY actor"))
            assert by == {"anna": number // 2, "ben": number // 2}, by
            heard = _polled(anna, direct, leads[0])
            _left_nothing(client, direct)
            _claimed(through, "", leads[0])
            _left_nothing(client, direct)
            _claimed(through, url, leads[0])
        _migrated(rig, through, url)
        journal_is_whole(url)
    return Held(
        number,
        "each change is in the journal under its operator; no setting, lock, LISTEN or prepared "
        f"statement was left to the other clients; changes are looked for, one seen after "
        f"{heard:.1f} s, and with DIRECT_DATABASE_URL heard; leads are claimed either way",
    )


def _change(gateway: Gateway, lead: UUID) -> None:
    outcome = answer(gateway, SetStatus("lead", lead, "Lee", "new", "ready"))
    assert isinstance(outcome, Written), outcome


def _left_nothing(client: PsycopgConnection, direct: PsycopgConnection) -> None:
    (left,) = fetch(client, LEFT)
    assert left == ("", "0", "off", 0, 0), f"left to another client: {left}"
    assert scalar(direct, LOCKS) == 0, "an advisory lock is left"


def _polled(gateway: Gateway, direct: PsycopgConnection, lead: UUID) -> float:
    reports: list[Report] = []
    gateway.listen(reports.append)
    wait_for(lambda: reports, "for the first report")
    assert not reports[0].live
    time.sleep(0.5)
    reports.clear()
    run(direct, "UPDATE leads SET headline = 'seen' WHERE lead_id = %s", lead)
    began = time.monotonic()
    wait_for(lambda: any(report.touched for report in list(reports)), "for a look", 20)
    return time.monotonic() - began


def _claimed(through: str, past: str, lead: UUID) -> None:
    """Two operators never get the same lead, with the way past the pooler and without."""
    with (
        operator(through, direct_url=past) as anna,
        operator(through, "ben", direct_url=past) as ben,
    ):
        reports: list[Report] = []
        anna.listen(reports.append)
        wait_for(lambda: reports, "for the first report")
        assert reports[0].live == bool(past)
        one, other = anna.claims(), ben.claims()
        assert anna.claim(one, lead, frozenset([lead]))
        assert not ben.claim(other, lead, frozenset([lead]))
        one.close()
        wait_for(lambda: ben.claim(other, lead, frozenset([lead])), "for the lead to be free")
        other.close()
        wait_for(lambda: anna.claim_holders().of(lead) is None, "for the claims to end")


def _migrated(rig: Rig, through: str, url: str) -> None:
    refused = command(rig, through, "migrate")
    assert refused.code == 2, refused
    assert "DIRECT_DATABASE_URL" in refused.sentence
    assert command(rig, through, "migrate", DIRECT_DATABASE_URL=url).code == 0
    assert command(rig, through, "leads", "--limit", "1").code == 0


FAULTS = (Fault("pooler", "PgBouncer in transaction mode stands in between", shared),)
