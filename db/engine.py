"""Engine and sessions: how the application talks to its PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import psycopg2
from psycopg2 import errorcodes
from psycopg2.extensions import connection as PsycopgConnection
from psycopg2.extensions import new_type, register_type
from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker

from db.connect import connector, first_line, set_for_transaction
from db.errors import (
    CustomerCenterError,
    DatabaseUnavailable,
    Deadlock,
    ReadOnly,
    Refused,
    SchemaMismatch,
    StaleRow,
    Suppressed,
)
from db.line import GRACE, Line
from db.settings import Settings

_NOT_WHOLE: Final = (
    errorcodes.UNDEFINED_TABLE,
    errorcodes.UNDEFINED_COLUMN,
    errorcodes.UNDEFINED_FUNCTION,
)
_NOT_TAKEN: Final = (
    errorcodes.CLASS_DATA_EXCEPTION,
    errorcodes.CLASS_INTEGRITY_CONSTRAINT_VIOLATION,
)
# An error of connecting carries no code.
_NO_SLOT: Final = ("too many clients", "too many connections", "connection slots")
_UNTRUSTED: Final = ("certificate", "does not support SSL")
SUPPRESSIONS: Final = "suppressions"
"""What the guard of sendable statuses names as the constraint that was violated."""
# A list names the same campaigns and companies again and again.
_known_uuid: Final = lru_cache(maxsize=8192)(UUID)
_UUID: Final = new_type(
    (2950,), "UUID", lambda value, cursor: None if value is None else _known_uuid(value)
)
_SET_LABELS: Final = (
    "SELECT count(set_config(name, value, true)) FROM"
    " unnest(CAST(:label_names AS text[]), CAST(:label_values AS text[])) AS labels(name, value)"
)
# As a condition it labels the transaction before the statement may touch a row: it is worked out
# once, and no row is written before it is. That saves a trip to the server.
LABELLED: Final = text(f"({_SET_LABELS}) >= 0")
_ALLOW: Final = text("SELECT set_config('statement_timeout', :limit, true)")


def make_engine(
    dsn: str,
    settings: Settings,
    revive: Callable[[], None] | None = None,
    *,
    reading: bool = False,
    backends: set[int] | None = None,
) -> Engine:
    """Return an engine on a libpq connection string (a URL or ``key=value`` pairs).

    Nothing is connected yet. The string stays out of the engine, so that no error or repr can show
    its password. ``revive`` is called once where a connection fails, before it is tried again.
    With ``reading`` each statement stands alone, without BEGIN and COMMIT, and a connection is not
    tried before it is used, for each of these trips to the server takes as long as a page of a list:
    a read that meets a dead connection is to be done again. ``backends`` takes up the process ids of
    the server's ends of the connections.
    """
    connect = connector(dsn, settings)

    def connect_or_revive() -> PsycopgConnection:
        try:
            return connect()
        except psycopg2.OperationalError:
            if revive is None:
                raise
            revive()
            return connect()

    engine = create_engine(
        "postgresql+psycopg2://",
        creator=connect_or_revive,
        pool_size=settings.pool_size,
        max_overflow=2,
        pool_timeout=settings.connect_timeout,
        pool_pre_ping=not reading,
        # Nothing here is of that type, and each new connection would ask the server for it.
        use_native_hstore=False,
        hide_parameters=True,
        skip_autocommit_rollback=True,
        **({"isolation_level": "AUTOCOMMIT"} if reading else {}),
    )

    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        register_type(_UUID, connection)
        if backends is not None:
            backends.add(connection.info.backend_pid)

    if not reading:

        @event.listens_for(engine, "begin")
        def begun(connection: Connection) -> None:
            line = connection.connection.driver_connection
            assert isinstance(line, Line)
            set_for_transaction(line)

    if settings.read_only:

        @event.listens_for(engine, "handle_error")
        def refused(context: ExceptionContext) -> None:
            if sqlstate(context.original_exception) == errorcodes.READ_ONLY_SQL_TRANSACTION:
                raise ReadOnly from context.original_exception
    else:

        @event.listens_for(engine, "handle_error")
        def demoted(context: ExceptionContext) -> None:
            """After a failover the server that takes changes is another one: connect anew."""
            if sqlstate(context.original_exception) == errorcodes.READ_ONLY_SQL_TRANSACTION:
                context.is_disconnect = True

    return engine


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    """Return the session factory; rows stay readable after the commit."""
    return sessionmaker(engine, expire_on_commit=False)


def label_transaction(
    connection: Connection | Session,
    *,
    client_id: UUID | None = None,
    batch_id: UUID | None = None,
    reason: str | None = None,
    forced: bool = True,
) -> None:
    """Tell the journal's triggers about the running transaction.

    ``reason`` also permits a suppressed status to be left and, unless ``forced`` is False, one from
    which leads are sent to be reached by a suppressed address.
    """
    given = labels(client_id=client_id, batch_id=batch_id, reason=reason, forced=forced)
    if given["label_names"]:
        connection.execute(text(_SET_LABELS), given)


def labels(
    *,
    client_id: UUID | None = None,
    batch_id: UUID | None = None,
    reason: str | None = None,
    forced: bool = True,
) -> dict[str, list[str]]:
    """Return the parameters of ``LABELLED``, as :func:`label_transaction` takes them."""
    values = {
        "customer_center.change_id": client_id,
        "customer_center.batch": batch_id,
        "customer_center.reason": reason,
        "customer_center.forced": None if forced or reason is None else "no",
    }
    given = {name: str(value) for name, value in values.items() if value is not None}
    return {"label_names": list(given), "label_values": list(given.values())}


def allow_time(connection: Connection | Session, seconds: int = 0) -> None:
    """Let each statement of the running transaction take so many seconds, 0: without a limit."""
    if isinstance(connection, Session):
        connection = connection.connection()
    connection.execute(_ALLOW, {"limit": f"{seconds}s"})
    line = connection.connection.driver_connection
    if isinstance(line, Line):
        line.allow(seconds + GRACE if seconds else None)


def stopper(session: Session) -> Callable[[], None]:
    """Return what stops the statement that a session runs, to be called from another thread.

    It blocks until the server has been told. Where nothing runs by then, nothing is stopped.
    """
    connection: PsycopgConnection = session.connection().connection.driver_connection

    def stop() -> None:
        with suppress(psycopg2.Error):
            connection.cancel()

    return stop


def _announcer(error: object) -> str:
    """Name the trigger function that sent a payload, as the server's context of the error has it."""
    context = getattr(getattr(error, "diag", None), "context", None) or ""
    found = re.search(r'function ("[^"]+"|[^\s(]+)\(', context)
    return f"the trigger function {found[1]} of another program" if found else "a trigger"


