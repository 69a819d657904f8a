"""Filters on rows: what SQL finds is what a filter means."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import event, insert, select, text
from sqlalchemy.orm import Session

from db.errors import NotFound
from db.filters import Filter, parse
from db.filters.tree import quoted
from db.models import Campaign, Lead, Organization, Suppression
from db.queries import leads
from db.queries.filtering import conditions, settled
from db.rows import DEFAULT_LEAD_SORT, LeadScope, PageRequest
from db.statuses import VERIFICATIONS
from tests.columns import LEAD, ORGANIZATION
from tests.db.filter_meaning import matches
from tests.db.filter_support import LETTERS, filters
from tests.support import add_campaign, add_lead, add_organization

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 9, 30, tzinfo=BERLIN)
# Of the domains below, one is covered by what is above of it, and one only seems to be.
LISTED = ("ab.com", "a3@a.com", "b7@a.com", "com.au", "b.com")
KEYS = ("name", "external_id", "external_source")
STATUSES = ["new", "ready", "replied", "won", "invalid", "Waiting", "a_b"]


def found(session: Session, wanted: str | Filter, now: datetime = NOW) -> set[UUID]:
    """Return the ids of the leads that a filter finds."""
    made = parse(wanted) if isinstance(wanted, str) else wanted
    scope = LeadScope(filter=made, now=now)
    return set(leads.ids(session, scope, DEFAULT_LEAD_SORT, PageRequest(1_000)).rows)


class Rows:
    """Random rows with whatever a column may hold."""

    def __init__(self, seed: int = 4) -> None:
        self.random = random.Random(seed)

    def maybe(self, values: Sequence[Any]) -> Any:
        return self.random.choice(values) if self.random.random() < 0.7 else None

    def moment(self) -> datetime:
        """Any minute of four years, or the first one of a day."""
        day = NOW - timedelta(minutes=self.random.randrange(4 * 365 * 1_440))
        return day.replace(hour=0, minute=0) if self.random.random() < 0.3 else day

    def document(self, depth: int = 3) -> Any:
        """A document of a few keys, so that paths find something."""
        kind = self.random.random()
        if depth and kind < 0.5:
            keys = self.random.sample(["a", "b", "a b", 'q"\\', "ä"], 3)
            return {key: self.document(depth - 1) for key in keys}
        if depth and kind < 0.75:
            return [self.document(depth - 1) for _ in range(self.random.randrange(4))]
        return self.random.choice([*LETTERS, 5, -2, 2.5, 120, "50", "1e3", "", True, False, None])

    def texts(self, *names: str) -> dict[str, Any]:
        return {name: self.maybe(LETTERS) for name in names}

    def campaign(self, number: int) -> dict[str, Any]:
        return {
            "name": f"{self.random.choice(LETTERS)}{number % 3 or ''}",
            "status": self.random.choice(["draft", "active", "running", "Odd"]),
        }

    def organization(self, number: int) -> dict[str, Any]:
        return {
            "name": self.random.choice(LETTERS),
            "email_domain": self.random.choice(
                ["a.com", "ab.com", "x.a.com", "ä.de", f"b{number}"]
            ),
            "estimated_num_employees": self.maybe(range(300)),
            "created_at": self.moment(),
            "website_summary_data": self.maybe([self.document()]),
            "website_raw_data": self.maybe([self.document()]),
            "custom_data": self.maybe([self.document()]),
            **self.texts(*(each for each in ORGANIZATION if each not in KEYS)),
        }

    def lead(self, number: int) -> dict[str, Any]:
        local, domain = self.random.choice("ab"), self.random.choice(["a.com", "b.ab.com"])
        return {
            "email": f"{local}{number}@{domain}",
            "status": self.random.choice(STATUSES),
            "email_verification_status": self.maybe(
                [each.value for each in VERIFICATIONS] + ["Ab"]
            ),
            "email_sent_at": self.maybe([self.moment()]),
            "reply_received_at": self.maybe([self.moment()]),
            "snoozed_until": self.maybe([self.moment()]),
            "last_contacted_at": self.maybe([self.moment()]),
            "created_at": self.moment(),
            "custom_data": self.maybe([self.document()]),
            **self.texts(*(each for each in LEAD if each != "email_verification_status")),
        }


@pytest.fixture
def rows(session: Session) -> dict[UUID, dict[str, Any]]:
    """Random rows in the database, each as it is stored, with what it belongs to."""
    make = Rows()
    add = session.scalars
    campaigns = [
        add(insert(Campaign).values(make.campaign(number)).returning(Campaign.campaign_id)).one()
        for number in range(8)
    ]
    companies = [
        add(
            insert(Organization)
            .values(make.organization(number))
            .returning(Organization.organization_id)
        ).one()
        for number in range(60)
    ]
    for number in range(250):
        owners = {
            "campaign_id": make.random.choice(campaigns),
            "company_id": make.random.choice(companies),
        }
        session.execute(insert(Lead).values(make.lead(number) | owners))
    session.execute(insert(Suppression).values([{"value": value} for value in LISTED]))
    expired = {"value": "a.com", "expires_at": NOW - timedelta(days=400)}
    session.execute(insert(Suppression).values(expired))
    session.commit()
    query = text(
        "SELECT to_jsonb(organizations), to_jsonb(campaigns), leads.* FROM leads "
        "JOIN campaigns USING (campaign_id) JOIN organizations ON organization_id = company_id"
    )
    stored = {}
    answer = session.execute(query)
    names = list(answer.keys())[2:]
    for company, campaign, *values in answer:
        lead = dict(zip(names, values, strict=True)) | {"suppressions": LISTED}
        for owner, columns in (("organization", company), ("campaign", campaign)):
            for name, value in columns.items():
                timed = name.endswith("_at") and value is not None
                lead[f"{owner}.{name}"] = datetime.fromisoformat(value) if timed else value
        stored[lead["lead_id"]] = lead
    session.rollback()
    return stored


def test_sql_agrees_with_plain_python(session: Session, rows: dict[UUID, dict[str, Any]]) -> None:
    @settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(filters())
    def agrees(wanted: Filter) -> None:
        expected = {row_id for row_id, row in rows.items() if matches(wanted, row, NOW)}
        assert found(session, wanted) == expected, str(wanted)

    agrees()


@pytest.fixture
def acme(session: Session) -> dict[str, UUID]:
    """Three leads in two campaigns, by their first names."""
    q3, nordics = add_campaign(session, "Q3 DACH"), add_campaign(session, "Nordics")
    acme = add_organization(
        session,
        "Acme",
        "acme.de",
        country="Germany",
        estimated_num_employees=120,
        website_summary_data={"industry": "Software", "keywords": ["cloud", "erp"], "size": "120"},
    )
    fjord = add_organization(session, "Fjord", "fjord.no", country="no")
    made = {
        "Ada": add_lead(
            session,
            q3,
            acme,
            "ada@acme.de",
            first_name="Ada",
            last_name="Berg",
            title="CTO",
            email_icebreaker="Hello",
            email_verification_status="valid",
            email_sent_at=NOW - timedelta(days=3),
        ),
        "Bo": add_lead(
            session,
            q3,
            acme,
            "bo@acme.de",
            first_name="Bo",
            title="Head of Sales",
            email_verification_status="invalid",
            email_sent_at=NOW - timedelta(days=30),
        ),
        "Cy": add_lead(
            session, nordics, fjord, "cy@fjord.no", first_name="Cy", status="waiting room"
        ),
    }
    return {name: lead.id for name, lead in made.items()}


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("", "Ada Bo Cy"),
        ("status:new", "Ada Bo"),
        ('status:"waiting room"', "Cy"),
        ("group:unknown", "Cy"),
        ('campaign:"q3 dach"', "Ada Bo"),
        ("-campaign:q3*", "Cy"),
        ("domain:acme.*", "Ada Bo"),
        ("domain:https://www.ACME.de/about", "Ada Bo"),
        ("email:*@fjord.no", "Cy"),
        ("title:~cto country:de", "Ada"),
        ("country:Germany,NO", "Ada Bo Cy"),
        ("country:Ger*", "Ada Bo"),
        ("name:ada*berg", "Ada"),
        ("has:icebreaker,employees", "Ada Bo"),
        ("no:title,employees", "Cy"),
        ("-verification:invalid", "Ada Cy"),
        ("verification:unverified", "Cy"),
        ("sent:<7d", "Ada"),
        ("sent:>7d", "Bo"),
        ("-sent:<7d", "Bo Cy"),
        ("sent:2026-11", "Ada"),
        ("employees:50..500", "Ada Bo"),
        ("json:summary.industry=software", "Ada Bo"),
        ("json:summary.industry!=software", "Cy"),
        ("json:summary.keywords=erp", "Ada Bo"),
        ("json:summary.keywords[0]=erp", ""),
        ("json:summary.size>100", "Ada Bo"),
        ("json:summary.industry>100", ""),
        ("acme", "Ada Bo"),
        ("acme head", "Bo"),
        ('"head of"', "Bo"),
    ],
)
def test_a_filter_finds(session: Session, acme: dict[str, UUID], wanted: str, names: str) -> None:
    assert found(session, wanted) == {acme[name] for name in names.split()}


def test_an_id_stands_for_a_name(session: Session, acme: dict[str, UUID]) -> None:
    lead = leads.row(session, acme["Ada"])
    assert found(session, f"id:{lead.id}") == {lead.id}
    assert found(session, f"organization:{lead.company_id}") == {acme["Ada"], acme["Bo"]}
    assert found(session, f"campaign:{lead.campaign_id},Nordics") == set(acme.values())


def test_a_settled_filter_has_ids_of_campaigns_and_finds_the_same(
    session: Session, acme: dict[str, UUID]
) -> None:
    twin = add_lead(session, add_campaign(session, "q3 dach"))
    plain = parse('campaign:"Q3 DACH" -campaign:Nord* status:new')
    made = settled(session, plain)
    assert len(made.terms[0].values) == 2
    assert made.terms[1:] == plain.terms[1:]
    assert found(session, made) == found(session, plain) == {acme["Ada"], acme["Bo"], twin.id}


def test_a_campaign_that_is_not_there_is_named(session: Session) -> None:
    with pytest.raises(NotFound, match="no campaign named 'Nix'"):
        settled(session, parse("campaign:Nix"))


@pytest.mark.parametrize("kind", ["campaign", "organization"])
def test_an_id_of_another_database_is_named(session: Session, kind: str) -> None:
    lead = add_lead(session)
    there = lead.campaign_id if kind == "campaign" else lead.company_id
    assert found(session, settled(session, parse(f"{kind}:{there}"))) == {lead.id}
    gone = uuid4()
    with pytest.raises(NotFound, match=f"There is no {kind} {gone}"):
        settled(session, parse(f"{kind}:{there},{gone}"))
    assert found(session, settled(session, parse(f"-{kind}:{gone}"))) == {lead.id}


def test_every_read_of_a_list_keeps_to_the_filter(session: Session, acme: dict[str, UUID]) -> None:
    scope = LeadScope(filter=parse("country:DE campaign:Q3*"), now=NOW)
    page = leads.page(session, scope, DEFAULT_LEAD_SORT, PageRequest(10))
    assert {row.id for row in page.rows} == {acme["Ada"], acme["Bo"]}
    assert leads.count(session, scope) == leads.status_counts(session, scope).total == 2
    assert leads.position(session, scope, DEFAULT_LEAD_SORT, acme["Cy"]) is None
    assert leads.position(session, scope, DEFAULT_LEAD_SORT, page.rows[1].id) == 1


HOSTILE = [
    "'; DROP TABLE leads; --",
    "%",
    "_",
    "\\",
    "%s %(lower_1)s {}",
    ":name",
    "$1",
    "x' OR '1'='1",
    '"',
    "🦆\x1b[2J\u202e",
]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize(
    "form",
    [
        "{}",
        "title:{}",
        "title:~{}",
        "domain:{}",
        "country:*{}",
        "json:custom.{}",
        "json:custom.a={}",
    ],
)
def test_hostile_text_is_looked_for_as_it_is(session: Session, hostile: str, form: str) -> None:
    quiet, loud = (
        add_lead(
            session,
            organization=add_organization(session, f"x{text}", country=text),
            title=text,
            custom_data={"a": text, text: 1},
        )
        for text in ("nothing", hostile)
    )
    made = parse(form.format(quoted(hostile)))
    assert parse(str(made)) == made
    assert found(session, made) <= {loud.id}
    assert form.startswith("domain") or found(session, made) == {loud.id}
    assert quiet.id in found(session, "")


def test_a_filter_is_one_statement_whose_texts_are_bound(
    session: Session, acme: dict[str, UUID]
) -> None:
    statements: list[str] = []
    event.listen(
        session.connection(),
        "before_cursor_execute",
        lambda *call: statements.append(call[2]),
    )
    found(session, 'campaign:canary1 json:custom."canary2"=canary3 canary4 domain:canary5.*')
    (statement,) = statements
    assert "canary" not in statement


MANY = """
WITH campaign AS (INSERT INTO campaigns (name) VALUES ('Spring') RETURNING campaign_id),
     company AS (INSERT INTO organizations (name, email_domain)
                 SELECT 'Company ' || n, 'company' || n || '.com' FROM generate_series(1, 500) AS n
                 RETURNING organization_id, email_domain)
