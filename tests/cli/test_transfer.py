"""import and export: counts that add up, files that nobody else can read, nothing half."""

from __future__ import annotations

import csv
import gzip
import io
import json
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Command, Sql

HEADER = ("First Name", "Last Name", "Title", "Company Name", "Email", "Website")
PEOPLE = (
    ("Anja", "Müller", "CEO", "Nordpack", "anja@nordpack.example", "https://www.nordpack.example"),
    ("Anja", "Müller", "CEO", "Nordpack", "ANJA@nordpack.example ", "nordpack.example"),
    ("健太", "佐藤", "=1+1", "Kansai", "kenta@kansai.example", "kansai.example"),
    ("No", "Address", "", "Nix", "", "nix.example"),
    ("Bad", "Address", "", "Nix", "not an address", "nix.example"),
)
COUNTS = (
    "leads_created",
    "leads_updated",
    "leads_unchanged",
    "rejected",
)


@pytest.fixture
def people(command: Command) -> Path:
    """A file of five rows: two leads, one of them twice, and two rows without a good address."""
    path = command.folder / "people.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows((HEADER, *PEOPLE))
    return path


def test_import_counts_add_up(command: Command, people: Path) -> None:
    report = command("import", people, "--campaign", "First", "--json").json
    assert sum(report[name] for name in COUNTS) == report["rows_read"] == len(PEOPLE)
    assert (report["leads_created"], report["rejected"]) == (2, 2)
    assert sum(report["reasons"].values()) == report["rejected"]
    assert report["organizations_created"] == 2


def test_importing_again_changes_nothing(command: Command, people: Path) -> None:
    command("import", people, "--campaign", "First")
    report = command("import", people, "--campaign", "First", "--json").json
    assert (report["leads_created"], report["leads_updated"], report["leads_unchanged"]) == (
        0,
        0,
        3,
    )


def test_rejects_lie_in_the_working_folder_unless_named(command: Command, people: Path) -> None:
    command("import", people, "--campaign", "First")
    command("import", people, "--campaign", "First", "--rejects", "named.csv")
    assert (command.folder / "people.rejects.csv").read_text() == (
        command.folder / "named.csv"
    ).read_text()


def test_no_rejects_no_file(command: Command) -> None:
    path = command.folder / "good.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows((HEADER, PEOPLE[0]))
    assert command("import", path, "--campaign", "First").code == 0
    assert not (command.folder / "good.rejects.csv").exists()


def test_import_for_people_shows_counts_reasons_and_the_rejects_file(
    command: Command, people: Path
) -> None:
    ended = command("import", people, "--campaign", "First")
    assert ended.code == 0
    assert "people.rejects.csv" in ended.out
    assert ended.err == ""
    for reason in command("import", people, "--campaign", "First", "--json").json["reasons"]:
        assert reason in ended.out


def test_a_dry_run_writes_no_lead(command: Command, people: Path, sql: Sql) -> None:
    report = command("import", people, "--campaign", "First", "--dry-run", "--json").json
    assert (report["leads_created"], report["dry_run"]) == (2, True)
    assert sql("SELECT count(*) FROM leads") == [(0,)]


def test_what_was_not_understood_is_told_with_its_number_and_an_example(command: Command) -> None:
    path = command.folder / "dates.csv"
    path.write_text("First Name,Email,Last Contacted\nA,a@b.example,03/04/2026\nB,b@b.example\n")
    options = ("import", path, "--campaign", "First", "--dry-run")
    lines = [line.split() for line in command(*options).out.splitlines()]
    assert ["not", "understood:", "Last", "Contacted", "1", "line", "2:", "03/04/2026"] in lines
    assert ["fewer", "cells", "than", "the", "3", "columns", "1", "line", "3"] in lines
    first = command(*options, "--json").json["notes"][0]
    assert (first["what"], first["rows"]) == ("not understood: Last Contacted", 1)


def test_the_import_is_in_the_journal_under_the_operator(
    command: Command, people: Path, sql: Sql
) -> None:
    batch = command("import", people, "--campaign", "First", "--json").json["batch_id"]
    assert sql("SELECT actor, batch_id FROM changes WHERE field = 'import'") == [("tester", batch)]


@pytest.mark.parametrize(
    "arguments",
    [
        ("none.csv", "--campaign", "First"),
        ("people.csv",),
        ("people.csv", "--campaign", "First", "--profile", "none"),
        ("people.csv", "--campaign", "First", "--mode", "none"),
        ("people.csv", "--campaign", "First", "--rejects", "none/at/all.csv"),
        (".", "--campaign", "First"),
    ],
)
def test_what_cannot_be_imported_is_exit_2_and_one_sentence(
    command: Command, people: Path, sql: Sql, arguments: tuple[str, ...]
) -> None:
    ended = command("import", *arguments)
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert ended.err.startswith("customer-center: ")
    assert sql("SELECT count(*) FROM leads") == [(0,)]


