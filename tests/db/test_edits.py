"""Edits of fields, compared with what the form was filled from, and new campaigns."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.errors import NotFound, Refused
from db.fields import EDITABLE
from db.models import Campaign, Lead, Organization
from db.queries import changes, leads, organizations
from db.rows import Kind
from db.services.edits import Conflict, EditConflict, create_campaign, edit, text_of
from tests.support import (
    OPERATOR,
    add_campaign,
    add_lead,
    add_organization,
    fetch,
    journal,
    run,
    scalar,
)


@pytest.fixture
def lead(session: Session) -> UUID:
    return add_lead(session, email="ada@acme.com", first_name="Ada", title="Analyst").id


def form(session: Session, lead: UUID) -> dict[str, str | None]:
    """Return the texts of a lead's form as it is opened."""
    detail = leads.detail(session, lead)
    session.rollback()
    return {field: text_of(getattr(detail, field)) for field in EDITABLE["lead"]}


def save(session: Session, lead: UUID, before: dict[str, str | None], **typed: Any) -> Any:
    """Save the form with some texts changed."""
    written = edit(session, "lead", lead, before, {**before, **typed})
    session.commit()
    return written


def test_changed_fields_alone_are_written(
    session: Session, other: PsycopgConnection, lead: UUID
) -> None:
    before = form(session, lead)
    assert save(session, lead, before, title="CTO", last_name="Lovelace") == ("last_name", "title")
    assert sorted(journal(other, lead)) == [
        ("last_name", None, "Lovelace"),
        ("title", "Analyst", "CTO"),
    ]


def test_an_unchanged_form_writes_nothing(
    session: Session, other: PsycopgConnection, lead: UUID
) -> None:
    before = form(session, lead)
    assert save(session, lead, before, last_name="") == ()
    assert scalar(other, "SELECT row_version FROM leads") == 1


def test_an_emptied_field_is_stored_as_null(
    session: Session, other: PsycopgConnection, lead: UUID
) -> None:
    save(session, lead, form(session, lead), title="  ")
    assert journal(other, lead) == [("title", "Analyst", None)]


def test_another_s_change_of_another_field_stays(
    session: Session, other: PsycopgConnection, lead: UUID
) -> None:
    before = form(session, lead)
    run(other, "UPDATE leads SET status = 'enriching', first_name = 'Augusta'")
    save(session, lead, before, title="CTO")
    row = fetch(other, "SELECT status, first_name, title FROM leads")[0]
    assert row == ("enriching", "Augusta", "CTO")


def test_another_s_change_of_the_same_field_is_a_conflict(
    session: Session, other: PsycopgConnection, lead: UUID
) -> None:
    before = form(session, lead)
    run(other, "UPDATE leads SET title = 'CEO'")
    run(other, "SET application_name = 'somebody else'; UPDATE leads SET headline = 'x'")
    with pytest.raises(EditConflict) as conflict:
        save(session, lead, before, title="CTO", last_name="Lovelace")
    session.rollback()
    assert conflict.value.conflicts == (Conflict("title", "Analyst", "CTO", "CEO"),)
    assert conflict.value.actor == "n8n"
    assert str(conflict.value) == "Not saved: n8n changed title meanwhile."
    assert fetch(other, "SELECT title, last_name FROM leads") == [("CEO", None)]


def test_the_same_change_by_both_is_no_conflict(
    session: Session, other: PsycopgConnection, lead: UUID
) -> None:
    before = form(session, lead)
    run(other, "UPDATE leads SET title = 'CTO'")
    assert save(session, lead, before, title="CTO") == ("title",)
    assert len(journal(other, lead)) == 1


def test_hostile_text_of_an_untouched_field_stays_as_it_is(
    session: Session, other: PsycopgConnection, lead: UUID
) -> None:
    hostile = "\x1b]52;c;x\x07[/red]\u202e\u009b\r\n\t "
    run(other, "UPDATE leads SET headline = %s", hostile)
    save(session, lead, form(session, lead), title="CTO")
    assert scalar(other, "SELECT headline FROM leads") == hostile


def test_a_deleted_row_is_not_found(session: Session, other: PsycopgConnection, lead: UUID) -> None:
    before = form(session, lead)
    run(other, "DELETE FROM leads")
    with pytest.raises(NotFound):
        save(session, lead, before, title="CTO")


