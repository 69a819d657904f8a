"""The tables exactly as specified, read from the catalogue of a migrated database."""

from __future__ import annotations

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy import inspect
from sqlalchemy.orm import Session, configure_mappers

from db.database import Database
from db.models import Base, Campaign, Lead, Organization
from tests.support import add_lead, fetch

UUID, STRING, TEXT = "uuid", "character varying", "text"
WHOLE, DOCUMENT, MOMENT = "integer", "jsonb", "timestamp with time zone"
REQUIRED, OPTIONAL = "NO", "YES"

KEPT = {
    "created_at": (MOMENT, REQUIRED),
    "updated_at": (MOMENT, REQUIRED),
    "row_version": (WHOLE, REQUIRED),
}
COLUMNS = {
    "campaigns": {
        "campaign_id": (UUID, REQUIRED),
        "name": (STRING, REQUIRED),
        "description": (TEXT, OPTIONAL),
        "status": (STRING, REQUIRED),
        **KEPT,
    },
    "organizations": {
        "organization_id": (UUID, REQUIRED),
        "name": (STRING, REQUIRED),
        "email_domain": (STRING, REQUIRED),
        "external_id": (STRING, OPTIONAL),
        "external_source": (STRING, OPTIONAL),
        "website_url": (STRING, OPTIONAL),
        "linkedin_url": (STRING, OPTIONAL),
        "estimated_num_employees": (WHOLE, OPTIONAL),
        "website_summary_data": (DOCUMENT, OPTIONAL),
        "website_raw_data": (DOCUMENT, OPTIONAL),
        "country": (STRING, OPTIONAL),
        "language": (STRING, OPTIONAL),
        "time_zone": (STRING, OPTIONAL),
        "source": (STRING, OPTIONAL),
        "formatted_organization_name": (STRING, OPTIONAL),
        "raw_address": (STRING, OPTIONAL),
        **KEPT,
    },
    "leads": {
        "lead_id": (UUID, REQUIRED),
        "campaign_id": (UUID, REQUIRED),
        "company_id": (UUID, REQUIRED),
        "first_name": (STRING, OPTIONAL),
        "last_name": (STRING, OPTIONAL),
        "email": (STRING, REQUIRED),
        "external_id": (STRING, OPTIONAL),
        "title": (STRING, OPTIONAL),
        "headline": (STRING, OPTIONAL),
        "linkedin_url": (STRING, OPTIONAL),
        "email_verification_status": (STRING, OPTIONAL),
        "email_verification_message": (STRING, OPTIONAL),
        "email_icebreaker": (STRING, OPTIONAL),
        "status": (STRING, REQUIRED),
        "language": (STRING, OPTIONAL),
        "source": (STRING, OPTIONAL),
        "email_sent_at": (MOMENT, OPTIONAL),
        "reply_received_at": (MOMENT, OPTIONAL),
        "last_contacted_at": (MOMENT, OPTIONAL),
        **KEPT,
    },
}
# What a feature needs beyond the specification: the columns that an import could not place.
ADDED = {
    "organizations": {"custom_data"},
    "leads": {"custom_data", "snoozed_until"},
    "campaigns": set(),
}
INDEXES = {
    ("campaigns", "idx_outreach_campaign_status", "status"),
    ("organizations", "idx_outreach_organization_email_domain", "email_domain"),
    ("leads", "ix_leads_email", "email"),
    ("leads", "idx_outreach_lead_status", "status"),
}
UNIQUE = {
    ("leads", "campaign_id, email"),
    ("organizations", "external_source, external_id"),
    ("suppressions", "value"),
}


def columns_of(other: PsycopgConnection, table: str) -> dict[str, tuple[str, str]]:
    rows = fetch(
        other,
        "SELECT column_name, data_type, is_nullable FROM information_schema.columns"
        " WHERE table_name = %s AND table_schema = current_schema()",
        table,
    )
    return {name: (kind, nullable) for name, kind, nullable in rows}


@pytest.mark.parametrize("table", COLUMNS)
def test_columns_are_as_specified(other: PsycopgConnection, table: str) -> None:
    found = columns_of(other, table)
    specified = {name: found.get(name) for name in COLUMNS[table]}
    assert specified == COLUMNS[table]
    assert found.keys() - COLUMNS[table].keys() == ADDED[table]