OTHERS = "Mail;Vorname;Firma\nann@acme.example;Ann;Acme\n"
MAPPED = ("--map", "Mail=leads.email", "--map", "Vorname=leads.first_name")


def test_columns_are_mapped_by_hand_once_for_all_files_of_a_header(
    command: Command, sql: Sql
) -> None:
    for name in ("one.csv", "two.csv"):
        (command.folder / name).write_text(OTHERS)
    refused = command("import", "one.csv", "--campaign", "First")
    assert (refused.code, "--map" in refused.err) == (2, True)
    assert command("import", "one.csv", "--campaign", "First", *MAPPED).code == 0
    report = command("import", "two.csv", "--campaign", "Second", "--json").json
    assert (report["profile"], report["leads_created"]) == ("mapped", 1)
    assert sql("SELECT first_name, custom_data FROM leads LIMIT 1") == [("Ann", {"Firma": "Acme"})]


def test_standard_input_is_imported_packed_or_not(command: Command, people: Path) -> None:
    packed = gzip.compress(people.read_bytes())
    report = command("import", "-", "--campaign", "First", "--json", given=packed).json
    assert report["leads_created"] == 2
    assert (command.folder / "stdin.rejects.csv").exists()


def test_an_import_is_taken_back_by_its_batch(command: Command, people: Path, sql: Sql) -> None:
    imported = command("import", people, "--campaign", "First", "--keep-going", "--json").json
    sql("UPDATE leads SET title = 'theirs' WHERE email = 'anja@nordpack.example'")
    done = command("import-undo", imported["batch_id"], "--json").json
    assert (done["leads_deleted"], done["left_in_all"]) == (1, 2)
    assert done["left"][0]["name"] == "anja@nordpack.example"
    assert sql("SELECT email FROM leads") == [("anja@nordpack.example",)]
    assert command("import-undo", "00000000-0000-0000-0000-000000000000").code == 1


def test_csv_on_a_pipe_is_exact(demo: Command, sql: Sql) -> None:
    out = demo("export", "--with-suppressed").out
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    by_email = {row["lead_id"]: row for row in rows}
    for lead_id, first, icebreaker in sql(
        "SELECT lead_id, first_name, email_icebreaker FROM leads"
    ):
        assert by_email[lead_id]["first_name"] == first
        assert by_email[lead_id]["email_icebreaker"] == (icebreaker or "")


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_exported_json_is_whole_and_without_controls(demo: Command, sql: Sql, form: str) -> None:
    out = demo("export", "--with-suppressed", "--format", form).out
    rows = json.loads(out) if form == "json" else [json.loads(line) for line in out.splitlines()]
    expected = sql("SELECT lead_id, last_name FROM leads")
    assert {(row["lead_id"], row["last_name"]) for row in rows} == set(expected)
    assert all(char.isprintable() or char == "\n" for char in out)


def test_export_takes_campaign_and_status(demo: Command) -> None:
    name = "Iberia logistics pilot"
    rows = demo("export", "--campaign", name.lower(), "--status", "won", "--format", "json").json
    assert {(row["campaign_name"], row["status"]) for row in rows} == {(name, "won")}


def test_a_view_and_what_is_left_out_are_exported_by_name(demo: Command) -> None:
    ended = demo("export", "--view", "replied", "--filter", "has:icebreaker", "--format", "json")
    assert {row["status"] for row in ended.json} == {"replied"}
    assert all(row["email_icebreaker"] for row in ended.json)
    closed = demo("export", "--status", "unsubscribed")
    assert closed.code == 1
    assert "suppressed leads; --with-suppressed" in closed.err
    unknown = demo("export", "--view", "None such")
    assert (unknown.code, unknown.out) == (2, "")
    assert "There is no view 'None such'; there are: New, Ready" in unknown.err


def test_an_exported_file_is_the_owners_alone(demo: Command) -> None:
    ended = demo("export", "-o", "out.csv")
    path = demo.folder / "out.csv"
    assert (ended.code, ended.out) == (0, "")
    assert "out.csv" in ended.err
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_refused_export_leaves_the_file_of_before(demo: Command) -> None:
    path = demo.folder / "out.csv"
    path.write_text("before")
    ended = demo("export", "-o", "out.csv", "--campaign", "None such")
    assert ended.code == 1
    assert path.read_text() == "before"
    assert list(demo.folder.glob(".out*")) == []


def test_exporting_nothing_is_exit_1(demo: Command) -> None:
    assert demo("export", "--status", "no_such").code == 1


def test_a_file_that_cannot_be_written_is_exit_2(demo: Command) -> None:
    ended = demo("export", "-o", "none/at/all.csv")
    assert ended.code == 2
    assert "none/at/all.csv cannot be written" in ended.err
