"""What the database itself keeps, whoever writes: defaults, versions, normal forms, suppression."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg2
import pytest
from psycopg2 import errors
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.domains import normalize_host
from tests.support import add_campaign, add_lead, add_organization, fetch, run, scalar

TABLES = {"campaigns": "campaign_id", "organizations": "organization_id", "leads": "lead_id"}


@pytest.fixture
def lead(session: Session) -> UUID:
    return add_lead(session, email="ada@acme.com", first_name="Ada").id


@pytest.fixture
def one_of_each(session: Session) -> dict[str, UUID]:
    campaign, organization = add_campaign(session), add_organization(session)
    lead = add_lead(session, campaign, organization)
    return {"campaigns": campaign.id, "organizations": organization.id, "leads": lead.id}


def stamps(other: PsycopgConnection, lead: UUID) -> tuple[datetime, datetime, int]:
    query = "SELECT created_at, updated_at, row_version FROM leads WHERE lead_id = %s"
    created, updated, version = fetch(other, query, lead)[0]
    return created, updated, version


def set_lead(other: PsycopgConnection, lead: UUID, **values: object) -> None:
    assignments = ", ".join(f"{name} = %s" for name in values)
    run(other, f"UPDATE leads SET {assignments} WHERE lead_id = %s", *values.values(), lead)


def lead_value(other: PsycopgConnection, lead: UUID, column: str) -> object:
    return scalar(other, f"SELECT {column} FROM leads WHERE lead_id = %s", lead)


def test_a_row_needs_its_business_columns_alone(other: PsycopgConnection) -> None:
    campaign, draft = fetch(
        other, "INSERT INTO campaigns (name) VALUES ('Spring') RETURNING campaign_id, status"
    )[0]
    organization = scalar(
        other,
        "INSERT INTO organizations (name, email_domain) VALUES ('Acme', 'acme.com')"
        " RETURNING organization_id",
    )
    lead_id, status, created, updated, version = fetch(
        other,
        "INSERT INTO leads (campaign_id, company_id, email) VALUES (%s, %s, 'ada@acme.com')"
        " RETURNING lead_id, status, created_at, updated_at, row_version",
        campaign,
        organization,
    )[0]
    assert isinstance(lead_id, UUID)
    assert (draft, status, version) == ("draft", "new", 1)
    assert created == updated
    assert abs((datetime.now(UTC) - created).total_seconds()) < 60


@pytest.mark.parametrize("table", TABLES)
def test_updated_at_and_version_move_whoever_writes(
    other: PsycopgConnection, one_of_each: dict[str, UUID], table: str
) -> None:
    query = f"SELECT created_at, updated_at, row_version FROM {table}"
    before = fetch(other, query)[0]
    column = "first_name" if table == "leads" else "name"
    run(other, f"UPDATE {table} SET {column} = 'changed'")
    after = fetch(other, query)[0]
    assert after[0] == before[0]
    assert after[1] > before[1]
    assert after[2] == before[2] + 1


def test_a_written_updated_at_is_not_taken(other: PsycopgConnection, lead: UUID) -> None:
    set_lead(other, lead, updated_at="2001-01-01", title="CTO")
    assert stamps(other, lead)[1].year > 2001


def test_created_at_never_changes(other: PsycopgConnection, lead: UUID) -> None:
    before = stamps(other, lead)[0]
    set_lead(other, lead, created_at="2001-01-01", title="CTO")
    assert stamps(other, lead)[0] == before


@pytest.mark.parametrize("table", TABLES)
def test_ids_can_not_be_changed(
    other: PsycopgConnection, one_of_each: dict[str, UUID], table: str
) -> None:
    with pytest.raises(errors.CheckViolation) as refused:
        run(other, f"UPDATE {table} SET {TABLES[table]} = %s", uuid4())
    assert refused.value.diag.column_name == TABLES[table]


@pytest.mark.parametrize("table", TABLES)
def test_a_stale_version_is_refused_and_named(
    other: PsycopgConnection, one_of_each: dict[str, UUID], table: str
) -> None:
    run(
        other,
        f"UPDATE {table} SET source = 'a'"
        if table != "campaigns"
        else "UPDATE campaigns SET description = 'a'",
    )
    with pytest.raises(errors.SerializationFailure) as refused:
        run(other, f"UPDATE {table} SET row_version = 1")
    assert refused.value.pgcode == "40001"
    assert refused.value.diag.column_name == "row_version"
    assert refused.value.diag.table_name == table


def test_an_update_that_carries_the_present_version_is_taken(
    other: PsycopgConnection, lead: UUID
) -> None:
    set_lead(other, lead, row_version=1, title="CTO")
    assert lead_value(other, lead, "row_version") == 2


def test_a_whole_row_read_before_an_edit_can_not_be_written_back(
    other: PsycopgConnection, lead: UUID
) -> None:
    with other.cursor() as cursor:
        cursor.execute("SELECT * FROM leads WHERE lead_id = %s", (lead,))
        names = [column.name for column in cursor.description]
        whole = dict(zip(names, cursor.fetchone(), strict=True))
    set_lead(other, lead, status="ready", email_icebreaker="by the operator")
    whole.pop("custom_data")
    with pytest.raises(errors.SerializationFailure):
        set_lead(other, lead, **{**whole, "title": "by the workflow"})
    row = fetch(other, "SELECT status, email_icebreaker, title FROM leads")[0]
    assert row == ("ready", "by the operator", None)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("  Ada@ACME.Com ", "ada@acme.com"),
        ("\tada@acme.com\r\n", "ada@acme.com"),
        ("\ufeffada@acme.com\u200b\u00a0", "ada@acme.com"),
        ("Ada@Müller.DE", "ada@xn--mller-kva.de"),
        ("Jürgen@Müller.de", "jürgen@xn--mller-kva.de"),
        ("ada@faß.de", "ada@xn--fa-hia.de"),
    ],
)
def test_email_is_stored_in_its_normal_form(
    other: PsycopgConnection, lead: UUID, written: str, stored: str
) -> None:
    set_lead(other, lead, email=written)
    assert lead_value(other, lead, "email") == stored


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("acme.com", "acme.com"),
        (" ACME.com. ", "acme.com"),
        ("www.acme.com", "acme.com"),
        ("https://www.Acme.com/about?x=1#y", "acme.com"),
        ("http://user:pw@mail.acme.com:8080/", "mail.acme.com"),
        ("//acme.com", "acme.com"),
        ("mailto:ada@acme.com", "acme.com"),
        ("ada@acme.com", "acme.com"),
        ("acme.com/path", "acme.com"),
        ("acme.com:443", "acme.com"),
        ("www.com", "www.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("ｆｕｌｌ.com", "full.com"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("", ""),
    ],
)
def test_email_domain_is_stored_in_its_normal_form(
    other: PsycopgConnection, written: str, stored: str
) -> None:
    made = scalar(
        other,
        "INSERT INTO organizations (name, email_domain) VALUES ('x', %s) RETURNING email_domain",
        written,
    )
    assert made == stored


def test_program_and_database_agree_on_hosts(other: PsycopgConnection) -> None:
    """An import looks for an organization by the form in which the trigger stores it."""
    hosts = [
        *("Acme.com", " WWW.acme.com ", "https://acme.com:80/x", "a@b.acme.com", "faß.de"),
        *("BÜCHER.example", "例え。テスト", "ｆｕｌｌ.com", "xn--bcher-kva.example", "ΣΊΣΥΦΟΣ.gr"),
        *("Страна.рф", "a_b.com", "//acme.com.", "acme.com?x#y", "ﬁne.com", "ÅNGSTRÖM.se"),
    ]
    stored = fetch(
        other,
        "SELECT customer_center_domain(host) FROM unnest(%s) WITH ORDINALITY AS h(host, i)"
        " ORDER BY i",
        hosts,
    )
    assert [row[0] for row in stored] == [normalize_host(host) for host in hosts]


def test_punycode_is_the_standard_s(other: PsycopgConnection) -> None:
    labels = [
        *("ü", "bücher", "über-uns", "пример", "παράδειγμα", "중국", "عربي", "ไทย", "日本語テスト"),
        *("ñandú", "łódź", "a😀b", "😀", "ü" * 40, "0ü1ý2", "-ü-", "xüy" * 15),
    ]
    made = fetch(
        other,
        "SELECT customer_center_punycode(label) FROM unnest(%s) WITH ORDINALITY AS l(label, i)"
        " ORDER BY i",
        labels,
    )
    assert [row[0] for row in made] == [
        "xn--" + label.encode("punycode").decode() for label in labels
    ]


@pytest.mark.parametrize(
    "column",
    [
        *("first_name", "last_name", "external_id", "title", "headline", "linkedin_url"),
        *("email_verification_status", "email_verification_message", "email_icebreaker"),
        *("language", "source"),
    ],
)
def test_an_empty_text_of_a_lead_is_stored_as_null(
    other: PsycopgConnection, lead: UUID, column: str
) -> None:
    set_lead(other, lead, **{column: ""})
    assert lead_value(other, lead, column) is None


def test_empty_texts_of_organizations_and_campaigns_are_stored_as_null(
    other: PsycopgConnection,
) -> None:
    columns = (
        *("external_id", "external_source", "website_url", "linkedin_url", "country", "language"),
        *("time_zone", "source", "formatted_organization_name", "raw_address"),
    )
    stored = fetch(
        other,
        f"INSERT INTO organizations (name, email_domain, {', '.join(columns)})"
        f" VALUES ('x', 'x.com', {', '.join(['%s'] * len(columns))}) RETURNING {', '.join(columns)}",
        *[""] * len(columns),
    )[0]
    assert stored == (None,) * len(columns)
    description = "INSERT INTO campaigns (name, description) VALUES ('x', '') RETURNING description"
    assert scalar(other, description) is None


def test_a_lead_is_upserted_by_campaign_and_email(
    other: PsycopgConnection, session: Session
) -> None:
    campaign, organization = add_campaign(session), add_organization(session)
    upsert = (
        "INSERT INTO leads (campaign_id, company_id, email, title) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (campaign_id, email) DO UPDATE SET company_id = EXCLUDED.company_id,"
        " email = EXCLUDED.email, title = EXCLUDED.title RETURNING lead_id, title, row_version"
    )
    first = fetch(other, upsert, campaign.id, organization.id, "ada@acme.com", "CTO")[0]
    second = fetch(other, upsert, campaign.id, organization.id, " ADA@acme.com", "CEO")[0]
    assert (first[0], "CEO", 2) == second


def test_an_organization_is_upserted_by_its_external_id(other: PsycopgConnection) -> None:
    upsert = (
        "INSERT INTO organizations (external_source, external_id, name, email_domain)"
        " VALUES ('apollo', '7', %s, 'acme.com') ON CONFLICT (external_source, external_id)"
        " DO UPDATE SET name = EXCLUDED.name RETURNING organization_id, name"
    )
    first, second = fetch(other, upsert, "Acme")[0], fetch(other, upsert, "Acme Inc")[0]
    assert second == (first[0], "Acme Inc")


def test_organizations_without_external_id_do_not_collide(other: PsycopgConnection) -> None:
    insert = (
        "INSERT INTO organizations (external_source, external_id, name, email_domain)"
        " VALUES ('apollo', '', 'A', 'same.com'), ('apollo', '', 'B', 'same.com')"
    )
    run(other, insert)
    assert scalar(other, "SELECT count(*) FROM organizations") == 2


def test_an_upsert_does_not_reopen_a_suppressed_lead(
    other: PsycopgConnection, session: Session
) -> None:
    lead = add_lead(session, email="ada@acme.com", status="unsubscribed")
    with pytest.raises(errors.CheckViolation):
        run(
            other,
            "INSERT INTO leads (campaign_id, company_id, email, status) VALUES (%s, %s, %s, 'new')"
            " ON CONFLICT (campaign_id, email) DO UPDATE SET status = EXCLUDED.status",
            lead.campaign_id,
            lead.company_id,
            lead.email,
        )


@pytest.mark.parametrize("status", ["unsubscribed", "do_not_contact"])
def test_leaving_a_suppressed_status_is_refused(
    other: PsycopgConnection, session: Session, status: str
) -> None:
    lead = add_lead(session, status=status).id
    with pytest.raises(errors.CheckViolation) as refused:
        set_lead(other, lead, status="ready")
    assert refused.value.diag.column_name == "status"
    assert "needs a reason" in refused.value.diag.message_primary


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_blank_reason_opens_no_suppressed_status(
    other: PsycopgConnection, session: Session, reason: str
) -> None:
    lead = add_lead(session, status="unsubscribed").id
    run(other, "SELECT set_config('customer_center.reason', %s, false)", reason)
    with pytest.raises(errors.CheckViolation):
        set_lead(other, lead, status="ready")


def test_a_reason_opens_a_suppressed_status_and_is_journaled(
    other: PsycopgConnection, session: Session
) -> None:
    lead = add_lead(session, status="do_not_contact").id
    run(other, "BEGIN; SET LOCAL customer_center.reason = 'asked to be written again'")
    set_lead(other, lead, status="ready")
    run(other, "COMMIT")
    assert lead_value(other, lead, "status") == "ready"
    query = "SELECT reason FROM changes WHERE row_id = %s AND field = 'status'"
    assert scalar(other, query, lead) == "asked to be written again"


def test_a_reason_ends_with_its_transaction(other: PsycopgConnection, session: Session) -> None:
    lead = add_lead(session, status="do_not_contact").id
    run(other, "BEGIN; SET LOCAL customer_center.reason = 'once'; COMMIT")
    with pytest.raises(errors.CheckViolation):
        set_lead(other, lead, status="ready")


def test_unsubscribed_may_become_do_not_contact(other: PsycopgConnection, session: Session) -> None:
    lead = add_lead(session, status="unsubscribed").id
    set_lead(other, lead, status="do_not_contact")
    assert lead_value(other, lead, "status") == "do_not_contact"


def test_other_fields_of_a_suppressed_lead_may_change(
    other: PsycopgConnection, session: Session
) -> None:
    lead = add_lead(session, status="do_not_contact").id
    set_lead(other, lead, status="do_not_contact", title="CTO")
    assert lead_value(other, lead, "title") == "CTO"


def test_a_status_outside_the_vocabulary_is_taken(other: PsycopgConnection, lead: UUID) -> None:
    set_lead(other, lead, status="frobnicated")
    assert lead_value(other, lead, "status") == "frobnicated"


@pytest.mark.parametrize("table", ["campaigns", "organizations"])
def test_a_row_with_leads_can_not_be_deleted(
    other: PsycopgConnection, one_of_each: dict[str, UUID], table: str
) -> None:
    with pytest.raises(psycopg2.IntegrityError):
        run(other, f"DELETE FROM {table}")
    assert scalar(other, "SELECT count(*) FROM leads") == 1


def test_a_lead_needs_a_campaign_and_an_organization(other: PsycopgConnection) -> None:
    with pytest.raises(errors.NotNullViolation):
        run(other, "INSERT INTO leads (email) VALUES ('ada@acme.com')")


@pytest.mark.parametrize("size", [9_000, 5_000_000])
def test_a_large_document_is_saved_and_saved_again(
    other: PsycopgConnection, session: Session, size: int
) -> None:
    organization = add_organization(session, website_raw_data={"html": "x" * size}).id
    run(
        other,
        "UPDATE organizations SET website_raw_data = jsonb_build_object('html', repeat('y', %s))",
        size,
    )
    query = (
        "SELECT length(website_raw_data ->> 'html') FROM organizations WHERE organization_id = %s"
    )
    assert scalar(other, query, organization) == size


def test_the_tables_work_in_any_schema_of_the_search_path(
    other: PsycopgConnection, session: Session
) -> None:
    add_lead(session, email="ada@acme.com")
    session.close()
    run(other, "CREATE SCHEMA tenant")
    for table in ("campaigns", "organizations", "leads", "changes"):
        run(other, f"ALTER TABLE {table} SET SCHEMA tenant")
    for name in fetch(
        other,
        "SELECT oid::regprocedure::text FROM pg_proc WHERE proname LIKE 'customer\\_center\\_%%'",
    ):
        run(other, f"ALTER FUNCTION {name[0]} SET SCHEMA tenant")
    run(other, "SET search_path = tenant")
    run(other, "UPDATE leads SET title = 'CTO', email = 'Ada@Müller.de'")
    assert scalar(other, "SELECT count(*) FROM changes WHERE field = 'email'") == 1
