"""The real-looking files: their manifest's counts, and a second import that changes nothing."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from psycopg2.extensions import connection as PsycopgConnection

from db.database import Database
from db.domains import normalize_host, registrable_domain
from db.transfer import ImportReport
from tests.db.import_support import (
    ACCOUNTS,
    PEOPLE,
    everything,
    lead,
    manifest,
    organizations,
    rows_add_up,
    run_import,
    unpacked,
)
from tests.support import fetch, scalar


@dataclass(frozen=True)
class Imported:
    """The people file imported once, with its rejects."""

    report: ImportReport
    file: Path
    rejects: Path


@pytest.fixture
def people(database: Database, tmp_path: Path) -> Imported:
    file = unpacked(PEOPLE, tmp_path)
    rejects = tmp_path / "rejects.csv"
    return Imported(run_import(database, file, rejects=rejects), file, rejects)


def first(rows: list[int]) -> tuple[int, int]:
    return len(rows), min(rows)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return list(csv.DictReader(file))


def test_people_are_counted_as_the_manifest_says(
    people: Imported, other: PsycopgConnection
) -> None:
    expected = manifest()["people"]
    report = people.report
    assert report.rows_read == expected["rows"]
    assert report.leads_created == expected["distinct_valid_emails"]
    assert report.leads_unchanged == expected["surplus_duplicate_rows"]
    assert report.leads_updated == 0
    assert report.reasons == {
        "invalid e-mail": expected["invalid_email"],
        "missing e-mail": expected["missing_email"],
    }
    assert rows_add_up(report)
    planted = manifest()["planted_rows"]
    assert {note.what: (note.rows, note.row) for note in report.notes} == {
        f"fewer cells than the {expected['columns']} columns": first(planted["short_row"]),
        f"more cells than the {expected['columns']} columns": first(planted["long_row"]),
        "NUL characters taken out": first(planted["nul_byte"]),
    }
    assert scalar(other, "SELECT count(*) FROM leads") == report.leads_created
    assert scalar(other, "SELECT count(*) FROM organizations") == report.organizations_created


def test_rejects_are_the_rows_of_the_manifest_with_their_cells(people: Imported) -> None:
    planted = manifest()["planted_rows"]
    rejects = rows_of(people.rejects)
    wanted = sorted(planted["missing_email"] + planted["invalid_email"])
    assert [int(row["Row number"]) for row in rejects] == wanted
    original = rows_of(people.file)[wanted[0] - 1]
    assert {name: rejects[0][name] for name in original} == original
    assert people.rejects.stat().st_mode & 0o777 == 0o600
    assert people.report.rejects == str(people.rejects)


def test_a_second_import_touches_no_row(
    people: Imported, database: Database, other: PsycopgConnection
) -> None:
    before = everything(other)
    report = run_import(database, people.file)
    assert (report.leads_created, report.leads_updated, report.organizations_updated) == (0, 0, 0)
    assert report.leads_unchanged == manifest()["people"]["rows_with_valid_email"]
    assert report.batch_id is None
    assert everything(other) == before


def test_organizations_are_the_registrable_domains_of_the_rows_taken(
    people: Imported, other: PsycopgConnection
) -> None:
    """The manifest counts websites of all rows, rejected ones too; rows without a website go by
    their address."""
    expected = manifest()["people"]["distinct_website_domains_icann_and_private"]
    rejected = {int(row["Row number"]) for row in rows_of(people.rejects)}
    all_websites, taken = set(), set()
    for number, row in enumerate(rows_of(people.file), 1):
        host = normalize_host(row["Website"] or "")
        if host is not None:
            all_websites.add(registrable_domain(host))
        if number not in rejected:
            host = host or normalize_host(row["Email"])
            assert host is not None
            taken.add(registrable_domain(host))
    assert len(all_websites) == expected
    assert {domain for (domain,) in organizations(other, "email_domain")} == taken
    assert len(organizations(other, "1")) == len(taken)


@pytest.mark.parametrize("first", [PEOPLE, ACCOUNTS])
def test_people_and_accounts_in_either_order_give_the_same_organizations(
    database: Database, other: PsycopgConnection, tmp_path: Path, first: str
) -> None:
    files = sorted((PEOPLE, ACCOUNTS), key=lambda name: name != first)
    reports = [run_import(database, unpacked(name, tmp_path)) for name in files]
    assert all(rows_add_up(report) for report in reports)
    domains = {
        registrable_domain(normalize_host(row["Website"]) or "")
        for row in rows_of(tmp_path / ACCOUNTS)
    }
    assert {domain for (domain,) in organizations(other, "email_domain")} == domains
    assert len(organizations(other, "1")) == len(domains)
    assert (
        scalar(other, "SELECT count(*) FROM organizations WHERE website_summary_data IS NULL") == 0
    )
    before = everything(other)
    for name in files:
        run_import(database, tmp_path / name)
    assert everything(other) == before


def test_hostile_cells_arrive_unchanged(people: Imported, other: PsycopgConnection) -> None:
    planted = manifest()["planted_rows"]
    rows = rows_of(people.file)

    def last_name(number: int) -> str:
        name: str = lead(other, rows[number - 1]["Email"].strip().lower(), "last_name")[0]
        return name

    for number in planted["ansi_escape"]:
        assert last_name(number) == rows[number - 1]["Last Name"]
    for number in planted["cp1252_bytes"]:
        assert last_name(number) == "Müller-Lüdenscheidt–O’Grady€"
    for number in planted["nul_byte"]:
        assert last_name(number) == rows[number - 1]["Last Name"].replace("\0", "")


def test_words_for_nothing_name_no_company(people: Imported, other: PsycopgConnection) -> None:
    names = {name for (name,) in organizations(other, "name")}
    assert not names & {"null", "N/A", "-", "None", "undefined"}


def test_the_journal_has_one_entry_for_the_batch(
    people: Imported, other: PsycopgConnection
) -> None:
    [(table, field, actor, batch, report)] = fetch(
        other, "SELECT table_name, field, actor, batch_id::text, new_value FROM changes"
    )
    assert (table, field, actor, batch) == ("leads", "import", "operator", people.report.batch_id)
    assert json.loads(report) == json.loads(people.report.to_json())


def test_a_dry_run_counts_the_same_and_writes_nothing(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    before = everything(other)
    file = unpacked(PEOPLE, tmp_path)
    dry = run_import(database, file, dry_run=True)
    assert everything(other) == before
    report = run_import(database, file)
    assert dry.leads_created == report.leads_created
    assert dry.organizations_created == report.organizations_created
    assert dry.batch_id is None
