"""A read that nobody waits for any more is stopped in the database, and only that one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db.database import Database
from db.errors import ReadCancelled
from db.stopping import Stop, stoppable
from tests.support import scalar, wait_for

SLEEPING = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND query = 'SELECT pg_sleep(60)' AND state = 'active'
"""


def asleep(database: Database, stop: Stop) -> None:
    with stop.in_force(), database.reads() as session, stoppable(session):
        session.execute(text("SELECT pg_sleep(60)"))


def test_the_statement_of_the_read_is_stopped(database: Database, other: PsycopgConnection) -> None:
    stop = Stop()
    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(asleep, database, stop)
        wait_for(lambda: scalar(other, SLEEPING), "for the read")
        stop.stop()
        with pytest.raises(DBAPIError) as stopped:
            reading.result(timeout=5)
    assert getattr(stopped.value.orig, "pgcode", None) == "57014"
    assert scalar(other, SLEEPING) == 0


def test_what_is_read_later_on_the_same_connection_is_not_stopped(database: Database) -> None:
    stop = Stop()
    with stop.in_force(), database.reads() as session, stoppable(session):
        session.execute(text("SELECT 1"))
    stop.stop()
    with database.reads() as session, stoppable(session):
        assert session.scalar(text("SELECT 2")) == 2


def test_what_was_stopped_before_it_began_is_not_begun(database: Database) -> None:
    stop = Stop()
    stop.stop()
    with pytest.raises(ReadCancelled):
        asleep(database, stop)
