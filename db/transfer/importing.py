"""The import of one file: read and stage, plan, write; all of it or nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

import psycopg2
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from db.engine import allow_time, label_transaction, translate
from db.errors import ConfigurationError, ImportCancelled
from db.transfer.mapping import Rejected, RowMapper
from db.transfer.planning import Counts, Planner
from db.transfer.profiles import PROFILES, Profile, recognise
from db.transfer.reading import Table, open_table
from db.transfer.rejects import Rejects
from db.transfer.report import ImportMode, ImportReport, Progress
from db.transfer.staging import Staging
from db.transfer.writing import write

_IMPORT_LOCK: Final = 0x43_43_49_4D  # "CCIM": any number that no other program takes
_WAIT_SECONDS: Final = 0.2


def import_file(
    engine: Engine,
    path: Path,
    *,
    campaign: str | None = None,
    profile: str | None = None,
    mode: ImportMode = ImportMode.FILL,
    dry_run: bool = False,
    rejects: Path | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    actor: str | None = None,
) -> ImportReport:
    """Import a file in one transaction and return what it did.

    ``campaign`` is the name of the people's campaign, which is made as a draft where there is none;
    accounts need none. ``profile`` is found by the header unless given. Rows that are not taken go
    to ``rejects``, a file that is made only where there are some. ``progress`` and ``cancelled`` are
    called from this thread after each chunk. ``actor`` is the name in the journal.

    A dry run writes nothing but the rejects. Raises ImportFailed for a file that cannot be read as
    one of the profiles, ConfigurationError for a wrong argument, ImportCancelled, and the errors of
    :func:`db.engine.translate`; nothing is written then.
    """
    chosen = _profiles(profile)
    expected = "Looked for " + " and ".join(each.described() for each in chosen) + "."
    table = open_table(path, lambda header: recognise(header, chosen) is not None, expected)
    try:
        found = recognise(table.header, chosen)
        assert found is not None
        if found.people and not (campaign or "").strip():
            raise ConfigurationError(f"{path} holds people: name the campaign they are for.")
        if rejects is not None and rejects.exists() and rejects.samefile(path):
            raise ConfigurationError(f"The rejects would replace {path} itself: name another file.")
        watch = _Watch(table, progress, cancelled)
        with Rejects(rejects, table.header) as rejected, engine.connect() as connection:
            with connection.begin() as transaction:
                _prepare(connection, actor)
                job = _Import(connection, found, mode, dry_run, (campaign or "").strip(), watch)
                report = job.run(table, rejected)
                if report.batch_id is None:
                    transaction.rollback()
            return report
    except (SQLAlchemyError, psycopg2.Error) as error:
        raise translate(error) from error
    finally:
        table.close()


def _profiles(name: str | None) -> tuple[Profile, ...]:
    if name is None:
        return PROFILES
    chosen = tuple(each for each in PROFILES if each.name == name)
    if not chosen:
        known = ", ".join(each.name for each in PROFILES)
        raise ConfigurationError(f"There is no import profile {name!r}; there are {known}.")
    return chosen


def _prepare(connection: Connection, actor: str | None) -> None:
    """A large file takes longer than a screen's query may, and sorts more."""
    allow_time(connection)
    settings = {"work_mem": "64MB"}
    if actor:
        settings["customer_center.actor"] = actor
    for name, value in settings.items():
        connection.execute(
            text("SELECT set_config(:name, :value, true)"), {"name": name, "value": value}
        )


