"""The functions and triggers of the first schema, as SQL.

They hold whoever writes: e-mails and domains are normalised, empty strings become NULL, versions
are compared, suppressed leads stay so, changes are journaled and announced. No schema is named, so
that the tables may live in any schema of the search path.
"""

from __future__ import annotations

LEAD_FIELDS = (
    "campaign_id",
    "company_id",
    "first_name",
    "last_name",
    "email",
    "external_id",
    "title",
    "headline",
    "linkedin_url",
    "email_verification_status",
    "email_verification_message",
    "email_icebreaker",
    "status",
    "language",
    "source",
    "email_sent_at",
    "reply_received_at",
    "last_contacted_at",
)
LEAD_NULLABLE_TEXTS = (
    *LEAD_FIELDS[2:4],
    *LEAD_FIELDS[5:12],
    *LEAD_FIELDS[13:15],
)
ORGANIZATION_FIELDS = (
    "name",
    "email_domain",
    "external_id",
    "external_source",
    "website_url",
    "linkedin_url",
    "estimated_num_employees",
    "country",
    "language",
    "time_zone",
    "source",
    "formatted_organization_name",
    "raw_address",
)
ORGANIZATION_NULLABLE_TEXTS = (*ORGANIZATION_FIELDS[2:6], *ORGANIZATION_FIELDS[7:])
CAMPAIGN_FIELDS = ("name", "description", "status")

# White space that people paste around addresses: ASCII, no-break, zero-width, byte order mark.
BLANKS = r"E' \t\n\r\f\x0B\u00A0\u200B\u2060\uFEFF'"

# RFC 3492, for host names that other programs write in their own script.
PUNYCODE = """
CREATE FUNCTION customer_center_punycode(label text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    codes bigint[];
    output text;
    basic int;
    handled int;
    n bigint := 128;
    delta bigint := 0;
    bias bigint := 72;
    lowest bigint;
    code bigint;
    q bigint;
    k bigint;
    t bigint;
    digit bigint;
BEGIN
    SELECT array_agg(ascii(c)::bigint ORDER BY i),
           coalesce(string_agg(c, '' ORDER BY i) FILTER (WHERE ascii(c) < 128), '')
      INTO codes, output FROM string_to_table(label, NULL) WITH ORDINALITY AS s(c, i);
    basic := length(output);
    handled := basic;
    IF basic = cardinality(codes) OR cardinality(codes) > 63 THEN
        RETURN label;
    END IF;
    IF basic > 0 THEN
        output := output || '-';
    END IF;
    WHILE handled < cardinality(codes) LOOP
        SELECT min(c) INTO lowest FROM unnest(codes) c WHERE c >= n;
        delta := delta + (lowest - n) * (handled + 1);
        n := lowest;
        FOREACH code IN ARRAY codes LOOP
            IF code < n THEN
                delta := delta + 1;
            ELSIF code = n THEN
                q := delta;
                k := 36;
                LOOP
                    t := least(greatest(k - bias, 1), 26);
                    EXIT WHEN q < t;
                    digit := t + (q - t) % (36 - t);
                    output := output || chr((digit + CASE WHEN digit < 26 THEN 97 ELSE 22 END)::int);
                    q := (q - t) / (36 - t);
                    k := k + 36;
                END LOOP;
                output := output || chr((q + CASE WHEN q < 26 THEN 97 ELSE 22 END)::int);
                delta := CASE WHEN handled = basic THEN delta / 700 ELSE delta / 2 END;
                delta := delta + delta / (handled + 1);
                k := 0;
                WHILE delta > 455 LOOP
                    delta := delta / 35;
                    k := k + 36;
                END LOOP;
                bias := k + 36 * delta / (delta + 38);
                delta := 0;
                handled := handled + 1;
            END IF;
        END LOOP;
        delta := delta + 1;
        n := n + 1;
    END LOOP;
    RETURN 'xn--' || output;
END
$$"""

HOST = """
CREATE FUNCTION customer_center_host(host text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF host ~ '^[ -~]*$' THEN
        RETURN host;
    END IF;
    RETURN (SELECT string_agg(CASE WHEN label ~ '^[ -~]*$' THEN label
                                   ELSE customer_center_punycode(label) END, '.' ORDER BY i)
              FROM string_to_table(replace(lower(normalize(host, NFKC)), chr(12290), '.'), '.')
                   WITH ORDINALITY AS s(label, i));
END
$$"""

DOMAIN = f"""
CREATE FUNCTION customer_center_domain(raw text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    host text := lower(btrim(raw, {BLANKS}));
BEGIN
    IF host ~ '^[a-z0-9.-]+[a-z0-9-]$' AND host !~ '^www[.]' THEN
        RETURN host;
    END IF;
    host := regexp_replace(host, '^([a-z][a-z0-9+.-]*:)?//', '');
    host := regexp_replace(host, '^mailto:', '');
    host := regexp_replace(host, '[/?#].*$', '');
    host := regexp_replace(host, '^.*@', '');
    host := regexp_replace(host, ':[0-9]*$', '');
    host := regexp_replace(btrim(host, '.'), '^www[.](?=[^.]+[.])', '');
    RETURN customer_center_host(host);
END
$$"""

