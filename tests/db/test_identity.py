"""What an export wrote, our import brings back: the same rows in an empty database.

Covered are all columns of leads and of their organizations but our own ids, row versions and the times
at which a row was made and changed. An organization has an id elsewhere and its source, or neither.
Texts have no white space at their ends, those of organizations are no words for nothing, each
organization has a registrable domain of its own, each external id is one lead's, and documents are
objects.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from db.database import Database
from db.domains import trim
from db.exports import ExportRequest
from db.many import Selection
from db.models import Lead, Organization
from db.rows import LeadScope
from db.transfer import export_file, import_file
from db.transfer.cells import is_null_literal
from tests.columns import LEAD, ORGANIZATION
from tests.support import add_campaign

HOSTILE = st.sampled_from(
    [
        "=1+1",
        "'=x",
        "''@",
        "+49 1",
        "-5",
        "@a",
        "＝1",
        "'",
        '"',
        "a\r\nb",
        "a\rb",
        ";,\t|",
        "\x1b[2J",
    ]
)
# The import trims cells, and blank ones are nothing.
WORDS = (
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
    | HOSTILE
).filter(lambda value: value != "" and trim(value) == value)
# Of companies, words for nothing are nothing.
NAMES = WORDS.filter(lambda value: not is_null_literal(value))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text("ab=\n'\"ü\u2028", max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("xy =", max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text("abc =", min_size=1, max_size=5), JSON, min_size=1, max_size=4)
TIMES = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
STATUSES = st.sampled_from(["new", "ready", "replied", "unsubscribed", "of_n8n"])

# Its website and its id say which organization a row is.
OF_ORGANIZATIONS = [
    name
    for name in ORGANIZATION
    if name not in ("name", "external_id", "external_source", "website_url")
]
TIMES_OF_LEADS = ("email_sent_at", "reply_received_at", "last_contacted_at", "snoozed_until")
ORGANIZATIONS = st.fixed_dictionaries(
    {"name": NAMES},
    optional={
        **dict.fromkeys(OF_ORGANIZATIONS, NAMES),
        "elsewhere": st.tuples(NAMES, NAMES),
        "estimated_num_employees": st.integers(0, 2**31 - 1),
        "website_summary_data": OBJECTS,
        "website_raw_data": OBJECTS,
    },
)
LEADS = st.fixed_dictionaries(
    {"status": STATUSES},
    optional={
        **dict.fromkeys(LEAD, WORDS),
        **dict.fromkeys(TIMES_OF_LEADS, TIMES),
        "custom_data": OBJECTS,
    },
)


def rows(session: Session) -> list[dict[str, Any]]:
    """All that is covered: every column but ids, the times of the row and its version."""
    found = session.scalars(
        text(
            "SELECT to_jsonb(l) - '{lead_id,campaign_id,company_id,created_at,updated_at,row_version}'"
            "::text[] || jsonb_build_object('organization', to_jsonb(o)"
            " - '{organization_id,created_at,updated_at,row_version}'::text[])"
            " FROM leads l JOIN organizations o ON o.organization_id = l.company_id ORDER BY l.email"
        )
    ).all()
    session.commit()
    return list(found)


@pytest.mark.parametrize("fmt", ["csv", "jsonl"])
def test_export_and_import_again_is_the_identity(
    database: Database, session: Session, tmp_path: Path, fmt: str
) -> None:
    path = tmp_path / f"leads.{fmt}"

    @settings(
        max_examples=10,
        deadline=None,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.tuples(ORGANIZATIONS, LEADS), min_size=1, max_size=8))
    def round_trip(made: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
        session.execute(text("TRUNCATE leads, organizations, campaigns CASCADE"))
        campaign = add_campaign(session, "Spring")
        for number, (organization, lead) in enumerate(made):
            values = {"email_domain": f"firm{number}.com", **organization}
            if elsewhere := values.pop("elsewhere", None):
                source, its_id = elsewhere
                values |= {"external_source": source, "external_id": f"{its_id}{number}"}
            company = session.scalar(
                insert(Organization).values(values).returning(Organization.organization_id)
            )
            address = {"email": f"p@firm{number}.com", "campaign_id": campaign.id}
            own = {"external_id": f"{lead['external_id']}{number}"} if "external_id" in lead else {}
            session.execute(insert(Lead).values(address | {"company_id": company} | lead | own))
        session.commit()
        before = rows(session)
        request = ExportRequest(
            Selection(scope=LeadScope()), fmt, with_suppressed=True, documents=True
        )
        export_file(session, request, path)
        session.execute(text("TRUNCATE leads, organizations, campaigns CASCADE"))
        session.commit()
        report = import_file(database.engine, path, campaign="Spring")
        assert (report.profile, report.rejected) == ("customer-center", 0)
        assert rows(session) == before
        again = import_file(database.engine, path, campaign="Spring")
        assert (again.leads_updated, again.organizations_updated) == (0, 0)

    round_trip()
