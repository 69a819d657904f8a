"""Claims: which operator is on which lead, as advisory locks, which vanish with their connection.

Behind a pooler in transaction mode a lock would stay with another client's connection: there a claim
is a row that ends, unless it is renewed, so that a killed operator holds nobody up for long either.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from uuid import UUID, uuid4

import psycopg2
from psycopg2.errors import InsufficientPrivilege, ReadOnlySqlTransaction
from psycopg2.extensions import connection as PsycopgConnection

from db.connect import set_for_transaction
from db.line import Line

LOCK_CLASS: Final = 0x43_43_43_4C  # "CCCL": any number that no other program takes
PREFIX: Final = "customer-center "
"""What the name of a connection with claims begins with; the operator's name follows."""
LASTS: Final = 30
"""Seconds after which a row ends that nobody renewed."""

_FORBIDDEN: Final = (InsufficientPrivilege, ReadOnlySqlTransaction)

_LOCK: Final = """
SELECT CASE WHEN EXISTS (SELECT FROM lead_claims WHERE lead_id = %s::uuid AND held_until > now())
            THEN false ELSE pg_try_advisory_lock(%s, %s) END
"""
_UNLOCK: Final = "SELECT pg_advisory_unlock(%s, key) FROM unnest(%s) AS held(key)"
_LEASE: Final = """
INSERT INTO lead_claims AS mine (lead_id, holder, operator, held_until)
SELECT %s::uuid, %s::uuid, %s, now() + make_interval(secs => %s)
 WHERE NOT EXISTS (SELECT FROM pg_locks
                    WHERE locktype = 'advisory' AND classid::bigint = %s AND objsubid = 2
                      AND objid::bigint = %s AND granted
                      AND database = (SELECT oid FROM pg_database
                                       WHERE datname = current_database()))
    ON CONFLICT (lead_id) DO UPDATE
   SET holder = excluded.holder, operator = excluded.operator, held_until = excluded.held_until
 WHERE mine.holder = excluded.holder OR mine.held_until <= now()
RETURNING true
"""
_RENEW: Final = """
UPDATE lead_claims SET held_until = now() + make_interval(secs => %s)
 WHERE holder = %s::uuid AND lead_id = ANY(%s::uuid[]) RETURNING lead_id::text
"""
_END: Final = """
DELETE FROM lead_claims WHERE holder = %s::uuid AND lead_id = ANY(%s::uuid[]) RETURNING true
"""
_CLEAN: Final = """
DELETE FROM lead_claims WHERE lead_id IN
 (SELECT lead_id FROM lead_claims WHERE held_until <= now() FOR UPDATE SKIP LOCKED) RETURNING true
"""


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


class Way(Protocol):
    """How a claim is made: as a lock or as a row."""

    def take(self, line: PsycopgConnection, lead_id: UUID) -> bool:
        """Claim a lead; False where another one is on it."""

    def keep(self, line: PsycopgConnection, held: Collection[UUID]) -> set[UUID]:
        """Return which of these leads are claimed still."""

    def let_go(self, line: PsycopgConnection, held: Collection[UUID]) -> None:
        """Let go of leads."""

    def end(self, line: PsycopgConnection, held: Collection[UUID]) -> None:
        """Let go of what does not end with the connection, and of what others left behind."""


class Locks:
    """Claims as advisory locks of a session."""

    def take(self, line: PsycopgConnection, lead_id: UUID) -> bool:
        return bool(_run(line, _LOCK, str(lead_id), LOCK_CLASS, lock_key(lead_id))[0][0])

    def keep(self, line: PsycopgConnection, held: Collection[UUID]) -> set[UUID]:
        return set(held)

    def let_go(self, line: PsycopgConnection, held: Collection[UUID]) -> None:
        _run(line, _UNLOCK, LOCK_CLASS, list(map(lock_key, held)))

    def end(self, line: PsycopgConnection, held: Collection[UUID]) -> None:
        """They end with the connection."""


