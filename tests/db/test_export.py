"""Leads as CSV, JSON Lines and JSON."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from db.errors import ConfigurationError, ExportCancelled
from db.exports import ExportReport, ExportRequest
from db.many import Selection
from db.rows import LeadScope, Sort
from db.transfer import export_file, export_leads
from db.transfer.files import private_file
from db.transfer.spreadsheet import csv_cell, restored
from tests.support import add_campaign, add_lead, add_organization


def exported(
    session: Session, fmt: str = "csv", scope: LeadScope | None = None, **options: Any
) -> str:
    out = io.BytesIO()
    export_leads(session, ExportRequest(Selection(scope=scope or LeadScope()), fmt, **options), out)
    return out.getvalue().decode("utf-8")


def csv_rows(exported: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(exported, newline="")))


def test_csv_has_all_columns_and_the_organization(session: Session) -> None:
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
    [row] = csv_rows(exported(session))
    assert row["lead_id"] == str(made.id)
    assert row["email"] == "zoë@acme.com"
    assert row["title"] == 'a "b",\nc'
    assert row["headline"] == ""
    assert row["last_contacted_at"] == "2026-01-02T03:04:05Z"
    assert json.loads(row["custom_data"]) == {"Lists": "Gold"}
    assert row["campaign_name"] == "Autumn"
    assert (row["organization_name"], row["organization_domain"]) == ("Acme", "acme.com")


@pytest.mark.parametrize("number", [0, 1, 3])
def test_json_and_its_lines_hold_the_same_leads(session: Session, number: int) -> None:
    for _ in range(number):
        add_lead(session, custom_data={"a": 1})
    array = json.loads(exported(session, "json"))
    lines = [json.loads(line) for line in exported(session, "jsonl").splitlines()]
    assert array == lines
    assert [each["custom_data"] for each in array] == [{"a": 1}] * number


def test_campaign_and_statuses_select(session: Session) -> None:
    autumn = add_campaign(session, "Autumn")
    for status in ("new", "ready", "won"):
        add_lead(session, autumn, status=status)
    add_lead(session, status="ready")
    scope = LeadScope(campaign_id=autumn.id, statuses=("ready", "won"))
    rows = csv_rows(exported(session, "csv", scope))
    assert [row["status"] for row in rows] == ["ready", "won"]


def test_formulas_are_made_harmless_in_csv_alone(session: Session) -> None:
    begins = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'="]
    titles = [f"{begin}1+1" for begin in begins]
    campaign, company = add_campaign(session), add_organization(session)
    for title in titles:
        add_lead(session, campaign, company, title=title)
    assert [row["title"] for row in csv_rows(exported(session))] == [f"'{each}" for each in titles]
    assert [row["title"] for row in csv_rows(exported(session, raw_cells=True))] == titles
    lines = exported(session, "jsonl").splitlines()
    assert [json.loads(line)["title"] for line in lines] == titles


def test_ordinary_text_is_left_alone(session: Session) -> None:
    add_lead(session, title="C++ = fun", first_name="D'Arcy")
    [row] = csv_rows(exported(session))
    assert (row["title"], row["first_name"]) == ("C++ = fun", "D'Arcy")


def test_suppressed_leads_stay_out_and_are_counted(session: Session) -> None:
    campaign = add_campaign(session)
    for status in ("ready", "unsubscribed", "do_not_contact"):
        add_lead(session, campaign, status=status)
    everyone = Selection(scope=LeadScope(campaign_id=campaign.id))
    out = io.StringIO()
    assert export_leads(session, ExportRequest(everyone), out) == ExportReport(1, left_out=2)
    assert [row["status"] for row in csv_rows(out.getvalue())] == ["ready"]
    whole = ExportRequest(everyone, with_suppressed=True)
    assert export_leads(session, whole, io.StringIO()) == ExportReport(3, left_out=0)


def test_marked_leads_are_exported_in_the_order_of_the_list(session: Session) -> None:
    names = {name: add_lead(session, last_name=name).id for name in ("Zed", "Ada", "Mia")}
    marked = Selection(frozenset({names["Zed"], names["Ada"]}))
    out = io.StringIO()
    export_leads(session, ExportRequest(marked, sort=Sort("name")), out)
    assert [row["last_name"] for row in csv_rows(out.getvalue())] == ["Ada", "Zed"]


def test_documents_keep_each_digit(session: Session) -> None:
    exact = '{"n": 12345678901234567890.1230, "big": 1e400}'
    made = add_lead(session)
    for statement in (
        "UPDATE leads SET custom_data = CAST(:document AS jsonb) WHERE lead_id = :id",
        "UPDATE organizations SET website_raw_data = CAST(:document AS jsonb)"
        " WHERE organization_id = (SELECT company_id FROM leads WHERE lead_id = :id)",
    ):
        session.execute(text(statement), {"document": exact, "id": made.id})
    [row] = csv_rows(exported(session, documents=True))
    line = exported(session, "jsonl", documents=True)
    assert "12345678901234567890.1230" in row["custom_data"]
    assert line.count("12345678901234567890.1230") == 2
    assert "organization_website_raw_data" not in exported(session)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (
            "instantly",
            {
                "Email": "ada@acme.com",
                "First Name": "Ada",
                "Company Name": "Acme",
                "Job Title": "CTO",
                "Website": "https://acme.com",
                "company_domain": "acme.com",
                "Location": "Spain",
                "Personalization": "'=Hi",
            },
        ),
        (
            "smartlead",
            {
                "email": "ada@acme.com",
                "first_name": "Ada",
                "company_name": "Acme",
                "company_url": "acme.com",
                "custom_fields": '{"job_title":"CTO","icebreaker":"=Hi"}',
            },
        ),
        (
            "hubspot",
            {
                "Record ID": "",
                "Email": "ada@acme.com",
                "Company Name": "Acme S.A.",
                "Company domain name": "acme.com",
                "Number of Employees": "12",
                "Country/Region": "Spain",
                "Lead Status": "OPEN",
                "Unsubscribed from all email": "",
            },
        ),
    ],
)
def test_the_forms_of_others_have_their_headers(
    session: Session, form: str, expected: dict[str, str]
) -> None:
    acme = add_organization(
        session,
        "Acme S.A.",
        "acme.com",
        formatted_organization_name="Acme",
        website_url="https://acme.com",
        country="Spain",
        estimated_num_employees=12,
    )
    add_lead(
        session,
        None,
        acme,
        email="ada@acme.com",
        first_name="Ada",
        title="CTO",
        status="ready",
        email_icebreaker="=Hi",
    )
    [row] = csv_rows(exported(session, form))
    assert expected.items() <= row.items()


@given(st.text())
def test_a_cell_made_harmless_is_restored(value: str) -> None:
    cell = csv_cell(value)
    assert restored(cell) == value
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


def test_a_stopped_export_leaves_no_file(session: Session, tmp_path: Path) -> None:
    add_lead(session)
    told: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> bool:
        told.append((done, total))
        return False

    request = ExportRequest(Selection(scope=LeadScope()))
    with pytest.raises(ExportCancelled):
        export_file(session, request, tmp_path / "leads.csv", stop)
    assert told == [(0, 1)]
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_is_refused(session: Session) -> None:
    with pytest.raises(ConfigurationError, match="csv, jsonl, json, instantly"):
        exported(session, "xlsx")


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
