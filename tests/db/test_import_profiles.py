"""What other programs export, row by row: which profile it is and what becomes of each column."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from db.errors import ConfigurationError
from db.transfer.choosing import Choice, parsed_mapping
from db.transfer.mapping import Converted, RowMapper
from db.transfer.profiles import recognise
from db.transfer.remembered import Remembered
from db.transfer.shapes import OF_OTHERS


@dataclass(frozen=True)
class Sample:
    """A row of an export, and what is made of it."""

    profile: str
    row: dict[str, object]
    lead: dict[str, object]
    organization: dict[str, object]
    domain: str = "acme.com"
    custom: dict[str, object] = field(default_factory=dict)


HUBSPOT = {
    "Record ID": "51",
    "First Name": "Ann",
    "Last Name": "Lee",
    "Email": "ann@acme.com",
    "Job Title": "CTO",
    "Company name": "Acme",
    "Company Domain Name": "acme.com",
    "Number of Employees": "1,200",
    "Country/Region": "Germany",
    "Street Address": "1 Main St",
    "City": "Berlin",
    "Postal Code": "10115",
    "Time Zone": "europe_slash_berlin",
    "Preferred language": "de",
    "Lead Status": "ATTEMPTED_TO_CONTACT",
    "Unsubscribed from all email": "",
    "Last Contacted": "2026-01-02 03:04",
    "Lifecycle Stage": "Lead",
}
SMARTLEAD = {
    "id": "77",
    "campaign_lead_map_id": "9",
    "status": "COMPLETED",
    "category": "Meeting Request",
    "is_unsubscribed": "false",
    "first_name": "Ann",
    "email": "ann@acme.com",
    "company_name": "Acme",
    "website": "https://acme.com",
    "custom_fields": '{"Job_Title": "CTO", "icebreaker": "Hi", "x": 1}',
    "linkedin_profile": "https://linkedin.com/in/ann",
    "reply_count": "1",
}
INSTANTLY = {
    "Email": "ann@acme.com",
    "First Name": "Ann",
    "companyName": "Acme",
    "jobTitle": "CTO",
    "company_domain": "acme.com",
    "Personalization": "Hi Ann",
    "Lead Status": "Completed",
    "Interest Status": "Meeting booked",
    "verification_status": "-3",
    "timestamp_last_contact": "2026-01-02T03:04:00.000Z",
}
HUNTER = {
    "First name": "Ann",
    "Last name": "Lee",
    "Job title": "CTO",
    "Company": "Acme",
    "Email address": "ann@acme.com",
    "Website": "acme.com",
    "Company size": "51-200",
    "Country": "DE",
    "Confidence score": "97",
}
HUNTER_DOMAINS = {
    "Domain name": "acme.com",
    "Organization": "Acme",
    "Headcount": "11-50",
    "Country": "DE",
    "City": "Berlin",
    "Email address": "info@acme.com",
    "Type": "generic",
    "Confidence score": "90",
    "Position raw": "Head of all",
    "Verification status": "accept_all",
    "Twitter handle": "@acme",
}
API = {
    "id": "p1",
    "first_name": "Ann",
    "email": "ann@acme.com",
    "email_status": "verified",
    "headline": "CTO at Acme",
    "organization.id": "o1",
    "organization.name": "Acme",
    "organization.website_url": "http://www.acme.com",
    "organization.primary_domain": "acme.com",
    "organization.estimated_num_employees": 120,
    "employment_history": [{"title": "Dean"}],
}
AT = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
SAMPLES = (
    Sample(
        "hubspot",
        HUBSPOT,
        {
            "first_name": "Ann",
            "last_name": "Lee",
            "title": "CTO",
            "external_id": "51",
            "language": "de",
            "last_contacted_at": AT,
            "status": "sent",
            "source": "hubspot",
        },
        {
            "name": "Acme",
            "estimated_num_employees": 1200,
            "country": "Germany",
            "time_zone": "europe_slash_berlin",
            "raw_address": "1 Main St, Berlin, 10115",
        },
        custom={"Lead Status": "ATTEMPTED_TO_CONTACT", "Lifecycle Stage": "Lead"},
    ),
    Sample(
        "smartlead",
        SMARTLEAD,
        {
            "first_name": "Ann",
            "external_id": "77",
            "title": "CTO",
            "email_icebreaker": "Hi",
            "linkedin_url": "https://linkedin.com/in/ann",
            "status": "interested",
            "source": "smartlead",
        },
        {"name": "Acme", "website_url": "https://acme.com"},
        custom={
            "campaign_lead_map_id": "9",
            "status": "COMPLETED",
            "category": "Meeting Request",
            "custom_fields": SMARTLEAD["custom_fields"],
            "reply_count": "1",
        },
    ),
    Sample(
        "instantly",
        INSTANTLY,
        {
            "first_name": "Ann",
            "title": "CTO",
            "email_icebreaker": "Hi Ann",
            "last_contacted_at": AT,
            "email_verification_status": "catch_all",
            "status": "meeting_booked",
        },
        {"name": "Acme"},
        custom={"Lead Status": "Completed", "Interest Status": "Meeting booked"},
    ),
    Sample(
        "hunter-leads",
        HUNTER,
        {
            "first_name": "Ann",
            "last_name": "Lee",
            "title": "CTO",
            "email_verification_message": "hunter: score 97",
        },
        {"name": "Acme", "estimated_num_employees": 51, "country": "DE", "website_url": "acme.com"},
        custom={"Company size": "51-200"},
    ),
    Sample(
        "hunter-domains",
        HUNTER_DOMAINS,
        {
            "headline": "Head of all",
            "email_verification_status": "role",
            "email_verification_message": "hunter: accept_all generic score 90",
        },
        {
            "name": "Acme",
            "estimated_num_employees": 11,
            "country": "DE",
            "raw_address": "Berlin",
        },
        custom={"Headcount": "11-50", "Twitter handle": "@acme"},
    ),
    Sample(
        "apollo-api-people",
        API,
        {
            "first_name": "Ann",
            "headline": "CTO at Acme",
            "external_id": "p1",
            "email_verification_status": "valid",
            "email_verification_message": "verified",
            "source": "apollo",
        },
        {
            "name": "Acme",
            "external_id": "o1",
            "external_source": "apollo",
            "estimated_num_employees": 120,
            "website_url": "http://www.acme.com",
            "source": "apollo",
        },
        custom={"employment_history": [{"title": "Dean"}]},
    ),
)


def converted(row: dict[str, object]) -> tuple[str, Converted]:
    header = list(row)
    profile = recognise(header)
    assert profile is not None
    return profile.name, RowMapper(profile, header).convert(list(row.values()))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.profile)
def test_a_row_of_an_export_goes_where_the_profile_says(sample: Sample) -> None:
    profile, row = converted(sample.row)
    assert profile == sample.profile
    assert row.lead == sample.lead
    assert row.organization == sample.organization
    assert (row.domain, row.stated) == (sample.domain, True)
    assert row.custom == sample.custom


@pytest.mark.parametrize(
    ("row", "status"),
    [
        (HUBSPOT | {"Unsubscribed from all email": "true"}, "unsubscribed"),
        (HUBSPOT | {"Lead Status": "Open deal"}, "interested"),
        (SMARTLEAD | {"is_unsubscribed": "true"}, "unsubscribed"),
        (SMARTLEAD | {"category": "Do Not Contact"}, "do_not_contact"),
        (SMARTLEAD | {"category": "", "reply_count": "2"}, "replied"),
        (INSTANTLY | {"Interest Status": "", "Lead Status": "-1"}, "bounced"),
        (INSTANTLY | {"Interest Status": "-2"}, "wrong_person"),
        (INSTANTLY | {"Lead Status": "Unsubscribed"}, "unsubscribed"),
    ],
)
def test_a_status_of_another_program_becomes_ours(row: dict[str, object], status: str) -> None:
    assert converted(row)[1].lead["status"] == status


def test_our_own_export_is_read_back_with_documents_and_without_its_apostrophes() -> None:
    row: dict[str, object] = {
        "lead_id": "1",
        "campaign_name": "A",
        "email": "ann@acme.com",
        "title": "'=1+1",
        "status": "odd",
        "row_version": "3",
        "organization_name": "Acme",
        "organization_domain": "acme.com",
        "custom_data": '{"a": [1]}',
        "email_icebreaker": "",
    }
    profile, found = converted(row)
    assert profile == "customer-center"
    assert found.lead == {"title": "=1+1", "status": "odd"}
    assert (found.organization, found.custom) == ({"name": "Acme"}, {"a": [1]})


@pytest.mark.parametrize("name", OF_OTHERS)
def test_a_shape_that_is_written_for_another_program_is_read_as_its(name: str) -> None:
    profile = recognise([column.name for column in OF_OTHERS[name]()])
    assert profile is not None
    assert profile.name == name


def test_documents_of_a_workflow_stay_as_they_are() -> None:
    page = {"h1": ["A", {"b": None}]}
    row: dict[str, object] = {
        "email": "ann@acme.com",
        "email_icebreaker": "Hi",
        "organization.website_summary_data": page,
        "organization.website_raw_data": [page],
    }
    _, found = converted(row)
    assert (found.summary, found.raw, found.custom) == (page, [page], {})


# The user's own mapping

MAPPING = {"Mail": "leads.email", "Firma": "organizations.name", "Stage": "leads.status"}


def mapped(choice: Choice, row: dict[str, object]) -> Converted | None:
    profile = choice.of(list(row))
    return profile and RowMapper(profile, list(row)).convert(list(row.values()))


def test_columns_that_no_profile_knows_go_where_the_user_says() -> None:
    row: dict[str, Any] = {"Mail": "a@acme.com", "Firma": "Acme", "Stage": "Not now", "Rest": "x"}
    found = mapped(Choice(mapping=MAPPING), row)
    assert found is not None
    assert (found.email, found.lead["status"]) == ("a@acme.com", "not_now")
    assert (found.organization, found.custom) == ({"name": "Acme"}, {"Rest": "x"})


def test_a_mapping_goes_before_the_profile() -> None:
    row = HUBSPOT | {"Nickname": "Annie"}
    found = mapped(Choice(mapping={"nickname": "leads.first_name"}), row)
    assert found is not None
    assert (found.lead["first_name"], found.lead["title"]) == ("Annie", "CTO")
    assert found.custom["First Name"] == "Ann"


def test_a_mapping_is_remembered_for_the_header_set_by_its_owner_alone(tmp_path: Any) -> None:
    remembered = Remembered(tmp_path / "state" / "mappings.json")
    header = ["Mail", "Firma", "Stage"]
    Choice(mapping=MAPPING, remembered=remembered).keep(header)
    assert remembered.path.stat().st_mode & 0o777 == 0o600
    later = Choice(remembered=Remembered(remembered.path)).of(["Firma", "Stage", "Mail"])
    assert later is not None
    assert later.email == ("Mail",)
    assert Choice(remembered=remembered).of(["Mail", "Firma"]) is None


@pytest.mark.parametrize("content", ["", "[]", "{", '{"x": 1}', "[" * 100_000])
def test_a_damaged_memory_remembers_nothing(tmp_path: Any, content: str) -> None:
    (tmp_path / "mappings.json").write_text(content)
    assert Remembered(tmp_path / "mappings.json").get(["Mail"]) == {}


@pytest.mark.parametrize(
    "pair", ["Mail", "=leads.email", "Mail=leads.emai", "Mail=leads.campaign_id"]
)
def test_a_mapping_to_nothing_is_refused(pair: str) -> None:
    with pytest.raises(ConfigurationError):
        parsed_mapping([pair])


def test_two_columns_do_not_go_to_one() -> None:
    with pytest.raises(ConfigurationError, match="Two columns"):
        parsed_mapping(["A=leads.email", "B=leads.email"])
