"""Leads as CSV, JSON Lines and JSON."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from db.database import Database
from db.errors import ConfigurationError
from db.transfer import export_leads
from db.transfer.files import private_file
from tests.support import add_campaign, add_lead, add_organization


def exported(database: Database, fmt: str, **options: Any) -> str:
    out = io.BytesIO()
    with database.engine.connect() as connection:
        export_leads(connection, out=out, fmt=fmt, **options)
    return out.getvalue().decode("utf-8")


def csv_rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_has_all_columns_and_the_organization(database: Database, session: Session) -> None:
    acme = add_organization(session, "Acme", "acme.com")
    made = add_lead(
        session,
        add_campaign(session, "Autumn"),
        acme,
        email="zoë@acme.com",
        title='a "b",\nc',
        last_contacted_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        custom_data={"Lists": "Gold"},
    )
    [row] = csv_rows(exported(database, "csv"))
    assert row["lead_id"] == str(made.id)
    assert row["email"] == "zoë@acme.com"
    assert row["title"] == 'a "b",\nc'
    assert row["headline"] == ""
    assert row["last_contacted_at"] == "2026-01-02T03:04:05Z"
    assert json.loads(row["custom_data"]) == {"Lists": "Gold"}
    assert row["campaign_name"] == "Autumn"
    assert (row["organization_name"], row["organization_domain"]) == ("Acme", "acme.com")


@pytest.mark.parametrize("number", [0, 1, 3])
def test_json_and_its_lines_hold_the_same_leads(
    database: Database, session: Session, number: int
) -> None:
    for _ in range(number):
        add_lead(session, custom_data={"a": 1})
    array = json.loads(exported(database, "json"))
    lines = [json.loads(line) for line in exported(database, "jsonl").splitlines()]
    assert array == lines
    assert [each["custom_data"] for each in array] == [{"a": 1}] * number


def test_campaign_and_statuses_select(database: Database, session: Session) -> None:
    autumn = add_campaign(session, "Autumn")
    for status in ("new", "ready", "won"):
        add_lead(session, autumn, status=status)
    add_lead(session, status="ready")
    for campaign in ("Autumn", autumn.id):
        rows = csv_rows(exported(database, "csv", campaign=campaign, status=["ready", "won"]))
        assert [row["status"] for row in rows] == ["ready", "won"]


@pytest.mark.parametrize(
    "begin", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'="]
)
def test_formulas_are_made_harmless(database: Database, session: Session, begin: str) -> None:
    add_lead(session, title=f"{begin}1+1")
    assert csv_rows(exported(database, "csv"))[0]["title"] == f"'{begin}1+1"
    assert csv_rows(exported(database, "csv", harmless=False))[0]["title"] == f"{begin}1+1"
    assert json.loads(exported(database, "jsonl"))["title"] == f"{begin}1+1"


def test_ordinary_text_is_left_alone(database: Database, session: Session) -> None:
    add_lead(session, title="C++ = fun", first_name="D'Arcy")
    [row] = csv_rows(exported(database, "csv"))
    assert (row["title"], row["first_name"]) == ("C++ = fun", "D'Arcy")


def test_the_number_of_leads_is_returned_and_text_files_are_taken(
    database: Database, session: Session
) -> None:
    add_lead(session)
    add_lead(session)
    out = io.StringIO()
    with database.engine.connect() as connection:
        assert export_leads(connection, out=out, fmt="csv") == 2
    assert len(csv_rows(out.getvalue())) == 2


def test_an_unknown_format_is_refused(database: Database) -> None:
    with pytest.raises(ConfigurationError, match="csv, jsonl, json"):
        exported(database, "xlsx")


def test_a_file_appears_whole_and_private(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    with private_file(path) as file:
        file.write("x")
        assert not path.exists()
    assert path.read_text() == "x"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_failed_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("old")

    def write() -> None:
        with private_file(path) as file:
            file.write("new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write()
    assert [each.name for each in tmp_path.iterdir()] == ["leads.csv"]
    assert path.read_text() == "old"
