"""Merging rows that are one: values, documents, leads, and the way back."""

from __future__ import annotations

from uuid import UUID

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.errors import Refused, StaleRow
from db.merging import Merged, MergeKind, MergeRequest, MergeRow, proposed
from db.services import merging
from db.services.undo import UndoRequest, steps, take_back
from db.steps import Purpose
from tests.support import OPERATOR, add_campaign, add_lead, add_organization, fetch, run, scalar

LARGE = {"text": "x" * 20_000}


def request(kind: MergeKind, found: tuple[MergeRow, ...], **choices: UUID) -> MergeRequest:
    keep = found[0].row_id
    return MergeRequest(
        kind,
        keep,
        tuple(row.row_id for row in found[1:]),
        {**proposed(kind, found, keep), **choices},
        {row.row_id: row.version for row in found},
    )


def merged(session: Session, kind: MergeKind, *ids: UUID, **choices: UUID) -> Merged:
    done = merging.merge(session, request(kind, merging.rows(session, kind, ids), **choices))
    session.commit()
    return done


def turn(session: Session, purpose: Purpose = "undo") -> None:
    (found,) = steps(session, OPERATOR, purpose)
    take_back(session, UndoRequest(found.step_id, found.origin, purpose))
    session.commit()


def state(other: PsycopgConnection) -> list[tuple[object, ...]]:
    """All rows, but for what moves at each write."""
    return [
        row
        for table in ("organizations", "leads")
        for row in fetch(
            other,
            f"SELECT to_jsonb(t) - 'updated_at' - 'row_version' FROM {table} t ORDER BY 1",
        )
    ]


def test_organizations_become_one_with_all_their_leads_and_back_again(
    session: Session, other: PsycopgConnection
) -> None:
    acme = add_organization(
        session, "Acme", "acme.com", custom_data={"a": 1, "b": 2}, website_raw_data=LARGE
    )
    shop = add_organization(
        session,
        "Acme Shop Ltd",
        "shop.acme.com",
        country="Spain",
        external_source="apollo",
        external_id="1",
        custom_data={"b": 3, "c": 4},
        website_raw_data={"other": 1},
        website_summary_data={"small": 1},
    )
    third = add_organization(session, "ACME", "acme.de")
    leads = [add_lead(session, None, company).id for company in (acme, shop, shop, third)]
    before = state(other)

    assert merged(session, "organization", acme.id, shop.id, third.id, name=shop.id) == Merged(
        acme.id, merged=2, moved=3
    )
    after = state(other)
    [(one,)] = fetch(other, "SELECT to_jsonb(o) FROM organizations o")
    assert (one["organization_id"], one["name"]) == (str(acme.id), "Acme Shop Ltd")
    assert (one["email_domain"], one["country"]) == ("acme.com", "Spain")
    assert one["custom_data"] == {"a": 1, "b": 2, "c": 4}
    assert (one["website_raw_data"], one["website_summary_data"]) == (LARGE, {"small": 1})
    assert one["external_id"] is None
    assert scalar(other, "SELECT count(*) FROM leads WHERE company_id = %s", acme.id) == len(leads)
    assert scalar(other, "SELECT count(DISTINCT batch_id) FROM changes") == 1

    turn(session)
    assert state(other) == before
    turn(session, "redo")
    assert state(other) == after
    turn(session)
    assert state(other) == before


def test_leads_become_one_and_two_again(session: Session, other: PsycopgConnection) -> None:
    campaign = add_campaign(session)
    ada = add_lead(session, campaign, email="ada@acme.com", first_name="Ada", title="CTO")
    tagged = add_lead(
        session,
        campaign,
        email="ada+x@acme.com",
        first_name="Augusta",
        last_name="King",
        title="Countess",
        status="unsubscribed",
        custom_data=LARGE,
    )
    before = state(other)
    assert merged(session, "lead", ada.id, tagged.id, title=tagged.id) == Merged(ada.id, 1, 0)
    [(one,)] = fetch(other, "SELECT to_jsonb(l) FROM leads l")
    assert (one["email"], one["first_name"], one["last_name"], one["title"], one["status"]) == (
        "ada@acme.com",
        "Ada",
        "King",
        "Countess",
        "unsubscribed",
    )
    assert one["custom_data"] == LARGE
    turn(session)
    assert state(other) == before


def test_a_merge_never_opens_what_is_closed(session: Session) -> None:
    campaign = add_campaign(session)
    open_lead = add_lead(session, campaign, status="ready")
    closed = add_lead(session, campaign, status="do_not_contact")
    with pytest.raises(Refused, match="is do_not_contact"):
        merged(session, "lead", open_lead.id, closed.id, status=open_lead.id)


def test_a_row_that_another_writer_changed_is_not_merged(
    session: Session, other: PsycopgConnection
) -> None:
    first, second = add_organization(session), add_organization(session)
    found = merging.rows(session, "organization", (first.id, second.id))
    session.rollback()
    run(other, "UPDATE organizations SET country = 'Peru' WHERE organization_id = %s", second.id)
    with pytest.raises(StaleRow, match=f"n8n changed {second.name} meanwhile"):
        merging.merge(session, request("organization", found))


def test_leads_of_two_campaigns_and_one_row_alone_are_refused(session: Session) -> None:
    first, second = add_lead(session), add_lead(session)
    with pytest.raises(Refused, match="different campaigns"):
        merging.rows(session, "lead", (first.id, second.id))
    with pytest.raises(Refused, match="different rows"):
        merging.rows(session, "lead", (first.id, first.id))


def test_a_merge_whose_answer_was_lost_is_not_done_twice(session: Session) -> None:
    first, second = add_organization(session), add_organization(session)
    add_lead(session, None, second)
    wanted = request("organization", merging.rows(session, "organization", (first.id, second.id)))
    done = merging.merge(session, wanted)
    session.commit()
    assert merging.merge(session, wanted) == done == Merged(first.id, 1, 1)


def test_a_document_is_chosen_whole_unless_the_journal_could_not_bring_the_other_back(
    session: Session, other: PsycopgConnection
) -> None:
    small, large = (
        add_organization(session, custom_data={"a": 1}, website_raw_data={"old": 1}),
        add_organization(session, custom_data={"b": 2}, website_raw_data=LARGE),
    )
    found = merging.rows(session, "organization", (small.id, large.id))
    assert found[0].documents["custom_data"].keys == ("a",)
    assert found[1].documents["website_raw_data"].size > len(LARGE["text"])
    before = state(other)
    chosen = {"custom_data": large.id, "website_raw_data": large.id}
    merged(session, "organization", small.id, large.id, **chosen)
    documents = "SELECT custom_data, website_raw_data FROM organizations"
    assert fetch(other, documents) == [({"b": 2}, LARGE)]
    turn(session)
    assert state(other) == before
    with pytest.raises(Refused, match="the journal does not hold the website_raw_data"):
        merged(session, "organization", large.id, small.id, website_raw_data=small.id)
