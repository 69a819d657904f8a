"""The triggers once more, as before but at less cost for each statement and each of its rows.

Values are normalised only where they were written anew; the journal compares columns before it
makes texts of them, and reads the labels of its transaction once a statement.
"""

from __future__ import annotations

from migrations import first_triggers as first

LEAD_BEFORE = f"""{first.SUPPRESSION}
    IF NEW.email IS DISTINCT FROM OLD.email THEN
        NEW.email := customer_center_email(NEW.email);
    END IF;"""
ORGANIZATION_BEFORE = """
    IF NEW.email_domain IS DISTINCT FROM OLD.email_domain THEN
        NEW.email_domain := customer_center_domain(NEW.email_domain);
    END IF;"""

# An old row of an INSERT is NULL in each of its columns: whatever is inserted is new.
TABLES = {
    "campaigns": ("campaign_id", "", ("description",)),
    "organizations": ("organization_id", ORGANIZATION_BEFORE, first.ORGANIZATION_NULLABLE_TEXTS),
    "leads": ("lead_id", LEAD_BEFORE, first.LEAD_NULLABLE_TEXTS),
}


def before_write(table: str, further: str = "") -> str:
    """Bookkeeping and normal forms; empty texts are looked for all at once, for there are few.

    ``further`` is what a later revision does besides.
    """
    key, body, texts = TABLES[table]
    body += further
    blanks = ", ".join(f"NEW.{name}" for name in texts)
    to_null = first.blanks_to_null(texts).replace("\n    ", "\n        ")
    return f"""
CREATE OR REPLACE FUNCTION customer_center_{table}_before() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{first.BOOKKEEPING.format(key=key)}{body}
    IF '' IN ({blanks}) THEN{to_null}
    END IF;
    RETURN NEW;
END
$$"""


def changed(field: str) -> str:
    return f"CASE WHEN o.{field} IS DISTINCT FROM n.{field} THEN '{field}' END"


def text_of(side: str, field: str, documents: tuple[str, ...]) -> str:
    """A document is journaled whole while it is small, else by its size and checksum."""
    value = f"{side}.{field}::text"
    if field in documents:
        value = (
            f"CASE WHEN octet_length({value}) > 8000 THEN json_build_object("
            f"'document_bytes', octet_length({value}), 'md5', md5({value}))::text ELSE {value} END"
        )
    return f"WHEN '{field}' THEN {value}"


def journal(table: str, further: tuple[str, ...] = ()) -> str:
    """One statement's changes, field by field, and one announcement of them.

    Nested loops are off in the function: its plan is kept, and one made for a single row would
    compare each row of a large statement with each other one. That makes the plan look dear, so
    compiling it is off too: it would take longer than the statement.

    ``further`` are the columns of later revisions.
    """
    key, columns, documents, _ = first.TABLES[table]
    fields = (*columns, *further, *documents)
    compared = ",\n                ".join(changed(field) for field in fields)
    old, new = (
        "\n                ".join(text_of(side, field, documents) for field in fields)
        for side in ("o", "n")
    )
    return f"""
CREATE OR REPLACE FUNCTION customer_center_{table}_journal() RETURNS trigger
LANGUAGE plpgsql SET enable_nestloop = off SET jit = off AS $$
DECLARE
    writer text := customer_center_actor();
    batch uuid := nullif(current_setting('customer_center.batch', true), '');
    client uuid := nullif(current_setting('customer_center.change_id', true), '');
    why text := nullif(current_setting('customer_center.reason', true), '');
    touched bigint;
    ids uuid[];
    fields text[];
BEGIN
    WITH written AS (
        INSERT INTO changes (table_name, row_id, field, old_value, new_value,
                             actor, batch_id, client_id, reason)
        SELECT '{table}', n.{key}, f.name,
               CASE f.name
                {old} END,
               CASE f.name
                {new} END,
               writer, batch, client, why
          FROM new_rows n JOIN old_rows o ON o.{key} = n.{key}
          CROSS JOIN LATERAL unnest(ARRAY[
                {compared}
          ]) AS f(name)
         WHERE f.name IS NOT NULL
        RETURNING row_id, field
    )
    SELECT count(DISTINCT row_id), (array_agg(DISTINCT row_id))[1:3], array_agg(DISTINCT field)
      INTO touched, ids, fields FROM written;
    PERFORM customer_center_announce('{table}', 'update', touched, ids, fields);
    RETURN NULL;
END
$$"""


def former(table: str) -> list[str]:
    """The functions of the first schema in place of these."""
    key, fields, documents, body = first.TABLES[table]
    made = first.before_write(table, key, body), first.journal(table, key, fields, documents)
    return [sql.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION") for sql in made]


CREATE = [make(table) for table in TABLES for make in (before_write, journal)]
RESTORE = [sql for table in TABLES for sql in former(table)]
