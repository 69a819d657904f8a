"""Which organization a row belongs to, and what a row tells of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.database import Database
from db.transfer import ImportMode
from tests.db.import_support import (
    ANN,
    accounts_file,
    counts,
    import_people,
    organizations,
    people_file,
    rows_add_up,
    run_import,
)
from tests.support import add_organization, fetch


def test_an_organization_is_found_by_its_registrable_domain(
    database: Database, session: Session, other: PsycopgConnection, tmp_path: Path
) -> None:
    acme = add_organization(session, "Acme", "acme.com")
    rows = [
        ANN | {"Email": f"p{number}@{host}", "Website": website}
        for number, (host, website) in enumerate(
            [
                ("acme.com", ""),
                ("mail.acme.com", ""),
                ("gmail.com", "shop.acme.com"),
                ("other.org", "HTTPS://ACME.COM:443/x?y"),
                ("other.org", "//acme.com"),
            ]
        )
    ]
    report = import_people(database, tmp_path, *rows)
    assert report.organizations_created == 0
    assert fetch(other, "SELECT DISTINCT company_id FROM leads") == [(acme.id,)]


def test_a_free_mail_domain_identifies_nobody(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    rows = [
        {"First Name": "A", "Email": f"{company or 'x'}{number}@gmail.com", "Company Name": company}
        for number, company in enumerate(["Acme", "ACME", "Zeta", ""])
    ]
    report = import_people(database, tmp_path, *rows)
    assert sorted(organizations(other, "lower(name), email_domain")) == [
        ("acme", "gmail.com"),
        ("gmail.com", "gmail.com"),
        ("zeta", "gmail.com"),
    ]
    assert report.organizations_created == 3
    assert import_people(database, tmp_path, *rows).organizations_created == 0


@pytest.mark.parametrize("name", ["null", "N/A", "-", "None", "undefined", ""])
def test_a_company_without_a_name_is_called_by_its_domain_until_one_is_known(
    database: Database, other: PsycopgConnection, tmp_path: Path, name: str
) -> None:
    import_people(database, tmp_path, ANN | {"Company Name": name})
    assert organizations(other, "name") == [("acme.com",)]
    import_people(database, tmp_path, ANN | {"Company Name": "Acme Inc"})
    assert organizations(other, "name") == [("Acme Inc",)]


def test_of_several_organizations_of_a_domain_the_id_then_the_name_then_the_age_tells(
    database: Database, session: Session, other: PsycopgConnection, tmp_path: Path
) -> None:
    oldest = add_organization(session, "Acme", "acme.com")
    named = add_organization(session, "Acme Labs", "acme.com")
    known = add_organization(
        session, "Acme Works", "acme.com", external_source="apollo", external_id="W1"
    )
    rows = [
        ANN | {"Email": "a@acme.com", "Company Name": "Acme Labs", "Apollo Account Id": "W1"},
        ANN | {"Email": "b@acme.com", "Company Name": "ACME LABS"},
        ANN | {"Email": "c@acme.com", "Company Name": "Something else"},
    ]
    import_people(database, tmp_path, *rows)
    found = fetch(other, "SELECT company_id FROM leads ORDER BY email")
    assert found == [(known.id,), (named.id,), (oldest.id,)]


def test_an_id_that_two_websites_carry_is_the_firsts_and_the_other_row_is_rejected(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    rows = [
        ANN | {"Apollo Account Id": "A1"},
        ANN | {"Email": "b@beta.com", "Website": "beta.com", "Apollo Account Id": "A1"},
    ]
    report = import_people(database, tmp_path, *rows)
    assert report.reasons == {"external id and website disagree": 1}
    assert organizations(other, "email_domain, external_source, external_id") == [
        ("acme.com", "apollo", "A1"),
    ]
    assert import_people(database, tmp_path, *rows).organizations_updated == 0


def test_two_ids_of_one_domain_keep_the_first(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    rows = [
        ANN | {"Email": f"{number}@acme.com", "Apollo Account Id": f"A{number}"}
        for number in range(3)
    ]
    import_people(database, tmp_path, *rows, mode=ImportMode.OVERWRITE)
    before = organizations(other, "external_id, row_version")
    import_people(database, tmp_path, *reversed(rows), mode=ImportMode.OVERWRITE)
    assert organizations(other, "external_id, row_version") == before


def test_an_id_of_an_organization_at_another_domain_is_rejected(
    database: Database, session: Session, other: PsycopgConnection, tmp_path: Path
) -> None:
    add_organization(session, "Beta", "beta.com", external_source="apollo", external_id="A1")
    rejects = tmp_path / "rejects.csv"
    file = people_file(tmp_path, [ANN | {"Apollo Account Id": "A1"}])
    report = run_import(database, file, rejects=rejects)
    assert counts(report) == (0, 0, 0, 1)
    assert "external id and website disagree: beta.com" in rejects.read_text()
    assert "ann@acme.com" in rejects.read_text()
    assert organizations(other, "email_domain, external_id") == [("beta.com", "A1")]


def test_accounts_fill_the_documents_of_an_organization(
    database: Database, session: Session, other: PsycopgConnection, tmp_path: Path
) -> None:
    add_organization(session, "Acme", "acme.com", website_summary_data={"industry": "ours"})
    row = {
        "Company Name": "Acme",
        "Website": "acme.com",
        "Industry": "theirs",
        "Technologies": "Gmail, , Android",
        "Founded Year": "1999",
        "# Employees": "1,200",
        "Account Stage": "Cold",
    }
    report = run_import(database, accounts_file(tmp_path, [row]), campaign=None)
    assert rows_add_up(report)
    assert report.organizations_updated == 1
    columns = "website_summary_data, custom_data, estimated_num_employees"
    assert organizations(other, columns) == [
        (
            {"industry": "ours", "technologies": ["Gmail", "Android"], "founded_year": 1999},
            {"Account Stage": "Cold"},
            1200,
        )
    ]


def test_an_account_without_a_website_is_rejected(database: Database, tmp_path: Path) -> None:
    rows = [
        {"Company Name": "A", "Website": ""},
        {"Company Name": "B", "Website": "not a host"},
        {"Company Name": "C", "Website": "c.com"},
        {"Company Name": "C again", "Website": "www.c.com"},
    ]
    report = run_import(database, accounts_file(tmp_path, rows))
    assert rows_add_up(report)
    assert report.reasons == {"invalid website": 1, "missing website": 1}
    assert (report.organizations_created, report.organizations_unchanged) == (1, 1)


def test_an_organization_is_known_by_its_external_id_before_the_domain_of_an_address(
    database: Database, session: Session, other: PsycopgConnection, tmp_path: Path
) -> None:
    acme = add_organization(session, "Acme", "acme.com", external_source="apollo", external_id="A1")
    add_organization(session, "Beta", "beta.com")
    rows = [
        {"First Name": "A", "Email": "a@gmail.com", "Apollo Account Id": "A1"},
        {"First Name": "B", "Email": "b@beta.com", "Apollo Account Id": "A1"},
        {
            "First Name": "C",
            "Email": "c@x.org",
            "Website": "eu.acme.com",
            "Apollo Account Id": "A1",
        },
    ]
    assert counts(import_people(database, tmp_path, *rows)) == (3, 0, 0, 0)
    assert fetch(other, "SELECT DISTINCT company_id FROM leads") == [(acme.id,)]
