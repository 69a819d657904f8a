"""Imports by chunks that go on after a kill at any moment, and imports that are taken back."""

from __future__ import annotations

import csv
import random
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

import pytest
from psycopg2.extensions import connection as PsycopgConnection

from db.database import Database
from db.errors import ImportCancelled, NotFound
from db.transfer.report import ImportMode, ImportReport
from db.transfer.undoing import Undone, foresee_undo, undo_import
from tests.db.import_support import (
    CAMPAIGN,
    PEOPLE,
    everything,
    import_people,
    lead,
    manifest,
    people_file,
    run_import,
    unpacked,
)
from tests.support import fetch, run, scalar, wait_for

ANN = {"First Name": "Ann", "Email": "ann@acme.com", "Website": "acme.com"}
IMPORTER = """
import sys
from pathlib import Path
from db.database import open_database
from db.settings import Settings
from db.transfer import import_file
url, path, campaign = sys.argv[1:]
with open_database(Settings(url)) as database:
    import_file(database.engine, Path(path), campaign=campaign, keep_going=True, chunk_rows=400,
                rejects=Path(path + ".rejects.csv"))
"""


def undone(database: Database, batch: str | None) -> Undone:
    """Take a batch back, which does what was foreseen."""
    assert batch is not None
    with database.sessions.begin() as session:
        foreseen = foresee_undo(session, UUID(batch))
    with database.sessions.begin() as session:
        done = undo_import(session, UUID(batch))
    assert foreseen == done
    return done


def counts(connection: PsycopgConnection) -> list[int]:
    return [
        scalar(connection, f"SELECT count(*) FROM {table}")
        for table in ("campaigns", "organizations", "leads")
    ]


def organizations_of(report: ImportReport) -> tuple[int, int, int]:
    return (
        report.organizations_created,
        report.organizations_updated,
        report.organizations_unchanged,
    )


def rows_done(connection: PsycopgConnection) -> int:
    return int(scalar(connection, "SELECT coalesce(max(rows_done), 0) FROM imports"))


def test_an_import_that_is_killed_again_and_again_ends_as_one_that_was_not(
    database: Database, database_url: str, other: PsycopgConnection, tmp_path: Path
) -> None:
    """SIGKILL at random moments; the same command goes on until one gets through."""
    file = unpacked(PEOPLE, tmp_path)
    chance = random.Random(20261130)
    command = [sys.executable, "-c", IMPORTER, database_url, str(file), CAMPAIGN]
    for rows in (1, 900, 2_600):
        killed = subprocess.Popen(command)
        wait_for(lambda rows=rows: rows_done(other) >= rows, f"for {rows} rows", 60)
        time.sleep(chance.random() / 5)
        killed.kill()
        killed.wait()
    assert subprocess.run(command, timeout=120).returncode == 0
    expected = manifest()["people"]
    assert scalar(other, "SELECT count(*) FROM leads") == expected["distinct_valid_emails"]
    # One that is killed after its last commit is another import when it is asked for again.
    [(rows, finished, leads), *further] = fetch(
        other,
        "SELECT rows_done, finished_at IS NOT NULL, report -> 'leads' FROM imports"
        " ORDER BY started_at",
    )
    assert all(later["created"] + later["updated"] == 0 for _, _, later in further)
    assert (rows, finished) == (expected["rows"], True)
    assert leads["created"] == expected["distinct_valid_emails"]
    assert leads["unchanged"] + leads["updated"] == expected["surplus_duplicate_rows"]
    made = "SELECT count(*) FROM import_rows, unnest(row_ids) WHERE table_name = 'leads'"
    assert scalar(other, made) == expected["distinct_valid_emails"]
    rejects = list(csv.DictReader((tmp_path / f"{PEOPLE}.rejects.csv").open(encoding="utf-8")))
    assert len(rejects) == expected["missing_email"] + expected["invalid_email"]


