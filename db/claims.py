"""Claims: which operator is on which lead, as advisory locks, which vanish with their connection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final
from uuid import UUID

import psycopg2
from psycopg2.extensions import connection as PsycopgConnection

LOCK_CLASS: Final = 0x43_43_43_4C  # "CCCL": any number that no other program takes
PREFIX: Final = "customer-center "
"""What the name of a connection with claims begins with; the operator's name follows."""


def lock_key(lead_id: UUID) -> int:
    """Return the number that stands for a lead in a lock.

    Where two leads share one, the second is left alone while somebody is on the first.
    """
    return int.from_bytes(lead_id.bytes[-4:], "big", signed=True)


@dataclass(frozen=True, slots=True)
class Holders:
    """Who is on which lead at a moment."""

    by_key: Mapping[int, str] = field(default_factory=dict)

    def of(self, lead_id: UUID) -> str | None:
        """Return the operator who is on a lead, None where nobody is."""
        return self.by_key.get(lock_key(lead_id))


class Claims:
    """The leads that one triage has for itself, on a connection of its own, outside transactions.

    ``connect`` opens that connection. Every method but :meth:`close` blocks and may raise
    ``psycopg2.Error``; after a lost connection the next one claims again what was held.
    """

    def __init__(self, connect: Callable[[], PsycopgConnection], actor: str) -> None:
        self._connect = connect
        self._name = PREFIX + actor
        self._connection: PsycopgConnection | None = None
        self._held: set[UUID] = set()
        self._alone = Lock()
        self._closed = False
        self.possible = True
        """False where a pooler stands in between: a lock would be left with another's connection."""

    def take(self, lead_id: UUID, wanted: Iterable[UUID]) -> bool:
        """Claim a lead and let go of what is not ``wanted``; False where another one is on it."""
        with self._line() as line:
            if line is None:
                return True
            self._keep(line, wanted)
            if lead_id not in self._held and _taken(line, lead_id):
                self._held.add(lead_id)
            return lead_id in self._held

    def keep(self, wanted: Iterable[UUID]) -> None:
        """Let go of all claims but those on these leads, which are claimed again where need be."""
        with self._line() as line:
            if line is not None:
                self._keep(line, wanted)

    def _keep(self, line: PsycopgConnection, wanted: Iterable[UUID]) -> None:
        gone = self._held.difference(wanted)
        if gone:
            unlock = "SELECT pg_advisory_unlock(%s, key) FROM unnest(%s) AS held(key)"
            _run(line, unlock, LOCK_CLASS, [lock_key(lead_id) for lead_id in gone])
            self._held -= gone

    def close(self) -> None:
        """Let go of all claims, now or as soon as a statement that is under way is done."""
        self._closed = True
        if self._alone.acquire(blocking=False):
            try:
                self._drop()
            finally:
                self._alone.release()

    @contextmanager
    def _line(self) -> Iterator[PsycopgConnection | None]:
        """Yield the connection, a new one where it was lost; None where there are no claims."""
        with self._alone:
            try:
                yield self._living()
            finally:
                if self._closed:
                    self._drop()

    def _living(self) -> PsycopgConnection | None:
        if self._closed or not self.possible:
            return None
        if self._connection is not None:
            with suppress(psycopg2.OperationalError, psycopg2.InterfaceError):
                _run(self._connection, "SELECT 1")
                return self._connection
            self._drop()
        line = self._connect()
        self._connection = line
        line.autocommit = True
        # A pooler tells a number of its own in place of the server process's.
        if _run(line, "SELECT pg_backend_pid()")[0][0] != line.info.backend_pid:
            self.possible = False
            self._drop()
            return None
        _run(line, "SELECT set_config('application_name', %s, false)", self._name)
        self._held = {lead_id for lead_id in self._held if _taken(line, lead_id)}
        return line

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _taken(line: PsycopgConnection, lead_id: UUID) -> bool:
    found = _run(line, "SELECT pg_try_advisory_lock(%s, %s)", LOCK_CLASS, lock_key(lead_id))
    return bool(found[0][0])


def _run(line: PsycopgConnection, statement: str, *values: object) -> list[tuple[Any, ...]]:
    with line.cursor() as cursor:
        cursor.execute(statement, values or None)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
