"""Nobody who is suppressed reaches a status from which leads are sent to, whoever writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg2
import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from db.database import Database
from db.engine import translate
from db.errors import Suppressed
from db.many import BulkRequest, Selection
from db.queries import suppressions as reads
from db.rows import LeadRow
from db.services import bulk, suppressions, undo
from db.services.statuses import StatusRequest, change
from db.statuses import LEAD
from db.suppression import Entry, read_value
from tests.support import add_campaign, add_lead, add_organization, fetch, journal, run, scalar

SOON = timedelta(days=3)


def suppress(other: PsycopgConnection, value: str, **columns: object) -> None:
    """Write a suppression as a workflow does, with a value and perhaps more."""
    columns = {"value": value, **columns}
    places = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO suppressions ({', '.join(columns)}) VALUES ({places})"
    run(other, statement, *columns.values())


@pytest.fixture
def lead(session: Session) -> LeadRow:
    return add_lead(session, email="anna@mail.acme.co.uk")


def ready(session: Session, lead: LeadRow, **how: object) -> None:
    request = StatusRequest("lead", lead.id, lead.status, "ready", **how)  # type: ignore[arg-type]
    try:
        change(session, request)
    except DBAPIError as error:
        raise translate(error) from error
    finally:
        session.rollback()


# The database, whoever writes


@pytest.mark.parametrize("status", sorted(LEAD.sendable))
@pytest.mark.parametrize(
    "value", ["anna@mail.acme.co.uk", "mail.acme.co.uk", "acme.co.uk", " https://www.ACME.co.uk/x "]
)
def test_what_is_suppressed_reaches_no_sendable_status(
    lead: LeadRow, other: PsycopgConnection, value: str, status: str
) -> None:
    suppress(other, value, reason="asked by phone")
    with pytest.raises(psycopg2.errors.CheckViolation) as refused:
        run(other, "UPDATE leads SET status = %s", status)
    assert refused.value.diag.column_name == "status"
    assert "is suppressed (asked by phone)" in str(refused.value.diag.message_primary)


@pytest.mark.parametrize("value", ["ann@mail.acme.co.uk", "cme.co.uk", "x.mail.acme.co.uk"])
def test_others_are_not_suppressed(lead: LeadRow, other: PsycopgConnection, value: str) -> None:
    suppress(other, value)
    run(other, "UPDATE leads SET status = 'ready'")
    assert scalar(other, "SELECT status FROM leads") == "ready"


def test_a_new_lead_is_refused_as_well(session: Session, other: PsycopgConnection) -> None:
    suppress(other, "acme.com")
    with pytest.raises(DBAPIError, match="is suppressed: status ready"):
        add_lead(session, email="Anna@ACME.com", status="ready")


def test_a_sendable_lead_does_not_get_a_suppressed_address(
    session: Session, other: PsycopgConnection
) -> None:
    add_lead(session, status="ready")
    suppress(other, "acme.com")
    with pytest.raises(psycopg2.errors.CheckViolation):
        run(other, "UPDATE leads SET email = 'anna@acme.com'")


def test_what_has_expired_counts_no_more(lead: LeadRow, other: PsycopgConnection) -> None:
    suppress(other, "acme.co.uk", expires_at=datetime.now(UTC) - SOON)
    run(other, "UPDATE leads SET status = 'ready'")
    assert scalar(other, "SELECT status FROM leads") == "ready"


def test_a_reason_forces_it(lead: LeadRow, other: PsycopgConnection) -> None:
    suppress(other, "acme.co.uk")
    run(
        other,
        "BEGIN; SET LOCAL customer_center.reason = 'she asked for it';"
        " UPDATE leads SET status = 'ready'; COMMIT",
    )
    assert scalar(other, "SELECT status FROM leads") == "ready"


def test_a_mail_that_is_out_is_recorded(session: Session, other: PsycopgConnection) -> None:
    """Else the sender would fail after the mail, and send it once more."""
    add_lead(session, email="anna@acme.com", status="queued")
    suppress(other, "acme.com")
    run(other, "UPDATE leads SET status = 'sent'")
    assert scalar(other, "SELECT status FROM leads") == "sent"


def test_the_senders_view_leaves_out_what_was_suppressed_later(
    session: Session, other: PsycopgConnection
) -> None:
    campaign = add_campaign(session, status="active")
    verified = {"status": "ready", "email_verification_status": "valid"}
    for email in ("anna@acme.com", "bob@other.com"):
        add_lead(session, campaign, email=email, **verified)
    suppress(other, "acme.com")
    assert fetch(other, "SELECT email FROM leads_ready") == [("bob@other.com",)]


@pytest.mark.parametrize(
    ("given", "kind", "value"),
    [
        (" Anna@ACME.com ", "email", "anna@acme.com"),
        ("ACME.com", "domain", "acme.com"),
        ("*.acme.com", "domain", "acme.com"),
        ("@acme.com", "domain", "acme.com"),
        ("https://www.acme.com/@team", "domain", "acme.com"),
        ("Müller.de", "domain", "xn--mller-kva.de"),
    ],
)
def test_values_are_normalised_whoever_writes(
    other: PsycopgConnection, given: str, kind: str, value: str
) -> None:
    suppress(other, given, reason="")
    found = fetch(other, "SELECT kind, value, reason, created_by FROM suppressions")
    assert found == [(kind, value, None, "n8n")]
    assert read_value(given) == value


@pytest.mark.parametrize("value", ["", "com", "two words.com", "a@b", "x" * 400 + ".com"])
def test_what_is_neither_address_nor_domain_is_refused(
    other: PsycopgConnection, value: str
) -> None:
    with pytest.raises(psycopg2.errors.CheckViolation):
        suppress(other, value)
    with pytest.raises(ValueError):
        read_value(value)


def test_a_workflow_can_upsert(other: PsycopgConnection) -> None:
    upsert = (
        "INSERT INTO suppressions (value, reason) VALUES (%s, %s)"
        " ON CONFLICT (value) DO UPDATE SET reason = excluded.reason"
    )
    run(other, upsert, "acme.com", "first")
    run(other, upsert, "ACME.com ", "second")
    assert fetch(other, "SELECT value, reason FROM suppressions") == [("acme.com", "second")]


def test_changes_and_removals_are_journaled(other: PsycopgConnection) -> None:
    suppress(other, "acme.com")
    row_id = scalar(other, "SELECT suppression_id FROM suppressions")
    run(other, "UPDATE suppressions SET reason = 'by phone'")
    run(other, "DELETE FROM suppressions")
    assert [entry[0] for entry in journal(other, row_id)] == ["reason", "*"]


# The services


def test_a_key_press_is_refused_in_one_sentence(
    session: Session, lead: LeadRow, other: PsycopgConnection
) -> None:
    suppress(other, "acme.co.uk", reason="asked by phone")
    with pytest.raises(Suppressed) as refused:
        ready(session, lead)
    assert str(refused.value) == (
        "Not changed: acme.co.uk is suppressed (asked by phone): status ready needs a reason."
    )


def test_a_reason_that_forces_nothing_does_not_open_the_list(
    session: Session, lead: LeadRow, other: PsycopgConnection
) -> None:
    suppress(other, "acme.co.uk")
    with pytest.raises(Suppressed):
        ready(session, lead, reason="looks good")
    ready(session, lead, reason="she asked for it", forced=True)


def test_a_bulk_change_skips_them(session: Session, other: PsycopgConnection) -> None:
    campaign, company = add_campaign(session), add_organization(session)
    emails = ("anna@acme.com", "bob@acme.com", "eve@other.com")
    leads = [add_lead(session, campaign, company, email) for email in emails]
    suppress(other, "acme.com")
    request = BulkRequest(Selection(frozenset(lead.id for lead in leads)), "status", "ready")
    told = bulk.preview(session, request)
    done = bulk.change(session, request)
    assert {(count.fate, count.leads) for count in done.counts} == {
        ("changed", 1),
        ("on the list", 2),
    }
    assert told.counts == done.counts


def test_adding_stops_what_it_covers_until_it_is_removed(
    database: Database, session: Session, other: PsycopgConnection
) -> None:
    statuses = ("ready", "queued", "sent", "new", "replied", "unsubscribed")
    for number, status in enumerate(statuses):
        add_lead(session, email=f"p{number}@sub.acme.com", status=status)
    add_lead(session, email="p@notacme.com", status="ready")
    step = uuid4()
    told = reads.covered(session, "acme.com")
    done = suppressions.add(session, [Entry("acme.com", "by phone")], change_id=step)
    session.commit()
    assert (told.leads, told.sendable, done.added, done.stopped) == (6, 3, 1, 3)
    assert scalar(other, "SELECT count(*) FROM leads WHERE status = 'do_not_contact'") == 3
    request = undo.UndoRequest(step, step, "undo")
    with pytest.raises(Suppressed):
        undo.take_back(session, request)
    session.rollback()
    assert suppressions.remove(session, ["acme.com", "other.com"]) == ("acme.com",)
    undo.take_back(session, request)
    session.commit()
    assert scalar(other, "SELECT count(*) FROM leads WHERE status = 'queued'") == 1


def test_one_that_ends_stops_nobody_for_good(session: Session, other: PsycopgConnection) -> None:
    add_lead(session, email="anna@acme.com", status="ready")
    entry = Entry("acme.com", expires_at=datetime.now(UTC) + SOON)
    assert suppressions.add(session, [entry]).stopped == 0


def test_adding_again_shortens_nothing_and_loses_nothing(session: Session) -> None:
    later = datetime.now(UTC) + SOON
    suppressions.add(session, [Entry("acme.com", "by phone", "sales", later)])
    longer = suppressions.add(session, [Entry("acme.com")])
    again = suppressions.add(session, [Entry("acme.com", expires_at=later)])
    (row,) = reads.latest(session, 10)
    assert (longer.updated, again.unchanged) == (1, 1)
    assert (row.reason, row.source, row.expires_at) == ("by phone", "sales", None)


# Whom one may write to


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        ("anna@acme.com", ["acme.com is suppressed"]),
        ("eu.acme.com", ["acme.com is suppressed"]),
        ("bob@left.com", ["bob@left.com is unsubscribed"]),
        ("left.com", ["bob@left.com is unsubscribed"]),
        ("eve@back.com", ["eve@back.com is bounced"]),
        ("back.com", []),
        ("joe@gmail.com", ["joe@gmail.com is do not contact"]),
        ("gmail.com", []),
        ("other.com", []),
    ],
)
def test_whom_one_may_write_to(
    session: Session, other: PsycopgConnection, asked: str, what: list[str]
) -> None:
    suppress(other, "acme.com", reason="by phone")
    add_lead(session, email="bob@left.com", status="unsubscribed")
    add_lead(session, email="eve@back.com", status="bounced")
    add_lead(session, email="joe@gmail.com", status="do_not_contact")
    found = reads.may_write(session, asked)
    assert found is not None
    said = [objection.sentence() for objection in found.objections]
    assert len(said) == len(what)
    assert all(one.startswith(start) for one, start in zip(said, what, strict=True))


def test_only_addresses_and_domains_can_be_written_to(session: Session) -> None:
    assert reads.may_write(session, "Anna Lee") is None


def test_a_page_of_addresses_is_looked_up_in_one_question(
    session: Session, other: PsycopgConnection
) -> None:
    suppress(other, "acme.com")
    suppress(other, "bob@beta.com")
    suppress(other, "old.com", expires_at=datetime.now(UTC) - SOON)
    page = ("a@acme.com", "b@mail.acme.com", "bob@beta.com", "eve@beta.com", "x@old.com", "y@z.com")
    assert reads.among(session, page) == set(page[:3])
