"""Snoozed leads: until when, who leaves them out, and what brings them back."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.filters import local_now, parse
from db.queries import leads
from db.rows import DEFAULT_LEAD_SORT, LeadScope, PageRequest
from db.services import edits
from db.snoozing import until
from tests.support import add_lead, journal, run, scalar

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 10, 30, tzinfo=BERLIN)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3d", "2026-11-28"),
        ("2w", "2026-12-09"),
        ("1mo", "2026-12-25"),
        ("1y", "2027-11-25"),
        (" 3 D ", "2026-11-28"),
        ("tomorrow", "2026-11-26"),
        ("monday", "2026-11-30"),
        ("Thu", "2026-11-26"),
        ("wednesday", "2026-12-02"),
        ("2026-12-01", "2026-12-01"),
        ("2027-3-1", "2027-03-01"),
    ],
)
def test_a_day_begins_at_midnight_of_the_operator(text: str, day: str) -> None:
    assert until(text, NOW) == datetime.fromisoformat(day).replace(tzinfo=BERLIN)


def test_hours_count_from_now() -> None:
    assert until("12h", NOW) == NOW + timedelta(hours=12)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-11-24", "2026-11-24 is not to come"),
        ("2026-11-25", "2026-11-25 is not to come"),
        ("today", "today is not to come"),
        ("0d", "0d is not to come"),
        ("yesterday", "Not understood: 'yesterday'"),
        ("2026-02-30", "There is no 2026-02-30."),
        ("2027", "Not understood: '2027'"),
        ("2027-03", "Not understood: '2027-03'"),
        ("9999w", "9999w is more than 10 years away."),
        ("9999y", "9999y is more than 10 years away."),
        ("2900-01-01", "2900-01-01 is more than 10 years away."),
        ("soon", "Not understood: 'soon'"),
        ("", "Not understood: ''"),
    ],
)
def test_what_is_no_day_to_come_is_refused_with_a_sentence(text: str, why: str) -> None:
    with pytest.raises(ValueError, match="^" + why.replace(".", r"\.")):
        until(text, NOW)


@given(st.text(max_size=20))
def test_any_text_is_a_moment_to_come_or_refused(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert until(text, NOW) > NOW


# In the database


def snooze(session: Session, row: object, text: str | None) -> None:
    lead_id = row.id  # type: ignore[attr-defined]
    before = edits.text_of(leads.row(session, lead_id).snoozed_until)
    edits.edit(session, "lead", lead_id, {"snoozed_until": before}, {"snoozed_until": text})
    session.commit()


def test_a_snoozed_lead_is_left_out_until_its_time(
    session: Session, other: PsycopgConnection
) -> None:
    lead = add_lead(session)
    snooze(session, lead, str(local_now() + timedelta(days=1)))
    scope = LeadScope(awake=True)
    assert leads.count(session, scope) == 0
    assert leads.ids(session, scope, DEFAULT_LEAD_SORT, PageRequest(9)).rows == ()
    assert leads.count(session, LeadScope()) == 1
    assert leads.count(session, LeadScope(filter=parse("has:snoozed"))) == 1
    run(other, "UPDATE leads SET snoozed_until = now() - interval '1 second'")
    assert leads.count(session, scope) == 1
    assert leads.count(session, LeadScope(filter=parse("has:snoozed"))) == 0
    assert leads.count(session, LeadScope(filter=parse("no:snoozed"))) == 1


def test_snoozing_is_journaled_and_can_be_written_back(
    session: Session, other: PsycopgConnection
) -> None:
    lead = add_lead(session)
    snooze(session, lead, "2030-01-01T00:00:00+01:00")
    ((field, old, new),) = journal(other, lead.id)
    assert (field, old) == ("snoozed_until", None)
    assert new is not None
    snooze(session, lead, None)
    snooze(session, lead, new)
    assert leads.row(session, lead.id).snoozed_until == datetime.fromisoformat(
        "2030-01-01T00:00:00+01:00"
    )


@pytest.mark.parametrize(
    "reply", ["reply_received_at = now()", "status = 'replied'"], ids=["time", "status"]
)
def test_a_reply_brings_a_lead_back_whoever_writes_it(
    session: Session, other: PsycopgConnection, reply: str
) -> None:
    lead = add_lead(session)
    snooze(session, lead, "2030-01-01T00:00:00+00:00")
    run(other, f"UPDATE leads SET {reply}")
    assert scalar(other, "SELECT snoozed_until FROM leads") is None
    assert journal(other, lead.id)[-1][0] == "snoozed_until"


def test_another_change_leaves_a_lead_snoozed(session: Session, other: PsycopgConnection) -> None:
    lead = add_lead(session, reply_received_at=NOW, status="replied")
    snooze(session, lead, "2030-01-01T00:00:00+00:00")
    run(other, "UPDATE leads SET title = 'CTO', status = 'not_now'")
    assert scalar(other, "SELECT snoozed_until IS NOT NULL FROM leads")


def test_another_writers_snooze_is_a_conflict(session: Session, other: PsycopgConnection) -> None:
    lead = add_lead(session)
    run(other, "UPDATE leads SET snoozed_until = '2031-01-01'")
    with pytest.raises(edits.EditConflict, match="n8n changed snoozed until"):
        edits.edit(
            session, "lead", lead.id, {"snoozed_until": None}, {"snoozed_until": "2030-01-01"}
        )