class Rows:
    """Claims as rows of ``lead_claims``, each statement a transaction."""

    def __init__(self, actor: str) -> None:
        self._actor = actor
        self._holder = str(uuid4())

    def take(self, line: PsycopgConnection, lead_id: UUID) -> bool:
        key = lock_key(lead_id) % 2**32
        values = (str(lead_id), self._holder, self._actor, LASTS, LOCK_CLASS, key)
        return bool(_written(line, _LEASE, *values))

    def keep(self, line: PsycopgConnection, held: Collection[UUID]) -> set[UUID]:
        if not held:
            return set()
        renewed = _written(line, _RENEW, LASTS, self._holder, list(map(str, held)))
        return {UUID(lead_id) for (lead_id,) in renewed}

    def let_go(self, line: PsycopgConnection, held: Collection[UUID]) -> None:
        _written(line, _END, self._holder, list(map(str, held)))

    def end(self, line: PsycopgConnection, held: Collection[UUID]) -> None:
        if held:
            self.let_go(line, held)
        _written(line, _CLEAN)


class Claims:
    """The leads that one triage has for itself, on a connection of its own, outside transactions.

    ``connect`` opens that connection. Every method but :meth:`close` blocks and may raise
    ``psycopg2.Error``; after a lost connection the next one claims again what was held.
    """

    def __init__(self, connect: Callable[[], PsycopgConnection], actor: str) -> None:
        self._connect = connect
        self._actor = actor
        self._connection: PsycopgConnection | None = None
        self._way: Way = Locks()
        self._held: set[UUID] = set()
        self._alone = threading.Lock()
        self._closed = False
        self.possible = True
        """False where a pooler stands in between and the role may not write rows in its place."""

    def take(self, lead_id: UUID, wanted: Iterable[UUID]) -> bool:
        """Claim a lead and let go of what is not ``wanted``; False where another one is on it."""
        try:
            with self._line() as line:
                if line is None:
                    return True
                self._keep(line, wanted)
                if lead_id not in self._held and self._way.take(line, lead_id):
                    self._held.add(lead_id)
                return lead_id in self._held
        except _FORBIDDEN:
            self._do_without()
            return True

    def keep(self, wanted: Iterable[UUID]) -> None:
        """Let go of all claims but those on these leads, which are claimed again where need be."""
        try:
            with self._line() as line:
                if line is not None:
                    self._keep(line, wanted)
        except _FORBIDDEN:
            self._do_without()

    def _keep(self, line: PsycopgConnection, wanted: Iterable[UUID]) -> None:
        gone = self._held.difference(wanted)
        if gone:
            self._way.let_go(line, gone)
            self._held -= gone
        self._held = self._way.keep(line, self._held)

    def close(self) -> None:
        """Let go of all claims as soon as no statement is under way; it does not wait for that."""
        self._closed = True
        if isinstance(self._way, Locks):
            if self._alone.acquire(blocking=False):
                try:
                    self._drop()
                finally:
                    self._alone.release()
        else:
            threading.Thread(target=self._drop_alone, name="claims", daemon=True).start()

    def _do_without(self) -> None:
        self.possible = False
        self._drop_alone()

    def _drop_alone(self) -> None:
        with self._alone:
            self._drop()

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
            self._connection.close()
        line = self._connection = self._connect()
        line.autocommit = True
        # A pooler tells a number of its own in place of the server process's.
        if _run(line, "SELECT pg_backend_pid()")[0][0] == line.info.backend_pid:
            self._way = Locks()
            _run(line, "SELECT set_config('application_name', %s, false)", PREFIX + self._actor)
        elif isinstance(self._way, Locks):
            self._way = Rows(self._actor)
        self._held = {lead_id for lead_id in self._held if self._way.take(line, lead_id)}
        return line

    def _drop(self) -> None:
        if self._connection is not None:
            with suppress(psycopg2.Error):
                self._way.end(self._connection, self._held)
            self._connection.close()
            self._connection = None


def _run(line: PsycopgConnection, statement: str, *values: object) -> list[tuple[Any, ...]]:
    with line.cursor() as cursor:
        cursor.execute(statement, values or None)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _written(line: PsycopgConnection, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """Run a statement in a transaction, with the settings that a pooler leaves to each."""
    line.autocommit = False
    try:
        with line:
            if isinstance(line, Line):
                set_for_transaction(line)
            return _run(line, statement, *values)
    finally:
        if not line.closed:
            line.autocommit = True