def test_an_import_by_chunks_that_is_stopped_says_what_is_in_and_goes_on(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    rows = [ANN | {"Email": f"p{i}@acme.com"} for i in range(30)]
    file = people_file(tmp_path, rows)

    def stop() -> bool:
        return bool(scalar(other, "SELECT count(*) FROM leads") >= 10)

    with pytest.raises(ImportCancelled, match=r"10 rows of the file are in; the same.*import-undo"):
        run_import(database, file, keep_going=True, chunk_rows=10, cancelled=stop)
    assert scalar(other, "SELECT count(*) FROM leads") == 10
    report = run_import(database, file, keep_going=True, chunk_rows=10)
    assert (report.rows_read, report.leads_created) == (30, 30)
    assert organizations_of(report) == (1, 0, 0)
    again = run_import(database, file, keep_going=True, chunk_rows=10)
    assert (again.leads_created, again.leads_unchanged) == (0, 30)
    assert organizations_of(again) == (0, 0, 1)
    sized = people_file(tmp_path, [*rows[:15], *(row | {"# Employees": "7"} for row in rows[15:])])
    assert organizations_of(run_import(database, sized, keep_going=True, chunk_rows=10)) == (
        0,
        1,
        0,
    )


def test_what_was_refused_before_an_interruption_is_among_the_rejects_after_it(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    rows = [ANN | {"Email": f"p{i}@acme.com"} for i in range(20)]
    rows[3] |= {"Website": "beta.com", "Apollo Account Id": "A1"}
    rows[0] |= {"Apollo Account Id": "A1"}
    file, rejects = people_file(tmp_path, rows), tmp_path / "rejects.csv"
    with pytest.raises(ImportCancelled):
        run_import(
            database,
            file,
            keep_going=True,
            chunk_rows=10,
            cancelled=lambda: scalar(other, "SELECT count(*) FROM leads") > 0,
        )
    report = run_import(database, file, keep_going=True, chunk_rows=10, rejects=rejects)
    assert (report.leads_created, report.rejected) == (19, 1)
    [row] = csv.DictReader(rejects.open(encoding="utf-8"))
    assert (row["Row number"], row["Email"]) == ("4", "p3@acme.com")


def test_an_import_that_nobody_touched_is_taken_back_whole(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    before = everything(other)[:3]
    report = run_import(database, unpacked(PEOPLE, tmp_path))
    done = undone(database, report.batch_id)
    assert everything(other)[:3] == before
    assert done.leads_deleted == report.leads_created
    assert done.organizations_deleted == report.organizations_created
    assert (done.campaign_deleted, done.left) == (True, ())


def test_a_row_that_somebody_touched_stays_and_is_listed(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    report = import_people(database, tmp_path, ANN, ANN | {"Email": "bob@acme.com"})
    run(other, "UPDATE leads SET title = 'theirs' WHERE email = 'ann@acme.com'")
    done = undone(database, report.batch_id)
    assert fetch(other, "SELECT email FROM leads") == [("ann@acme.com",)]
    assert [(each.kind, each.name) for each in done.left] == [
        ("lead", "ann@acme.com"),
        ("organization", "acme.com"),
    ]
    assert "n8n changed it" in done.left[0].why
    assert counts(other) == [1, 1, 1]


def test_values_that_an_import_changed_are_restored_where_they_still_are(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    import_people(database, tmp_path, ANN | {"Title": "Dean"}, ANN | {"Email": "bob@acme.com"})
    changed = [ANN | {"Title": "CTO", "Last Name": "Lee"}, ANN | {"Email": "new@acme.com"}]
    report = import_people(database, tmp_path, *changed, mode=ImportMode.OVERWRITE)
    run(other, "UPDATE leads SET last_name = 'theirs' WHERE email = 'ann@acme.com'")
    done = undone(database, report.batch_id)
    assert lead(other, "ann@acme.com", "title, last_name") == ("Dean", "theirs")
    assert [(each.field, each.name) for each in done.left] == [("last_name", "Ann theirs")]
    assert (done.leads_deleted, done.organizations_deleted) == (1, 0)
    assert counts(other) == [1, 1, 2]


def test_an_import_by_chunks_is_taken_back_over_all_of_them(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    rows = [ANN, ANN | {"Title": "CTO"}, ANN | {"Email": "bob@acme.com"}]
    report = run_import(database, people_file(tmp_path, rows), keep_going=True, chunk_rows=1)
    assert lead(other, "ann@acme.com", "title") == ("CTO",)
    assert undone(database, report.batch_id).left == ()
    assert counts(other) == [0, 0, 0]


def test_an_import_that_is_not_there_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound, match="There is no import"):
        undone(database, "00000000-0000-0000-0000-000000000000")


def test_two_processes_do_not_go_on_with_one_batch(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    """What the other one commits in between is seen."""
    file = people_file(tmp_path, [ANN | {"Email": f"p{i}@acme.com"} for i in range(20)])

    def other_goes_on() -> bool:
        run(other, "UPDATE imports SET rows_done = 20 WHERE rows_done = 10")
        return False

    with pytest.raises(Exception, match="Another process imports this very file"):
        run_import(database, file, keep_going=True, chunk_rows=10, cancelled=other_goes_on)
    assert scalar(other, "SELECT count(*) FROM leads") == 10
