"""One transaction of an import: stage, plan, write."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, text

from db.engine import allow_time, label_transaction
from db.errors import ImportCancelled
from db.transfer import batches
from db.transfer.batches import Batch
from db.transfer.fields import Profile
from db.transfer.mapping import Rejected, RowMapper
from db.transfer.notes import Notes
from db.transfer.planning import Planner
from db.transfer.rejects import Rejects
from db.transfer.report import Counts, Example, ImportMode, Progress
from db.transfer.sources import Source
from db.transfer.staging import line, stage
from db.transfer.tables import Record
from db.transfer.writing import write

_IMPORT_LOCK: Final = 0x43_43_49_4D  # "CCIM": any number that no other program takes
_WAIT_SECONDS: Final = 0.2
_TELL_EVERY: Final = 1000


@dataclass
class Watch:
    """Tells how far the import is and stops it when asked to; by chunks it is all one phase."""

    source: Source
    progress: Callable[[Progress], None] | None
    cancelled: Callable[[], bool] | None
    by_chunks: bool
    rows: int = 0
    rejected: int = 0

    def reading(self) -> None:
        """Rows are being read."""
        self._tell("reading", self.source.position(), self.source.size)

    def planning(self) -> None:
        """Rows are being compared."""
        self._tell("planning", 0, 0)

    def writing(self, done: int, total: int) -> None:
        """Rows are being written."""
        self._tell("writing", done, total)

    def _tell(self, phase: str, done: int, total: int) -> None:
        if self.cancelled is not None and self.cancelled():
            raise ImportCancelled("The import was stopped; nothing was written.")
        if self.by_chunks:
            phase, done, total = "importing", self.source.position(), self.source.size
        if self.progress is not None:
            self.progress(Progress(phase, self.rows, self.rejected, done, total))


@dataclass(frozen=True)
class Job:
    """What the transactions of an import share. They add to the batch, the rejects and the notes."""

    profile: Profile
    mode: ImportMode
    dry_run: bool
    campaign: str
    actor: str | None
    mapper: RowMapper
    batch: Batch
    rejects: Rejects
    watch: Watch
    notes: Notes = field(default_factory=Notes)

    def run(self, connection: Connection, records: Iterable[Record]) -> tuple[Example, ...]:
        """Import rows on an open transaction; a dry run returns examples and writes nothing.

        Rows that can not be converted go to the rejects; those whose keys disagree are noted in the
        batch, for their cells are not held.
        """
        self._prepare(connection)
        taken = self._stage(connection, records)
        self._wait_for_other_imports(connection)
        if self.profile.people and self.batch.campaign_id is None:
            self._find_campaign(connection)
        planner = Planner(connection, self.profile, self.mode, self.batch.campaign_id)
        self.watch.planning()
        refused = planner.identify()
        taken -= len(refused)
        self.watch.rejected += len(refused)
        self.batch.refused |= refused
        leads, organizations = self._plan(planner, taken)
        self.batch.leads += leads
        self.batch.organizations += organizations
        if self.dry_run:
            return planner.examples()
        if self.watch.by_chunks or leads.changes or organizations.changes:
            self._write(connection, planner, refused)
        return ()

    def passed_over(self, record: Record) -> None:
        """Take note of a row that is in already; one that was rejected goes to the rejects again."""
        self.watch.rows = record.number
        self._converted(record)

    def _prepare(self, connection: Connection) -> None:
        """A large file takes longer than a screen's query may, and sorts more."""
        allow_time(connection)
        settings = {"work_mem": "64MB"}
        if self.actor:
            settings["customer_center.actor"] = self.actor
        for name, value in settings.items():
            connection.execute(
                text("SELECT set_config(:name, :value, true)"), {"name": name, "value": value}
            )

    def _stage(self, connection: Connection, records: Iterable[Record]) -> int:
        """Convert all rows into the staging table; return how many were taken."""
        before = self.watch.rejected
        first = self.watch.rows
        self.watch.reading()
        stage(connection, self._lines(records))
        self.rejects.finish()
        return self.watch.rows - first - (self.watch.rejected - before)

    def _lines(self, records: Iterable[Record]) -> Iterator[str]:
        for record in records:
            self.watch.rows = record.number
            if record.number % _TELL_EVERY == 0:
                self.watch.reading()
            converted = self._converted(record)
            if converted is not None:
                yield converted

    def _converted(self, record: Record) -> str | None:
        """Return a row as it is staged; one that can not be converted goes to the rejects."""
        try:
            if record.problem is not None:
                raise Rejected(*record.problem.split(": ", 1))
            converted = self.mapper.convert(record.cells)
            staged = line(record.number, converted)
        except Rejected as problem:
            self._reject(record, problem)
            return None
        except ValueError as error:
            self._reject(record, Rejected("a number too large", str(error)))
            return None
        self.notes.add(record, converted)
        return staged

    def _reject(self, record: Record, problem: Rejected) -> None:
        self.rejects.add(record, problem.reason, str(problem))
        self.watch.rejected += 1

    def _wait_for_other_imports(self, connection: Connection) -> None:
        """Two imports at a time would each make the same organization."""
        ask = text("SELECT pg_try_advisory_xact_lock(:key)")
        while not connection.scalar(ask, {"key": _IMPORT_LOCK}):
            self.watch.planning()
            time.sleep(_WAIT_SECONDS)

    def _find_campaign(self, connection: Connection) -> None:
        """The campaign of the name, letters in any case; a new one if there is none and no dry run."""
        name = {"name": self.campaign}
        find = text(
            "SELECT campaign_id FROM campaigns WHERE lower(name) = lower(:name)"
            " ORDER BY name = :name DESC, created_at, campaign_id LIMIT 1"
        )
        self.batch.campaign_id = connection.scalar(find, name)
        if self.batch.campaign_id is None and not self.dry_run:
            make = text("INSERT INTO campaigns (name) VALUES (:name) RETURNING campaign_id")
            self.batch.campaign_id = connection.scalar(make, name)
            self.batch.campaign_made = True

    def _plan(self, planner: Planner, taken: int) -> tuple[Counts, Counts]:
        planner.organizations()
        self.watch.planning()
        if not self.profile.people:
            return Counts(), planner.organization_counts(taken)
        organizations = planner.organization_counts(None)
        planner.leads()
        self.watch.planning()
        return planner.lead_counts(taken), organizations

    def _write(self, connection: Connection, planner: Planner, refused: Mapping[int, str]) -> None:
        label_transaction(connection, batch_id=self.batch.batch_id)
        batches.begin(connection, self.batch)
        if self.watch.by_chunks and self.profile.people:
            batches.note_met(connection, self.batch)
        write(planner, self.batch.batch_id, self.watch.writing)
        batches.advance(connection, self.batch, self.watch.rows, refused)
