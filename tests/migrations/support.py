"""What a database looks like, and rows for one at any revision."""

from __future__ import annotations

from typing import Final

from tests.support import fetch, plain_connection

ONE_OF_EACH: Final = """
WITH c AS (INSERT INTO campaigns (name) VALUES ('Q4') RETURNING campaign_id),
     o AS (INSERT INTO organizations (name, email_domain) VALUES ('Acme', 'acme.com')
           RETURNING organization_id)
INSERT INTO leads (campaign_id, company_id, email)
SELECT campaign_id, organization_id, 'ada@acme.com' FROM c, o
"""


def shape(url: str) -> list[tuple[object, ...]]:
    """Return columns, indexes, constraints, triggers and functions of the database as text."""
    with plain_connection(url) as connection:
        return fetch(
            connection,
            """
            SELECT 'column', table_name, column_name, data_type || is_nullable ||
                   coalesce(column_default, '') FROM information_schema.columns
             WHERE table_schema = 'public'
            UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes
             WHERE schemaname = 'public'
            UNION ALL SELECT 'constraint', conrelid::regclass::text, conname,
                   pg_get_constraintdef(oid) FROM pg_constraint
             WHERE connamespace = 'public'::regnamespace
            UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)
              FROM pg_trigger WHERE NOT tgisinternal
            UNION ALL SELECT 'function', '', proname, pg_get_functiondef(oid)
              FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            ORDER BY 1, 2, 3, 4
            """,
        )