def test_an_email_is_stored_in_its_normal_form(
    session: Session, other: PsycopgConnection, lead: UUID
) -> None:
    save(session, lead, form(session, lead), email=" Ada@Acme.ORG ")
    assert scalar(other, "SELECT email FROM leads") == "ada@acme.org"


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("email", "", "email can not be empty"),
        ("email", "ada at acme", "email: "),
        ("first_name", "A\0da", "NUL"),
        ("first_name", "A\udc80da", "no text"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_name(
    session: Session, lead: UUID, field: str, typed: str, words: str
) -> None:
    with pytest.raises(Refused, match=words) as refused:
        save(session, lead, form(session, lead), **{field: typed})
    assert field in str(refused.value)


def test_an_email_that_the_campaign_has_already_is_refused(session: Session, lead: UUID) -> None:
    campaign = leads.row(session, lead).campaign_id
    add_lead(session, campaign, email="grace@acme.com")
    with pytest.raises(Refused, match="another lead of this campaign has this e-mail"):
        save(session, lead, form(session, lead), email="grace@acme.com")


def test_icebreaker_and_description_keep_their_lines(
    session: Session, other: PsycopgConnection, lead: UUID
) -> None:
    save(session, lead, form(session, lead), email_icebreaker="Hello,\n\n  Ada\n\n")
    assert scalar(other, "SELECT email_icebreaker FROM leads") == "Hello,\n\n  Ada"


def test_fields_that_are_not_for_editing_are_left(
    session: Session, other: PsycopgConnection, lead: UUID
) -> None:
    typed = {"status": "won", "campaign_id": str(uuid4()), "row_version": "7"}
    assert edit(session, "lead", lead, {}, typed) == ()


@pytest.mark.parametrize(
    ("typed", "stored"), [("12", 12), ("1,200", 1200), ("1 200", 1200), ("", None), ("0", 0)]
)
def test_a_number_of_employees_is_read(session: Session, typed: str, stored: int | None) -> None:
    organization = add_organization(session, estimated_num_employees=7).id
    before = {"estimated_num_employees": "7"}
    edit(session, "organization", organization, before, {"estimated_num_employees": typed})
    assert organizations.row(session, organization).estimated_num_employees == stored


@pytest.mark.parametrize("typed", ["many", "-1", "1.5", "2147483648", "1e3"])
def test_another_number_of_employees_is_refused(session: Session, typed: str) -> None:
    organization = add_organization(session).id
    with pytest.raises(Refused, match="estimated_num_employees must be a whole number"):
        edit(session, "organization", organization, {}, {"estimated_num_employees": typed})


def test_another_s_number_is_compared_as_a_number(
    session: Session, other: PsycopgConnection
) -> None:
    organization = add_organization(session, estimated_num_employees=7).id
    run(other, "UPDATE organizations SET estimated_num_employees = 9")
    before, typed = {"estimated_num_employees": "7"}, {"estimated_num_employees": "8"}
    with pytest.raises(EditConflict) as conflict:
        edit(session, "organization", organization, before, typed)
    assert conflict.value.conflicts == (Conflict("estimated_num_employees", "7", "8", "9"),)


def test_a_domain_is_stored_in_its_normal_form(session: Session) -> None:
    organization = add_organization(session, email_domain="acme.com").id
    before, typed = {"email_domain": "acme.com"}, {"email_domain": "https://www.Bücher.example/x"}
    edit(session, "organization", organization, before, typed)
    assert organizations.row(session, organization).email_domain == "xn--bcher-kva.example"


@pytest.mark.parametrize("typed", ["", "not a domain", "://"])
def test_something_else_is_no_domain(session: Session, typed: str) -> None:
    organization = add_organization(session, email_domain="acme.com").id
    with pytest.raises(Refused, match="email_domain"):
        edit(
            session,
            "organization",
            organization,
            {"email_domain": "acme.com"},
            {"email_domain": typed},
        )


@pytest.mark.parametrize(
    ("kind", "model"), [("campaign", Campaign), ("organization", Organization), ("lead", Lead)]
)
def test_editable_fields_are_columns_without_documents_status_or_bookkeeping(
    kind: Kind, model: type[Campaign | Organization | Lead]
) -> None:
    columns = model.__table__.columns
    assert set(EDITABLE[kind]) <= set(columns.keys())
    kept = ("status", "created_at", "updated_at", "row_version")
    assert not set(EDITABLE[kind]) & set(kept)
    assert not [field for field in EDITABLE[kind] if str(columns[field].type) == "JSONB"]


def test_a_campaign_is_renamed_and_described(session: Session) -> None:
    campaign = add_campaign(session, "Spring")
    before, typed = {"name": "Spring", "description": None}, {"name": "May", "description": "Mail"}
    written = edit(session, "campaign", campaign.id, before, typed)
    assert written == ("name", "description")


def test_a_new_campaign_is_a_draft(session: Session) -> None:
    made = create_campaign(session, " Spring ", "Mail")
    assert (made.name, made.description, made.status) == ("Spring", "Mail", "draft")


@pytest.mark.parametrize("name", ["", "  ", "Spring", " Spring "])
def test_a_campaign_without_a_name_of_its_own_is_refused(session: Session, name: str) -> None:
    add_campaign(session, "Spring")
    with pytest.raises(Refused):
        create_campaign(session, name)


def test_an_edit_is_recognised_by_its_client_made_id(session: Session, lead: UUID) -> None:
    mine = uuid4()
    edit(session, "lead", lead, {"title": "Analyst"}, {"title": "CTO"}, change_id=mine)
    session.commit()
    assert changes.written(session, mine)
    assert changes.of_row(session, lead)[0].actor == OPERATOR
