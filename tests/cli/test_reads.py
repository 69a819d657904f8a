"""lookup, leads, show and log: what they print, and exit code 1 where that is nothing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tests.cli.conftest import Command, Sql

GHOST = "00000000-0000-4000-8000-000000000000"


def test_lookup_finds_an_organization_with_its_leads(demo: Command) -> None:
    found = demo("lookup", "nordpack.example", "--json")
    hit = found.json["hits"][0]
    assert (found.code, found.json["read_as"], hit["why"]) == (0, "domain", "domain")
    assert hit["organization"]["name"] == "Nordpack Verpackungen AG"
    assert hit["total_leads"] >= len(hit["leads"]) > 0
    assert {"email", "status", "campaign_name"} <= hit["leads"][0].keys()


def test_lookup_takes_a_query_of_several_words(demo: Command) -> None:
    found = demo("lookup", "Papierfabrik", "Hegau", "--json")
    assert [hit["organization"]["email_domain"] for hit in found.json["hits"]] == [
        "hegau-papier.example"
    ]


def test_lookup_of_nothing_is_exit_1_with_an_empty_document(demo: Command) -> None:
    found = demo("lookup", "nowhere.example", "--json")
    assert (found.code, found.json["hits"]) == (1, [])
    assert found.err.startswith("customer-center: Nothing found for")


def test_lookup_shows_people_a_table(demo: Command) -> None:
    found = demo("lookup", "hegau-papier.example")
    assert "Papierfabrik Hegau" in found.out
    assert "DACH manufacturers: energy audit" in found.out


def test_leads_json_has_utc_times_and_text_ids(demo: Command) -> None:
    lead = demo("leads", "--status", "replied", "--limit", 1, "--json").json[0]
    UUID(lead["lead_id"])
    assert lead["created_at"].endswith("Z")
    assert datetime.fromisoformat(lead["created_at"]).year == 2026
    assert lead["status"] == "replied"


def test_leads_of_a_campaign_are_all_listed(demo: Command, sql: Sql) -> None:
    name = "Nordic software teams"
    listed = demo("leads", "--campaign", name.upper(), "--limit", 1000, "--json").json
    expected = sql(
        "SELECT count(*) FROM leads JOIN campaigns USING (campaign_id) WHERE name = %s", name
    )
    assert len(listed) == expected[0][0]
    assert {lead["campaign_name"] for lead in listed} == {name}


def test_leads_says_how_many_more_there_are(demo: Command) -> None:
    listed = demo("leads", "--limit", 3)
    assert len(listed.out.splitlines()) == 4
    assert "3 of 393 leads" in listed.err


def test_leads_takes_several_statuses(demo: Command) -> None:
    listed = demo("leads", "--status", "won", "--status", "lost", "--json").json
    assert {lead["status"] for lead in listed} == {"won", "lost"}


def test_no_such_leads_is_exit_1(demo: Command) -> None:
    listed = demo("leads", "--status", "no_such", "--json")
    assert (listed.code, listed.json) == (1, [])


def test_an_unknown_campaign_is_exit_1_and_one_sentence(demo: Command) -> None:
    listed = demo("leads", "--campaign", "Nix")
    assert (listed.code, listed.out) == (1, "")
    assert listed.err == "customer-center: There is no campaign named 'Nix'.\n"


def test_show_a_lead_with_its_organization_and_history(demo: Command, sql: Sql) -> None:
    [(lead_id,)] = sql("SELECT lead_id FROM leads WHERE status = 'won' LIMIT 1")
    shown = demo("show", lead_id, "--json").json
    assert (shown["kind"], shown["lead_id"], shown["status"]) == ("lead", lead_id, "won")
    assert shown["organization"]["website_summary_data"]["industry"]
    assert shown["campaign"]["name"]
    assert {"field", "old", "new", "actor"} <= shown["changes"][0].keys()


def test_show_keeps_each_digit_of_a_stored_document(demo: Command, sql: Sql) -> None:
    [(lead_id,)] = sql(
        "UPDATE leads SET custom_data = '{\"n\": [1.10, 12345678901234567890.5]}' "
        "WHERE status = 'won' RETURNING lead_id"
    )[:1]
    out = demo("show", lead_id, "--json").out
    assert "1.10" in out
    assert "12345678901234567890.5" in out


def test_show_by_address_takes_the_newest_lead_and_names_the_other_campaigns(
    demo: Command, sql: Sql
) -> None:
    [(email, number)] = sql(
        "SELECT email, count(*) FROM leads GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1"
    )
    shown = demo("show", f"Someone <{email.upper()}>", "--json")
    [(newest,)] = sql(
        "SELECT lead_id FROM leads WHERE email = %s ORDER BY created_at DESC LIMIT 1", email
    )
    assert shown.json["lead_id"] == newest
    assert len(shown.json["other_campaigns"]) == number - 1
    assert f"in {number} campaigns" in shown.err


def test_show_an_organization(demo: Command, sql: Sql) -> None:
    [(row_id,)] = sql("SELECT organization_id FROM organizations WHERE name = 'Tirol Kristall'")
    shown = demo("show", row_id, "--json").json
    assert (shown["kind"], shown["email_domain"]) == ("organization", "tirol-kristall.example")
    assert sum(shown["lead_counts"].values()) == len(shown["leads"])


def test_show_a_campaign(demo: Command, sql: Sql) -> None:
    [(row_id,)] = sql("SELECT campaign_id FROM campaigns WHERE status = 'paused'")
    shown = demo("show", row_id, "--json").json
    assert (shown["kind"], shown["status"]) == ("campaign", "paused")
    assert sum(shown["lead_counts"].values()) > 50


def test_show_for_people_is_fields(demo: Command, sql: Sql) -> None:
    [(lead_id, email)] = sql("SELECT lead_id, email FROM leads WHERE status = 'won' LIMIT 1")
    shown = demo("show", lead_id)
    assert shown.code == 0
    assert any(line.split() == ["email", email] for line in shown.out.splitlines())


def test_show_of_nothing_is_exit_1(demo: Command) -> None:
    for wanted in (GHOST, "nobody@nowhere.example", "something"):
        shown = demo("show", wanted)
        assert (shown.code, shown.out) == (1, "")


def test_log_is_newest_first_and_by_actor(demo: Command) -> None:
    listed = demo("log", "--actor", "Anna", "--json").json
    assert {row["actor"] for row in listed} == {"anna"}
    times = [row["changed_at"] for row in listed]
    assert times == sorted(times, reverse=True)


def test_log_since_leaves_older_changes_out(demo: Command, sql: Sql) -> None:
    sql("UPDATE changes SET changed_at = now() - interval '3 hours' WHERE change_id % 2 = 0")
    sql("UPDATE changes SET changed_at = now() - interval '1 hour' WHERE change_id % 2 = 1")
    [(expected,)] = sql("SELECT count(*) FROM changes WHERE change_id % 2 = 1")
    assert len(demo("log", "--since", "2h", "--limit", 10000, "--json").json) == expected


def test_log_without_changes_is_exit_1(command: Command) -> None:
    listed = command("log", "--json")
    assert (listed.code, listed.json) == (1, [])
