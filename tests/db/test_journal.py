"""The journal: who changed which field of which row, from what to what."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from db.database import Database
from db.engine import label_transaction
from db.models import Campaign, Lead
from db.queries import changes
from tests.support import (
    OPERATOR,
    add_campaign,
    add_lead,
    add_organization,
    fetch,
    journal,
    plain_connection,
    run,
    scalar,
)


@pytest.fixture
def lead(session: Session) -> UUID:
    return add_lead(session, email="ada@acme.com", first_name="Ada").id


def entries(other: PsycopgConnection, *columns: str) -> list[tuple[Any, ...]]:
    return fetch(other, f"SELECT {', '.join(columns)} FROM changes ORDER BY change_id")


def test_each_changed_field_is_one_entry(other: PsycopgConnection, lead: UUID) -> None:
    run(
        other,
        "UPDATE leads SET status = 'ready', title = 'CTO', first_name = NULL, last_name = NULL",
    )
    assert sorted(journal(other, lead)) == [
        ("first_name", "Ada", None),
        ("status", "new", "ready"),
        ("title", None, "CTO"),
    ]


@pytest.mark.parametrize(
    "column", ["email_sent_at", "reply_received_at", "last_contacted_at", "company_id"]
)
def test_moments_and_references_of_a_lead_are_journaled(
    other: PsycopgConnection, session: Session, lead: UUID, column: str
) -> None:
    value = (
        str(add_organization(session).id) if column == "company_id" else "2024-05-06 07:08:09+00"
    )
    run(other, f"UPDATE leads SET {column} = %s", value)
    assert [(entry[0], entry[2]) for entry in journal(other, lead)] == [(column, value)]


@pytest.mark.parametrize(
    ("table", "key"),
    [("campaigns", "campaign_id"), ("leads", "lead_id"), ("organizations", "organization_id")],
)
def test_every_column_but_the_bookkeeping_is_journaled(
    other: PsycopgConnection, session: Session, table: str, key: str
) -> None:
    """A column that is added without a word to the journal is found here."""
    add_lead(session)
    campaign, organization = add_campaign(session).id, add_organization(session).id
    values = {
        "text": "'changed@x.com'",
        "character varying": "'changed@x.com'",
        "integer": "7",
        "jsonb": "'[7]'",
        "timestamp with time zone": "'2024-05-06 07:08:09+00'",
    }
    references = {"campaign_id": f"'{campaign}'", "company_id": f"'{organization}'"}
    columns = fetch(
        other,
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
        " AND column_name NOT IN ('created_at', 'updated_at', 'row_version', %s)",
        table,
        key,
    )
    assignments = [f"{name} = {references.get(name) or values[kind]}" for name, kind in columns]
    row = scalar(other, f"SELECT {key} FROM {table} ORDER BY created_at LIMIT 1")
    run(other, f"UPDATE {table} SET {', '.join(assignments)} WHERE {key} = %s", row)
    assert {entry[0] for entry in journal(other, row)} == {name for name, _ in columns}


def test_an_update_that_changes_nothing_writes_nothing(
    other: PsycopgConnection, lead: UUID
) -> None:
    run(other, "UPDATE leads SET status = 'new', email = ' ADA@acme.com', title = ''")
    assert journal(other, lead) == []


def test_an_insert_writes_nothing(other: PsycopgConnection, lead: UUID) -> None:
    assert entries(other, "field") == []


def test_an_upsert_of_a_known_lead_is_journaled(other: PsycopgConnection, session: Session) -> None:
    lead = add_lead(session, email="ada@acme.com")
    run(
        other,
        "INSERT INTO leads (campaign_id, company_id, email, title) VALUES (%s, %s, %s, 'CTO')"
        " ON CONFLICT (campaign_id, email) DO UPDATE SET title = EXCLUDED.title",
        lead.campaign_id,
        lead.company_id,
        lead.email,
    )
    assert journal(other, lead.id) == [("title", None, "CTO")]


def test_the_actor_is_the_operator_of_the_settings(
    other: PsycopgConnection, session: Session, lead: UUID
) -> None:
    session.execute(update(Lead).values(title="CTO"))
    session.commit()
    assert entries(other, "actor", "table_name") == [(OPERATOR, "leads")]


def test_the_actor_is_else_the_program_s_name(other: PsycopgConnection, lead: UUID) -> None:
    run(other, "UPDATE leads SET title = 'CTO'")
    assert entries(other, "actor") == [("n8n",)]


def test_the_actor_is_else_the_role(database_url: str, lead: UUID) -> None:
    with plain_connection(database_url, "") as nameless:
        run(nameless, "UPDATE leads SET title = 'CTO'")
        assert entries(nameless, "actor = session_user") == [(True,)]


def test_the_labels_of_a_transaction_stand_in_its_entries(
    other: PsycopgConnection, session: Session, lead: UUID
) -> None:
    batch, client = uuid4(), uuid4()
    label_transaction(session, client_id=client, batch_id=batch, reason="cleaned up")
    session.execute(update(Lead).values(title="CTO"))
    session.commit()
    assert entries(other, "batch_id", "client_id", "reason") == [(batch, client, "cleaned up")]


def test_labels_end_with_their_transaction(
    other: PsycopgConnection, session: Session, lead: UUID
) -> None:
    label_transaction(session, client_id=uuid4(), batch_id=uuid4(), reason="cleaned up")
    session.commit()
    session.execute(update(Lead).values(title="CTO"))
    session.commit()
    assert entries(other, "batch_id", "client_id", "reason") == [(None, None, None)]


def test_a_transaction_is_recognised_by_the_id_that_its_client_made(
    session: Session, lead: UUID
) -> None:
    mine = uuid4()
    label_transaction(session, client_id=mine)
    session.execute(update(Lead).values(title="CTO"))
    session.commit()
    assert changes.written(session, mine)
    assert not changes.written(session, uuid4())


def test_a_rolled_back_change_is_not_journaled(
    other: PsycopgConnection, session: Session, lead: UUID
) -> None:
    session.execute(update(Lead).values(title="CTO"))
    session.rollback()
    assert entries(other, "field") == []


def test_a_deleted_row_is_kept_in_its_entry(other: PsycopgConnection, lead: UUID) -> None:
    run(other, "DELETE FROM leads")
    field, old, new = journal(other, lead)[0]
    kept = json.loads(old or "")
    assert (field, new) == ("*", None)
    assert (kept["lead_id"], kept["email"], kept["first_name"]) == (
        str(lead),
        "ada@acme.com",
        "Ada",
    )


def test_a_deleted_organization_is_kept_with_its_documents(
    other: PsycopgConnection, session: Session
) -> None:
    document = {"html": "x" * 100_000}
    organization = add_organization(session, "Acme", website_raw_data=document).id
    run(other, "DELETE FROM organizations")
    kept = json.loads(journal(other, organization)[0][1] or "")
    assert (kept["name"], kept["website_raw_data"]) == ("Acme", document)


def test_a_small_document_is_journaled_whole(other: PsycopgConnection, session: Session) -> None:
    organization = add_organization(session, website_summary_data={"is": "small"}).id
    run(other, """UPDATE organizations SET website_summary_data = '{"is": "other"}'""")
    assert journal(other, organization) == [
        ("website_summary_data", '{"is": "small"}', '{"is": "other"}')
    ]


def test_a_large_document_is_journaled_by_its_size(
    other: PsycopgConnection, session: Session
) -> None:
    organization = add_organization(session, website_raw_data=["x" * 9_000]).id
    run(other, "UPDATE organizations SET website_raw_data = jsonb_build_array(repeat('y', 9000))")
    field, old, new = journal(other, organization)[0]
    assert field == "website_raw_data"
    assert [json.loads(side or "")["document_bytes"] for side in (old, new)] == [9_004, 9_004]
    assert old != new


def test_an_unchanged_large_document_is_not_journaled(
    other: PsycopgConnection, session: Session
) -> None:
    organization = add_organization(session, website_raw_data=["x" * 9_000]).id
    run(other, "UPDATE organizations SET name = 'Acme', website_raw_data = website_raw_data")
    assert [entry[0] for entry in journal(other, organization)] == ["name"]


def test_one_statement_on_ten_thousand_rows_is_journaled_row_by_row(
    other: PsycopgConnection, session: Session
) -> None:
    campaign, organization = add_campaign(session), add_organization(session)
    run(
        other,
        "INSERT INTO leads (campaign_id, company_id, email)"
        " SELECT %s, %s, 'p' || i || '@x.com' FROM generate_series(1, 10000) i",
        campaign.id,
        organization.id,
    )
    run(other, "UPDATE leads SET status = 'ready'")
    query = "SELECT count(*), count(DISTINCT row_id), min(field), min(new_value) FROM changes"
    assert fetch(other, query) == [(10_000, 10_000, "status", "ready")]


def test_a_large_statement_after_single_ones_takes_seconds_at_most(
    other: PsycopgConnection, session: Session
) -> None:
    """The plan of the trigger is kept from the first statements, which were small."""
    campaign, organization = add_campaign(session), add_organization(session)
    insert = (
        "INSERT INTO leads (campaign_id, company_id, email)"
        " SELECT %s, %s, 'p' || i || '@x.com' FROM generate_series(1, 20000) i"
    )
    run(other, insert, campaign.id, organization.id)
    run(other, "ANALYZE leads")
    for number in range(8):
        run(other, "UPDATE leads SET title = %s WHERE email = 'p1@x.com'", str(number))
    run(other, "SET statement_timeout = '15s'")
    run(other, "UPDATE leads SET status = 'ready'")
    assert scalar(other, "SELECT count(*) FROM changes WHERE field = 'status'") == 20_000


def test_the_journal_of_a_key_s_change_takes_no_time(other: PsycopgConnection, lead: UUID) -> None:
    """Compiling the trigger's plan (jit) would add a fifth of a second to each key."""
    times = []
    for number in range(5):
        query = f"EXPLAIN (ANALYZE, FORMAT JSON) UPDATE leads SET title = '{number}'"
        triggers = scalar(other, query)[0]["Triggers"]
        times += [entry["Time"] for entry in triggers if entry["Trigger Name"] == "leads_journal"]
    assert len(times) == 5
    assert min(times) < 20, f"milliseconds: {times}"


def test_the_journal_is_read_newest_first(
    database: Database, other: PsycopgConnection, session: Session, lead: UUID
) -> None:
    run(other, "UPDATE leads SET title = 'CTO'")
    session.execute(update(Lead).values(status="ready"))
    session.commit()
    found = changes.of_row(session, lead)
    assert [(change.field, change.old, change.new, change.actor) for change in found] == [
        ("status", "new", "ready", OPERATOR),
        ("title", None, "CTO", "n8n"),
    ]
    assert changes.of_row(session, lead, limit=1) == found[:1]


def test_the_journal_of_all_rows_is_narrowed_by_actor_and_time(
    other: PsycopgConnection, session: Session, lead: UUID
) -> None:
    run(other, "UPDATE leads SET title = 'CTO'")
    session.execute(update(Campaign).values(name="renamed"))
    session.commit()
    now = session.scalar(text("SELECT clock_timestamp()"))
    assert [change.actor for change in changes.latest(session)] == [OPERATOR, "n8n"]
    assert [change.field for change in changes.latest(session, actor="N8N")] == ["title"]
    assert changes.latest(session, since=now) == ()
