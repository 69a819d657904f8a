"""Connections of psycopg2 alone: what the engine's pool is filled with, and the first reads use."""

from __future__ import annotations

import getpass
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg2
from psycopg2.extensions import parse_dsn

from db import tls
from db.errors import ConfigurationError
from db.line import GRACE, Line
from db.line import connect as opened
from db.settings import Settings, redact

if TYPE_CHECKING:
    from db.embedded import Lease

APPLICATION_NAME: Final = "customer-center"
# A broken line is noticed after 10 s + 3 x 5 s of silence, a swallowed packet after 20 s.
KEEPALIVE: Final = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
# One round trip, and no start-up options, for poolers refuse those that they do not know. A pooler
# tells a number of its own in place of the server process's: behind it nothing is set, for the next
# transaction on that process may be another program's.
_SET: Final = (
    "SELECT count(set_config(name, value, false))"
    " FROM unnest(%s::text[], %s::text[]) AS settings(name, value) WHERE pg_backend_pid() = %s"
)
_SET_LOCAL: Final = (
    "SELECT count(set_config(name, value, true))"
    " FROM unnest(%s::text[], %s::text[]) AS settings(name, value)"
)


@dataclass(frozen=True)
class Server:
    """A server that may be connected to by ``dsn``; ``place`` names its database for people.

    ``lease`` keeps an embedded one running.
    """

    dsn: str = field(repr=False)
    place: str
    lease: Lease | None = None


def server(settings: Settings) -> Server:
    """Return the server that the settings name; the embedded one is started where none is named.

    A server is not connected yet. Raises DatabaseUnavailable.
    """
    if settings.embedded:
        from db.embedded import attach, home

        lease = attach(home(Path(settings.home) if settings.home else None))
        return Server(lease.url, "embedded", lease)
    return Server(settings.database_url, _place(settings.database_url))


def _place(dsn: str) -> str:
    parts = parsed(dsn)
    name = parts.get("dbname") or parts.get("service") or parts.get("user") or "postgres"
    host = parts.get("host") or ""
    return f"{name}@{host}" if host and not host.startswith("/") else str(name)


def parsed(dsn: str) -> dict[str, Any]:
    """Return the parts of a connection string. Raises ConfigurationError."""
    try:
        return dict(parse_dsn(dsn))
    except psycopg2.ProgrammingError as error:
        # What libpq quotes may be a piece of the password.
        why = re.sub(r'"[^"]*"', '"..."', first_line(error).removeprefix("invalid dsn: "))
        raise ConfigurationError(f"DATABASE_URL is not understood: {why}") from None


def connector(dsn: str, settings: Settings) -> Callable[[], Line]:
    """Return a function that opens one connection with the time-outs of the settings.

    Behind a pooler they are not set, see :func:`set_for_transaction`.
    """
    given = parsed(dsn)
    defaults: dict[str, Any] = {
        "connect_timeout": settings.connect_timeout,
        "application_name": APPLICATION_NAME,
        **KEEPALIVE,
        **tls.defaults(given),
    }
    extras = {name: value for name, value in defaults.items() if name not in given}
    session_settings = {
        "statement_timeout": f"{settings.statement_timeout}s",
        "lock_timeout": f"{settings.lock_timeout}s",
        "idle_in_transaction_session_timeout": f"{settings.idle_timeout}s",
        "client_connection_check_interval": "2s",
        "customer_center.actor": actor(settings),
    }
    if settings.read_only:
        session_settings["default_transaction_read_only"] = "on"
    # The default is for transactions to come, and behind a pooler it is the one that begins.
    read_only = {"transaction_read_only": "on"} if settings.read_only else {}

    names, values = list(session_settings), list(session_settings.values())

    def connect() -> Line:
        line = opened(dsn, **extras)
        line.patience = settings.statement_timeout + GRACE if settings.statement_timeout else None
        line.autocommit = True  # saves the trips of BEGIN and COMMIT
        with line.cursor() as cursor:
            cursor.execute(_SET, (names, values, line.info.backend_pid))
            if cursor.fetchone() == (0,):
                line.pooled = session_settings | read_only
        line.autocommit = False
        return line

    return connect


def set_for_transaction(line: Line) -> None:
    """Set what a pooler does not let be set for a session, for the transaction that begins now.

    Where there is no pooler nothing is done.
    """
    if line.pooled:
        with line.cursor() as cursor:
            cursor.execute(_SET_LOCAL, (list(line.pooled), list(line.pooled.values())))


def actor(settings: Settings) -> str:
    """Return the name under which this operator's changes stand in the journal."""
    if settings.actor:
        return settings.actor
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return APPLICATION_NAME


def first_line(error: BaseException) -> str:
    """Return the first line of an error's text without passwords, ending in a full stop."""
    lines = [line.strip() for line in redact(str(error)).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__).rstrip(".") + "."