def sqlstate(error: BaseException | None) -> str:
    """Return the server's code of an error, SQLAlchemy's or psycopg2's; empty where it has none."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    return getattr(origin, "pgcode", None) or ""


def translate(error: Exception) -> CustomerCenterError:
    """Return the error of ours that says to a user what this database error means."""
    if isinstance(error, CustomerCenterError):
        return error
    if isinstance(error, PoolTimeout):
        return DatabaseUnavailable("All connections are busy; it is tried again.")
    origin = error.orig if isinstance(error, DBAPIError) and error.orig else error
    code = sqlstate(origin)
    message = first_line(origin)
    if code == errorcodes.SERIALIZATION_FAILURE:
        return StaleRow(f"Not changed: {message}")
    if code == errorcodes.QUERY_CANCELED:
        return DatabaseUnavailable("The database took too long and the query was stopped.")
    if code == errorcodes.LOCK_NOT_AVAILABLE:
        return Refused("Not changed: another program holds this row; try again in a moment.")
    if code == errorcodes.DEADLOCK_DETECTED:
        return Deadlock()
    if code == errorcodes.INSUFFICIENT_PRIVILEGE:
        return Refused(f"The database role may not do this: {message}")
    if code == errorcodes.READ_ONLY_SQL_TRANSACTION:
        return DatabaseUnavailable("The database takes no changes at the moment: it is read-only.")
    if code in _NOT_WHOLE:
        return SchemaMismatch(
            f"The schema is not whole: {message} Run: customer-center migrate. Where that changes"
            " nothing, restore a backup."
        )
    if code == errorcodes.DISK_FULL:
        return DatabaseUnavailable(f"The server's disk is full, make room there: {message}")
    if code == errorcodes.TOO_MANY_CONNECTIONS or any(words in message for words in _NO_SLOT):
        return DatabaseUnavailable(
            "All connections of the server are taken: close other programs, or raise"
            f" max_connections there: {message}"
        )
    if getattr(getattr(origin, "diag", None), "constraint_name", None) == SUPPRESSIONS:
        return Suppressed(f"Not changed: {message}")
    if code == errorcodes.INVALID_PARAMETER_VALUE and "payload string too long" in message:
        return Refused(
            f"Not written: {_announcer(origin)} announces the whole row, which is too"
            " long for PostgreSQL. See: customer-center doctor"
        )
    if code[:2] in _NOT_TAKEN:
        return Refused(f"Not written: {message}")
    if not code and any(words in message for words in _UNTRUSTED):
        return DatabaseUnavailable(
            f"The server does not prove who it is: {message} In DATABASE_URL, sslrootcert names the"
            " file of the authority to trust, and sslmode=prefer trusts any server."
        )
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if lost or isinstance(origin, psycopg2.OperationalError | psycopg2.InterfaceError):
        return DatabaseUnavailable(f"The database cannot be reached: {message}")
    if isinstance(error, OperationalError):
        return DatabaseUnavailable(f"The database cannot be reached: {message}")
    return Refused(f"The database answered with an error: {message}")
