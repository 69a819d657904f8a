"""What is wrong beside or within the tables, each with what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from sqlalchemy import String, func, or_, select, text
from sqlalchemy.orm import Session

from db.models import Campaign, Lead, Organization
from db.rows import Finding
from db.statuses import CAMPAIGN, LEAD, VERIFICATIONS

CONTRACT: Final = ("campaigns", "organizations", "leads")
QUEUE_FULL: Final = 0.01
"""Share of the notification queue from which a listener that takes nothing is told."""

# Our own are all named after the program; a constraint's are internal.
_TRIGGERS: Final = text("""
    SELECT t.tgname, c.relname, p.proname, t.tgenabled = 'D' AS off,
           p.proname LIKE 'customer\\_center\\_%' AS ours,
           p.prosrc ~* '(pg_notify|\\mNOTIFY\\M)' AS notifies,
           p.prosrc ~* '(row_to_json|to_jsonb?|hstore)\\s*[(]|(NEW|OLD)\\s*::\\s*text' AS whole_rows
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
     WHERE NOT t.tgisinternal AND c.oid = ANY (CAST(:tables AS regclass[]))
     ORDER BY c.relname, t.tgname
""")
_PRIVILEGES: Final = text("""
    SELECT name, string_agg(privilege, ', ' ORDER BY privilege) AS missing
      FROM unnest(CAST(:tables AS text[])) AS tables(name),
           unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) AS privileges(privilege)
     WHERE NOT has_table_privilege(name, privilege) GROUP BY name ORDER BY name
""")
# A listener that came back opens another connection; what it left behind never ends by itself.
_LISTENERS: Final = text("""
    SELECT application_name, usename, coalesce(client_addr::text, 'this machine') AS place,
           left(query, 80) AS query, count(*) AS number,
           string_agg(pid::text, ', ' ORDER BY backend_start) AS pids
      FROM pg_stat_activity
     WHERE datname = current_database() AND state = 'idle' AND query ~* '^\\s*LISTEN\\M'
       AND application_name <> 'customer-center'
     GROUP BY 1, 2, 3, 4 HAVING count(*) > 1 ORDER BY 1, 2, 3, 4
""")


def findings(session: Session) -> tuple[Finding, ...]:
    """Return what is wrong, the gravest first; rows are counted, so that it may take seconds."""
    found = [finding for check in CHECKS for finding in check(session)]
    return tuple(sorted(found, key=lambda finding: finding.severity != "error"))


def _privileges(session: Session) -> Iterator[Finding]:
    for name, missing in session.execute(_PRIVILEGES, {"tables": [*CONTRACT, "changes"]}):
        if name == "changes":
            missing = "SELECT" if "SELECT" in missing.split(", ") else ""
        if missing:
            yield Finding(
                "warning",
                "privileges",
                f"this role lacks {missing} on {name}",
                "see the statements of: customer-center grants ROLE",
            )


def _triggers(session: Session) -> Iterator[Finding]:
    for row in session.execute(_TRIGGERS, {"tables": list(CONTRACT)}):
        what = f"trigger {row.tgname} on {row.relname}"
        if row.ours and row.off:
            yield Finding(
                "error",
                "triggers",
                f"{what} is off: changes are not checked or not in the journal",
                f"ALTER TABLE {row.relname} ENABLE TRIGGER {row.tgname}",
            )
        elif not row.ours and row.notifies and row.whole_rows and not row.off:
            yield Finding(
                "error",
                "oversize notifications",
                f"{what} (function {row.proname}) announces whole rows: each write of a row over"
                " 8,000 bytes fails",
                f'DROP TRIGGER "{row.tgname}" ON {row.relname}, and let the workflow listen to the'
                " channel customer_center",
            )
        elif not row.ours and row.notifies and not row.off:
            yield Finding(
                "warning",
                "triggers",
                f"{what} (function {row.proname}) announces for itself: writers wait for each other",
                "let the workflow listen to the channel customer_center",
            )


def _listeners(session: Session) -> Iterator[Finding]:
    for row in session.execute(_LISTENERS):
        yield Finding(
            "warning",
            "listeners",
            f"{row.application_name or row.usename} at {row.place} has {row.number} connections that"
            f" only listen ({row.query}): process {row.pids}",
            "end the older ones: SELECT pg_terminate_backend(PROCESS)",
        )
    used = session.scalar(select(func.pg_notification_queue_usage())) or 0
    if used > QUEUE_FULL:
        yield Finding(
            "error",
            "listeners",
            f"the queue of notifications is {used:.0%} full: a listener takes none",
            "end the connection whose transaction is the oldest, see pg_stat_activity",
        )


def _statuses(session: Session) -> Iterator[Finding]:
    verifications = [entry.value for entry in VERIFICATIONS]
    known: tuple[tuple[Any, Callable[[str], bool]], ...] = (
        (Lead.status, lambda value: LEAD.get(value).known),
        (Campaign.status, lambda value: CAMPAIGN.get(value).known),
        (Lead.email_verification_status, verifications.__contains__),
    )
    for column, is_known in known:
        counts = session.execute(select(column, func.count()).group_by(column).order_by(column))
        for value, number in counts:
            if value is not None and not is_known(value):
                name = f"{column.table.name}.{column.name}"
                yield Finding(
                    "warning",
                    "unknown statuses",
                    f"{name} is {value!r} in {_rows(number)}",
                    "set one of the list (COMMENT of the column), and correct who writes it",
                )


def _empty_texts(session: Session) -> Iterator[Finding]:
    for model in (Campaign, Organization, Lead):
        columns = [
            column
            for column in model.__table__.columns
            if column.nullable and isinstance(column.type, String)
        ]
        empty = [func.count().filter(column == "") for column in columns]
        counts = session.execute(
            select(*empty).where(or_(*(column == "" for column in columns)))
        ).one()
        for column, number in zip(columns, counts, strict=True):
            if number:
                table = model.__tablename__
                yield Finding(
                    "warning",
                    "empty strings",
                    f"{table}.{column.name} is '' instead of NULL in {_rows(number)}",
                    f"UPDATE {table} SET {column.name} = NULL WHERE {column.name} = ''",
                )


def _unverified(session: Session) -> Iterator[Finding]:
    sendable = [entry.value for entry in VERIFICATIONS if entry.sendable]
    state = func.coalesce(Lead.email_verification_status, "unverified")
    number = session.scalar(
        select(func.count()).where(Lead.status.in_(("queued", "sent")), state.not_in(sendable))
    )
    if number:
        yield Finding(
            "warning",
            "unverified",
            f"{_rows(number)} of leads are queued or sent though nobody found the address valid",
            "take leads to send from the view leads_ready",
        )


def _future(session: Session) -> Iterator[Finding]:
    for column in (Lead.email_sent_at, Lead.reply_received_at, Lead.last_contacted_at):
        late = column > func.now() + text("interval '1 hour'")
        number = session.scalar(select(func.count()).where(late))
        if number:
            yield Finding(
                "warning",
                "times",
                f"leads.{column.key} is in the future in {_rows(number)}",
                "correct the clock or the time zone of who writes it",
            )


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number:,} rows"


CHECKS: Final = (
    _privileges,
    _triggers,
    _listeners,
    _statuses,
    _empty_texts,
    _unverified,
    _future,
)
