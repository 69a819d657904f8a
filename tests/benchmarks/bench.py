"""What all groups of figures share: the data set, how often, and values to ask for."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from psycopg2.extensions import connection as PsycopgConnection
from psycopg2.extensions import parse_dsn

from db.settings import Settings
from tests.benchmarks.dataset import DataSet
from tests.support import fetch, plain_connection
from tui.gateway import Gateway

FLOORS: Final = Path(__file__).parent / "floors"


@dataclass(frozen=True)
class Bench:
    """One run of the benchmarks: the large data set, a small one, and how thorough to be.

    ``scratch`` is a folder for files of the run.
    """

    data: DataSet
    small: DataSet
    scratch: Path
    short: bool = False
    _values: dict[str, list[Any]] = field(default_factory=dict)

    def times(self, number: int) -> int:
        """Return how often to measure: so often, a quarter of it in a short run."""
        return max(3, number // 4) if self.short else number

    def values(self, query: str) -> list[Any]:
        """Return the first column of a query on the data set, asked only once."""
        if query not in self._values:
            with plain_connection(self.data.url, "benchmarks") as connection:
                self._values[query] = [row[0] for row in fetch(connection, query)]
        return self._values[query]

    @cached_property
    def domains(self) -> list[str]:
        """Domains of organizations with three to six leads."""
        return [str(value) for value in self.values(_DOMAINS)]

    @contextmanager
    def plain(self) -> Iterator[PsycopgConnection]:
        """Yield a plain connection, as the floors use it."""
        with plain_connection(self.data.url, "benchmarks") as connection:
            yield connection

    @contextmanager
    def gateway(self) -> Iterator[Gateway]:
        """Yield the application's way to the data set."""
        made = Gateway(Settings(self.data.url, actor="benchmark"))
        made.open()
        try:
            yield made
        finally:
            made.close()

    def application(self, data: DataSet | None = None) -> tuple[list[str], dict[str, str]]:
        """Return the command that opens the application, and its environment."""
        environment = {
            "DATABASE_URL": (data or self.data).url,
            "XDG_STATE_HOME": str(self.scratch / f"state-{(data or self.data).leads}"),
        }
        return [sys.executable, "-m", "tui.cli"], environment

    def program(self, name: str, *arguments: str) -> list[str]:
        """Return the command of a floor."""
        return [sys.executable, str(FLOORS / f"{name}.py"), *arguments]

    @cached_property
    def libpq(self) -> Mapping[str, str]:
        """The data set's place as libpq's environment, for programs that take no whole URL."""
        parts = parse_dsn(self.data.url)
        names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE"}
        given = {names[key]: str(value) for key, value in parts.items() if key in names}
        return {**given, "HOME": str(self.scratch)}


_DOMAINS: Final = """
SELECT o.email_domain FROM organizations o
 WHERE (SELECT count(*) FROM (SELECT FROM leads l WHERE l.company_id = o.organization_id LIMIT 7) few)
       BETWEEN 3 AND 6
   AND o.organization_id > '40000000-0000-0000-0000-000000000000'
 ORDER BY o.organization_id LIMIT 60
"""
