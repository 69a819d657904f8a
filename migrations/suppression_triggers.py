"""Whom nobody may write to: the functions and triggers around ``suppressions``, as SQL.

A value covers an address that it is, and each address at a domain that it is or is above of. A
trigger of its own guards the statuses from which leads are sent to, so that a statement that sets
none of them pays nothing.
"""

from __future__ import annotations

from migrations import first_triggers as first

TABLE = "suppressions"
KEY = "suppression_id"
FIELDS = ("kind", "value", "reason", "source", "expires_at")
TEXTS = ("reason", "source")
SENDABLE = "'ready', 'queued', 'sent'"

# An address; a link, which may have an @ in its path, is a domain.
ADDRESS = r"^[^@/\s]+@[^@/\s]+$"

BEFORE = f"""
CREATE FUNCTION customer_center_suppressions_before() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.{KEY} IS DISTINCT FROM OLD.{KEY} THEN
            RAISE EXCEPTION '{KEY} can not be changed'
                USING ERRCODE = 'check_violation', COLUMN = '{KEY}', TABLE = TG_TABLE_NAME;
        END IF;
        NEW.created_at := OLD.created_at;
        NEW.created_by := OLD.created_by;
    ELSE
        NEW.created_by := coalesce(nullif(NEW.created_by, ''), customer_center_actor());
    END IF;
    NEW.value := btrim(NEW.value, {first.BLANKS});
    NEW.kind := coalesce(nullif(lower(btrim(NEW.kind)), ''),
                         CASE WHEN NEW.value ~ '{ADDRESS}' THEN 'email' ELSE 'domain' END);
    IF NEW.kind = 'email' THEN
        NEW.value := customer_center_email(NEW.value);
    ELSE
        NEW.value := customer_center_domain(regexp_replace(NEW.value, '^[*][.]', ''));
    END IF;{first.blanks_to_null(TEXTS)}
    RETURN NEW;
END
$$"""

# PostgreSQL keeps the plan of a function in plpgsql, and the check of a status must cost little.
COVERING = """
CREATE FUNCTION customer_center_covering(address text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    rest text := split_part(address, '@', -1);
    found text[] := ARRAY[address];
    dot int;
BEGIN
    LOOP
        found := found || rest;
        dot := strpos(rest, '.');
        EXIT WHEN dot = 0;
        rest := substr(rest, dot + 1);
    END LOOP;
    RETURN found;
END
$$"""

SUPPRESSED = """
CREATE FUNCTION customer_center_suppressed(address text) RETURNS boolean
LANGUAGE plpgsql STABLE STRICT AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM suppressions s
                    WHERE s.value = ANY (customer_center_covering(address))
                      AND (s.expires_at IS NULL OR s.expires_at > now()));
END
$$"""

# A mail that is out is recorded, whatever was suppressed since the sender took the lead.
GUARD = """
CREATE FUNCTION customer_center_leads_suppressed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    by_value text;
    by_reason text;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.status = 'sent' AND OLD.status IN ('ready', 'queued')
       AND NEW.email = OLD.email THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM suppressions s
                    WHERE s.value = ANY (customer_center_covering(NEW.email))
                      AND (s.expires_at IS NULL OR s.expires_at > now()))
       OR (btrim(coalesce(current_setting('customer_center.reason', true), '')) <> ''
           AND coalesce(current_setting('customer_center.forced', true), '') <> 'no') THEN
        RETURN NEW;
    END IF;
    SELECT s.value, s.reason INTO by_value, by_reason FROM suppressions s
     WHERE s.value = ANY (customer_center_covering(NEW.email))
       AND (s.expires_at IS NULL OR s.expires_at > now())
     ORDER BY s.kind DESC, length(s.value) DESC LIMIT 1;
    RAISE EXCEPTION '% is suppressed%: status % needs a reason', by_value,
        coalesce(' (' || left(by_reason, 200) || ')', ''), NEW.status
        USING ERRCODE = 'check_violation', COLUMN = 'status', TABLE = TG_TABLE_NAME,
              CONSTRAINT = 'suppressions',
              HINT = 'SET LOCAL customer_center.reason = ''...'' in the same transaction.';
END
$$"""

GUARDS = [
    f"CREATE TRIGGER leads_suppressed_insert BEFORE INSERT ON leads"
    f" FOR EACH ROW WHEN (NEW.status IN ({SENDABLE}))"
    f" EXECUTE FUNCTION customer_center_leads_suppressed()",
    f"CREATE TRIGGER leads_suppressed_update BEFORE UPDATE OF status, email ON leads"
    f" FOR EACH ROW WHEN (NEW.status IN ({SENDABLE})"
    f" AND (NEW.status IS DISTINCT FROM OLD.status OR NEW.email IS DISTINCT FROM OLD.email))"
    f" EXECUTE FUNCTION customer_center_leads_suppressed()",
]

CREATE = [
    BEFORE,
    COVERING,
    SUPPRESSED,
    first.inserted(TABLE, KEY),
    first.journal(TABLE, KEY, FIELDS, ()),
    first.deleted(TABLE, KEY, ()),
    *first.attach(TABLE),
    GUARD,
    *GUARDS,
]
DROP = [
    "DROP TRIGGER leads_suppressed_insert ON leads",
    "DROP TRIGGER leads_suppressed_update ON leads",
    "DROP FUNCTION customer_center_leads_suppressed()",
    "DROP TABLE suppressions",
    "DROP FUNCTION customer_center_suppressed(text)",
    "DROP FUNCTION customer_center_covering(text)",
    *(
        f"DROP FUNCTION customer_center_suppressions_{what}()"
        for what in ("before", "inserted", "journal", "deleted")
    ),
]