class _Watch:
    """Tells how far the import is and stops it when asked to."""

    def __init__(
        self,
        table: Table,
        progress: Callable[[Progress], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self._table = table
        self._progress = progress
        self._cancelled = cancelled
        self.rows = 0
        self.rejected = 0

    def reading(self) -> None:
        self._tell("reading", self._table.position(), self._table.size)

    def planning(self) -> None:
        self._tell("planning", 0, 0)

    def writing(self, done: int, total: int) -> None:
        self._tell("writing", done, total)

    def _tell(self, phase: str, done: int, total: int) -> None:
        if self._cancelled is not None and self._cancelled():
            raise ImportCancelled("The import was stopped; nothing was written.")
        if self._progress is not None:
            self._progress(Progress(phase, self.rows, self.rejected, done, total))


@dataclass(frozen=True)
class _Import:
    """One import on an open transaction."""

    connection: Connection
    profile: Profile
    mode: ImportMode
    dry_run: bool
    campaign: str
    watch: _Watch

    def run(self, table: Table, rejects: Rejects) -> ImportReport:
        taken = self._stage(table, rejects)
        self._wait_for_other_imports()
        campaign_id = self._campaign() if self.profile.people else None
        planner = Planner(self.connection, self.profile, self.mode, campaign_id)
        self.watch.planning()
        planner.organizations()
        self.watch.planning()
        organizations = planner.organization_counts(None if self.profile.people else taken)
        leads = Counts(0, 0, 0)
        if self.profile.people:
            planner.leads()
            self.watch.planning()
            leads = planner.lead_counts(taken)
        report = self._report(leads, organizations, rejects)
        changes = leads.created + leads.updated + organizations.created + organizations.updated
        if self.dry_run or not changes:
            return report
        report = replace(report, batch_id=str(uuid4()))
        self._write(planner, report)
        return report

    def _stage(self, table: Table, rejects: Rejects) -> int:
        """Convert all rows into the staging table; return how many were taken."""
        mapper = RowMapper(self.profile, table.header)
        staging = Staging(self.connection)
        self.watch.reading()
        for number, cells in table.rows:
            self.watch.rows = number
            try:
                flushed = staging.add(number, mapper.convert(cells))
            except Rejected as rejected:
                rejects.add(number, cells, rejected.reason, str(rejected))
                self.watch.rejected = rejects.count
                flushed = rejects.count % 1000 == 0
            if flushed:
                self.watch.reading()
        staging.finish()
        rejects.finish()
        return self.watch.rows - rejects.count

    def _wait_for_other_imports(self) -> None:
        """Two imports at a time would each make the same organization."""
        ask = text("SELECT pg_try_advisory_xact_lock(:key)")
        while not self.connection.scalar(ask, {"key": _IMPORT_LOCK}):
            self.watch.planning()
            time.sleep(_WAIT_SECONDS)

    def _campaign(self) -> UUID | None:
        """The campaign of the name, letters in any case; a new one if there is none and no dry run."""
        name = {"name": self.campaign}
        find = text(
            "SELECT campaign_id FROM campaigns WHERE lower(name) = lower(:name)"
            " ORDER BY name = :name DESC, created_at, campaign_id LIMIT 1"
        )
        found: UUID | None = self.connection.scalar(find, name)
        if found is None and not self.dry_run:
            make = text("INSERT INTO campaigns (name) VALUES (:name) RETURNING campaign_id")
            found = self.connection.scalar(make, name)
        return found

    def _write(self, planner: Planner, report: ImportReport) -> None:
        batch = UUID(report.batch_id)
        label_transaction(self.connection, batch_id=batch)
        write(planner, self.watch.writing)
        self.connection.execute(
            text(
                "INSERT INTO changes (table_name, field, new_value, actor, batch_id)"
                " VALUES (:table, 'import', :report, customer_center_actor(), :batch)"
            ),
            {
                "table": "leads" if self.profile.people else "organizations",
                "report": report.to_json(),
                "batch": batch,
            },
        )

    def _report(self, leads: Counts, organizations: Counts, rejects: Rejects) -> ImportReport:
        return ImportReport(
            profile=self.profile.name,
            mode=self.mode.value,
            dry_run=self.dry_run,
            rows_read=self.watch.rows,
            leads_created=leads.created,
            leads_updated=leads.updated,
            leads_unchanged=leads.unchanged,
            organizations_created=organizations.created,
            organizations_updated=organizations.updated,
            organizations_unchanged=organizations.unchanged,
            rejected=rejects.count,
            reasons=dict(sorted(rejects.reasons.items())),
            rejects=rejects.written,
        )
