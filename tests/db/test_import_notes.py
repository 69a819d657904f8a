"""What an import says of odd rows: a reject with its line, or a note with their number and the first."""

from __future__ import annotations

import csv
from pathlib import Path

from psycopg2.extensions import connection as PsycopgConnection

from db.database import Database
from tests.db.import_support import counts, lead, organizations, run_import

HEADER = "First Name,Last Name,Email,Website,# Employees,Last Contacted\n"
ROWS = (
    HEADER + "Ann,Lee,ann@acme.com,acme.com,51-200,03/04/2026\n"
    "Bo\0b,Lee,bob@acme.com\n"
    "Cid,Lee,cid@acme.com,acme.com,7,2026-01-01,more\n"
    + HEADER
    + "Dan,Lee,dan@beta.com,beta.com,12k,05/06/2026\n"
    "Eve,Lee,eve@beta.com,no website,,\n"
)


def test_odd_rows_are_rejected_by_line_or_noted_with_the_first_of_each_kind(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    file, rejects = tmp_path / "people.csv", tmp_path / "rejects.csv"
    file.write_text(ROWS)
    report = run_import(database, file, rejects=rejects)
    assert counts(report) == (5, 0, 0, 1)
    with rejects.open(newline="") as written:
        assert [(row["Line number"], row["Reject reason"]) for row in csv.DictReader(written)] == [
            ("5", "header again")
        ]
    assert [(note.what, note.rows, note.line, note.example) for note in report.notes] == [
        ("not understood: Last Contacted", 2, 2, "03/04/2026"),
        ("NUL characters taken out", 1, 3, ""),
        ("fewer cells than the 6 columns", 1, 3, ""),
        ("more cells than the 6 columns", 1, 4, ""),
        ("not understood: # Employees", 1, 6, "12k"),
        ("not understood: Website", 1, 7, "no website"),
    ]
    kept = {"# Employees": "51-200", "Last Contacted": "03/04/2026"}
    assert lead(other, "ann@acme.com", "custom_data, last_contacted_at") == (kept, None)
    assert lead(other, "cid@acme.com", "custom_data") == ({"column 7": "more"},)
    assert lead(other, "eve@beta.com", "custom_data") == ({"Website": "no website"},)
    sizes = organizations(other, "email_domain, estimated_num_employees")
    assert sizes == [("acme.com", 51), ("beta.com", None)]


def test_a_document_in_a_cell_loses_what_the_database_does_not_store(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    file = tmp_path / "organizations.csv"
    cell = r'"{""a"": ""x\u0000y\ud800""}"'
    file.write_text(f"name,email_domain,website_raw_data\nAcme,acme.com,{cell}\n")
    run_import(database, file)
    assert organizations(other, "website_raw_data") == [({"a": "xy?"},)]
