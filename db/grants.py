"""Roles with no more rights than their work needs, as the SQL that an administrator runs.

No role is made with a password, and none owns anything: the owner of the tables keeps all rights.
"""

from __future__ import annotations

import re
from typing import Final

from db.comments import FUNCTIONS, RELATIONS
from db.errors import ConfigurationError

ROLES: Final = {
    "viewer": "reads everything and changes nothing",
    "operator": "works with the application, and imports; the journal can only be read",
    "automation": "n8n and other workflows: read, insert, update, the functions; no delete",
    "migrator": "brings the schema to head: owns what it makes, and may do all to the tables",
}
_DATA: Final = "campaigns, organizations, leads"
_VIEWS: Final = "leads_to_verify, leads_to_enrich, leads_ready"
_READ: Final = (
    f"GRANT SELECT ON {_DATA}, suppressions, lead_leases, lead_claims, changes, imports,"
    f" import_rows, alembic_version, {_VIEWS}"
)
# The triggers write the journal with the rights of who changes a row, but for what the server says of
# them: the role and the transaction.
_JOURNAL: Final = (
    "GRANT INSERT (changed_at, table_name, row_id, field, old_value, new_value, actor, batch_id,"
    " client_id, reason) ON changes"
)
_RIGHTS: Final = {
    "viewer": (_READ,),
    "operator": (
        _READ,
        f"GRANT INSERT, UPDATE, DELETE ON {_DATA}, suppressions",
        _JOURNAL,
        "GRANT INSERT, UPDATE, DELETE ON imports, import_rows, lead_claims",
    ),
    "automation": (
        _READ,
        f"GRANT INSERT, UPDATE ON {_DATA}, lead_leases",
        "GRANT INSERT ON suppressions",
        _JOURNAL,
    ),
}
# A session may still choose its own; these are for who chooses nothing.
_SETTINGS: Final = {
    "viewer": {"statement_timeout": "15s", "default_transaction_read_only": "on"},
    "operator": {
        "statement_timeout": "15s",
        "lock_timeout": "3s",
        "idle_in_transaction_session_timeout": "30s",
    },
    "automation": {
        "statement_timeout": "60s",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "60s",
    },
    "migrator": {"lock_timeout": "2s"},
}
_OWNED: Final = """DO $own$
DECLARE
    made record;
BEGIN
    FOR made IN SELECT c.oid::regclass AS name FROM pg_class c
                 WHERE c.relkind IN ('r', 'v') AND c.relnamespace = '{schema}'::regnamespace
                   AND c.relname IN ({relations}) LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO {role}', made.name);
    END LOOP;
    FOR made IN SELECT p.oid::regprocedure AS name FROM pg_proc p
                 WHERE p.pronamespace = '{schema}'::regnamespace
                   AND (p.proname LIKE 'customer\\_center\\_%' OR p.proname IN ({functions})) LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO {role}', made.name);
    END LOOP;
END $own$"""


def statements(kind: str, role: str, schema: str = "public") -> tuple[str, ...]:
    """Return the SQL that makes a role of a kind, where it is not there, and gives it its rights.

    It may be run again and again, as after a migration that made a table. Raises ConfigurationError
    for a name that would have to be quoted.
    """
    for name in (role, schema):
        if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", name):
            raise ConfigurationError(
                f"{name!r} is no plain name of a role or schema: small letters, digits and _."
            )
    create = f"CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL"
    return (
        f"DO $role$ BEGIN {create}; END $role$",
        f"SET search_path = {schema}",
        f"GRANT USAGE{', CREATE' if kind == 'migrator' else ''} ON SCHEMA {schema} TO {role}",
        *(f"{right} TO {role}" for right in _RIGHTS.get(kind, ())),
        *([_owned(role, schema)] if kind == "migrator" else []),
        *(f"ALTER ROLE {role} SET {name} = '{value}'" for name, value in _SETTINGS[kind].items()),
    )


def _owned(role: str, schema: str) -> str:
    """Only the owner of a table may change it."""
    functions = (signature.partition("(")[0] for signature in FUNCTIONS)
    relations = (*RELATIONS, "alembic_version")
    return _OWNED.format(
        role=role,
        schema=schema,
        relations=", ".join(f"'{name}'" for name in relations),
        functions=", ".join(f"'{name}'" for name in functions),
    )
