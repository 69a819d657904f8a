"""What was written, as it is announced and as it is looked for."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from psycopg2.extensions import parse_dsn
from sqlalchemy.orm import Session

from db.database import open_database
from db.listening import understood
from db.queries import changes, leads, news, organizations
from db.rows import ANYTHING, MOST_TOUCHED, Touched, summed_up
from db.settings import Settings, load
from tests.support import add_campaign, add_lead, add_organization, notifications, run

SOME = frozenset(uuid4() for _ in range(MOST_TOUCHED - 1))


def told(session: Session, place: news.Place | None) -> tuple[news.Place, dict[str, Touched]]:
    found = news.look(session, place)
    session.rollback()
    return found.place, {one.kind: one for one in found.but()}


# Looking


def test_the_first_look_does_not_know_what_was_written_before(session: Session) -> None:
    assert news.look(session, None).but() == ANYTHING


def test_a_look_names_what_was_written_since_the_last_one(
    session: Session, other: PsycopgConnection
) -> None:
    lead, spare = add_lead(session), add_lead(session)
    place, _ = told(session, None)
    run(other, "UPDATE leads SET title = 'CTO' WHERE lead_id = %s", lead.id)
    place, touched = told(session, place)
    assert touched == {"lead": Touched("lead", frozenset([lead.id]), frozenset(["title"]))}
    run(other, "DELETE FROM leads WHERE lead_id = %s", spare.id)
    place, touched = told(session, place)
    assert touched["lead"].touches(spare.id)
    assert touched["lead"].came_or_went
    assert told(session, place)[1] == {}


def test_a_look_tells_of_new_rows_though_the_journal_does_not(session: Session) -> None:
    campaign = add_campaign(session)
    place, _ = told(session, None)
    add_lead(session, campaign)
    _, touched = told(session, place)
    assert set(touched) == {"organization", "lead"}
    assert touched["lead"].came_or_went


def test_a_look_leaves_out_what_was_announced(session: Session, other: PsycopgConnection) -> None:
    lead, also = add_lead(session), add_lead(session)
    place, _ = told(session, None)
    run(other, "LISTEN customer_center")
    run(other, "UPDATE leads SET title = 'CTO' WHERE lead_id = %s", lead.id)
    announced = [*filter(None, map(understood, notifications(other, 1)))]
    run(other, "SET customer_center.notify = 'off'")
    run(other, "UPDATE leads SET title = 'CFO'")
    touched = news.look(session, place).but(announced)
    assert notifications(other, 1, seconds=0.1) == []
    assert touched == (Touched("lead", frozenset([lead.id, also.id]), frozenset(["title"])),)


def test_an_announcement_covers_what_its_transaction_did_to_these_fields_of_these_rows() -> None:
    lead = uuid4()
    announced = news.Announcement("7", one(lead, "title"))
    assert announced.covers("7", one(lead, "title"))
    assert not announced.covers("8", one(lead, "title"))
    assert not announced.covers("7", one(uuid4(), "title"))
    assert not announced.covers("7", one(lead, "status"))
    assert news.Announcement("7", Touched("lead")).covers("7", one(lead, "status"))


def test_a_look_tells_of_a_row_that_was_committed_after_one_made_later(
    session: Session, other: PsycopgConnection
) -> None:
    run(other, "BEGIN")
    run(other, "INSERT INTO campaigns (name) VALUES ('begun first')")
    add_campaign(session)
    place, _ = told(session, None)
    run(other, "COMMIT")
    _, touched = told(session, place)
    assert touched["campaign"].came_or_went


def test_a_look_at_very_much_names_nothing(session: Session, other: PsycopgConnection) -> None:
    lead = add_lead(session)
    place, _ = told(session, None)
    run(
        other,
        "INSERT INTO leads (campaign_id, company_id, email)"
        " SELECT campaign_id, company_id, i || '@x.com' FROM leads, generate_series(1, 2000) i",
    )
    run(other, "UPDATE leads SET title = 'CTO'")
    _, touched = told(session, place)
    assert touched["lead"].ids is None
    assert touched["lead"].touches(lead.id)


def test_it_is_known_whether_anything_was_written_just_now(
    session: Session, other: PsycopgConnection
) -> None:
    assert not news.written_within(session, 60)
    lead = add_lead(session)
    assert news.written_within(session, 60)
    for table in ("leads", "campaigns", "organizations"):
        run(other, f"ALTER TABLE {table} DISABLE TRIGGER {table}_before")
        run(other, f"UPDATE {table} SET created_at = '2020-01-01'")
    run(other, "UPDATE changes SET changed_at = '2020-01-01'")
    assert not news.written_within(session, 60)
    run(other, "UPDATE leads SET title = 'CTO' WHERE lead_id = %s", lead.id)
    assert news.written_within(session, 60)


# Announcements


@pytest.mark.parametrize(
    "payload",
    ["", "hello", "[]", "null", "{}", '{"table": "leads"}', json.dumps({"table": "users"}), "\0"],
)
def test_what_is_not_an_announcement_of_ours_is_passed_over(payload: str) -> None:
    assert understood(payload) is None


def test_an_announcement_with_an_id_that_is_none_is_passed_over() -> None:
    payload = {"table": "leads", "op": "update", "ids": ["x"], "fields": None, "transaction": "7"}
    assert understood(json.dumps(payload)) is None


def test_an_announcement_tells_whose_write_it_was() -> None:
    lead = uuid4()
    payload = {"table": "leads", "op": "update", "ids": [str(lead)], "fields": ["a"]}
    text = json.dumps({**payload, "transaction": "7"})
    ids, fields = frozenset([lead]), frozenset(["a"])
    assert understood(text) == news.Announcement("7", Touched("lead", ids, fields))
    assert understood(text, ours=True) == news.Announcement("7", Touched("lead", ids, fields, ids))


# Summing up


def one(row_id: UUID, field: str = "status", *, ours: bool = False) -> Touched:
    ids = frozenset([row_id])
    return Touched("lead", ids, frozenset([field]), ids if ours else frozenset())


def test_a_row_that_others_wrote_too_is_not_ours() -> None:
    row_id = uuid4()
    both = summed_up((one(row_id, ours=True), one(row_id)))
    assert both == (one(row_id),)
    assert summed_up((one(row_id, ours=True), one(row_id, ours=True))) == (one(row_id, ours=True),)


def test_more_rows_than_can_be_named_are_not_named() -> None:
    some = Touched("lead", SOME, frozenset())
    assert (some | one(uuid4())).ids is not None
    assert (some | one(uuid4()) | one(uuid4())).ids is None
    assert (some | Touched("lead", None, frozenset())).ids is None


def test_fields_that_are_not_known_may_be_any() -> None:
    assert one(uuid4()).concerns("status", "title")
    assert not one(uuid4()).concerns("title")
    assert (one(uuid4()) | Touched("lead")).concerns("title")
    assert Touched("lead", SOME, frozenset(), came_or_went=True).concerns("title")


# Rows by id, a campaign's journal, the way past a pooler


def test_rows_are_read_by_id_as_lists_show_them(session: Session) -> None:
    lead, company = add_lead(session), add_organization(session)
    assert leads.rows(session, [lead.id, uuid4()]) == (lead,)
    assert leads.rows(session, []) == ()
    assert organizations.rows(session, [company.id, uuid4()]) == (company,)


def test_the_journal_of_a_campaign_holds_its_own_changes_and_its_leads(
    session: Session, other: PsycopgConnection
) -> None:
    mine, theirs = add_campaign(session), add_campaign(session)
    lead = add_lead(session, mine)
    add_lead(session, theirs)
    run(other, "UPDATE leads SET status = 'ready'")
    run(other, "UPDATE campaigns SET status = 'active'")
    entries = changes.of_campaign(session, mine.id, 10)
    assert [entry.row_id for entry in entries] == [mine.id, lead.id]
    assert changes.of_campaign(session, mine.id, 1) == entries[:1]
    assert entries[1].row_name == lead.name


def test_listening_goes_past_a_pooler_where_that_way_is_named(
    database_url: str, empty_database_url: str
) -> None:
    settings = load({"DATABASE_URL": database_url, "DIRECT_DATABASE_URL": empty_database_url})
    for given, expected in (
        (settings, empty_database_url),
        (Settings(database_url), database_url),
    ):
        with open_database(given) as database:
            connection = database.connect()
            assert connection.info.dbname == parse_dsn(expected)["dbname"]
            connection.close()
