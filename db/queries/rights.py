"""What the role of a session may do, as the server has it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from db.rights import JOURNAL, Rights, parts

# One trip. Only a default of the role is meant for good: that a server or a database takes no changes
# comes and goes, as in a failover.
_ASKED: Final = text(
    "SELECT CAST(current_user AS text),"
    " current_setting('default_transaction_read_only') = 'on' AND EXISTS (SELECT"
    " FROM pg_db_role_setting AS s JOIN pg_roles AS r ON r.oid = s.setrole"
    " WHERE r.rolname = current_user"
    " AND array_to_string(s.setconfig, ' ') LIKE '%default_transaction_read_only=%'),"
    " coalesce(array_agg(needed) FILTER (WHERE NOT CASE"
    " WHEN column_name <> '' THEN has_column_privilege(relation, column_name, privilege)"
    " WHEN privilege = 'DELETE' THEN has_table_privilege(relation, privilege)"
    " ELSE has_any_column_privilege(relation, privilege) END), '{}')"
    " FROM unnest(CAST(:needs AS text[]), CAST(:privileges AS text[]), CAST(:tables AS text[]),"
    " CAST(:columns AS text[])) AS asked(needed, privilege, table_name, column_name)"
    " CROSS JOIN LATERAL (SELECT CAST(to_regclass(table_name) AS oid) AS relation) AS found"
)


def lacking(session: Session, needs: Iterable[str]) -> Rights:
    """Return the session's role and which of these rights it lacks; see :mod:`db.rights`."""
    wanted = tuple(dict.fromkeys((JOURNAL, *needs)))
    privileges, tables, columns = zip(*map(parts, wanted), strict=True)
    role, reads, missing = session.execute(
        _ASKED,
        {
            "needs": list(wanted),
            "privileges": list(privileges),
            "tables": list(tables),
            "columns": list(columns),
        },
    ).one()
    return Rights(role, frozenset(missing), reads or JOURNAL in missing)
