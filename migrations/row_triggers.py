"""The journal of updates row by row, which costs the one row that most statements write the least.

A row's trigger writes the entries and notes what it touched in a setting of the transaction; the
statement's trigger announces that. Whether an address is suppressed is asked by the trigger that
normalises it: the condition of a trigger of its own was read anew by each statement.
"""

from __future__ import annotations

from importlib import import_module
from itertools import groupby

from migrations import first_triggers as first
from migrations import leaner_triggers as leaner
from migrations import quieter_triggers as quieter
from migrations import suppression_triggers as suppression
from migrations import workflow_functions as workflows

FURTHER = quieter.FURTHER
# The name of a revision is none that an import statement takes.
BACK_AT_A_REPLY: str = import_module("migrations.versions.20261129_snooze").BACK_AT_A_REPLY

# A mail that is out is recorded, whatever was suppressed since the sender took the lead.
NOT_SUPPRESSED = f"""
    IF NEW.status IN ({suppression.SENDABLE})
       AND (NEW.status IS DISTINCT FROM OLD.status OR NEW.email IS DISTINCT FROM OLD.email)
       AND (TG_OP = 'INSERT' OR NEW.status <> 'sent' OR OLD.status NOT IN ('ready', 'queued')
            OR NEW.email <> OLD.email)
       AND customer_center_suppressed(NEW.email) THEN
        PERFORM customer_center_refuse_suppressed(NEW.email, NEW.status);
    END IF;"""

REFUSE_SUPPRESSED = """
CREATE FUNCTION customer_center_refuse_suppressed(address text, status text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    by_value text;
    by_reason text;
BEGIN
    IF btrim(coalesce(current_setting('customer_center.reason', true), '')) <> ''
       AND coalesce(current_setting('customer_center.forced', true), '') <> 'no' THEN
        RETURN;
    END IF;
    SELECT s.value, s.reason INTO by_value, by_reason FROM suppressions s
     WHERE s.value = ANY (customer_center_covering(address))
       AND (s.expires_at IS NULL OR s.expires_at > now())
     ORDER BY s.kind DESC, length(s.value) DESC LIMIT 1;
    RAISE EXCEPTION '% is suppressed%: status % needs a reason', by_value,
        coalesce(' (' || left(by_reason, 200) || ')', ''), status
        USING ERRCODE = 'check_violation', COLUMN = 'status', TABLE = 'leads',
              CONSTRAINT = 'suppressions',
              HINT = 'SET LOCAL customer_center.reason = ''...'' in the same transaction.';
END
$$"""

# One entry of the journal; returns the field.
JOURNAL = f"""
CREATE FUNCTION customer_center_journal(
    table_name text, row_id uuid, field text, old_value text, new_value text
) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO changes (table_name, row_id, field, old_value, new_value,
                         actor, batch_id, client_id, reason)
    VALUES (table_name, row_id, field, old_value, new_value,{first.LABELS});
    RETURN field;
END
$$"""

# What a statement touched: how many rows, the ids of the first three, the fields.
NOTED = """
CREATE FUNCTION customer_center_noted(noted text, row_id uuid, changed text[]) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    row_count bigint := split_part(noted, ' ', 1)::bigint + 1;
    ids text := split_part(noted, ' ', 2);
    fields text[] := split_part(noted, ' ', 3);
BEGIN
    IF row_count <= 3 THEN
        ids := ids || ',' || row_id;
    END IF;
    IF NOT changed <@ fields THEN
        fields := ARRAY(SELECT DISTINCT unnest(fields || changed) ORDER BY 1);
    END IF;
    RETURN concat_ws(' ', row_count, ids, fields);
END
$$"""