def test_strings_have_no_limit(other: PsycopgConnection) -> None:
    limited = fetch(
        other,
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema ="
        " current_schema() AND character_maximum_length IS NOT NULL"
        " AND table_name <> 'alembic_version'",
    )
    assert limited == []


@pytest.mark.parametrize(("table", "name", "columns"), sorted(INDEXES))
def test_indexes_are_named_as_specified(
    other: PsycopgConnection, table: str, name: str, columns: str
) -> None:
    rows = fetch(
        other,
        "SELECT indexdef FROM pg_indexes WHERE tablename = %s AND indexname = %s",
        table,
        name,
    )
    assert [row[0].partition(" USING ")[2] for row in rows] == [f"btree ({columns})"]


def test_every_index_is_valid(other: PsycopgConnection) -> None:
    query = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"
    assert fetch(other, query) == []


def test_primary_keys_are_the_ids(other: PsycopgConnection) -> None:
    found = fetch(
        other,
        "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'p' AND conrelid::regclass::text = ANY(%s)",
        list(COLUMNS),
    )
    assert dict(found) == {
        "campaigns": "PRIMARY KEY (campaign_id)",
        "organizations": "PRIMARY KEY (organization_id)",
        "leads": "PRIMARY KEY (lead_id)",
    }


def test_foreign_keys_restrict_a_delete(other: PsycopgConnection) -> None:
    found = fetch(
        other,
        "SELECT pg_get_constraintdef(oid), confdeltype::text FROM pg_constraint"
        " WHERE contype = 'f'",
    )
    assert set(found) == {
        ("FOREIGN KEY (campaign_id) REFERENCES campaigns(campaign_id)", "a"),
        ("FOREIGN KEY (company_id) REFERENCES organizations(organization_id)", "a"),
        ("FOREIGN KEY (batch_id) REFERENCES imports(batch_id)", "a"),
    }


def test_upserts_have_constraints_on_plain_columns(other: PsycopgConnection) -> None:
    found = fetch(
        other,
        "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'u' AND connamespace = current_schema()::regnamespace",
    )
    assert set(found) == {(table, f"UNIQUE ({columns})") for table, columns in UNIQUE}


def test_ids_and_times_are_made_by_the_server(other: PsycopgConnection) -> None:
    made_by = dict(
        fetch(
            other,
            "SELECT table_name || '.' || column_name, column_default"
            " FROM information_schema.columns WHERE column_default IS NOT NULL"
            " AND table_schema = current_schema()",
        )
    )
    newest = fetch(other, "SELECT to_regprocedure('uuidv7()') IS NOT NULL")[0][0]
    new_id = "uuidv7()" if newest else "gen_random_uuid()"
    for table, columns in COLUMNS.items():
        assert made_by[f"{table}.{next(iter(columns))}"] == new_id
        assert made_by[f"{table}.created_at"] == made_by[f"{table}.updated_at"] == "now()"
        assert made_by[f"{table}.row_version"] == "1"
    assert made_by["leads.status"].startswith("'new'")
    assert made_by["campaigns.status"].startswith("'draft'")


@pytest.mark.parametrize("table", [*COLUMNS, "changes"])
def test_models_have_the_columns_of_their_tables(other: PsycopgConnection, table: str) -> None:
    modelled = {
        column.name: REQUIRED if not column.nullable else OPTIONAL
        for column in Base.metadata.tables[table].columns
    }
    assert modelled == {name: nullable for name, (_, nullable) in columns_of(other, table).items()}


def test_relationships_go_both_ways(session: Session) -> None:
    configure_mappers()
    lead_id = add_lead(session).id
    lead = session.get_one(Lead, lead_id)
    assert session.get_one(Campaign, lead.campaign_id).leads == [lead]
    assert session.get_one(Organization, lead.company_id).leads == [lead]
    assert lead.campaign.campaign_id == lead.campaign_id
    assert lead.organization.organization_id == lead.company_id


def test_loading_a_row_leaves_its_documents_behind(session: Session) -> None:
    lead = session.get_one(Lead, add_lead(session, custom_data={"a": 1}).id)
    assert "custom_data" in inspect(lead).unloaded
    assert "website_raw_data" in inspect(lead.organization).unloaded
    assert lead.custom_data == {"a": 1}


def test_a_session_is_not_left_in_a_transaction(database: Database, session: Session) -> None:
    add_lead(session)
    assert not session.in_transaction()
    assert database.engine.pool.checkedout() == 0
