"""Roles made by ``grants``: what each may do, and what the database refuses it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from psycopg2.errors import InsufficientPrivilege, ReadOnlySqlTransaction
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.errors import ConfigurationError
from db.grants import ROLES, statements
from tests.support import add_lead, plain_connection, run, scalar

INSERT = "INSERT INTO campaigns (name) VALUES ('Q4')"
UPDATE = "UPDATE leads SET title = 'CTO'"
SUPPRESS = "INSERT INTO suppressions (value) VALUES ('spam.com')"
CLAIM = "SELECT claim_leads('worker', 'new')"
MAKE = "SELECT find_or_create_organization('new.com')"
READ = "SELECT count(*) FROM leads_ready, changes, leads, organizations, campaigns, suppressions"
DELETE = "DELETE FROM leads"
FORGE = "UPDATE changes SET actor = 'somebody else'"
FORGET = "DELETE FROM changes"
ALTER = "ALTER TABLE leads ADD COLUMN more text"
DROP = "DROP TRIGGER leads_journal ON leads"
OFF = "SET session_replication_role = replica"

MAY = {
    "viewer": {READ},
    "operator": {READ, INSERT, UPDATE, SUPPRESS, MAKE, DELETE},
    "automation": {READ, INSERT, UPDATE, SUPPRESS, CLAIM, MAKE},
    "migrator": {READ, INSERT, UPDATE, SUPPRESS, CLAIM, MAKE, DELETE, FORGE, FORGET, ALTER, DROP},
}
EVERYTHING = [
    *(READ, INSERT, UPDATE, SUPPRESS, CLAIM, MAKE),
    *(DELETE, FORGE, FORGET, ALTER, DROP, OFF),
]


@contextmanager
def acting(owner: PsycopgConnection, url: str, kind: str) -> Iterator[PsycopgConnection]:
    """Make a role of a kind, and yield a connection that acts with its rights alone."""
    role = f"test_{uuid4().hex[:12]}"
    try:
        for statement in statements(kind, role):
            run(owner, statement)
        with plain_connection(url) as connection:
            run(connection, f"SET SESSION AUTHORIZATION {role}")
            if kind == "viewer":
                run(connection, "SET default_transaction_read_only = on")
            yield connection
    finally:
        run(owner, f"REASSIGN OWNED BY {role} TO CURRENT_USER")
        run(owner, f"DROP OWNED BY {role}")
        run(owner, f"DROP ROLE {role}")


@pytest.mark.parametrize("kind", ROLES)
def test_a_role_may_do_its_work_and_nothing_else(
    other: PsycopgConnection, database_url: str, session: Session, kind: str
) -> None:
    add_lead(session)
    with acting(other, database_url, kind) as connection:
        done = set()
        for statement in EVERYTHING:
            try:
                run(connection, statement)
                done.add(statement)
            except (InsufficientPrivilege, ReadOnlySqlTransaction):
                pass
        assert done == MAY[kind]


def test_what_a_workflow_changes_is_in_the_journal_under_its_name(
    other: PsycopgConnection, database_url: str, session: Session
) -> None:
    add_lead(session)
    with acting(other, database_url, "automation") as connection:
        run(connection, UPDATE)
    assert scalar(other, "SELECT actor FROM changes WHERE field = 'title'") == "n8n"


def test_a_name_that_would_have_to_be_quoted_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="no plain name"):
        statements("viewer", 'x"; DROP TABLE leads; --')
