"""status: compare-and-set by the rules of the keys, each id with a result of its own."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Command, Sql

GHOST = "00000000-0000-4000-8000-000000000000"


def some(sql: Sql, status: str, number: int = 1) -> list[str]:
    """Ids of leads in a status."""
    rows = sql("SELECT lead_id FROM leads WHERE status = %s LIMIT %s", status, number)
    return [row[0] for row in rows]


def status_of(sql: Sql, lead_id: str) -> str:
    """The status of a lead now."""
    return str(sql("SELECT status FROM leads WHERE lead_id = %s", lead_id)[0][0])


def test_a_change_is_written_and_journaled(demo: Command, sql: Sql) -> None:
    [lead] = some(sql, "new")
    changed = demo("status", "ready", lead, "--json")
    assert changed.code == 0
    assert changed.json == [
        {"id": lead, "kind": "lead", "result": "changed", "old": "new", "new": "ready"}
        | {"message": None}
    ]
    assert sql("SELECT new_value, actor FROM changes ORDER BY change_id DESC LIMIT 1") == [
        ("ready", "tester")
    ]


def test_each_id_has_its_own_line_and_one_refusal_is_exit_1(demo: Command, sql: Sql) -> None:
    good, bad = some(sql, "new")[0], some(sql, "won")[0]
    changed = demo("status", "ready", good, bad, GHOST)
    lines = changed.out.splitlines()
    assert changed.code == 1
    assert [line.split()[:2] for line in lines] == [
        [good, "changed"],
        [bad, "refused"],
        [GHOST, "not_found"],
    ]
    assert (status_of(sql, good), status_of(sql, bad)) == ("ready", "won")


def test_the_same_status_again_is_no_failure(demo: Command, sql: Sql) -> None:
    [lead] = some(sql, "ready")
    changed = demo("status", "ready", lead, "--json")
    assert (changed.code, changed.json[0]["result"]) == (0, "unchanged")


def test_force_goes_against_the_transitions(demo: Command, sql: Sql) -> None:
    [lead] = some(sql, "won")
    assert demo("status", "ready", lead, "--force").code == 0
    assert status_of(sql, lead) == "ready"


@pytest.mark.parametrize("options", [(), ("--force",), ("--reason", "asked us to")])
def test_a_suppressed_lead_stays_so(demo: Command, sql: Sql, options: tuple[str, ...]) -> None:
    [lead] = some(sql, "unsubscribed")
    changed = demo("status", "ready", lead, *options)
    assert changed.code == 1
    assert status_of(sql, lead) == "unsubscribed"


def test_force_with_a_reason_leaves_a_suppressed_status(demo: Command, sql: Sql) -> None:
    [lead] = some(sql, "unsubscribed")
    changed = demo("status", "ready", lead, "--force", "--reason", "asked to be written to")
    assert changed.code == 0
    assert sql("SELECT reason FROM changes ORDER BY change_id DESC LIMIT 1") == [
        ("asked to be written to",)
    ]


def test_a_campaign_takes_its_own_statuses_and_their_synonyms(demo: Command, sql: Sql) -> None:
    [(campaign,)] = sql("SELECT campaign_id FROM campaigns WHERE status = 'paused'")
    changed = demo("status", "running", campaign, "--json").json[0]
    assert (changed["kind"], changed["old"], changed["new"]) == ("campaign", "paused", "active")


def test_an_organization_has_no_status(demo: Command, sql: Sql) -> None:
    [(row_id,)] = sql("SELECT organization_id FROM organizations LIMIT 1")
    changed = demo("status", "ready", row_id)
    assert changed.code == 1
    assert "no status" in changed.out


def test_a_row_that_another_program_holds_is_refused_in_words(
    demo: Command, sql: Sql, database_url: str
) -> None:
    [lead] = some(sql, "new")
    sql("BEGIN")
    sql("SELECT 1 FROM leads WHERE lead_id = %s FOR UPDATE", lead)
    changed = demo("status", "ready", lead, CUSTOMER_CENTER_LOCK_TIMEOUT="1")
    sql("ROLLBACK")
    assert changed.code == 1
    assert "another program holds this row" in changed.out


def test_a_word_that_is_no_status_is_wrong_usage(demo: Command) -> None:
    changed = demo("status", "redy", GHOST)
    assert (changed.code, changed.out) == (2, "")
    assert "'redy' is no status" in changed.err


def test_a_word_that_is_no_id_changes_nothing(demo: Command, sql: Sql) -> None:
    [lead] = some(sql, "new")
    changed = demo("status", "ready", lead, "nonsense")
    assert changed.code == 2
    assert status_of(sql, lead) == "new"
