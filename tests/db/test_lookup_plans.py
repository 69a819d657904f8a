"""Every statement of the look-up runs on indexes, whatever is typed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from db.database import Database
from db.queries.lookup import look_up
from tests.db.sized import sized

__all__ = ["sized"]

Statement = tuple[str, Any]


@pytest.fixture
def reader(sized: Database) -> Iterator[Session]:
    with sized.sessions() as opened:
        yield opened


@contextmanager
def noted(database: Database) -> Iterator[list[Statement]]:
    """Collect the statements that are run, with their values."""
    statements: list[Statement] = []

    def note(
        connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool
    ) -> None:
        statements.append((statement, values))

    event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.engine, "before_cursor_execute", note)


def scanned(session: Session, statement: Statement) -> list[str]:
    """Return the tables that a statement reads from one end to the other."""
    query, values = statement
    with session.connection().connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (COSTS OFF) {query}", values)
        plan = [str(row[0]) for row in cursor.fetchall()]
    return [line.split(" on ")[1].split()[0] for line in plan if "Seq Scan on" in line]


def large(session: Session, statements: list[Statement]) -> set[str]:
    """Return the large tables that any statement reads from one end to the other."""
    tables = {table for statement in statements for table in scanned(session, statement)}
    # The campaigns are few: to read them all is the shortest way.
    return tables - {"campaigns"}


def some(session: Session, query: str) -> str:
    return str(session.scalar(text(query)))


DOMAIN = "SELECT email_domain FROM organizations ORDER BY organization_id OFFSET 1000 LIMIT 1"
ADDRESS = "SELECT email FROM leads ORDER BY lead_id OFFSET 1000 LIMIT 1"
NAME = "SELECT lower(name) FROM organizations ORDER BY organization_id OFFSET 1000 LIMIT 1"
PERSON = (
    "SELECT lower(first_name || ' ' || last_name) FROM leads WHERE last_name IS NOT NULL"
    " ORDER BY lead_id OFFSET 1000 LIMIT 1"
)
ID = "SELECT lead_id FROM leads ORDER BY lead_id OFFSET 1000 LIMIT 1"


@pytest.mark.parametrize(
    ("query", "end"),
    [
        *((DOMAIN, end) for end in (1, 2, 3, 5, 8, 100)),
        *((ADDRESS, end) for end in (4, 100)),
        *((NAME, end) for end in (3, 100)),
        *((PERSON, end) for end in (2, 100)),
        (ID, 100),
    ],
)
def test_a_look_up_reads_no_table_from_end_to_end(
    sized: Database, reader: Session, query: str, end: int
) -> None:
    typed = some(reader, query)[:end]
    with noted(sized) as statements:
        assert look_up(reader, typed).hits
    assert not large(reader, statements), typed


def test_a_word_in_the_middle_of_a_name_is_found_by_an_index(
    sized: Database, reader: Session
) -> None:
    with noted(sized) as statements:
        result = look_up(reader, some(reader, NAME).split()[1])
    assert any(hit.why == "word of the name" for hit in result.hits)
    assert not large(reader, statements)


def test_what_nothing_begins_with_costs_no_scan(sized: Database, reader: Session) -> None:
    with noted(sized) as statements:
        for typed in ("zzzz", "zzzz zzzz", "zz@zz", "zz@zz.com", "zz.com"):
            assert look_up(reader, typed).hits == ()
    assert not large(reader, statements)
