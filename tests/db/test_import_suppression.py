"""What an import does with suppressed addresses, and with those that show what they are."""

from __future__ import annotations

from pathlib import Path

from psycopg2.extensions import connection as PsycopgConnection

from db.database import Database
from tests.db.import_support import import_people
from tests.support import fetch, run


def person(email: str, **cells: str) -> dict[str, str]:
    return {"First Name": "Ann", "Email": email, "Website": "acme.com", **cells}


def test_a_suppressed_address_is_taken_but_not_to_be_sent_to(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    run(other, "INSERT INTO suppressions (value) VALUES ('left.com')")
    people = (
        person("a@left.com", Stage="Approaching"),
        person("b@left.com"),
        person("c@other.com", Stage="Approaching"),
    )
    assert import_people(database, tmp_path, *people).leads_created == 3
    assert fetch(other, "SELECT email, status FROM leads ORDER BY email") == [
        ("a@left.com", "do_not_contact"),
        ("b@left.com", "new"),
        ("c@other.com", "sent"),
    ]


def test_an_address_shows_what_no_provider_said(
    database: Database, other: PsycopgConnection, tmp_path: Path
) -> None:
    status = "Email Status"
    people = (
        person("info@acme.com"),
        person("sales@acme.com", **{status: "Verified"}),
        person("jobs@acme.com", **{status: "Unverified"}),
        person("ann@mailinator.com"),
        person("ann@acme.com"),
    )
    import_people(database, tmp_path, *people)
    found = fetch(other, "SELECT email, email_verification_status FROM leads ORDER BY email")
    assert found == [
        ("ann@acme.com", None),
        ("ann@mailinator.com", "disposable"),
        ("info@acme.com", "role"),
        ("jobs@acme.com", "role"),
        ("sales@acme.com", "valid"),
    ]
    said = "SELECT email_verification_message FROM leads WHERE email LIKE 'jobs@%'"
    assert fetch(other, said) == [("Unverified",)]
