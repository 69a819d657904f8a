"""``doctor`` and ``revert``: what is wrong, and what one writer did taken back."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg2
import pytest

from db.engine import translate
from db.errors import Refused
from tests.cli.conftest import Command, Sql

# As n8n's Postgres Trigger node makes it.
FOREIGN = """
CREATE FUNCTION n8n_trigger_function_ab12() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('n8n_channel_ab12', row_to_json(NEW)::text);
    RETURN NULL;
END $$;
CREATE TRIGGER n8n_trigger_ab12 AFTER INSERT OR UPDATE ON organizations
    FOR EACH ROW EXECUTE FUNCTION n8n_trigger_function_ab12();
"""

LARGE = """
SELECT count(*) FILTER (WHERE octet_length(row_to_json(o)::text) >= 8000), count(*)
  FROM organizations o"""


@pytest.fixture
def leaked(database_url: str) -> Iterator[None]:
    """Two connections of one workflow program that only listen."""
    connections = [psycopg2.connect(database_url, application_name="n8n") for _ in range(2)]
    for connection in connections:
        connection.autocommit = True
        connection.cursor().execute("LISTEN customer_center")
    yield
    for connection in connections:
        connection.close()


def test_a_healthy_database_has_no_findings(command: Command) -> None:
    ended = command("doctor")
    assert (ended.code, ended.out) == (0, "")
    assert "Nothing is wrong." in ended.err


@pytest.mark.usefixtures("leaked")
def test_each_finding_is_a_line_that_says_what_to_do(demo: Command, sql: Sql) -> None:
    sql("UPDATE organizations SET raw_address = repeat('x', 9000) WHERE name < 'M'")
    large, every = sql(LARGE)[0]
    sql(FOREIGN)
    sql("ALTER TABLE leads DISABLE TRIGGER leads_before")
    sql(
        "WITH few AS (SELECT lead_id FROM leads LIMIT 3) UPDATE leads SET status = 'waiting_room',"
        " title = '', reply_received_at = now() + interval '1 year' FROM few"
        " WHERE few.lead_id = leads.lead_id"
    )
    sql("UPDATE leads SET email_verification_status = 'invalid' WHERE status = 'sent'")
    ended = demo("doctor", "--json")
    assert ended.code == 1
    found = {finding["what"].split(" (")[0]: finding for finding in ended.json["findings"]}
    whats = "\n".join(found)
    assert (
        f" and {large} of {every} rows"
        in found["trigger n8n_trigger_ab12 on organizations"]["what"]
    )
    assert "trigger leads_before on leads is off" in whats
    assert "n8n at this machine has 2 connections that only listen" in whats
    assert "leads.status is 'waiting_room' in 3 rows" in found
    assert "leads.title is '' instead of NULL in 3 rows" in found
    assert "leads.reply_received_at is in the future in 3 rows" in found
    assert "queued or sent though nobody found the address valid" in whats
    lines = demo("doctor").out.splitlines()
    assert len(lines) == len(ended.json["findings"])
    assert all(". To do: " in line for line in lines)
    assert lines[0].startswith("error: ")


def test_a_write_that_another_program_s_trigger_fails_names_that_trigger(
    demo: Command, sql: Sql
) -> None:
    sql(FOREIGN)
    with pytest.raises(psycopg2.Error) as failed:
        sql("UPDATE organizations SET raw_address = repeat('x', 9000)")
    refused = translate(failed.value)
    assert isinstance(refused, Refused)
    assert "n8n_trigger_function_ab12" in str(refused)
    assert "customer-center doctor" in str(refused)


def test_what_a_workflow_did_is_previewed_and_taken_back_as_one_step(
    demo: Command, sql: Sql
) -> None:
    leads = [row[0] for row in sql("SELECT lead_id FROM leads ORDER BY lead_id LIMIT 3")]
    before = sql("SELECT lead_id, status, title FROM leads ORDER BY lead_id")
    sql("SET customer_center.actor = 'flow'")
    sql("UPDATE leads SET title = 'Robot' WHERE lead_id = ANY(%s::uuid[])", leads)
    sql("SET customer_center.actor = 'anna'")
    sql("UPDATE leads SET title = 'CEO' WHERE lead_id = %s", leads[0])
    preview = demo("revert", "--actor", "flow", "--since", "1h", "--dry-run", "--json").json
    assert (preview["rows"], len(preview["left"]), preview["dry_run"]) == (3, 1, True)
    assert sql("SELECT count(*) FROM leads WHERE title = 'Robot'") == [(2,)]
    ended = demo("revert", "--actor", "flow", "--since", "1h")
    assert ended.code == 0
    assert "lead.title" in ended.out
    assert "anna changed since" in ended.err
    assert "2 rows were taken back as one step" in ended.err
    after = sql("SELECT lead_id, status, title FROM leads ORDER BY lead_id")
    assert [row for row in before if row[0] != leads[0]] == [
        row for row in after if row[0] != leads[0]
    ]
    assert demo("revert", "--actor", "nobody", "--since", "1h").code == 1


def test_grants_are_printed_without_a_database(bare: Command) -> None:
    ended = bare("grants", "automation", "--name", "n8n")
    assert ended.code == 0
    assert "CREATE ROLE n8n LOGIN" in ended.out
    assert bare("grants", "owner").code == 2
    assert bare("grants", "viewer", "--name", "x y").code == 2
