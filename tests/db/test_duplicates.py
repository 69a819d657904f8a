"""Likely duplicates: what counts as the same, what does not, and within which bounds."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from db.duplicates import DuplicateGroup, DuplicateSearch
from db.errors import SearchCancelled
from db.queries.duplicates import find
from tests.support import add_campaign, add_lead, add_organization


def names(groups: tuple[DuplicateGroup, ...]) -> list[tuple[tuple[str, ...], set[str]]]:
    return [(group.reasons, {row.name for row in group.rows}) for group in groups]


def test_organizations_are_compared_by_domain_page_and_name(session: Session) -> None:
    for name, domain, page in (
        ("Acme GmbH", "acme.co.uk", "https://www.linkedin.com/company/acme/"),
        ("ACME, Ltd.", "shop.acme.co.uk", "http://de.linkedin.com/company/Acme?trk=x"),
        ("Nord A/S", "nord.dk", None),
        ("Nord", "nord.com", "linkedin.com/company/nord"),
        ("Sud SE", "sud.fr", None),
        ("Sud", "sud.com", None),
        ("Anna", "gmail.com", None),
        ("Bert", "gmail.com", None),
        ("lone.example", "lone.example", None),
        ("Müller", "mueller.de", None),
        ("Möller", "moeller.de", None),
    ):
        add_organization(session, name, domain, linkedin_url=page)
    found = find(session, DuplicateSearch("organization"))
    assert names(found.groups) == [
        (("domain", "linkedin", "name"), {"Acme GmbH", "ACME, Ltd."}),
        (("name",), {"Nord A/S", "Nord"}),
        (("name",), {"Sud SE", "Sud"}),
    ]
    assert found.groups[0].key == "acme.co.uk"
    assert found.complete


def test_leads_are_compared_within_their_campaign(session: Session) -> None:
    spring, autumn = add_campaign(session, "Spring"), add_campaign(session, "Autumn")
    acme = add_organization(session, "Acme")
    add_lead(session, spring, acme, "ada@acme.com", last_name="A")
    add_lead(session, spring, acme, "ada+news@acme.com", last_name="B")
    add_lead(session, autumn, acme, "ada+x@acme.com", last_name="Elsewhere")
    add_lead(session, spring, None, "b.o.b@gmail.com", last_name="C")
    add_lead(session, spring, None, "bob+1@googlemail.com", last_name="D")
    add_lead(session, spring, None, "b.ob@acme.com", last_name="E")
    add_lead(session, spring, acme, "e@x.com", first_name="Eve", last_name="Ng")
    add_lead(session, spring, acme, "f@x.com", first_name="EVE", last_name="Ng ")
    add_lead(session, spring, None, "g@x.com", first_name="Eve", last_name="Ng")
    found = find(session, DuplicateSearch("lead", spring.id))
    assert names(found.groups) == [
        (("mailbox",), {"A", "B"}),
        (("mailbox",), {"C", "D"}),
        (("person",), {"Eve Ng", "EVE Ng "}),
    ]
    assert find(session, DuplicateSearch("lead", autumn.id)).groups == ()


def test_a_search_is_of_one_row_and_bounded(session: Session) -> None:
    made = [add_organization(session, f"Firm {at}", f"firm{at % 3}.com") for at in range(6)]
    one = find(session, DuplicateSearch("organization", of=made[4].id))
    assert names(one.groups) == [(("domain",), {"Firm 1", "Firm 4"})]
    first = find(session, DuplicateSearch("organization", limit=2))
    assert (len(first.groups), first.complete) == (2, False)
    with pytest.raises(SearchCancelled):
        find(session, DuplicateSearch("organization"), lambda done, total: done < 1)
