"""Roles made by the SQL of ``customer-center grants``, and the way to act as one of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote
from uuid import uuid4

from psycopg2.extensions import connection as PsycopgConnection

from db.grants import ROLES, statements
from tests.support import plain_connection, run


@contextmanager
def roles(admin: PsycopgConnection) -> Iterator[dict[str, str]]:
    """Yield a name for a role of each kind; the roles are dropped when their databases are gone."""
    names = {kind: f"{kind}_{uuid4().hex[:8]}" for kind in ROLES}
    try:
        yield names
    finally:
        for name in names.values():
            run(admin, f"DROP ROLE IF EXISTS {name}")


def make(url: str, kind: str, name: str) -> str:
    """Make a role in a database, and return the URL of a session with its rights and defaults."""
    with plain_connection(url) as owner:
        for statement in statements(kind, name):
            run(owner, statement)
    options = f"-c role={name}"
    if kind == "viewer":
        # A default of a role is that of who logs in as it.
        options += " -c default_transaction_read_only=on"
    return f"{url}{'&' if '?' in url else '?'}options={quote(options)}"
