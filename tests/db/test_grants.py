"""Roles made by ``grants``: what each may do, and what the database refuses it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg2
import pytest
from psycopg2.errors import InsufficientPrivilege, ReadOnlySqlTransaction
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.database import open_database
from db.errors import ConfigurationError
from db.grants import ROLES, statements
from db.queries.rights import lacking
from db.rights import parts
from db.settings import Settings
from tests import roles
from tests.support import add_lead, fetch, plain_connection, run
from tui.permissions import NEEDS

INSERT = "INSERT INTO campaigns (name) VALUES ('Q4')"
UPDATE = "UPDATE leads SET title = 'CTO'"
SUPPRESS = "INSERT INTO suppressions (value) VALUES ('spam.com')"
CLAIM = "SELECT claim_leads('worker', 'new')"
MAKE = "SELECT find_or_create_organization('new.com')"
READ = "SELECT count(*) FROM leads_ready, changes, leads, organizations, campaigns, suppressions"
DELETE = "DELETE FROM leads"
FORGE = "UPDATE changes SET actor = 'somebody else'"
FORGET = "DELETE FROM changes"
FEIGN = (
    "INSERT INTO changes (table_name, field, actor, role) VALUES ('leads', 'status', 'ben', 'ben')"
)
ALTER = "ALTER TABLE leads ADD COLUMN more text"
DROP = "DROP TRIGGER leads_journal ON leads"
OFF = "SET session_replication_role = replica"

MAY = {
    "viewer": {READ},
    "operator": {READ, INSERT, UPDATE, SUPPRESS, MAKE, DELETE},
    "automation": {READ, INSERT, UPDATE, SUPPRESS, CLAIM, MAKE},
    "migrator": {
        READ,
        INSERT,
        UPDATE,
        SUPPRESS,
        CLAIM,
        MAKE,
        DELETE,
        FORGE,
        FORGET,
        FEIGN,
        ALTER,
        DROP,
    },
}
EVERYTHING = [
    *(READ, INSERT, UPDATE, SUPPRESS, CLAIM, MAKE),
    *(DELETE, FORGE, FORGET, FEIGN, ALTER, DROP, OFF),
]

# A statement for each kind of right that touches no row; which column is meant does not matter here.
PROBES = {
    "INSERT": "INSERT INTO {table} DEFAULT VALUES",
    "UPDATE": "UPDATE {table} SET {column} = {column} WHERE false",
    "DELETE": "DELETE FROM {table} WHERE false",
}
COLUMNS = {"leads": "title", "campaigns": "name", "organizations": "name"}


@pytest.fixture(scope="module")
def names(admin: PsycopgConnection) -> Iterator[dict[str, str]]:
    """A name for a role of each kind; the databases are gone before the roles are dropped."""
    with roles.roles(admin) as made:
        yield made


def refused(connection: PsycopgConnection, statement: str) -> bool:
    """Tell whether a statement is refused for want of a right."""
    try:
        run(connection, statement)
    except (InsufficientPrivilege, ReadOnlySqlTransaction):
        return True
    except psycopg2.IntegrityError:
        pass
    return False


@pytest.mark.parametrize("kind", ROLES)
def test_a_role_may_do_its_work_and_nothing_else(
    names: dict[str, str], database_url: str, session: Session, kind: str
) -> None:
    add_lead(session)
    with plain_connection(roles.make(database_url, kind, names[kind])) as connection:
        done = {statement for statement in EVERYTHING if not refused(connection, statement)}
        assert done == MAY[kind]


@pytest.mark.parametrize("kind", ROLES)
def test_what_a_role_is_said_to_lack_is_what_the_database_refuses(
    names: dict[str, str], database_url: str, kind: str
) -> None:
    url = roles.make(database_url, kind, names[kind])
    with open_database(Settings(url)) as database, database.reads() as session:
        said = lacking(session, NEEDS)
    assert (said.role, said.reads_only) == (names[kind], kind == "viewer")
    with plain_connection(url) as connection:
        for right in NEEDS:
            privilege, table, column = parts(right)
            column = column or COLUMNS.get(table, "")
            statement = PROBES[privilege].format(table=table, column=column)
            assert refused(connection, statement) == bool(said.refusal([right])), right


def test_a_server_that_takes_no_changes_for_a_while_is_not_the_role_s_fault(
    other: PsycopgConnection, database_url: str
) -> None:
    run(other, f'ALTER DATABASE "{other.info.dbname}" SET default_transaction_read_only = on')
    with open_database(Settings(database_url)) as database, database.reads() as session:
        assert not lacking(session, NEEDS).reads_only


def test_the_journal_names_who_it_was_and_the_role_that_logged_in(
    names: dict[str, str], other: PsycopgConnection, database_url: str, session: Session
) -> None:
    add_lead(session)
    roles.make(database_url, "automation", names["automation"])
    with plain_connection(database_url) as connection:
        run(connection, f"SET SESSION AUTHORIZATION {names['automation']}")
        run(connection, UPDATE)
    (entry,) = fetch(other, "SELECT actor, role FROM changes WHERE field = 'title'")
    assert entry == ("n8n", names["automation"])


def test_a_name_that_would_have_to_be_quoted_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="no plain name"):
        statements("viewer", 'x"; DROP TABLE leads; --')
