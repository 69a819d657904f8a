"""What workflows send, as n8n's nodes send it, and the functions and views that are made for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg2
import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.comments import FUNCTIONS, RELATIONS
from tests.support import add_campaign, add_lead, fetch, plain_connection, run, scalar

COLUMNS = """SELECT column_name FROM information_schema.columns
 WHERE table_schema = 'public' AND table_name = 'leads' ORDER BY ordinal_position"""


@pytest.fixture
def campaign(session: Session) -> UUID:
    return add_campaign(session, status="active").id


def refusal(connection: PsycopgConnection, statement: str, *values: object) -> psycopg2.Error:
    with pytest.raises(psycopg2.Error) as refused:
        run(connection, statement, *values)
    return refused.value


def ready(session: Session, campaign: UUID, **values: object) -> UUID:
    given = {"status": "ready", "email_verification_status": "valid", **values}
    return add_lead(session, campaign, **given).id


# n8n's Postgres node


def test_mapped_columns_are_inserted_and_come_back_with_all_defaults(
    other: PsycopgConnection, campaign: UUID
) -> None:
    made = fetch(
        other,
        'INSERT INTO "public"."organizations" ("name", "email_domain", "website_url") VALUES'
        " ('Acme', 'HTTPS://www.Acme.com/about', '') RETURNING organization_id, email_domain,"
        " website_url, row_version",
    )[0]
    assert made[1:] == ("acme.com", None, 1)
    lead = fetch(
        other,
        'INSERT INTO "public"."leads" ("campaign_id", "company_id", "email") VALUES'
        " (%s, %s, ' Ada@Acme.COM ') RETURNING email, status, row_version",
        str(campaign),
        str(made[0]),
    )
    assert lead == [("ada@acme.com", "new", 1)]


def test_an_upsert_by_campaign_and_address_updates_whatever_form_the_address_has(
    other: PsycopgConnection, session: Session, campaign: UUID
) -> None:
    lead = add_lead(session, campaign, email="ada@acme.com")
    found = fetch(
        other,
        'INSERT INTO "public"."leads" ("campaign_id", "company_id", "email", "title")'
        " VALUES (%s, %s, 'ADA@acme.com', 'CTO') ON CONFLICT (\"campaign_id\",\"email\")"
        ' DO UPDATE SET "campaign_id" = EXCLUDED."campaign_id", "email" = EXCLUDED."email",'
        ' "title" = EXCLUDED."title" RETURNING lead_id, title',
        lead.campaign_id,
        lead.company_id,
    )
    assert found == [(lead.id, "CTO")]


def test_an_auto_mapped_update_that_is_stale_is_refused_and_a_fresh_one_taken(
    other: PsycopgConnection, session: Session, campaign: UUID
) -> None:
    """It writes all columns back as they were read, with times cut to milliseconds."""
    lead = add_lead(session, campaign)
    names = [row[0] for row in fetch(other, COLUMNS)]
    assignments = ", ".join(f'"{name}" = %s' for name in names if name != "lead_id")
    update = f'UPDATE "public"."leads" SET {assignments} WHERE "lead_id" = %s RETURNING *'

    def read() -> dict[str, object]:
        row = fetch(other, "SELECT * FROM leads WHERE lead_id = %s", lead.id)[0]
        return dict(zip(names, map(cut, row), strict=True))

    def write(row: dict[str, object]) -> None:
        run(other, update, *(row[name] for name in names if name != "lead_id"), lead.id)

    stale = read()
    run(other, "UPDATE leads SET status = 'disqualified' WHERE lead_id = %s", lead.id)
    assert scalar(other, "SELECT EXISTS(SELECT 1 FROM leads WHERE lead_id = %s)", lead.id)
    with pytest.raises(psycopg2.Error) as refused:
        write({**stale, "email_icebreaker": "Saw your talk."})
    assert (refused.value.pgcode, refused.value.diag.column_name) == ("40001", "row_version")
    write({**read(), "email_icebreaker": "Saw your talk."})
    query = "SELECT status, email_icebreaker, created_at FROM leads"
    assert fetch(other, query) == [("disqualified", "Saw your talk.", lead.created_at)]


def cut(value: object) -> object:
    if isinstance(value, datetime):
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    return value


@pytest.mark.parametrize("address", ["anna", "anna.acme.com", "anna@", "@acme.com", ""])
def test_an_address_that_is_none_is_refused_with_column_and_example(
    other: PsycopgConnection, session: Session, campaign: UUID, address: str
) -> None:
    lead = add_lead(session, campaign)
    insert = "INSERT INTO leads (campaign_id, company_id, email) VALUES (%s, %s, %s)"
    for error in (
        refusal(other, "UPDATE leads SET email = %s WHERE lead_id = %s", address, lead.id),
        refusal(other, insert, lead.campaign_id, lead.company_id, address),
    ):
        assert error.diag.column_name == "email"
        assert "anna@acme.com is expected" in str(error.diag.message_primary)


def test_what_only_looks_strange_is_taken(
    other: PsycopgConnection, session: Session, campaign: UUID
) -> None:
    lead = add_lead(session, campaign)
    later = datetime.now(UTC) + timedelta(days=400)
    run(
        other,
        "UPDATE leads SET status = 'waiting_room', reply_received_at = %s,"
        " custom_data = to_jsonb(repeat('x', 5000000)) WHERE lead_id = %s",
        later,
        lead.id,
    )
    assert scalar(other, "SELECT status FROM leads") == "waiting_room"


def test_an_id_that_nobody_has_is_refused_with_its_column(
    other: PsycopgConnection, session: Session, campaign: UUID
) -> None:
    lead = add_lead(session, campaign)
    error = refusal(other, "UPDATE leads SET campaign_id = %s WHERE lead_id = %s", uuid4(), lead.id)
    assert "(campaign_id)" in str(error.diag.message_detail)


# Functions


def test_an_organization_is_found_by_any_form_of_its_domain_and_made_once(
    other: PsycopgConnection,
) -> None:
    call = "SELECT find_or_create_organization(%s, 'Acme')"
    made = scalar(other, call, "https://www.Acme.com/x")
    assert {scalar(other, call, form) for form in ("acme.com", "anna@ACME.com")} == {made}
    assert fetch(other, "SELECT name, email_domain FROM organizations") == [("Acme", "acme.com")]
    for none in ("", "acme", None, "two words.com"):
        error = refusal(other, call, none)
        assert error.diag.column_name == "email_domain"
        assert "acme.com is expected" in str(error.diag.message_primary)


def test_a_lead_is_claimed_by_one_worker_until_its_lease_ends_or_its_status_changes(
    other: PsycopgConnection, session: Session, campaign: UUID
) -> None:
    leads = {add_lead(session, campaign).id for _ in range(3)}
    claim = "SELECT lead_id FROM claim_leads(%s, 'new', 2, %s)"
    first = {row[0] for row in fetch(other, claim, "a", timedelta(minutes=5))}
    second = {row[0] for row in fetch(other, claim, "b", timedelta(milliseconds=1))}
    assert (len(first), len(second), first | second) == (2, 1, leads)
    run(other, "SELECT pg_sleep(0.01)")
    assert {row[0] for row in fetch(other, claim, "c", timedelta(minutes=5))} == second
    run(other, "UPDATE leads SET status = 'enriching'")
    found = fetch(other, "SELECT lead_id FROM claim_leads('d', 'enriching', 9)")
    assert {row[0] for row in found} == leads


def test_workers_at_once_share_what_is_there(
    other: PsycopgConnection, session: Session, campaign: UUID, database_url: str
) -> None:
    for _ in range(4):
        add_lead(session, campaign)
    claim = "SELECT lead_id FROM claim_leads(%s, 'new', 2)"
    with plain_connection(database_url) as busy:
        run(busy, "BEGIN")
        first = fetch(busy, claim, "a")
        second = fetch(other, claim, "b")
        run(busy, "COMMIT")
    assert len({*first, *second}) == 4


def test_only_leads_that_may_be_sent_to_are_ready(
    other: PsycopgConnection, session: Session, campaign: UUID
) -> None:
    good = ready(session, campaign, email="ada@acme.com")
    ready(session, campaign, email_verification_status=None)
    ready(session, campaign, email_verification_status="risky")
    ready(session, campaign, snoozed_until=datetime.now(UTC) + timedelta(days=1))
    ready(session, add_campaign(session, status="paused").id)
    blocked = ready(session, campaign, email="x@spam.com")
    run(other, "INSERT INTO suppressions (value) VALUES ('spam.com')")
    assert scalar(other, "SELECT count(*) FROM leads WHERE lead_id = %s", blocked) == 1
    assert fetch(other, "SELECT lead_id FROM leads_ready") == [(good,)]
    assert fetch(other, "SELECT lead_id FROM claim_leads('sender', 'ready', 99)") == [(good,)]


def test_leads_are_listed_for_the_step_that_they_need(
    other: PsycopgConnection, session: Session, campaign: UUID
) -> None:
    unverified = add_lead(session, campaign).id
    valid = add_lead(session, campaign, email_verification_status="valid").id
    assert fetch(other, "SELECT lead_id FROM leads_to_verify") == [(unverified,)]
    assert fetch(other, "SELECT lead_id FROM leads_to_enrich") == [(valid,)]


def test_a_sent_mail_and_its_reply_are_recorded(
    other: PsycopgConnection, session: Session, campaign: UUID
) -> None:
    lead = ready(session, campaign)
    sent, again = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 8, tzinfo=UTC)
    for moment in (sent, again):
        run(other, "SELECT record_sent_mail(%s, %s)", lead, moment)
    query = "SELECT status, email_sent_at, last_contacted_at, reply_received_at FROM leads"
    assert fetch(other, query) == [("sent", sent, again, None)]
    run(other, "SELECT record_reply(%s, %s)", lead, again)
    assert fetch(other, query) == [("replied", sent, again, again)]
    run(other, "SELECT record_reply(%s, judged => 'unsubscribed')", lead)
    run(other, "SELECT record_reply(%s, judged => 'interested')", lead)
    assert scalar(other, "SELECT status FROM leads") == "unsubscribed"


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("record_sent_mail(gen_random_uuid())", "lead: there is none with the id"),
        ("record_reply(NULL)", "lead: there is none with the id NULL"),
        ("record_sent_mail(NULL, now() + interval '1 day')", "sent_at: a time that is past"),
        ("record_reply(NULL, judged => 'great')", "judged: 'great' is no judgement"),
        ("claim_leads('', 'new')", "worker: a name is expected"),
        ("claim_leads('a', 'new', 0)", "more than nothing is expected"),
    ],
)
def test_a_function_that_is_called_wrongly_says_what_it_expects(
    other: PsycopgConnection, call: str, expected: str
) -> None:
    assert expected in str(refusal(other, f"SELECT * FROM {call}").diag.message_primary)


# Comments


def test_every_table_column_view_and_function_says_what_it_is_for(
    other: PsycopgConnection,
) -> None:
    tables = fetch(
        other,
        "SELECT relname, obj_description(oid, 'pg_class') FROM pg_class WHERE relkind IN ('r', 'v')"
        " AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'",
    )
    assert dict(tables) == {name: about for name, (about, _) in RELATIONS.items()}
    columns = fetch(
        other,
        "SELECT relname, attname, col_description(attrelid, attnum) FROM pg_attribute"
        " JOIN pg_class c ON c.oid = attrelid WHERE relkind = 'r' AND attnum > 0 AND NOT attisdropped"
        " AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'",
    )
    known = {(t, c, text) for t, (_, all_) in RELATIONS.items() for c, text in all_.items()}
    assert set(columns) == known
    for signature, about in FUNCTIONS.items():
        query = "SELECT obj_description(%s::regprocedure, 'pg_proc')"
        assert scalar(other, query, signature) == about
