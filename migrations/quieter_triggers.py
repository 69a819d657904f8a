"""The journal's triggers with a short way for the one row that most statements write, and
announcements for which no writer waits.

PostgreSQL lets one transaction at a time commit what it announces: writers that all announce stand
in a queue. So who would have to wait says nothing; readers look into the journal as well.
"""

from __future__ import annotations

from migrations import first_triggers as first
from migrations import leaner_triggers as leaner
from migrations.ddl import replaced

# "CCNO": any number that no other program takes. It is held from the statement to the commit.
ANNOUNCING = 0x43434E4F

MAY_ANNOUNCE = f"""
CREATE FUNCTION customer_center_may_announce() RETURNS boolean LANGUAGE sql VOLATILE AS $$
    SELECT CASE current_setting('customer_center.notify', true)
           WHEN 'off' THEN false
           WHEN 'always' THEN true
           ELSE pg_try_advisory_xact_lock({ANNOUNCING}) END
$$"""

ANNOUNCE = """
CREATE OR REPLACE FUNCTION customer_center_announce(
    table_name text, operation text, row_count bigint, ids uuid[], fields text[]
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF row_count > 0 AND customer_center_may_announce() THEN
        PERFORM pg_notify('customer_center', json_build_object(
            'table', table_name,
            'op', operation,
            'count', row_count,
            'ids', CASE WHEN row_count <= 3 THEN ids END,
            'fields', CASE WHEN length(array_to_string(fields, ',')) <= 60 THEN fields END,
            'transaction', pg_current_xact_id()::text
        )::text);
    END IF;
END
$$"""


def journal(table: str, further: tuple[str, ...] = ()) -> str:
    """One statement's changes, field by field, and one announcement of them.

    A single row is compared by plain assignments, which cost less than a query. The statement for
    many rows is planned for each run, so that no plan made for a few rows meets many; its full join
    is one that PostgreSQL never does row against row. ``further`` are the columns of later
    revisions.
    """
    key, columns, documents, _ = first.TABLES[table]
    columns = (*columns, *further)
    compared = "".join(_compared(field, field in documents) for field in (*columns, *documents))
    return f"""
CREATE OR REPLACE FUNCTION customer_center_{table}_journal() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    writer text := customer_center_actor();
    batch uuid := nullif(current_setting('customer_center.batch', true), '');
    client uuid := nullif(current_setting('customer_center.change_id', true), '');
    why text := nullif(current_setting('customer_center.reason', true), '');
    o {table};
    n {table};
    touched bigint := 0;
    ids uuid[];
    fields text[] := '{{}}';
    olds text[] := '{{}}';
    news text[] := '{{}}';
BEGIN
    FOR n IN SELECT * FROM new_rows LOOP
        touched := touched + 1;
        EXIT WHEN touched > 1;
    END LOOP;
    IF touched = 0 THEN
        RETURN NULL;
    ELSIF touched = 1 THEN
        SELECT * INTO o FROM old_rows;{compared}
        FOR i IN 1..cardinality(fields) LOOP
            INSERT INTO changes (table_name, row_id, field, old_value, new_value,
                                 actor, batch_id, client_id, reason)
            VALUES ('{table}', n.{key}, fields[i], olds[i], news[i], writer, batch, client, why);
        END LOOP;
        ids := ARRAY[n.{key}];
    ELSE
        EXECUTE $many${_many(table, key, (*columns, *documents), documents)}$many$
           INTO touched, ids, fields USING writer, batch, client, why;
    END IF;
    IF touched > 0 AND fields <> '{{}}' AND customer_center_may_announce() THEN
        PERFORM customer_center_announce('{table}', 'update', touched, ids, fields);
    END IF;
    RETURN NULL;
END
$$"""


def _compared(field: str, document: bool) -> str:
    """The journal's entry of one field of a single row."""
    old, new = (journaled(f"{side}.{field}::text", document) for side in ("o", "n"))
    return f"""
        IF o.{field} IS DISTINCT FROM n.{field} THEN
            fields := fields || '{field}'::text;
            olds := olds || ({old});
            news := news || ({new});
        END IF;"""


def journaled(value: str, document: bool) -> str:
    """A document is journaled whole while it is small, else by its size and checksum."""
    if not document:
        return value
    return (
        f"CASE WHEN octet_length({value}) > 8000 THEN json_build_object("
        f"'document_bytes', octet_length({value}), 'md5', md5({value}))::text ELSE {value} END"
    )


def _many(table: str, key: str, fields: tuple[str, ...], documents: tuple[str, ...]) -> str:
    compared = ",\n            ".join(leaner.changed(field) for field in fields)
    old, new = (
        "\n                ".join(leaner.text_of(side, field, documents) for field in fields)
        for side in ("o", "n")
    )
    return f"""
    WITH written AS (
        INSERT INTO changes (table_name, row_id, field, old_value, new_value,
                             actor, batch_id, client_id, reason)
        SELECT '{table}', n.{key}, f.field,
               CASE f.field
                {old} END,
               CASE f.field
                {new} END,
               $1, $2, $3, $4
          FROM new_rows n FULL JOIN old_rows o ON o.{key} = n.{key}
          CROSS JOIN LATERAL unnest(ARRAY[
            {compared}
          ]) AS f(field)
         WHERE f.field IS NOT NULL
        RETURNING row_id, field
    )
    SELECT count(DISTINCT row_id), (array_agg(DISTINCT row_id))[1:3], array_agg(DISTINCT field)
      FROM written"""


FURTHER = {"campaigns": (), "organizations": (), "leads": ("snoozed_until",)}
CREATE = [
    MAY_ANNOUNCE,
    ANNOUNCE,
    *(journal(table, further) for table, further in FURTHER.items()),
]
RESTORE = [
    *(leaner.journal(table, further) for table, further in FURTHER.items()),
    replaced(first.ANNOUNCE),
    "DROP FUNCTION customer_center_may_announce()",
]