EMAIL = f"""
CREATE FUNCTION customer_center_email(raw text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    address text := lower(btrim(raw, {BLANKS}));
BEGIN
    IF address ~ '^[ -~]*$' OR address !~ '@' THEN
        RETURN address;
    END IF;
    RETURN regexp_replace(address, '@[^@]*$', '')
        || '@' || customer_center_host(regexp_replace(address, '^.*@', ''));
END
$$"""

ANNOUNCE = """
CREATE FUNCTION customer_center_announce(
    table_name text, operation text, row_count bigint, ids uuid[], fields text[]
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF row_count > 0 THEN
        PERFORM pg_notify('customer_center', json_build_object(
            'table', table_name,
            'op', operation,
            'count', row_count,
            'ids', CASE WHEN row_count <= 3 THEN ids END,
            'fields', CASE WHEN cardinality(fields) <= 4 THEN fields END
        )::text);
    END IF;
END
$$"""

ACTOR = """
CREATE FUNCTION customer_center_actor() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        nullif(current_setting('customer_center.actor', true), ''),
        nullif(current_setting('application_name', true), ''),
        session_user::text)
$$"""

LABELS = """
    customer_center_actor(),
    nullif(current_setting('customer_center.batch', true), '')::uuid,
    nullif(current_setting('customer_center.change_id', true), '')::uuid,
    nullif(current_setting('customer_center.reason', true), '')"""

BOOKKEEPING = """
    IF TG_OP = 'UPDATE' THEN
        IF NEW.{key} IS DISTINCT FROM OLD.{key} THEN
            RAISE EXCEPTION '{key} can not be changed'
                USING ERRCODE = 'check_violation', COLUMN = '{key}', TABLE = TG_TABLE_NAME;
        END IF;
        IF NEW.row_version IS DISTINCT FROM OLD.row_version THEN
            RAISE EXCEPTION 'stale row: row_version is % now and the update carries %',
                OLD.row_version, NEW.row_version
                USING ERRCODE = 'serialization_failure', COLUMN = 'row_version',
                      TABLE = TG_TABLE_NAME, HINT = 'Read the row again.';
        END IF;
        NEW.row_version := OLD.row_version + 1;
        NEW.created_at := OLD.created_at;
        NEW.updated_at := clock_timestamp();
    END IF;"""

# Only a reason opens a suppressed status, whoever writes: do_not_contact is stricter, so it may.
SUPPRESSION = """
    IF TG_OP = 'UPDATE' AND NEW.status IS DISTINCT FROM OLD.status
       AND OLD.status IN ('unsubscribed', 'do_not_contact')
       AND NOT (OLD.status = 'unsubscribed' AND NEW.status = 'do_not_contact')
       AND btrim(coalesce(current_setting('customer_center.reason', true), '')) = '' THEN
        RAISE EXCEPTION 'status % is suppressed: leaving it needs a reason', OLD.status
            USING ERRCODE = 'check_violation', COLUMN = 'status', TABLE = TG_TABLE_NAME,
                  HINT = 'SET LOCAL customer_center.reason = ''...'' in the same transaction.';
    END IF;"""


def before_write(table: str, key: str, body: str) -> str:
    return f"""
CREATE FUNCTION customer_center_{table}_before() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{BOOKKEEPING.format(key=key)}{body}
    RETURN NEW;
END
$$"""


def blanks_to_null(names: tuple[str, ...]) -> str:
    return "".join(f"\n    NEW.{name} := nullif(NEW.{name}, '');" for name in names)


def journaled(field: str) -> str:
    return f"('{field}', o.{field}::text, n.{field}::text)"


def journaled_document(field: str) -> str:
    """A document is journaled whole while it is small, else by its size and checksum."""
    old, new = (
        f"CASE WHEN octet_length({side}.{field}::text) > 8000 THEN json_build_object("
        f"'document_bytes', octet_length({side}.{field}::text),"
        f" 'md5', md5({side}.{field}::text))::text ELSE {side}.{field}::text END"
        for side in ("o", "n")
    )
    changed = f"o.{field} IS DISTINCT FROM n.{field}"
    return f"('{field}', CASE WHEN {changed} THEN {old} END, CASE WHEN {changed} THEN {new} END)"


