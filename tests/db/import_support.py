"""Files to import, and what an import left in the database."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from psycopg2.extensions import connection as PsycopgConnection

from db.database import Database
from db.transfer import ImportMode, ImportReport, import_file
from tests.support import fetch

DATA = Path(__file__).parent.parent / "data"
CAMPAIGN = "Autumn"
PEOPLE = "apollo_people_5000.csv"
ACCOUNTS = "apollo_accounts_2381.csv"
ANN = {"First Name": "Ann", "Email": "ann@acme.com", "Website": "https://www.acme.com/"}
"""A row of a people file."""


def unpacked(name: str, folder: Path) -> Path:
    """Return a data file that is stored compressed, as a file in this folder."""
    path = folder / name
    with gzip.open(DATA / f"{name}.gz") as packed, path.open("wb") as file:
        shutil.copyfileobj(packed, file)
    return path


def manifest() -> dict[str, Any]:
    """Return what is planted in the people file."""
    return dict(json.loads((DATA / "manifest_people_5000.json").read_text()))


def people_file(folder: Path, rows: Iterable[Mapping[str, str]], name: str = "people.csv") -> Path:
    """Write an Apollo people file of these rows, whose cells are given by header."""
    return _file(folder / name, ("First Name", "Last Name", "Email"), rows)


def accounts_file(folder: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    """Write an Apollo accounts file of these rows, whose cells are given by header."""
    return _file(folder / "accounts.csv", ("Company Name", "Website"), rows)


def _file(path: Path, header: Iterable[str], rows: Iterable[Mapping[str, str]]) -> Path:
    rows = list(rows)
    columns = list(dict.fromkeys([*header, *(name for row in rows for name in row)]))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def run_import(database: Database, path: Path, **options: Any) -> ImportReport:
    """Import into the tests' campaign, as the tests' operator."""
    return import_file(
        database.engine, path, **{"campaign": CAMPAIGN, "actor": "operator", **options}
    )


def import_people(
    database: Database, folder: Path, *rows: Mapping[str, str], mode: ImportMode = ImportMode.FILL
) -> ImportReport:
    """Write and import a people file of these rows."""
    return run_import(database, people_file(folder, rows), mode=mode)


def lead(connection: PsycopgConnection, email: str, columns: str) -> tuple[Any, ...]:
    """Return columns of the lead with this address."""
    return fetch(connection, f"SELECT {columns} FROM leads WHERE email = %s", email)[0]


def organizations(connection: PsycopgConnection, columns: str) -> list[tuple[Any, ...]]:
    """Return columns of all organizations, by domain and name."""
    return fetch(connection, f"SELECT {columns} FROM organizations ORDER BY email_domain, name")


def everything(connection: PsycopgConnection) -> list[list[tuple[Any, ...]]]:
    """Return all rows of all tables, versions and times included."""
    return [
        fetch(connection, f"SELECT * FROM {table} ORDER BY 1")
        for table in ("campaigns", "organizations", "leads", "changes")
    ]


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    """Return how many leads were created, updated and unchanged, and how many rows rejected."""
    assert rows_add_up(report)
    return (
        report.leads_created,
        report.leads_updated,
        report.leads_unchanged,
        report.rejected,
    )


def rows_add_up(report: ImportReport) -> bool:
    """Tell whether every row that was read is counted once."""
    counted = (
        (report.leads_created, report.leads_updated, report.leads_unchanged)
        if report.profile == "apollo-people"
        else (
            report.organizations_created,
            report.organizations_updated,
            report.organizations_unchanged,
        )
    )
    return sum(counted) + report.rejected == report.rows_read
