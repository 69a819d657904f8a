"""What each index is for, how large it is, and what all of them cost at import."""

from __future__ import annotations

import time
from collections.abc import Iterator
from io import StringIO
from typing import Final

from psycopg2.extensions import connection as PsycopgConnection

from db import trigrams
from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import Figure, timed_in_turn
from tests.support import fetch, run

SPECIFIED: Final = frozenset(
    {
        "pk_leads",
        "uq_leads_campaign_id_email",
        "ix_leads_email",
        "idx_outreach_lead_status",
    }
)
PURPOSES: Final = {
    "pk_leads": "one lead",
    "uq_leads_campaign_id_email": "upserts; a campaign by address",
    "ix_leads_email": "an address; all leads by address",
    "idx_outreach_lead_status": "one status, for other programs",
    "ix_leads_created": "all leads, newest first",
    "ix_leads_campaign": "a campaign, newest first",
    "ix_leads_company_newest": (
        "an organization's leads, their number and last contact, the look-up of its domain"
    ),
    "ix_leads_status_created": "one status over all, newest first; all leads by status",
    "ix_leads_campaign_status_created": (
        "a campaign and a status; a campaign by status; the counts of all campaigns"
    ),
    "ix_leads_updated": "last change; what changed since, for polling",
    "ix_leads_contacted": "last contact",
    "ix_leads_campaign_contacted": "last contact within a campaign",
    "ix_leads_name": "last and first name, letters in any case",
    "ix_leads_campaign_name": "names within a campaign",
    "ix_leads_email_prefix": "what an address begins with",
    "ix_leads_email_suffix": "addresses at a domain and below it",
    "ix_leads_name_prefix": "what a last name begins with",
    "ix_leads_both_names_prefix": "what a first name begins with, and the last name after it",
    "pk_organizations": "one organization",
    "uq_organizations_external_source_external_id": "upserts",
    "idx_outreach_organization_email_domain": "a domain, for other programs",
    "ix_organizations_by_name": "organizations by name; what a name begins with",
    "ix_organizations_domain": "organizations by domain; what a domain begins with",
    "ix_organizations_domain_suffix": "what is below a domain",
    "ix_organizations_name_words": "any word of a name",
    "ix_organizations_country": "organizations by country",
    "ix_organizations_size": "organizations by number of employees",
    "ix_organizations_created": "organizations, newest first",
}
WITH_PG_TRGM: Final = {
    trigrams.ORGANIZATIONS: "any part of an organization's name or domain",
    trigrams.LEADS: "any part of a person's name",
}
"""What is there only where the database has the extension; no list needs it."""

SIZE: Final = "index "
SIZES: Final = """
SELECT indexrelid::regclass::text, pg_relation_size(indexrelid) / 1e6
  FROM pg_index WHERE indrelid IN ('leads'::regclass, 'organizations'::regclass)
 ORDER BY indrelid::regclass::text, 1
"""


def figures(bench: Bench) -> Iterator[Figure]:
    """Tell the sizes, then the price at import."""
    with bench.plain() as plain:
        for name, size in fetch(plain, SIZES):
            yield Figure(f"{SIZE}{name}", float(size), "MB")
        yield _import(bench, plain)


def _import(bench: Bench, plain: PsycopgConnection) -> Figure:
    """COPY into an empty table with all indexes, beside one with the specified ones alone."""
    rows = bench.data.leads // 20
    file = StringIO()
    with plain.cursor() as cursor:
        cursor.copy_expert(f"COPY (SELECT * FROM leads LIMIT {rows}) TO STDOUT", file)
    for table in ("copied", "copied_specified"):
        run(plain, f"DROP TABLE IF EXISTS {table}")
        run(plain, f"CREATE UNLOGGED TABLE {table} (LIKE leads)")
    for name, definition in fetch(plain, _DEFINITIONS):
        for table in ("copied", *(("copied_specified",) if name in SPECIFIED else ())):
            # As "CREATE INDEX name ON schema.leads USING ..." is another table's without its name.
            how, columns = definition.split(" USING ", 1)
            unique = "UNIQUE " if "UNIQUE" in how else ""
            run(plain, f"CREATE {unique}INDEX ON {table} USING {columns}")

    def copied(table: str) -> float:
        run(plain, f"TRUNCATE {table}")
        file.seek(0)
        start = time.perf_counter()
        with plain.cursor() as cursor:
            cursor.copy_expert(f"COPY {table} FROM STDIN", file)
        return time.perf_counter() - start

    floor, ours = timed_in_turn(
        lambda: copied("copied_specified"),
        lambda: copied("copied"),
        rounds=bench.times(5),
        warm=1,
    )
    for table in ("copied", "copied_specified"):
        run(plain, f"DROP TABLE {table}")
    what = f"COPY of {rows:,} leads into all indexes"
    return Figure(what, ours.median * 1e3, "ms", floor.median * 1e3, "specified indexes alone")


_DEFINITIONS: Final = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
  FROM pg_index WHERE indrelid = 'leads'::regclass
"""
