"""The look-up: what is typed or pasted, what is found by it, and in which order."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.queries.lookup import LEADS_PER_HIT, at_domain, look_up
from tests.support import add_campaign, add_lead, add_organization, run


def found(session: Session, query: str, **options: int) -> list[tuple[str, str]]:
    """Return (name of the organization, why) of each hit in order."""
    return [(hit.organization.name, hit.why) for hit in look_up(session, query, **options).hits]


def names(session: Session, query: str) -> list[str]:
    return [name for name, _ in found(session, query)]


@pytest.fixture
def acme(session: Session) -> None:
    """Acme with a subsidiary below its domain, and two neighbours in the alphabet."""
    organization = add_organization(session, "Acme", "acme.com")
    add_lead(session, None, organization, "ada@acme.com", first_name="Ada", last_name="Lovelace")
    add_organization(session, "Labs", "labs.acme.com")
    add_organization(session, "Acme Company", "acme.company")
    add_organization(session, "Not Acme", "notacme.com")


@pytest.mark.parametrize(
    "query",
    [
        "acme.com",
        "ACME.com",
        "  acme.com. ",
        "www.acme.com",
        "https://www.acme.com/about?x=1#team",
        "http://user:pw@acme.com:8080",
        "//acme.com",
        "acme.com/path/to",
        "acme.com/@handle",
        "https://acme.com/@handle",
        "acme.com:443",
        "@acme.com",
    ],
)
def test_a_domain_in_any_form_finds_its_organization_first(
    session: Session, acme: None, query: str
) -> None:
    assert names(session, query)[0] == "Acme"


def test_a_domain_finds_itself_then_what_is_below_then_what_begins_so(
    session: Session, acme: None
) -> None:
    assert found(session, "acme.com") == [
        ("Acme", "domain"),
        ("Labs", "subdomain"),
        ("Acme Company", "prefix"),
    ]


def test_a_subdomain_finds_the_registrable_domain_and_its_other_subdomains(
    session: Session, acme: None
) -> None:
    assert found(session, "mail.acme.com") == [
        ("Acme", "registrable domain"),
        ("Labs", "subdomain"),
    ]
    assert names(session, "labs.acme.com") == ["Labs", "Acme"]


def test_a_registrable_domain_may_have_three_labels(session: Session) -> None:
    add_organization(session, "Acme", "acme.co.uk")
    add_organization(session, "Other", "other.co.uk")
    assert names(session, "mail.acme.co.uk") == ["Acme"]


def test_an_international_domain_is_found_in_both_spellings(session: Session) -> None:
    add_organization(session, "Bücher", "bücher.example")
    assert names(session, "BÜCHER.example") == ["Bücher"]
    assert names(session, "xn--bcher-kva.example") == ["Bücher"]
    assert names(session, "https://bücher.example/x") == ["Bücher"]


def test_a_domain_has_as_many_leads_as_are_wanted(session: Session, acme: None) -> None:
    acme_com = at_domain(session, "acme.com")[0]
    for number in range(LEADS_PER_HIT + 2):
        add_lead(session, None, acme_com.organization, f"p{number}@acme.com")
    (few,), (all_of_them,) = (
        at_domain(session, "acme.com", **most) for most in ({}, {"most_leads": 99})
    )
    assert (len(few.leads), few.total_leads) == (LEADS_PER_HIT, LEADS_PER_HIT + 3)
    assert len(all_of_them.leads) == LEADS_PER_HIT + 3
    assert at_domain(session, "labs.acme.com")[0].organization.name == "Labs"
    assert at_domain(session, "nothing.com") == ()


def test_subsidiaries_that_share_a_domain_are_both_found(session: Session) -> None:
    add_organization(session, "North", "shared.com")
    add_organization(session, "South", "shared.com")
    assert sorted(found(session, "shared.com")) == [("North", "domain"), ("South", "domain")]


def test_a_domain_is_found_by_addresses_at_it(session: Session) -> None:
    organization = add_organization(session, "Holding", "holding.com")
    add_lead(session, None, organization, "ada@mail.acme.com")
    assert found(session, "acme.com") == [("Holding", "e-mail at the domain")]


@pytest.mark.parametrize(
    "query",
    [
        "ada@acme.com",
        " ADA@Acme.com ",
        "Ada Lovelace <ada@acme.com>",
        '"Lovelace, Ada" <ada@acme.com>,',
        "mailto:ada@acme.com",
        "mailto:ada@acme.com?subject=Hello",
        "write to ada@acme.com.",
        "(ada@acme.com)",
    ],
)
def test_a_pasted_address_finds_its_lead(session: Session, acme: None, query: str) -> None:
    result = look_up(session, query)
    assert result.read_as == "e-mail"
    hit = result.hits[0]
    assert (hit.organization.name, hit.why) == ("Acme", "e-mail")
    assert [lead.email for lead in hit.leads] == ["ada@acme.com"]


def test_an_address_in_its_own_script_finds_its_lead(session: Session) -> None:
    add_lead(session, email="ada@Müller.de")
    assert [hit.why for hit in look_up(session, "Ada@müller.de").hits] == ["e-mail"]


def test_an_unknown_address_finds_the_organization_of_its_domain(
    session: Session, acme: None
) -> None:
    assert found(session, "grace@acme.com")[0] == ("Acme", "domain")


def test_an_address_at_a_free_mailer_finds_no_strangers(session: Session) -> None:
    freelancer = add_organization(session, "Freelancer", "freelancer.com")
    add_lead(session, None, freelancer, "ada@gmail.com")
    add_lead(session, None, None, "grace@gmail.com")
    add_organization(session, "Google Mail", "gmail.com")
    assert names(session, "ada@gmail.com") == ["Freelancer"]
    assert names(session, "nobody@gmail.com") == []


def test_the_lead_of_the_address_comes_before_newer_ones(session: Session) -> None:
    organization, campaign = add_organization(session, "Acme", "acme.com"), add_campaign(session)
    add_lead(session, campaign, organization, "first@acme.com")
    for number in range(LEADS_PER_HIT + 2):
        add_lead(session, campaign, organization, f"later{number}@acme.com")
    hit = look_up(session, "first@acme.com").hits[0]
    assert hit.leads[0].email == "first@acme.com"
    assert len(hit.leads) == LEADS_PER_HIT
    assert hit.total_leads == LEADS_PER_HIT + 3
    assert len({lead.id for lead in hit.leads}) == LEADS_PER_HIT


def test_rows_of_an_answer_are_those_of_the_lists(session: Session) -> None:
    until = datetime(2030, 1, 2, tzinfo=UTC)
    lead = add_lead(session, email="ada@acme.com", title="CTO", snoozed_until=until)
    (hit,) = look_up(session, lead.company_name).hits
    assert hit.leads == (lead,)


def test_leads_of_all_campaigns_and_the_last_contact_are_told(session: Session) -> None:
    organization = add_organization(session, "Acme", "acme.com")
    earlier, later = datetime(2024, 5, 6, tzinfo=UTC), datetime(2024, 7, 8, tzinfo=UTC)
    for moment, status in ((later, "replied"), (earlier, "sent"), (None, "new")):
        campaign = add_campaign(session, f"For {status}")
        values = {"status": status, "last_contacted_at": moment}
        add_lead(session, campaign, organization, "ada@acme.com", **values)
    hit = look_up(session, "acme.com").hits[0]
    assert (hit.total_leads, hit.last_contacted_at) == (3, later)
    assert [(lead.campaign_name, lead.status) for lead in hit.leads] == [
        ("For new", "new"),
        ("For sent", "sent"),
        ("For replied", "replied"),
    ]


@pytest.mark.parametrize("typed", ["a", "ac", "acm", "acme", "acme.", "acme.c", "acme.co", "ACME"])
def test_it_answers_as_one_types_a_domain(session: Session, acme: None, typed: str) -> None:
    assert "Acme" in names(session, typed)


@pytest.mark.parametrize("typed", ["https://a", "https://acme", "//acme"])
def test_it_answers_as_one_types_a_url(session: Session, acme: None, typed: str) -> None:
    assert "Acme" in names(session, typed)


@pytest.mark.parametrize(
    "typed", ["ada@", "ada@ac", "ada@acme", "ada@acme.", "ada", "Ada Love", "love", "ada@acme.c"]
)
def test_it_answers_as_one_types_a_person(session: Session, acme: None, typed: str) -> None:
    assert names(session, typed)[:1] == ["Acme"]


def test_an_organization_is_found_by_the_start_of_its_name(session: Session) -> None:
    add_organization(session, "Zebra Crossing Ltd.", "zc.com")
    add_organization(session, "Node.js", "openjs.org")
    assert found(session, "zebra cr") == [("Zebra Crossing Ltd.", "name")]
    assert found(session, "Node.js") == [("Node.js", "name")]


@pytest.mark.parametrize(
    "typed", ["crossing", "CROSS", "ltd cross", "zebra ltd", "of cross", "crossing-ltd"]
)
def test_an_organization_is_found_by_words_in_its_name(session: Session, typed: str) -> None:
    add_organization(session, "The Zebra-Crossing of Ltd.", "zc.com")
    add_organization(session, "Zebra Ltd of Crown", "other.com")
    assert ("The Zebra-Crossing of Ltd.", "word of the name") in found(session, typed)


def test_no_reason_crowds_out_the_others(session: Session) -> None:
    for number in range(8):
        add_organization(session, f"Company {number}", f"lee{number}.com")
        add_organization(session, f"Lee {number}")
    person = add_lead(session, last_name="Lee")
    word = add_organization(session, "Sara Lee")
    hits = look_up(session, "lee", limit=8).hits
    reasons = ["prefix"] * 4 + ["name"] * 2 + ["word of the name", "person"]
    assert [hit.why for hit in hits] == reasons
    assert {word.id, person.company_id} <= {hit.organization.id for hit in hits}


def test_many_organizations_show_fewer_leads_each(session: Session) -> None:
    campaign = add_campaign(session)
    for number in range(6):
        company = add_organization(session, f"Acme {number}")
        for person in range(4):
            add_lead(session, campaign, company, f"p{person}@acme{number}.com")
    hits = look_up(session, "acme").hits
    assert [(len(hit.leads), hit.total_leads) for hit in hits] == [(3, 4)] * 6
    assert [len(hit.leads) for hit in look_up(session, "acme 0").hits] == [4]


def test_a_name_in_another_script_is_found_in_any_case(session: Session) -> None:
    add_organization(session, "Élan ООО", "elan.com")
    assert names(session, "éLAN оо") == ["Élan ООО"]


def test_ids_find_organization_lead_and_campaign(session: Session) -> None:
    lead = add_lead(session)
    for row_id in (lead.company_id, lead.lead_id, lead.campaign_id):
        hits = look_up(session, f" {row_id} ").hits
        assert [hit.organization.id for hit in hits] == [lead.company_id]
    assert look_up(session, str(lead.id).upper()).read_as == "id"


@pytest.mark.parametrize("query", ["", "   ", "\0", "\n"])
def test_nothing_finds_nothing(session: Session, acme: None, query: str) -> None:
    assert look_up(session, query).hits == ()


def test_odd_input_finds_nothing_and_breaks_nothing(session: Session, acme: None) -> None:
    odd = (
        *("%", "_", "\\", "a%", "'", "'; DROP TABLE leads; --", "a_me", "@", "<>", "<@>"),
        *("://", "\x1b[31m", "[/red]", "a" * 10_000, "." * 300, "ü" * 300 + ".de", "1.2.3.4"),
        *("::1", "http://[::1]:80/", "\ud800", "x@" + "y." * 200),
    )
    for query in odd:
        assert names(session, query) == [], query


def test_no_more_hits_than_asked_for(session: Session) -> None:
    for number in range(5):
        add_organization(session, f"Acme {number}")
    assert [name for name, _ in found(session, "acme", limit=3)] == ["Acme 0", "Acme 1", "Acme 2"]


def test_one_organization_with_many_leads_hides_no_other(
    session: Session, other: PsycopgConnection
) -> None:
    large, campaign = add_organization(session, "Large", "large.com"), add_campaign(session)
    run(
        other,
        "INSERT INTO leads (campaign_id, company_id, email)"
        " SELECT %s, %s, 'p' || i || '@acme.com' FROM generate_series(1, 500) i",
        campaign.id,
        large.id,
    )
    add_lead(session, campaign, add_organization(session, "Small", "small.com"), "z@mail.acme.com")
    assert sorted(names(session, "acme.com")) == ["Large", "Small"]


def test_a_person_asked_for_stands_before_the_newest_leads_of_the_company(session: Session) -> None:
    campaign = add_campaign(session)
    company = add_organization(session)
    add_lead(session, campaign, company, first_name="Zelda", last_name="Quist")
    for number in range(LEADS_PER_HIT + 2):
        add_lead(session, campaign, company, first_name="Ann", last_name=f"Lee{number}")
    hit = look_up(session, "quis").hits[0]
    assert hit.leads[0].last_name == "Quist"
