"""Documents as text, and path queries that the database evaluates."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from psycopg2.extras import Json
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from db.database import Database
from db.engine import translate
from db.errors import DatabaseUnavailable, InvalidPath, Refused
from db.queries import documents
from db.queries.documents import (
    RESULTS_AT_MOST,
    lead_document,
    organization_document,
    query_lead,
    query_organization,
)
from tests.support import add_lead, add_organization, run

RAW = {"pages": [{"title": "Home", "price": 9}, {"title": "About"}], "a b": {"c": 1}}


def organization_with(session: Session, raw: Any) -> UUID:
    return add_organization(session, "Acme", "acme.com", website_raw_data=raw).id


@pytest.fixture
def acme(session: Session) -> UUID:
    return organization_with(session, RAW)


@pytest.mark.parametrize(
    ("path", "results"),
    [
        ("$", [RAW]),
        ("$.pages[*].title", ["Home", "About"]),
        ("$.pages[*] ? (@.price > 8).title", ["Home"]),
        ('$."a b".*', [1]),
        ("$.pages.size()", [2]),
        ("$.nothing", []),
    ],
)
def test_a_path_finds_what_it_leads_to_in_the_order_of_the_document(
    session: Session, acme: UUID, path: str, results: list[Any]
) -> None:
    found = query_organization(session, acme, "raw", path)
    assert json.loads(found.text) == results
    assert (found.count, found.complete) == (len(results), True)


@pytest.mark.parametrize(
    ("path", "position", "message"),
    [
        ('$.a ? (@.b == "x" && )', 22, 'at character 22: syntax error at or near ")".'),
        ("$.a ? (@.b > (1) ) )", 20, 'at character 20: syntax error at or near ")".'),
        ("$.pages[", 9, "at character 9: syntax error at end."),
        ("", None, "invalid input syntax for type jsonpath"),
        ("strict $.none", None, 'JSON object does not contain key "none".'),
        ('$ ? (@ like_regex "(")', None, "invalid regular expression"),
        ("$.a \0", 5, "NUL"),
        ("'; DROP TABLE leads; --", None, ""),
    ],
)
def test_a_path_that_makes_no_sense_is_refused_with_the_place(
    session: Session, acme: UUID, path: str, position: int | None, message: str
) -> None:
    with pytest.raises(InvalidPath) as refused:
        query_organization(session, acme, "raw", path)
    assert message in str(refused.value)
    assert position is None or refused.value.position == position
    assert query_organization(session, acme, "raw", "$.pages").count == 1


def test_results_are_counted_to_a_limit(session: Session) -> None:
    wide = organization_with(session, list(range(RESULTS_AT_MOST + 1)))
    found = query_organization(session, wide, "raw", "$[*]")
    assert json.loads(found.text) == list(range(RESULTS_AT_MOST))
    assert (found.count, found.complete) == (RESULTS_AT_MOST, False)
    exact = query_organization(session, wide, "raw", f"$[0 to {RESULTS_AT_MOST - 1}]")
    assert (exact.count, exact.complete) == (RESULTS_AT_MOST, True)


def test_results_are_weighed_to_a_limit(
    session: Session, acme: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "LARGEST", 10)
    found = query_organization(session, acme, "raw", "$.pages[*].title")
    assert (json.loads(found.text), found.complete) == (["Home"], False)
    with pytest.raises(Refused, match="first result"):
        query_organization(session, acme, "raw", "$")


def test_a_query_that_takes_too_long_is_stopped(session: Session) -> None:
    deep: Any = 1
    for _ in range(300):
        deep = [deep, deep] if isinstance(deep, int) else [deep]
    wide = organization_with(session, [deep] * 50)
    session.execute(text("SET LOCAL statement_timeout = 20"))
    with pytest.raises(DBAPIError) as stopped:
        query_organization(session, wide, "raw", "$.**.**.** ? (@ == 2)")
    assert isinstance(translate(stopped.value), DatabaseUnavailable)


def test_the_columns_of_an_import_are_queried_too(
    session: Session, other: PsycopgConnection
) -> None:
    lead = add_lead(session, None, add_organization(session)).id
    session.commit()
    assert query_lead(session, lead, "$").count == 0
    run(other, "UPDATE leads SET custom_data = %s WHERE lead_id = %s", Json({"K": "pumps"}), lead)
    assert query_lead(session, lead, "$.K").text == '["pumps"]'
    assert lead_document(session, lead) == '{"K": "pumps"}'


def test_a_document_keeps_its_numbers(session: Session, other: PsycopgConnection) -> None:
    acme = organization_with(session, {})
    session.commit()
    run(other, "UPDATE organizations SET website_raw_data = '[1.10, 1e30, -0.0]'")
    assert organization_document(session, acme, "raw") == f"[1.10, 1{'0' * 30}, 0.0]"
    assert query_organization(session, acme, "raw", "$[0]").text == "[1.10]"


def test_a_document_that_is_too_large_is_refused_with_its_size(
    session: Session, acme: UUID
) -> None:
    whole = organization_document(session, acme, "raw")
    assert whole is not None
    assert organization_document(session, acme, "raw", at_most=len(whole)) == whole
    with pytest.raises(Refused, match=f"{len(whole):,} bytes"):
        organization_document(session, acme, "raw", at_most=len(whole) - 1)


def test_no_document_is_none(session: Session, acme: UUID) -> None:
    assert organization_document(session, acme, "summary", at_most=10) is None
    assert organization_document(session, UUID(int=7), "raw") is None


@pytest.mark.parametrize(("length", "kept"), [(10, True), (2_000_000, False)])
def test_a_connection_that_read_a_large_document_is_not_kept(
    database: Database, session: Session, length: int, kept: bool
) -> None:
    acme = organization_with(session, "x" * length)
    session.commit()
    session.close()

    def server_process(read: bool) -> int:
        with database.sessions.begin() as reading:
            if read:
                organization_document(reading, acme, "raw")
            return int(reading.scalar(text("SELECT pg_backend_pid()")) or 0)

    assert (server_process(True) == server_process(False)) is kept