UPDATED = """
CREATE FUNCTION customer_center_updated() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    setting text := 'customer_center.touched_' || TG_TABLE_NAME;
    noted text := current_setting(setting, true);
BEGIN
    IF noted <> '' THEN
        IF customer_center_may_announce() THEN
            PERFORM customer_center_announce(
                TG_TABLE_NAME, 'update', split_part(noted, ' ', 1)::bigint,
                string_to_array(split_part(noted, ' ', 2), ',')::uuid[],
                split_part(noted, ' ', 3)::text[]);
        END IF;
        noted := set_config(setting, '', true);
    END IF;
    RETURN NULL;
END
$$"""


def journal(table: str) -> str:
    """One row's changes, field by field, in the order of the columns.

    Most statements write a status and no more: what is beside it is compared at once first.
    """
    key, columns, documents, _ = first.TABLES[table]
    setting = f"'customer_center.touched_{table}'"
    compared = ""
    for is_status, run in groupby((*columns, *FURTHER[table], *documents), "status".__eq__):
        fields = tuple(run)
        entries = "".join(_entry(table, key, field, field in documents) for field in fields)
        compared += entries if is_status else _any_of(fields, entries)
    return f"""
CREATE OR REPLACE FUNCTION customer_center_{table}_journal() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    fields text[] := '{{}}';
    noted text;
BEGIN{compared}
    IF fields <> '{{}}' THEN
        noted := current_setting({setting}, true);
        noted := set_config({setting}, CASE
            WHEN noted <> '' THEN customer_center_noted(noted, NEW.{key}, fields)
            ELSE concat_ws(' ', 1, NEW.{key}, fields) END, true);
    END IF;
    RETURN NULL;
END
$$"""


def _any_of(fields: tuple[str, ...], entries: str) -> str:
    old, new = (", ".join(f"{side}.{field}" for field in fields) for side in ("OLD", "NEW"))
    return f"""
    IF ({old})
       IS DISTINCT FROM
       ({new}) THEN{entries}
    END IF;"""


def _entry(table: str, key: str, field: str, document: bool) -> str:
    old, new = (quieter.journaled(f"{side}.{field}::text", document) for side in ("OLD", "NEW"))
    return f"""
    IF OLD.{field} IS DISTINCT FROM NEW.{field} THEN
        fields := fields || customer_center_journal('{table}', NEW.{key}, '{field}',
            {old}, {new});
    END IF;"""


def attach(table: str) -> list[str]:
    return [
        f"CREATE OR REPLACE TRIGGER {table}_journal AFTER UPDATE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION customer_center_{table}_journal()",
        f"CREATE TRIGGER {table}_updated AFTER UPDATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION customer_center_updated()",
    ]


def detach(table: str) -> list[str]:
    """The trigger on the statement in the place of those."""
    return [
        f"DROP TRIGGER {table}_updated ON {table}",
        f"CREATE OR REPLACE TRIGGER {table}_journal AFTER UPDATE ON {table}"
        f" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"
        f" FOR EACH STATEMENT EXECUTE FUNCTION customer_center_{table}_journal()",
    ]


BEFORE_LEADS = BACK_AT_A_REPLY + workflows.EMAIL_IS_ONE
CREATE = [
    REFUSE_SUPPRESSED,
    JOURNAL,
    NOTED,
    UPDATED,
    leaner.before_write("leads", BEFORE_LEADS + NOT_SUPPRESSED),
    *(f"DROP TRIGGER leads_suppressed_{event} ON leads" for event in ("insert", "update")),
    "DROP FUNCTION customer_center_leads_suppressed()",
    *(journal(table) for table in FURTHER),
    *(statement for table in FURTHER for statement in attach(table)),
]
RESTORE = [
    *(statement for table in FURTHER for statement in detach(table)),
    *(quieter.journal(table, further) for table, further in FURTHER.items()),
    suppression.GUARD,
    *suppression.GUARDS,
    leaner.before_write("leads", BEFORE_LEADS),
    "DROP FUNCTION customer_center_updated()",
    "DROP FUNCTION customer_center_noted(text, uuid, text[])",
    "DROP FUNCTION customer_center_journal(text, uuid, text, text, text)",
    "DROP FUNCTION customer_center_refuse_suppressed(text, text)",
]
