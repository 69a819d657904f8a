"""Announcements: ids and column names on one channel, one per statement, never a row."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from tests.support import (
    add_campaign,
    add_lead,
    add_organization,
    decoded,
    fetch,
    notifications,
    plain_connection,
    run,
    scalar,
)

# PostgreSQL fails the writer's transaction beyond 8,000 bytes.
LIMIT = 300


@pytest.fixture
def listener(database_url: str, one: UUID) -> Iterator[PsycopgConnection]:
    with plain_connection(database_url, "listener") as connection:
        run(connection, "LISTEN customer_center")
        yield connection


@pytest.fixture
def one(session: Session) -> UUID:
    return add_lead(session, email="ada@acme.com").id


def heard(listener: PsycopgConnection, other: PsycopgConnection) -> list[str]:
    """Return what was announced so far: all that comes before a mark."""
    run(other, "NOTIFY customer_center, 'mark'")
    payloads: list[str] = []
    while "mark" not in payloads:
        more = notifications(listener, 1)
        assert more, "the mark did not arrive"
        payloads += more
    return payloads[:-1]


def test_an_update_is_announced_with_id_and_fields(
    listener: PsycopgConnection, other: PsycopgConnection, one: UUID
) -> None:
    run(other, "UPDATE leads SET status = 'ready', title = 'CTO'")
    transaction = scalar(other, "SELECT max(transaction_id::text) FROM changes")
    assert [decoded(payload) for payload in heard(listener, other)] == [
        {
            "table": "leads",
            "op": "update",
            "count": 1,
            "ids": [str(one)],
            "fields": ["title", "status"],
            "transaction": transaction,
        }
    ]


def test_a_writer_says_nothing_rather_than_wait_for_another_one(
    listener: PsycopgConnection, other: PsycopgConnection, database_url: str, one: UUID
) -> None:
    """What it wrote is in the journal; ``always`` announces it all the same, ``off`` nothing."""
    with plain_connection(database_url) as busy:
        run(busy, "BEGIN")
        run(busy, "UPDATE campaigns SET name = 'x'")
        run(other, "UPDATE leads SET title = 'unheard'")
        run(other, "SET customer_center.notify = 'always'")
        run(other, "UPDATE leads SET title = 'heard'")
        run(busy, "COMMIT")
    run(other, "SET customer_center.notify = 'off'")
    run(other, "UPDATE leads SET title = 'unheard'")
    told = [decoded(payload) for payload in heard(listener, other)]
    assert [(one["table"], one["op"]) for one in told] == [
        ("leads", "update"),
        ("campaigns", "update"),
    ]
    assert scalar(other, "SELECT count(*) FROM changes WHERE field = 'title'") == 3


def test_an_insert_and_a_delete_are_announced(
    listener: PsycopgConnection, other: PsycopgConnection, one: UUID
) -> None:
    made = fetch(other, "INSERT INTO campaigns (name) VALUES ('x') RETURNING campaign_id::text")[0]
    run(other, "DELETE FROM leads")
    inserted, deleted = (decoded(payload) for payload in heard(listener, other))
    assert (inserted["table"], inserted["op"], inserted["ids"]) == ("campaigns", "insert", [*made])
    assert (deleted["table"], deleted["op"], deleted["ids"]) == ("leads", "delete", [str(one)])


def test_a_statement_of_many_rows_is_one_announcement_without_ids(
    listener: PsycopgConnection, other: PsycopgConnection
) -> None:
    run(
        other,
        "INSERT INTO leads (campaign_id, company_id, email)"
        " SELECT campaign_id, company_id, 'p' || i || '@x.com' FROM leads, generate_series(1, 500) i",
    )
    run(other, "UPDATE leads SET status = 'ready'")
    inserted, updated = (decoded(payload) for payload in heard(listener, other))
    assert (inserted["count"], inserted["ids"]) == (500, None)
    assert (updated["count"], updated["ids"], updated["fields"]) == (501, None, ["status"])


def test_each_statement_of_a_transaction_is_announced_but_for_what_was_taken_back(
    listener: PsycopgConnection, other: PsycopgConnection, session: Session, one: UUID
) -> None:
    two = add_lead(session).id
    heard(listener, other)
    run(other, "BEGIN")
    run(other, "UPDATE leads SET status = 'ready' WHERE lead_id = %s", one)
    run(other, "SAVEPOINT before; UPDATE leads SET title = 'unheard'; ROLLBACK TO before")
    run(
        other,
        "UPDATE leads SET title = CASE lead_id WHEN %s THEN 'CTO' END, headline = CASE lead_id"
        " WHEN %s THEN 'x' END",
        one,
        two,
    )
    run(other, "COMMIT")
    first, second = (decoded(payload) for payload in heard(listener, other))
    assert (first["ids"], first["fields"]) == ([str(one)], ["status"])
    assert (second["count"], {*second["ids"]}) == (2, {str(one), str(two)})
    assert second["fields"] == ["headline", "title"]


def test_statements_that_change_nothing_are_not_announced(
    listener: PsycopgConnection, other: PsycopgConnection
) -> None:
    run(other, "UPDATE leads SET status = 'new'")
    run(other, "UPDATE leads SET status = 'ready' WHERE false")
    run(other, "DELETE FROM leads WHERE false")
    assert heard(listener, other) == []


def test_a_rolled_back_statement_is_not_announced(
    listener: PsycopgConnection, other: PsycopgConnection
) -> None:
    run(other, "BEGIN")
    run(other, "UPDATE leads SET status = 'ready'")
    run(other, "ROLLBACK")
    assert heard(listener, other) == []


def test_no_content_of_a_row_is_announced(
    listener: PsycopgConnection, other: PsycopgConnection, session: Session
) -> None:
    run(
        other,
        "INSERT INTO organizations (name, email_domain, website_raw_data)"
        " VALUES (repeat('canary', 2000), 'canary.com', to_jsonb(repeat('canary', 2000000)))",
    )
    run(other, "UPDATE organizations SET raw_address = repeat('canary', 2000), country = 'canary'")
    run(other, "DELETE FROM organizations WHERE email_domain = 'canary.com'")
    payloads = heard(listener, other)
    assert len(payloads) == 3
    assert not any("canary" in payload for payload in payloads)


@pytest.mark.parametrize("table", ["campaigns", "organizations", "leads"])
@pytest.mark.parametrize("columns", [4, 99])
def test_an_announcement_is_short_whichever_columns_change(
    listener: PsycopgConnection,
    other: PsycopgConnection,
    session: Session,
    table: str,
    columns: int,
) -> None:
    campaign, organization = add_campaign(session), add_organization(session)
    for _ in range(2):
        add_lead(session, campaign, organization)
    run(other, "INSERT INTO organizations (name, email_domain) VALUES ('x', 'x.com')")
    heard(listener, other)
    longest = fetch(
        other,
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
        " AND data_type <> 'uuid' AND column_name NOT IN ('row_version', 'email')"
        " ORDER BY length(column_name) DESC LIMIT %s",
        table,
        columns,
    )
    new = {"integer": "7", "jsonb": "'[1]'", "timestamp with time zone": "now()"}
    any_text = "gen_random_uuid()::text"
    values = ", ".join(f"{name} = {new.get(kind, any_text)}" for name, kind in longest)
    run(other, f"UPDATE {table} SET {values}")
    run(other, f"DELETE FROM {table}" if table == "leads" else "DELETE FROM leads")
    payloads = heard(listener, other)
    assert len(payloads) == 2
    assert max(len(payload.encode()) for payload in payloads) < LIMIT
