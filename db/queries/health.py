"""What is wrong beside or within the tables, each with what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import String, func, or_, select, text
from sqlalchemy.orm import Session

from db.models import Base, Campaign, Lead, Organization
from db.queries.row_sizes import sizes
from db.rows import Finding
from db.statuses import CAMPAIGN, LEAD, VERIFICATIONS

CONTRACT: Final = ("campaigns", "organizations", "leads")
QUEUE_FULL: Final = 0.01
"""Share of the notification queue from which a listener that takes nothing is told."""

# Our own are all named after the program; a constraint's are internal.
_TRIGGERS: Final = text("""
    SELECT *, CASE WHEN ours AND off THEN 'off'
                   WHEN ours OR off OR NOT notifies THEN 'fine'
                   WHEN whole_rows THEN 'oversize' ELSE 'announcing' END AS state
      FROM (SELECT t.tgname AS trigger, c.relname AS table, p.proname AS function,
                   t.tgenabled = 'D' AS off,
                   p.proname LIKE 'customer\\_center\\_%' AS ours,
                   p.prosrc ~* '(pg_notify|\\mNOTIFY\\M)' AS notifies,
                   p.prosrc ~* '(row_to_json|to_jsonb?|hstore)\\s*[(]|(NEW|OLD)\\s*::\\s*text'
                       AS whole_rows
              FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
              JOIN pg_proc p ON p.oid = t.tgfoid
             WHERE NOT t.tgisinternal AND c.oid = ANY (CAST(:tables AS regclass[]))) AS triggers
     ORDER BY "table", trigger
""")
_PRIVILEGES: Final = text("""
    SELECT name, string_agg(privilege, ', ' ORDER BY privilege) AS missing
      FROM unnest(CAST(:tables AS text[])) AS tables(name),
           unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) AS privileges(privilege)
     WHERE NOT has_table_privilege(name, privilege) GROUP BY name ORDER BY name
""")
# A listener that came back opens another connection; what it left behind never ends by itself.
_LISTENERS: Final = text("""
    SELECT coalesce(nullif(application_name, ''), usename) AS program,
           coalesce(client_addr::text, 'this machine') AS place,
           left(query, 80) AS query, count(*) AS number,
           string_agg(pid::text, ', ' ORDER BY backend_start) AS pids
      FROM pg_stat_activity
     WHERE datname = current_database() AND state = 'idle' AND query ~* '^\\s*LISTEN\\M'
       AND application_name <> 'customer-center'
     GROUP BY application_name, usename, 2, 3 HAVING count(*) > 1 ORDER BY 1, 2, 3
