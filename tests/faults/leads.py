"""Leads to inject faults around, and what the journal must say about them afterwards."""

from __future__ import annotations

from uuid import UUID

from tests.support import fetch, plain_connection, run

_MAKE = """
WITH campaign AS (
    INSERT INTO campaigns (name) VALUES ('Spring') RETURNING campaign_id
), company AS (
    INSERT INTO organizations (name, email_domain) VALUES ('Acme', 'acme.com')
    RETURNING organization_id
)
INSERT INTO leads (campaign_id, company_id, email, first_name, last_name, title)
SELECT campaign_id, organization_id, 'p' || number || '@acme.com', 'Person' || number, 'Lee', 'CTO'
  FROM campaign, company, generate_series(1, %s) AS number
"""
_BROKEN = """
SELECT row_id, field, old_value, before FROM (
    SELECT row_id, field, old_value, change_id, lag(new_value) OVER chain AS before,
           row_number() OVER chain AS number
      FROM changes WHERE table_name = 'leads' AND row_id IS NOT NULL
    WINDOW chain AS (PARTITION BY row_id, field ORDER BY change_id)
) AS entries
 WHERE number > 1 AND old_value IS DISTINCT FROM before
"""
_LAST = """
SELECT l.lead_id FROM leads l JOIN LATERAL (
    SELECT new_value FROM changes c
     WHERE c.row_id = l.lead_id AND c.field = 'status' ORDER BY change_id DESC LIMIT 1
) last ON true WHERE last.new_value <> l.status
"""


def make_leads(url: str, number: int) -> list[UUID]:
    """Add so many new leads and return their ids."""
    with plain_connection(url) as connection:
        run(connection, _MAKE, number)
        return [row[0] for row in fetch(connection, "SELECT lead_id FROM leads ORDER BY lead_id")]


def journal_is_whole(url: str) -> int:
    """Check that no change was lost or overwritten unseen; return the number of changes.

    Each old value in the journal equals the new one before it, and the last one is the row's.
    """
    with plain_connection(url) as connection:
        broken = fetch(connection, _BROKEN)
        assert not broken, f"lost in between: {broken[:3]}"
        astray = fetch(connection, _LAST)
        assert not astray, f"not as the journal says: {astray[:3]}"
        return int(fetch(connection, "SELECT count(*) FROM changes")[0][0])
