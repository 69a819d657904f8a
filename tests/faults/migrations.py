"""The migration of tables with rows: killed at any moment, and beside programs that go on writing."""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from db import schema
from db.database import Database, open_database
from db.settings import Settings
from tests.embedded_support import ROOT
from tests.faults.fault import Background, Fault, Held, Rig
from tests.faults.leads import make_leads
from tests.migrations.support import shape
from tests.support import fetch, plain_connection, run, scalar, wait_for

INVALID = "SELECT count(*) FROM pg_index WHERE NOT indisvalid"
MIGRATING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name = 'customer-center'"
)


def killed(rig: Rig) -> Held:
    """Kill ``migrate`` at random moments; each time the schema is one that a program knows."""
    number, leads, chance = rig.times(50, 2), rig.times(50_000, 2_000), random.Random(3)
    reached: set[str] = set()
    with _at_first_revision(rig, leads) as (first, whole):
        for _ in range(number):
            with rig.copy_of(first) as url, plain_connection(url) as other:
                with _migrate(rig, url) as program:
                    wait_for(lambda: scalar(other, MIGRATING) > 0, "for it to connect", 60)
                    time.sleep(chance.uniform(0, rig.times(30, 10) / 10))
                    program.kill()
                wait_for(lambda: scalar(other, MIGRATING) == 0, "for its sessions to end", 30)
                with _opened(url) as database, database.engine.connect() as connection:
                    left = schema.current(connection)
                assert left in schema.REVISIONS, left
                reached.add(left)
                run(other, "UPDATE leads SET title = 'CEO' WHERE email = 'p1@acme.com'")
                with _migrate(rig, url) as program:
                    assert program.wait(300) == 0
                assert shape(url) == whole, "another schema than without a kill"
                assert scalar(other, INVALID) == 0, "an index is left half made"
                assert scalar(other, "SELECT count(*) FROM leads") == leads
    return Held(
        number,
        f"at {len(reached)} of {len(schema.REVISIONS)} revisions, each whole and written to; done "
        "again it reaches the same schema as an undisturbed one, with no half-made index and no row"
        " lost",
    )


def beside_writers(rig: Rig) -> Held:
    """Migrate while a program writes fifty times a second."""
    leads, waits = rig.times(200_000, 5_000), [0.0]
    with _at_first_revision(rig, leads) as (url, _), plain_connection(url) as other:
        emails = [email for (email,) in fetch(other, "SELECT email FROM leads LIMIT 1000")]

        def write() -> None:
            began = time.monotonic()
            run(other, "UPDATE leads SET title = 'CEO' WHERE email = %s", random.choice(emails))
            waits.append(time.monotonic() - began)
            time.sleep(0.02)

        with Background(write), _opened(url) as database:
            began = time.monotonic()
            assert schema.upgrade(database) == schema.HEAD
            took = time.monotonic() - began
    limit = rig.times(1, 5)
    assert max(waits) < limit, f"a writer waited {max(waits):.1f} s"
    return Held(
        len(waits),
        f"{leads:,} leads were migrated in {took:.0f} s; no write failed, the longest took "
        f"{1000 * max(waits):.0f} ms",
    )


@contextmanager
def _at_first_revision(rig: Rig, leads: int) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    """Yield a database with leads at the first revision, and what head looks like."""
    with rig.database() as url:
        whole = shape(url)
        with _opened(url) as database:
            schema.downgrade(database, schema.REVISIONS[0])
        make_leads(url, leads)
        yield url, whole


def _opened(url: str) -> Database:
    return open_database(Settings(url))


def _migrate(rig: Rig, url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*rig.application, "migrate"],
        cwd=rig.scratch,
        env={**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


FAULTS = (
    Fault("migration-kills", "a migration is killed with -9", killed, short=False),
    Fault("migration-load", "a migration beside a program that writes", beside_writers),
)
