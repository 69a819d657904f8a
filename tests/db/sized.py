"""A database of some size: many enough leads for the planner to prefer an index to reading all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from db.database import Database, open_database
from db.settings import Settings
from tests.benchmarks.dataset import built

LEADS = 20_000


@pytest.fixture(scope="session")
def sized(server_url: str) -> Iterator[Database]:
    """A database with 20,000 leads of 4,000 organizations, to be read only."""
    with open_database(Settings(built(server_url, LEADS).url)) as database:
        yield database
