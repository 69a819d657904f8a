"""Indexes on the trigrams of names and domains, made where a database has the extension pg_trgm.

The look-up finds any part of a name or domain with them and needs them nowhere. The extension is
its database's owner's to install: https://www.postgresql.org/docs/current/pgtrgm.html
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text

ORGANIZATIONS: Final = "ix_organizations_trigrams"
LEADS: Final = "ix_leads_trigrams"
PERSON: Final = "lower(coalesce(first_name, '') || ' ' || coalesce(last_name, ''))"
"""First and last name as the index of leads has them, as SQL."""

INDEXES: Final = {
    ORGANIZATIONS: "organizations USING gin (lower(name) gin_trgm_ops, email_domain gin_trgm_ops)",
    LEADS: f"leads USING gin ({PERSON} gin_trgm_ops)",
}
"""What each index is on, as SQL, by its name."""

_INSTALLED: Final = text(
    "SELECT EXISTS (SELECT FROM pg_opclass"
    " WHERE opcname = 'gin_trgm_ops' AND pg_opclass_is_visible(oid))"
)
_VALID: Final = text(
    "SELECT count(*) FROM pg_index WHERE indisvalid"
    " AND indexrelid IN (to_regclass(:organizations), to_regclass(:leads))"
)
_NAMES: Final = {"organizations": ORGANIZATIONS, "leads": LEADS}
_LEFT_OVER: Final = text(
    "SELECT NOT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)"
)


def there(connection: Connection) -> bool:
    """Tell whether both indexes can be used."""
    return bool(connection.scalar(_VALID, _NAMES) == len(INDEXES))


def make(connection: Connection) -> None:
    """Make what is missing where the extension is installed, while others read and write.

    The connection is to commit each statement by itself. An index that an earlier run left
    unfinished is made again.
    """
    if not connection.scalar(_INSTALLED):
        return
    for name, what in INDEXES.items():
        if connection.scalar(_LEFT_OVER, {"name": name}):
            connection.execute(text(f"DROP INDEX CONCURRENTLY IF EXISTS {name}"))
        connection.execute(text(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {what}"))


def drop(connection: Connection) -> None:
    """Take both indexes away; the connection is to commit each statement by itself."""
    for name in INDEXES:
        connection.execute(text(f"DROP INDEX CONCURRENTLY IF EXISTS {name}"))