INSERT INTO leads (campaign_id, company_id, email, first_name, last_name, status, created_at)
SELECT campaign_id, organization_id, 'ada@' || email_domain, email_domain, email_domain,
       left(email_domain, 9), now() - random() * interval '900 days'
  FROM campaign, company;
ANALYZE leads, organizations
"""


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ("status:new", "status"),
        ("campaign:00000000-0000-4000-8000-000000000000", "ix_leads_campaign"),
        ("organization:00000000-0000-4000-8000-000000000000", "ix_leads_company_newest"),
        ("id:00000000-0000-4000-8000-000000000000", "pk_leads"),
        ("email:ada@acme.de", "ix_leads_email_prefix"),
        ("email:ada*", "ix_leads_email_prefix"),
        ("email:*@acme.de", "ix_leads_email_suffix"),
        ("first:Ada*", "ix_leads_both_names_prefix"),
        ("last:Berg", "ix_leads_name_prefix"),
        ("created:<7d", "Index Cond: (created_at >="),
        ("domain:acme.de", "ix_organizations_domain"),
        ("domain:acme.*", "ix_organizations_domain"),
        ("domain:*.acme.de", "ix_organizations_domain_suffix"),
        ("organization:Acme*", "ix_organizations_by_name"),
    ],
)
def test_an_index_serves(session: Session, wanted: str, index: str) -> None:
    session.execute(text("SET LOCAL enable_seqscan = off"))
    # In an empty table, an index that is read from end to end costs no more than the right one.
    session.execute(text(MANY))
    query = select(Lead.lead_id).where(*conditions(parse(wanted), NOW))
    compiled = query.compile(session.connection())
    plan = session.connection().exec_driver_sql(f"EXPLAIN {compiled}", compiled.params)
    assert index in "".join(line for (line,) in plan)
