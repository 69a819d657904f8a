"""SQL that says which organization and which lead each staged row means, and refuses what disagrees.

Organizations are known by their external id, then by their registrable domain, then, at a free-mail
domain, by their name; leads of a campaign by their external id, then by their address. A row whose
keys name two of them is refused. Built from names of this package alone; every value is bound.
"""

from __future__ import annotations

from typing import Final

from db.transfer.staging import LEAD, ORGANIZATION, ROWS

KEYS: Final = "customer_center_import_keys"
REFUSED: Final = "customer_center_import_refused"
LEADS_BY_ID: Final = "customer_center_import_leads_by_id"

OTHER_DOMAIN: Final = "external id and website disagree"
OTHER_ADDRESS: Final = "external id and e-mail disagree"


def _related(one: str, other: str) -> str:
    """Return the condition that one of two domains is the other, or below it."""
    return (
        f"({one} = {other} OR right({one}, length({other}) + 1) = '.' || {other}"
        f" OR right({other}, length({one}) + 1) = '.' || {one})"
    )


FIND_KEYS: Final = f"""
    CREATE TEMPORARY TABLE {KEYS} ON COMMIT DROP AS
    SELECT organization_key,
           min(domain) AS domain,
           bool_or(free) AS free,
           bool_or(stated AND NOT free) AS stated,
           min({ORGANIZATION}external_id) AS external_id,
           min({ORGANIZATION}external_source) AS external_source,
           lower(coalesce(min({ORGANIZATION}name), min(domain))) AS name,
           min(row_no) AS row_no,
           NULL::uuid AS organization_id,
           false AS is_new,
           NULL::text AS refused
      FROM {ROWS} GROUP BY organization_key"""

BY_EXTERNAL_ID: Final = (
    f"""
    UPDATE {KEYS} k SET organization_id = o.organization_id,
           refused = CASE WHEN k.stated AND NOT o.email_domain = ANY(:free_mail)
                           AND NOT {_related("o.email_domain", "k.domain")}
                          THEN '{OTHER_DOMAIN}' || ': ' || o.email_domain END
      FROM organizations o
     WHERE o.external_source = k.external_source AND o.external_id = k.external_id""",
    # Within the file the first website that an id has is its; addresses follow it.
    f"""
    WITH first AS (
        SELECT DISTINCT ON (external_source, external_id)
               external_source, external_id, domain, free, name
          FROM {KEYS} WHERE external_id IS NOT NULL AND organization_id IS NULL
         ORDER BY external_source, external_id, stated DESC, row_no
    )
    UPDATE {KEYS} k SET domain = first.domain, free = first.free,
           name = CASE WHEN first.free THEN first.name ELSE k.name END,
           refused = CASE WHEN k.stated AND NOT {_related("first.domain", "k.domain")}
                          THEN '{OTHER_DOMAIN}' || ': ' || first.domain END
      FROM first
     WHERE k.organization_id IS NULL AND k.external_id = first.external_id
       AND k.external_source = first.external_source
       AND (k.domain <> first.domain OR (first.free AND k.name <> first.name))""",
)

BY_DOMAIN: Final = f"""
    UPDATE {KEYS} k SET organization_id = (
        SELECT o.organization_id FROM organizations o
         WHERE o.email_domain = k.domain AND (NOT k.free OR lower(o.name) = k.name)
         ORDER BY lower(o.name) = k.name DESC, o.created_at, o.organization_id
         LIMIT 1)
     WHERE organization_id IS NULL"""

MAKE_IDS: Final = f"""
    WITH wanted AS (
        SELECT domain, CASE WHEN free THEN name END AS name, min(row_no) AS row_no
          FROM {KEYS} WHERE organization_id IS NULL GROUP BY 1, 2 ORDER BY 3
    ), made AS MATERIALIZED (
        SELECT domain, name, {{new_id}}() AS organization_id FROM wanted
    )
    UPDATE {KEYS} k SET organization_id = made.organization_id, is_new = true
      FROM made
     WHERE k.organization_id IS NULL AND made.domain = k.domain
       AND (made.name IS NULL OR made.name = k.name)"""

REFUSE_ORGANIZATIONS: Final = f"""
    CREATE TEMPORARY TABLE {REFUSED} ON COMMIT DROP AS
    SELECT r.row_no, k.refused AS reason
      FROM {ROWS} r JOIN {KEYS} k USING (organization_key) WHERE k.refused IS NOT NULL"""

# Of an id with several addresses in the file the first one counts.
REFUSE_ADDRESSES: Final = f"""
    WITH several AS (
        SELECT {LEAD}external_id AS id FROM {ROWS} WHERE {LEAD}external_id IS NOT NULL
         GROUP BY 1 HAVING min(email) <> max(email)
    ), first AS (
        SELECT DISTINCT ON (id) id, email
          FROM several JOIN {ROWS} ON {LEAD}external_id = id ORDER BY id, row_no
    )
    INSERT INTO {REFUSED}
    SELECT r.row_no, '{OTHER_ADDRESS}' || ': ' || first.email
      FROM {ROWS} r JOIN first ON first.id = r.{LEAD}external_id WHERE r.email <> first.email"""

FIND_LEADS_BY_ID: Final = f"""
    CREATE TEMPORARY TABLE {LEADS_BY_ID} ON COMMIT DROP AS
    SELECT r.email,
           (array_agg(t.lead_id))[1] AS lead_id,
           min(t.email) AS known_email,
           count(DISTINCT t.lead_id) > 1
           OR EXISTS (SELECT FROM leads m WHERE m.campaign_id = :campaign_id AND m.email = r.email)
           OR EXISTS (SELECT FROM {ROWS} o WHERE o.email = min(t.email)) AS disagrees
      FROM {ROWS} r
      JOIN leads t ON t.campaign_id = :campaign_id AND t.source = r.{LEAD}source
                  AND t.external_id = r.{LEAD}external_id
     WHERE t.email <> r.email
       AND NOT EXISTS (
           SELECT FROM leads same WHERE same.campaign_id = :campaign_id AND same.email = r.email
              AND same.source = r.{LEAD}source AND same.external_id = r.{LEAD}external_id)
     GROUP BY r.email"""

REFUSE_LEADS: Final = (
    f"""
    INSERT INTO {REFUSED}
    SELECT r.row_no, '{OTHER_ADDRESS}' || ': ' || i.known_email
      FROM {ROWS} r JOIN {LEADS_BY_ID} i USING (email)
     WHERE i.disagrees AND r.{LEAD}external_id IS NOT NULL""",
    f"DELETE FROM {LEADS_BY_ID} WHERE disagrees",
)

TAKE_OUT_REFUSED: Final = (
    f"DELETE FROM {ROWS} r USING {REFUSED} x WHERE r.row_no = x.row_no",
    f"""
    DELETE FROM {KEYS} k
     WHERE NOT EXISTS (SELECT FROM {ROWS} r WHERE r.organization_key = k.organization_key)""",
)

ALL_REFUSED: Final = f"SELECT row_no, min(reason) FROM {REFUSED} GROUP BY row_no ORDER BY row_no"
