"""What the database refuses, or cannot do: one sentence that says what to do, and an exit code."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import psycopg2

from tests.ended import Ended
from tests.faults.command import command
from tests.faults.fault import Fault, Held, NotHere, Rig, database_of
from tests.faults.hangup import PEOPLE
from tests.faults.leads import make_leads
from tests.support import plain_connection, run

ROLE = "customer_center_viewer"


def refused(rig: Rig) -> Held:
    """Spoil a database in each way, and look at what a command says."""
    said = []
    for case in (_full, _dropped, _ahead, _behind, _forbidden, _read_only):
        with rig.database() as url:
            make_leads(url, 3)
            ended, code, words = case(rig, url)
            assert ended.code == code, f"{case.__name__}: exit {ended.code}: {ended.err}"
            assert words in ended.sentence, f"{case.__name__}: {ended.sentence}"
            said.append(case.__name__)
    return Held(len(said), "each is one sentence that says what to do, with its exit code")


def _full(rig: Rig, url: str) -> tuple[Ended, int, str]:
    with ExitStack() as taken:
        try:
            while True:
                taken.enter_context(closing(psycopg2.connect(url)))
        except psycopg2.OperationalError:
            return command(rig, url, "leads"), 3, "All connections of the server are taken"


def _dropped(rig: Rig, url: str) -> tuple[Ended, int, str]:
    with plain_connection(url) as connection:
        run(connection, "DROP TABLE leads CASCADE")
    return command(rig, url, "leads"), 3, "restore a backup"


def _ahead(rig: Rig, url: str) -> tuple[Ended, int, str]:
    with plain_connection(url) as connection:
        run(connection, "UPDATE alembic_version SET version_num = '2099_tomorrow'")
    return command(rig, url, "leads"), 3, "Update this program"


def _behind(rig: Rig, url: str) -> tuple[Ended, int, str]:
    with plain_connection(url) as connection:
        run(connection, "DELETE FROM alembic_version")
        run(connection, "INSERT INTO alembic_version VALUES ('20261125_first_schema')")
    return command(rig, url, "leads"), 3, "customer-center migrate"


def _forbidden(rig: Rig, url: str) -> tuple[Ended, int, str]:
    """A role that may look at leads and not change them."""
    with plain_connection(url) as connection:
        run(connection, f"DROP ROLE IF EXISTS {ROLE}")
        run(connection, f"CREATE ROLE {ROLE}")
        run(connection, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {ROLE}")
        with connection.cursor() as cursor:
            cursor.execute("SELECT lead_id::text FROM leads LIMIT 1")
            (lead,) = cursor.fetchone()
    viewer = f"{url}&options=-c%20role%3D{ROLE}"
    assert command(rig, viewer, "leads").code == 0
    return command(rig, viewer, "status", "ready", lead), 1, "The database role may not do this"


def _read_only(rig: Rig, url: str) -> tuple[Ended, int, str]:
    with plain_connection(url) as connection:
        run(
            connection,
            f'ALTER DATABASE "{database_of(url)}" SET default_transaction_read_only = on',
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT lead_id::text FROM leads LIMIT 1")
            (lead,) = cursor.fetchone()
    return command(rig, url, "status", "ready", lead), 3, "read-only"


def disk_full(rig: Rig) -> Held:
    """Fill the disk of the embedded server in the middle of an import."""
    people = rig.scratch / "people.csv"
    people.write_bytes(gzip.decompress(PEOPLE.read_bytes()))
    arguments = ("import", str(people), "--campaign")
    with _small_disk(rig, megabytes=160) as disk:
        here = {"CUSTOMER_CENTER_HOME": str(disk / "home")}
        assert command(rig, "", *arguments, "Spring", **here).code == 0
        filler = disk / "filler"
        free = shutil.disk_usage(disk).free
        with filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, free - 1_000_000))
        ended = command(rig, "", *arguments, "Autumn", **here)
        assert ended.code == 3, ended
        assert "disk is full" in ended.sentence, ended
        filler.unlink()
        kept = command(rig, "", "leads", "--filter", "campaign:Spring", "--limit", "1", **here)
        assert kept.code == 0, kept
        half = command(rig, "", "leads", "--filter", "campaign:Autumn", "--limit", "1", **here)
        assert half.code == 1 or not half.out.strip(), half
        command(rig, "", "embedded", "stop", "--force", **here)
    return Held(
        1,
        "one sentence says so, exit code 3; what was committed before is there, of the rest nothing",
    )


@contextmanager
def _small_disk(rig: Rig, *, megabytes: int) -> Iterator[Path]:
    if os.geteuid() != 0 or shutil.which("mount") is None:
        raise NotHere("a small disk can be made by root alone")
    disk = Path("/var/tmp") / f"customer-center-faults-{os.getpid()}"
    disk.mkdir(mode=0o755)
    options = f"size={megabytes}m,mode=755"
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk)], capture_output=True
    )
    try:
        if made.returncode:
            raise NotHere("no small disk can be made here: mount is refused")
        yield disk
    finally:
        if not made.returncode:
            subprocess.run(["umount", "-l", str(disk)], check=True)
        disk.rmdir()


FAULTS = (
    Fault(
        "refusals", "no connection left, a dropped table, another schema, too few rights", refused
    ),
    Fault("disk-full", "the disk is full in the middle of an import", disk_full),
)
