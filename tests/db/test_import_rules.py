"""Where the rows of a file go, what they may change, and what they may not."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.database import Database
from db.transfer import ImportMode
from tests.db.import_support import (
    ANN,
    CAMPAIGN,
    counts,
    import_people,
    lead,
    organizations,
    people_file,
    run_import,
)
from tests.support import add_campaign, add_lead, fetch, run, scalar

FILL, OVERWRITE, SKIP = ImportMode.FILL, ImportMode.OVERWRITE, ImportMode.SKIP


# Campaigns


def test_the_campaign_is_made_as_a_draft(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    import_people(database, tmp_path, ANN)
    assert fetch(other, "SELECT name, status FROM campaigns") == [(CAMPAIGN, "draft")]


def test_the_campaign_that_is_there_is_taken(
    database: Database, session: Session, other: PsycopgConnection, tmp_path: Path
) -> None:
    there = add_campaign(session, CAMPAIGN, status="active")
    import_people(database, tmp_path, ANN)
    assert fetch(other, "SELECT campaign_id FROM leads") == [(there.id,)]


def test_no_campaign_is_made_for_rejects_alone(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    import_people(database, tmp_path, {"First Name": "Nobody"})
    assert scalar(other, "SELECT count(*) FROM campaigns") == 0


# Leads


def test_the_same_address_in_another_campaign_is_another_lead(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    import_people(database, tmp_path, ANN)
    report = run_import(database, people_file(tmp_path, [ANN]), campaign="Winter")
    assert report.leads_created == 1
    assert report.organizations_created == 0


def test_fill_fills_blanks_and_keeps_values(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    import_people(database, tmp_path, ANN | {"Title": "Dean"})
    report = import_people(database, tmp_path, ANN | {"Title": "CTO", "Last Name": "Lee"})
    assert counts(report) == (0, 1, 0, 0)
    assert lead(other, "ann@acme.com", "title, last_name, row_version") == ("Dean", "Lee", 2)


def test_overwrite_takes_values_but_never_a_blank(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    import_people(database, tmp_path, ANN | {"Title": "Dean", "Last Name": "Lee"})
    import_people(database, tmp_path, ANN | {"Title": "CTO", "Last Name": ""}, mode=OVERWRITE)
    assert lead(other, "ann@acme.com", "title, last_name") == ("CTO", "Lee")


def test_skip_leaves_what_exists_alone(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    import_people(database, tmp_path, ANN)
    report = import_people(database, tmp_path, ANN | {"Title": "CTO"}, mode=SKIP)
    assert counts(report) == (0, 0, 1, 0)
    assert lead(other, "ann@acme.com", "title, row_version") == (None, 1)


@pytest.mark.parametrize("mode", ImportMode)
@pytest.mark.parametrize("status", ["new", "interested", "unsubscribed", "do_not_contact"])
def test_no_mode_moves_the_status_of_a_lead(
    database: Database,
    session: Session,
    other: PsycopgConnection,
    tmp_path: Path,
    mode: ImportMode,
    status: str,
) -> None:
    campaign = add_campaign(session, CAMPAIGN)
    add_lead(session, campaign, email="ann@acme.com", status=status)
    row = ANN | {"Stage": "Replied", "Replied": "true", "Title": "CTO"}
    import_people(database, tmp_path, row, mode=mode)
    assert lead(other, "ann@acme.com", "status") == (status,)


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({}, "new"),
        ({"Stage": "Cold"}, "new"),
        ({"Stage": "Approaching"}, "sent"),
        ({"Stage": "Unresponsive"}, "no_response"),
        ({"Stage": "Bad Data"}, "invalid"),
        ({"Stage": "Our own stage"}, "new"),
        ({"Stage": "Cold", "Replied": "TRUE"}, "replied"),
        ({"Stage": "Interested", "Replied": "true"}, "interested"),
        ({"Stage": "Interested", "Email Bounced": "true"}, "bounced"),
        ({"Stage": "Do Not Contact", "Email Bounced": "true"}, "do_not_contact"),
    ],
)
def test_a_new_lead_begins_where_apollo_says(
    database: Database,
    other: PsycopgConnection,
    tmp_path: Path,
    cells: dict[str, str],
    status: str,
) -> None:
    import_people(database, tmp_path, ANN | cells)
    assert lead(other, "ann@acme.com", "status") == (status,)


def test_one_row_that_forbids_contact_is_enough(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    import_people(database, tmp_path, ANN | {"Stage": "Cold"}, ANN | {"Stage": "Do Not Contact"})
    assert lead(other, "ann@acme.com", "status") == ("do_not_contact",)


@pytest.mark.parametrize(
    ("status", "catch_all", "ours"),
    [
        ("Verified", "", "valid"),
        ("Verified", "Not Catch-all", "valid"),
        ("verified", "Catch-all", "catch_all"),
        ("Extrapolated", "", "risky"),
        ("Email No Longer Verified", "Catch-all", "risky"),
        ("User Managed", "", None),
        ("Update required", "", "pending"),
    ],
)
def test_apollos_verification_becomes_ours(
    database: Database,
    other: PsycopgConnection,
    tmp_path: Path,
    status: str,
    catch_all: str,
    ours: str | None,
) -> None:
    cells = {
        "Email Status": status,
        "Primary Email Catch-all Status": catch_all,
        "Primary Email Verification Source": "Apollo",
        "Primary Email Last Verified At": "2026-01-01T00:00:26+00:00",
    }
    import_people(database, tmp_path, ANN | cells)
    columns = "email_verification_status, email_verification_message"
    message = f"Apollo: {status} 2026-01-01T00:00:26+00:00"
    assert lead(other, "ann@acme.com", columns) == (ours, message)


# Rows of one file that are the same lead


def test_a_repeated_row_is_unchanged(database: Database, tmp_path: Path) -> None:
    report = import_people(database, tmp_path, ANN, ANN | {"Email": " ANN@ACME.COM "})
    assert counts(report) == (1, 0, 1, 0)


def test_a_repeated_row_that_fills_a_blank_counts_as_updated(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    report = import_people(database, tmp_path, ANN, ANN | {"Title": "CTO"}, ANN | {"Title": "CEO"})
    assert counts(report) == (1, 1, 1, 0)
    assert lead(other, "ann@acme.com", "title, row_version") == ("CTO", 1)


def test_the_last_repeated_row_wins_when_overwriting_and_a_second_time_nothing_moves(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    rows = (ANN | {"Title": "CTO"}, ANN | {"Title": "CEO"})
    import_people(database, tmp_path, *rows, mode=OVERWRITE)
    report = import_people(database, tmp_path, *rows, mode=OVERWRITE)
    assert counts(report) == (0, 0, 2, 0)
    assert lead(other, "ann@acme.com", "title, row_version") == ("CEO", 1)


def test_custom_cells_of_repeated_rows_are_all_kept(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    import_people(
        database, tmp_path, ANN | {"Lists": "A"}, ANN | {"Lists": "B", "Seniority": "Owner"}
    )
    assert lead(other, "ann@acme.com", "custom_data") == ({"Lists": "A", "Seniority": "Owner"},)


# What is kept


def test_what_nothing_maps_is_kept_and_blanks_are_not(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    import_people(
        database, tmp_path, ANN | {"Our column": " x ", "Lists": "", "Mobile Phone": "'+491"}
    )
    assert lead(other, "ann@acme.com", "custom_data") == (
        {"Our column": " x ", "Mobile Phone": "'+491"},
    )


def test_a_cell_that_is_not_understood_is_kept(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    cells = {"# Employees": "a few", "Last Contacted": "last week"}
    import_people(database, tmp_path, ANN | cells)
    assert lead(other, "ann@acme.com", "custom_data, last_contacted_at") == (cells, None)


def test_a_name_too_long_for_an_index_is_kept(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    name = "".join(chr(33 + i * 7919 % 90) for i in range(9000))
    import_people(database, tmp_path, ANN | {"Company Name": name, "Last Name": name})
    assert lead(other, "ann@acme.com", "custom_data") == (
        {"Company Name": name, "Last Name": name},
    )
    assert organizations(other, "name") == [("acme.com",)]


def test_a_change_of_another_program_is_journaled_field_by_field(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    import_people(database, tmp_path, ANN)
    run(other, "UPDATE leads SET title = 'theirs'")
    import_people(database, tmp_path, ANN | {"Last Name": "Lee", "Title": "ours"})
    entries = fetch(other, "SELECT actor, field FROM changes WHERE field <> 'import' ORDER BY 1, 2")
    assert entries == [("n8n", "title"), ("operator", "last_name")]


# Keys


def test_a_lead_is_known_by_its_external_id_before_its_address(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    known = ANN | {"Apollo Contact Id": "C1"}
    import_people(database, tmp_path, known)
    moved = known | {"Email": "ann.lee@acme.com", "Title": "CTO"}
    assert counts(import_people(database, tmp_path, moved)) == (0, 1, 0, 0)
    assert fetch(other, "SELECT email, title FROM leads") == [("ann@acme.com", "CTO")]
    assert counts(import_people(database, tmp_path, moved, mode=OVERWRITE)) == (0, 1, 0, 0)
    assert fetch(other, "SELECT email FROM leads") == [("ann.lee@acme.com",)]


def test_a_row_whose_id_and_address_are_two_leads_is_rejected(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    bob = {"First Name": "Bob", "Email": "bob@acme.com", "Website": "acme.com"}
    import_people(database, tmp_path, ANN | {"Apollo Contact Id": "C1"}, bob)
    report = import_people(database, tmp_path, bob | {"Apollo Contact Id": "C1", "Title": "CTO"})
    assert report.reasons == {"external id and e-mail disagree": 1}
    assert scalar(other, "SELECT count(*) FROM leads WHERE title = 'CTO'") == 0


def test_an_id_with_two_addresses_in_a_file_is_the_firsts(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    row = ANN | {"Apollo Contact Id": "C1"}
    report = import_people(database, tmp_path, row, row | {"Email": "x@acme.com"})
    assert counts(report) == (1, 0, 0, 1)
    assert fetch(other, "SELECT email FROM leads") == [("ann@acme.com",)]


# Items of a workflow, and dry runs


@pytest.mark.parametrize("name", ["items.json", "items.jsonl", "items.json.gz"])
def test_the_items_of_a_workflow_are_rows(
    database: Database, other: PsycopgConnection, tmp_path: Path, name: str
) -> None:
    people = [
        {"email": "ann@acme.com", "first_name": "Ann", "organization": {"name": "Acme"}, "n": 5},
        {"email": "", "first_name": "Nobody"},
        {"email": "bob@acme.com", "first_name": "Bob", "late": {"deep": [None, "\0x"]}},
    ]
    items = [{"json": person, "pairedItem": {"item": 0}} for person in people]
    text = "\n".join(map(json.dumps, items)) if name.endswith("l") else json.dumps(items)
    file = tmp_path / name
    file.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    report = run_import(database, file)
    assert (report.leads_created, report.reasons) == (2, {"missing e-mail": 1})
    assert lead(other, "ann@acme.com", "custom_data") == ({"n": 5},)
    assert lead(other, "bob@acme.com", "custom_data") == ({"late": {"deep": [None, "x"]}},)
    assert organizations(other, "name") == [("Acme",)]


def test_a_website_s_documents_reach_the_organization_whatever_profile_the_row_has(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    row = {"email": "ada@engines.com", "first_name": "Ada", "website_summary_data": {"s": "mill"}}
    account = {"name": "Looms", "domain": "looms.com", "id": "1", "industry": "cloth"}
    for name, rows in (
        ("people", [row]),
        ("accounts", [account | {"website_summary_data": {"s": 1}}]),
    ):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(rows))
        run_import(database, path)
    assert organizations(other, "website_summary_data") == [
        ({"s": "mill"},),
        ({"s": 1, "industry": "cloth"},),
    ]
    assert lead(other, "ada@engines.com", "custom_data") == (None,)


def test_a_dry_run_tells_the_fields_that_change_with_examples(
    database: Database, tmp_path: Path
) -> None:
    import_people(database, tmp_path, ANN | {"Title": "Dean"})
    rows = [ANN | {"Title": "CTO", "Last Name": "Lee"}, ANN | {"Email": "new@acme.com"}, {}]
    report = run_import(database, people_file(tmp_path, rows), mode=OVERWRITE, dry_run=True)
    assert report.fields == {"leads.title": 1, "leads.last_name": 1}
    assert {(each.what, each.row, each.line, each.name) for each in report.examples} == {
        ("created", 2, None, "new@acme.com"),
        ("updated", 1, None, "ann@acme.com"),
        ("rejected", 3, 4, "missing e-mail"),
    }
    [updated] = [each for each in report.examples if each.what == "updated"]
    assert updated.changes == {"title": ("Dean", "CTO"), "last_name": (None, "Lee")}
