"""The door to the data layer: reads that go on over connections that died."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from psycopg2.extensions import connection as PsycopgConnection

from db.errors import DatabaseUnavailable
from db.settings import Settings
from tests.support import run, scalar
from tui.gateway import Gateway

OTHERS_OUT = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
def gateway(database_url: str) -> Iterator[Gateway]:
    opened = Gateway(Settings(database_url))
    opened.open()
    yield opened
    opened.close()


def test_a_read_on_a_connection_that_died_is_done_again(
    gateway: Gateway, other: PsycopgConnection
) -> None:
    assert gateway.campaigns() == ()
    run(other, "INSERT INTO campaigns (name) VALUES ('Spring')")
    run(other, OTHERS_OUT)
    assert [row.name for row in gateway.campaigns()] == ["Spring"]


def test_a_read_without_a_database_says_so(gateway: Gateway) -> None:
    gateway.close()
    with pytest.raises(DatabaseUnavailable):
        gateway.campaigns()


def test_a_read_leaves_no_transaction_open(gateway: Gateway, other: PsycopgConnection) -> None:
    gateway.campaigns()
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = %s"
    )
    assert scalar(other, query, "idle in transaction") == 0