""")

Cases = Iterator[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Check:
    """What is told of each case, whose values stand in both texts."""

    severity: Literal["error", "warning"]
    area: str
    cases: Callable[[Session], Cases]
    what: str
    advice: str

    def findings(self, session: Session) -> Iterator[Finding]:
        for case in self.cases(session):
            what, advice = self.what.format(**case), self.advice.format(**case)
            yield Finding(self.severity, self.area, what, advice)


def findings(session: Session) -> tuple[Finding, ...]:
    """Return what is wrong, the gravest first; rows are counted, so that it may take seconds."""
    found = [finding for check in CHECKS for finding in check.findings(session)]
    return tuple(sorted(found, key=lambda finding: finding.severity != "error"))


def _privileges(session: Session) -> Cases:
    for name, missing in session.execute(_PRIVILEGES, {"tables": [*CONTRACT, "changes"]}):
        # The journal is written by triggers alone.
        if name != "changes":
            yield {"table": name, "missing": missing}
        elif "SELECT" in missing.split(", "):
            yield {"table": name, "missing": "SELECT"}


def _triggers(state: str) -> Callable[[Session], Cases]:
    def cases(session: Session) -> Cases:
        for row in session.execute(_TRIGGERS, {"tables": list(CONTRACT)}).mappings():
            if row["state"] == state:
                yield dict(row)

    return cases


def _oversize(session: Session) -> Cases:
    for case in _triggers("oversize")(session):
        found = sizes(session, Base.metadata.tables[case["table"]])
        yield case | {"large": found.too_large, "measured": _rows(found.measured)}


def _listeners(session: Session) -> Cases:
    return (dict(row) for row in session.execute(_LISTENERS).mappings())


def _queue(session: Session) -> Cases:
    used = session.scalar(select(func.pg_notification_queue_usage())) or 0
    if used > QUEUE_FULL:
        yield {"used": used}


def _statuses(session: Session) -> Cases:
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
                yield {
                    "column": f"{column.table.name}.{column.name}",
                    "value": value,
                    "rows": _rows(number),
                }


def _empty_texts(session: Session) -> Cases:
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
                yield {"table": model.__tablename__, "column": column.name, "rows": _rows(number)}


def _unverified(session: Session) -> Cases:
    sendable = [entry.value for entry in VERIFICATIONS if entry.sendable]
    state = func.coalesce(Lead.email_verification_status, "unverified")
    number = session.scalar(
        select(func.count()).where(Lead.status.in_(("queued", "sent")), state.not_in(sendable))
    )
    if number:
        yield {"rows": _rows(number)}


def _future(session: Session) -> Cases:
    for column in (Lead.email_sent_at, Lead.reply_received_at, Lead.last_contacted_at):
        late = column > func.now() + text("interval '1 hour'")
        number = session.scalar(select(func.count()).where(late))
        if number:
            yield {"column": column.key, "rows": _rows(number)}


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number:,} rows"


CHECKS: Final = (
    _Check(
        "warning",
        "privileges",
        _privileges,
        "this role lacks {missing} on {table}",
        "see the statements of: customer-center grants ROLE",
    ),
    _Check(
        "error",
        "triggers",
        _triggers("off"),
        "trigger {trigger} on {table} is off: changes are not checked or not in the journal",
        "ALTER TABLE {table} ENABLE TRIGGER {trigger}",
    ),
    _Check(
        "error",
        "oversize notifications",
        _oversize,
        "trigger {trigger} on {table} (function {function}) announces whole rows: each write of a"
        " row over 8,000 bytes fails, and {large:,} of {measured} looked at are that large",
        'DROP TRIGGER "{trigger}" ON {table}, and let the workflow listen to the channel'
        " customer_center",
    ),
    _Check(
        "warning",
        "triggers",
        _triggers("announcing"),
        "trigger {trigger} on {table} (function {function}) announces for itself: writers wait for"
        " each other",
        "let the workflow listen to the channel customer_center",
    ),
    _Check(
        "warning",
        "listeners",
        _listeners,
        "{program} at {place} has {number} connections that only listen ({query}): process {pids}",
        "end the older ones: SELECT pg_terminate_backend(PROCESS)",
    ),
    _Check(
        "error",
        "listeners",
        _queue,
        "the queue of notifications is {used:.0%} full: a listener takes none",
        "end the connection whose transaction is the oldest, see pg_stat_activity",
    ),
    _Check(
        "warning",
        "unknown statuses",
        _statuses,
        "{column} is {value!r} in {rows}",
        "set one of the list (COMMENT of the column), and correct who writes it",
    ),
    _Check(
        "warning",
        "empty strings",
        _empty_texts,
        "{table}.{column} is '' instead of NULL in {rows}",
        "UPDATE {table} SET {column} = NULL WHERE {column} = ''",
    ),
    _Check(
        "warning",
        "unverified",
        _unverified,
        "{rows} of leads are queued or sent though nobody found the address valid",
        "take leads to send from the view leads_ready",
    ),
    _Check(
        "warning",
        "times",
        _future,
        "leads.{column} is in the future in {rows}",
        "correct the clock or the time zone of who writes it",
    ),
)
