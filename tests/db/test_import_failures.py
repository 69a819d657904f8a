"""An import that does not end well leaves nothing behind, in the database and on the disk."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from psycopg2.extensions import connection as PsycopgConnection

from db.database import Database
from db.errors import ConfigurationError, ImportCancelled, ImportFailed, Refused
from db.transfer import Progress
from tests.db.import_support import everything, import_people, lead, people_file, run_import
from tests.support import run, scalar

ANN = {"First Name": "Ann", "Email": "ann@acme.com", "Website": "acme.com"}


def many(folder: Path, number: int = 5000) -> Path:
    rows = [ANN | {"Email": f"p{i}@acme{i % 100}.com", "Website": ""} for i in range(number)]
    return people_file(folder, [*rows, {"First Name": "Nobody"}])


@pytest.mark.parametrize("phase", ["reading", "planning", "writing"])
def test_a_cancelled_import_writes_nothing(
    database: Database, other: PsycopgConnection, tmp_path: Path, phase: str
) -> None:
    before = everything(other)
    file = many(tmp_path)
    reached: list[Progress] = []
    with pytest.raises(ImportCancelled):
        run_import(
            database,
            file,
            rejects=tmp_path / "rejects.csv",
            progress=reached.append,
            cancelled=lambda: any(each.phase == phase for each in reached),
        )
    assert everything(other) == before
    assert list(tmp_path.iterdir()) == [file]


def test_progress_goes_from_reading_to_writing(database: Database, tmp_path: Path) -> None:
    told: list[Progress] = []
    run_import(database, many(tmp_path), progress=told.append)
    assert list(dict.fromkeys(each.phase for each in told)) == ["reading", "planning", "writing"]
    assert all(each.done <= each.total for each in told)
    last = told[-1]
    assert (last.done, last.rows, last.rejected) == (last.total, 5001, 1)


def test_a_row_that_the_database_refuses_takes_all_of_it_back(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    run(other, "ALTER TABLE leads ADD CONSTRAINT no_ann CHECK (first_name <> 'Ann')")
    before = everything(other)
    with pytest.raises(Refused):
        import_people(database, tmp_path, {"First Name": "Lee", "Email": "lee@acme.com"}, ANN)
    assert everything(other) == before


def test_an_operators_lock_stops_the_import_with_a_sentence(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    import_people(database, tmp_path, ANN)
    other.autocommit = False
    run(other, "UPDATE leads SET title = 'theirs'")
    with pytest.raises(Refused, match="another program"):
        import_people(database, tmp_path, ANN | {"Last Name": "Lee"})
    other.rollback()
    other.autocommit = True
    assert lead(other, "ann@acme.com", "last_name, title") == (None, None)


def test_another_writers_value_is_kept_though_it_came_after_the_plan(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    import_people(database, tmp_path, ANN)

    def meanwhile(progress: Progress) -> None:
        if progress.phase == "writing" and progress.done == 0:
            run(other, "UPDATE leads SET title = 'theirs' WHERE title IS NULL")

    row = ANN | {"Title": "ours", "Last Name": "Lee"}
    run_import(database, people_file(tmp_path, [row]), progress=meanwhile)
    assert lead(other, "ann@acme.com", "title, last_name") == ("theirs", "Lee")


def test_people_need_a_campaign(database: Database, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="name the campaign"):
        run_import(database, people_file(tmp_path, [ANN]), campaign=" ")


def test_an_unknown_profile_names_the_known_ones(database: Database, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="apollo-people, apollo-accounts"):
        run_import(database, people_file(tmp_path, [ANN]), profile="nonsense")


def test_a_profile_that_does_not_fit_says_what_it_looked_for(
    database: Database, tmp_path: Path
) -> None:
    with pytest.raises(ImportFailed, match=r"Looked for Apollo accounts \(Company Name or Comp"):
        run_import(database, people_file(tmp_path, [ANN]), profile="apollo-accounts")


def test_a_header_alone_is_no_error(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    report = import_people(database, tmp_path)
    assert (report.rows_read, report.rejected, report.batch_id) == (0, 0, None)
    assert scalar(other, "SELECT count(*) FROM changes") == 0


def test_rejects_that_cannot_be_written_stop_the_import(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    before = everything(other)
    with pytest.raises(ImportFailed, match="rejects cannot be written"):
        run_import(database, many(tmp_path), rejects=tmp_path / "none" / "rejects.csv")
    assert everything(other) == before


def test_the_rejects_never_replace_the_file_itself(database: Database, tmp_path: Path) -> None:
    file = many(tmp_path, 1)
    before = file.read_bytes()
    with pytest.raises(ConfigurationError, match="itself"):
        run_import(database, file, rejects=file)
    assert file.read_bytes() == before


def test_no_rejects_no_file(database: Database, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    report = run_import(database, people_file(tmp_path, [ANN]), rejects=rejects)
    assert report.rejects is None
    assert not rejects.exists()


def test_corrected_rejects_can_be_imported(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    rejects = tmp_path / "rejects.csv"
    row = ANN | {"Email": "ann@acme", "Lists": "Gold"}
    run_import(database, people_file(tmp_path, [row]), rejects=rejects)
    text = rejects.read_text()
    [[*_, number, line, reason]] = list(csv.reader(text.splitlines()))[1:]
    assert (number, line) == ("1", "2")
    assert reason.startswith("invalid e-mail: ")
    rejects.write_text(text.replace("ann@acme,", "ann@acme.com,"))
    assert run_import(database, rejects).leads_created == 1
    assert lead(other, "ann@acme.com", "custom_data") == ({"Lists": "Gold"},)


def test_hostile_text_passes_the_copy(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    nasty = [
        "\\.",
        "\\N",
        "a\\tb",
        "a\tb",
        "'; DROP TABLE leads; --",
        '{"x": "\\u0000"}',
        "\x1b[2J",
    ]
    rows = [
        ANN | {"Email": f"p{i}@acme.com", "Title": f"x\n{text}\ny"} for i, text in enumerate(nasty)
    ]
    import_people(database, tmp_path, *rows)
    for i, text in enumerate(nasty):
        assert lead(other, f"p{i}@acme.com", "title") == (f"x\n{text}\ny",)
