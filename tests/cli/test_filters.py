"""``--filter`` of leads and export: which rows, and what is said of a text that is no filter."""

from __future__ import annotations

import json

import pytest
from rich.cells import cell_len

from db.filters import FilterError, parse
from tests.cli.conftest import Command, Sql
from tui.filter_text import explained, pointed


def test_leads_of_a_filter(demo: Command, sql: Sql) -> None:
    wanted = "status:new,ready country:DE -verification:invalid employees:10..5000"
    listed = demo("leads", "--filter", wanted, "--limit", 1000, "--json").json
    expected = sql(
        "SELECT lead_id FROM leads JOIN organizations ON organization_id = company_id "
        "WHERE leads.status IN ('new', 'ready') AND country = 'Germany' "
        "AND email_verification_status IS DISTINCT FROM 'invalid' "
        "AND estimated_num_employees BETWEEN 10 AND 5000"
    )
    assert {lead["lead_id"] for lead in listed} == {lead_id for (lead_id,) in expected} != set()


def test_a_filter_goes_with_the_other_options(demo: Command) -> None:
    campaign = "Nordic software teams"
    listed = demo(
        "leads", "--campaign", campaign, "--status", "sent", "--filter=-has:reply", "--json"
    ).json
    assert {(lead["campaign_name"], lead["status"]) for lead in listed} == {(campaign, "sent")}


def test_export_of_a_filter(demo: Command, sql: Sql) -> None:
    wanted = 'campaign:"nordic software teams" json:summary.industry=* sent:2026'
    exported = demo("export", "--filter", wanted, "--format", "jsonl", "--with-suppressed")
    rows = [json.loads(line) for line in exported.out.splitlines()]
    expected = sql(
        "SELECT lead_id FROM leads JOIN campaigns USING (campaign_id) "
        "JOIN organizations ON organization_id = company_id "
        "WHERE campaigns.name = 'Nordic software teams' AND website_summary_data ? 'industry' "
        "AND email_sent_at >= '2026-01-01Z' AND email_sent_at < '2027-01-01Z'"
    )
    assert {row["lead_id"] for row in rows} == {lead_id for (lead_id,) in expected} != set()


@pytest.mark.parametrize("name", ["leads", "export"])
def test_nothing_that_passes_is_exit_1(demo: Command, name: str) -> None:
    ended = demo(name, "--filter", "title:zzz")
    assert (ended.code, ended.err) == (1, "customer-center: There are no such leads.\n")


@pytest.mark.parametrize("name", ["leads", "export"])
def test_a_campaign_that_is_not_there_is_exit_1(demo: Command, name: str) -> None:
    ended = demo(name, "--filter", "campaign:Nix")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("customer-center: There is no campaign named 'Nix'.\n")


@pytest.mark.parametrize("name", ["leads", "export"])
def test_a_text_that_is_no_filter_is_explained(bare: Command, name: str) -> None:
    ended = bare(name, "--filter", "country:DE status:new,redy", COLUMNS="60")
    assert (ended.code, ended.out) == (2, "")
    said = ended.err.splitlines()
    assert said[:3] == [
        "customer-center: status has no value 'redy'; did you mean ready?",
        "  country:DE status:new,redy",
        "                        ^^^^",
    ]
    assert said[3].startswith("  Valid here: new, enriching, ready,")
    assert all(len(line) <= 60 for line in said[1:])


def test_a_date_that_does_not_exist_is_pointed_at(bare: Command) -> None:
    ended = bare("leads", "--filter", "sent:2026-02-30")
    assert ended.code == 2
    assert ended.err.startswith(
        "customer-center: There is no 2026-02-30.\n  sent:2026-02-30\n       ^^^^^^^^^^\n"
    )


def error_of(text: str) -> FilterError:
    with pytest.raises(FilterError) as raised:
        parse(text)
    return raised.value


@pytest.mark.parametrize("width", [10, 30, 80])
@pytest.mark.parametrize(
    "text",
    [
        "status:foo",
        "a " * 90 + "status:foo" + " b" * 500,
        "\x1b]0;x\a \u202e日本語 status:foo \x9b",
        "e\u0301 " * 40 + "status:日本語",
        "title:",
        "a" * 5_000,
    ],
)
def test_the_place_is_shown_on_lines_that_are_harmless_and_fit(text: str, width: int) -> None:
    error = error_of(text)
    line, marks = pointed(error, width)
    assert line.isprintable()
    assert cell_len(line) <= width
    assert len(marks) <= width
    assert marks.strip(" ").strip("^") == ""
    assert all(cell_len(each) <= width for each in explained(error, width))
    if text.isascii() and error.length and width > 2 * error.length:
        assert line[marks.index("^") : len(marks)] == error.offending