def journal(table: str, key: str, fields: tuple[str, ...], documents: tuple[str, ...]) -> str:
    """One statement's changes, field by field, and one announcement of them.

    Nested loops are off in the function: its plan is kept, and one made for a single row would
    compare each row of a large statement with each other one. That makes the plan look dear, so
    compiling it is off too: it would take longer than the statement.
    """
    values = ",\n            ".join(
        [journaled(field) for field in fields] + [journaled_document(field) for field in documents]
    )
    return f"""
CREATE FUNCTION customer_center_{table}_journal() RETURNS trigger
LANGUAGE plpgsql SET enable_nestloop = off SET jit = off AS $$
DECLARE
    touched bigint;
    ids uuid[];
    fields text[];
BEGIN
    WITH written AS (
        INSERT INTO changes (table_name, row_id, field, old_value, new_value,
                             actor, batch_id, client_id, reason)
        SELECT '{table}', n.{key}, v.field, v.old, v.new,{LABELS}
          FROM new_rows n JOIN old_rows o ON o.{key} = n.{key}
          CROSS JOIN LATERAL (VALUES
            {values}
          ) AS v(field, old, new)
         WHERE v.old IS DISTINCT FROM v.new
        RETURNING row_id, field
    )
    SELECT count(DISTINCT row_id), (array_agg(DISTINCT row_id))[1:3], array_agg(DISTINCT field)
      INTO touched, ids, fields FROM written;
    PERFORM customer_center_announce('{table}', 'update', touched, ids, fields);
    RETURN NULL;
END
$$"""


def inserted(table: str, key: str) -> str:
    return f"""
CREATE FUNCTION customer_center_{table}_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM customer_center_announce('{table}', 'insert', count(*),
        (SELECT array_agg(first_rows.{key}) FROM (SELECT {key} FROM new_rows LIMIT 3)
            AS first_rows), NULL)
       FROM new_rows;
    RETURN NULL;
END
$$"""


def deleted(table: str, key: str, documents: tuple[str, ...]) -> str:
    row = "to_jsonb(o)" + "".join(f" - '{name}'" for name in documents)
    return f"""
CREATE FUNCTION customer_center_{table}_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO changes (table_name, row_id, field, old_value,
                         actor, batch_id, client_id, reason)
    SELECT '{table}', o.{key}, '*', ({row})::text,{LABELS}
      FROM old_rows o;
    PERFORM customer_center_announce('{table}', 'delete', count(*),
        (SELECT array_agg(first_rows.{key}) FROM (SELECT {key} FROM old_rows LIMIT 3)
            AS first_rows), NULL)
       FROM old_rows;
    RETURN NULL;
END
$$"""


def attach(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_before BEFORE INSERT OR UPDATE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION customer_center_{table}_before()",
        f"CREATE TRIGGER {table}_inserted AFTER INSERT ON {table}"
        f" REFERENCING NEW TABLE AS new_rows"
        f" FOR EACH STATEMENT EXECUTE FUNCTION customer_center_{table}_inserted()",
        f"CREATE TRIGGER {table}_journal AFTER UPDATE ON {table}"
        f" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"
        f" FOR EACH STATEMENT EXECUTE FUNCTION customer_center_{table}_journal()",
        f"CREATE TRIGGER {table}_deleted AFTER DELETE ON {table}"
        f" REFERENCING OLD TABLE AS old_rows"
        f" FOR EACH STATEMENT EXECUTE FUNCTION customer_center_{table}_deleted()",
    ]


TABLES = {
    "campaigns": (
        "campaign_id",
        CAMPAIGN_FIELDS,
        (),
        blanks_to_null(("description",)),
    ),
    "organizations": (
        "organization_id",
        ORGANIZATION_FIELDS,
        ("website_summary_data", "website_raw_data", "custom_data"),
        "\n    NEW.email_domain := customer_center_domain(NEW.email_domain);"
        + blanks_to_null(ORGANIZATION_NULLABLE_TEXTS),
    ),
    "leads": (
        "lead_id",
        LEAD_FIELDS,
        ("custom_data",),
        SUPPRESSION
        + "\n    NEW.email := customer_center_email(NEW.email);"
        + blanks_to_null(LEAD_NULLABLE_TEXTS),
    ),
}

CREATE = [PUNYCODE, HOST, DOMAIN, EMAIL, ANNOUNCE, ACTOR]
for _table, (_key, _fields, _documents, _body) in TABLES.items():
    CREATE += [
        before_write(_table, _key, _body),
        inserted(_table, _key),
        journal(_table, _key, _fields, _documents),
        deleted(_table, _key, _documents),
        *attach(_table),
    ]

DROP = [
    f"DROP FUNCTION customer_center_{table}_{what}()"
    for table in TABLES
    for what in ("before", "inserted", "journal", "deleted")
] + [
    "DROP FUNCTION customer_center_actor()",
    "DROP FUNCTION customer_center_announce(text, text, bigint, uuid[], text[])",
    "DROP FUNCTION customer_center_email(text)",
    "DROP FUNCTION customer_center_domain(text)",
    "DROP FUNCTION customer_center_host(text)",
    "DROP FUNCTION customer_center_punycode(text)",
]
