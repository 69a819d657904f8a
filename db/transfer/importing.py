"""The import of one file: all of it or nothing, or chunk by chunk so that it can be resumed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

import psycopg2
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from db.engine import translate
from db.errors import ConfigurationError, CustomerCenterError, HeaderNotFound, ImportCancelled
from db.transfer import batches
from db.transfer.batches import Batch
from db.transfer.choosing import Choice
from db.transfer.fields import Profile
from db.transfer.job import Job, Watch
from db.transfer.mapping import RowMapper
from db.transfer.reading import read_table
from db.transfer.rejects import Rejects
from db.transfer.remembered import Remembered
from db.transfer.report import Example, ImportMode, ImportReport, Progress
from db.transfer.sources import Source, open_source
from db.transfer.tables import Record, Table

CHUNK_ROWS: Final = 5_000


def import_file(
    engine: Engine,
    path: Path,
    *,
    campaign: str | None = None,
    profile: str | None = None,
    mapping: Mapping[str, str] | None = None,
    remembered: Remembered | None = None,
    mode: ImportMode = ImportMode.FILL,
    dry_run: bool = False,
    keep_going: bool = False,
    chunk_rows: int = CHUNK_ROWS,
    rejects: Path | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    actor: str | None = None,
) -> ImportReport:
    """Import a file, or standard input where the path is ``-``, and return what was done.

    ``campaign`` is the name of the people's campaign, which is made as a draft where there is none;
    accounts need none. What the columns mean is found by the header, unless ``profile`` names it or
    ``mapping`` says it, by column (``leads.email``, see :data:`db.transfer.choosing.TARGETS`); what is
    ``remembered`` of an earlier file counts where nothing is said. Rows that are not taken go to
    ``rejects``, a file that is made only where there are some. ``progress`` and ``cancelled`` are
    called from this thread after each chunk. ``actor`` is the name in the journal.

    All is one transaction, but with ``keep_going``: then each ``chunk_rows`` rows are, and an import
    that was interrupted goes on after the last of them when it is asked for again.

    A dry run writes nothing but the rejects. Raises ImportFailed for a file that cannot be read,
    HeaderNotFound where its columns are not known, ConfigurationError for a wrong argument,
    ImportCancelled, and the errors of :func:`db.engine.translate`; nothing is written then but the
    chunks before.
    """
    choice = Choice(profile, mapping or {}, remembered)
    wanted = (campaign or "").strip()
    by_chunks = keep_going and not dry_run
    try:
        with open_source(path) as source:
            digest = source.digest() if by_chunks else ""
            with source.opened() as stream, engine.connect() as connection:
                table, found = open_table(source, stream, choice)
                _check(source, found, wanted, rejects)
                watch = Watch(source, progress, cancelled, by_chunks)
                with Rejects(rejects, table.header) as rejected:
                    mapper = RowMapper(found, table.header, delimited=table.delimited)
                    batch = Batch(_key(digest, choice, found, wanted, mode), source.name)
                    job = Job(found, mode, dry_run, wanted, actor, mapper, batch, rejected, watch)
                    run = _Run(job, connection, source, choice)
                    report = run.by_chunks(table, chunk_rows) if by_chunks else run.whole(table)
            if not dry_run:
                choice.keep(table.header)
            return report
    except (SQLAlchemyError, psycopg2.Error) as error:
        raise translate(error) from error


def open_table(source: Source, stream: BinaryIO, choice: Choice) -> tuple[Table, Profile]:
    """Return the table of a source and what its columns mean. Raises HeaderNotFound."""
    try:
        table = read_table(source, stream, lambda header: choice.of(header) is not None)
    except HeaderNotFound as error:
        error.args = (f"{error} {choice.wanted()}",)
        raise
    found = choice.of(table.header)
    assert found is not None
    # In a CSV such a column costs each row time and is hardly ever there.
    return table, found if table.delimited else found.with_documents()


def _check(source: Source, profile: Profile, campaign: str, rejects: Path | None) -> None:
    if profile.people and not campaign:
        raise ConfigurationError(f"{source.title} holds people: name the campaign they are for.")
    if rejects is not None and source.is_same_file(rejects):
        raise ConfigurationError(
            f"The rejects would replace {source.title} itself: name another file."
        )


def _key(digest: str, choice: Choice, profile: Profile, campaign: str, mode: ImportMode) -> str:
    """Return what tells one import from another: the file, and all that decides where it goes."""
    asked = [digest, profile.name, campaign.casefold(), mode.value, dict(choice.mapping)]
    return sha256(json.dumps(asked).encode()).hexdigest()


@dataclass
class _Run:
    """An import from its first row to its report, in one transaction or in many."""

    job: Job
    connection: Connection
    source: Source
    choice: Choice

    def whole(self, table: Table) -> ImportReport:
        """Import all rows or none."""
        batch = self.job.batch
        with self.connection.begin() as transaction:
            examples = self.job.run(self.connection, table.rows)
            self._add_refused()
            if batch.begun:
                return self._finish()
            transaction.rollback()
        return self._report(examples)

    def by_chunks(self, table: Table, size: int) -> ImportReport:
        """Import so many rows at a time, from where an earlier process was interrupted."""
        with self.connection.begin():
            batches.resume(self.connection, self.job.batch)
        batch, rows = self.job.batch, table.rows
        try:
            rows = self._passed_over(rows, batch.rows_done)
            while chunk := list(islice(rows, size)):
                with self.connection.begin():
                    self.job.run(self.connection, chunk)
            self._add_refused()
            with self.connection.begin():
                if self.job.profile.people:
                    batch.organizations = batches.organizations_once(self.connection, batch)
                return self._finish()
        except (SQLAlchemyError, psycopg2.Error, CustomerCenterError) as error:
            ours = error if isinstance(error, CustomerCenterError) else translate(error)
            raise _with_rows_kept(ours, batch) from error

    def _passed_over(self, rows: Iterator[Record], done: int) -> Iterator[Record]:
        """Leave out rows that are in already; those that were rejected are rejected again."""
        for record in rows:
            if record.number > done:
                yield record
            else:
                self.job.passed_over(record)

    def _add_refused(self) -> None:
        """Bring the rows whose keys disagreed to the rejects, with their cells from the file."""
        refused = self.job.batch.refused
        if not refused:
            return
        with self.source.opened() as stream:
            table, _ = open_table(self.source, stream, self.choice)
            left = len(refused)
            for record in table.rows:
                if record.number in refused:
                    reason = refused[record.number]
                    self.job.rejects.add(record, reason.partition(":")[0], reason)
                    left -= 1
                if not left:
                    break
        self.job.rejects.finish()

    def _finish(self) -> ImportReport:
        report = self._report()
        table = "leads" if self.job.profile.people else "organizations"
        batches.finish(self.connection, self.job.batch, table=table, report=report.to_json())
        return report

    def _report(self, examples: tuple[Example, ...] = ()) -> ImportReport:
        job, batch = self.job, self.job.batch
        leads, organizations = batch.leads, batch.organizations
        return ImportReport(
            profile=job.profile.name,
            mode=job.mode.value,
            dry_run=job.dry_run,
            rows_read=job.watch.rows,
            leads_created=leads.created,
            leads_updated=leads.updated,
            leads_unchanged=leads.unchanged,
            organizations_created=organizations.created,
            organizations_updated=organizations.updated,
            organizations_unchanged=organizations.unchanged,
            rejected=job.rejects.count,
            reasons=dict(sorted(job.rejects.reasons.items())),
            batch_id=str(batch.batch_id) if batch.begun else None,
            rejects=job.rejects.written,
            fields={**organizations.fields, **leads.fields},
            examples=(*examples, *job.rejects.examples),
            notes=job.notes.all(),
        )


def _with_rows_kept(error: CustomerCenterError, batch: Batch) -> CustomerCenterError:
    """Add to an error what is in nevertheless, and the ways on and back."""
    said = "The import was stopped." if isinstance(error, ImportCancelled) else str(error)
    if not batch.rows_done:
        error.args = (f"{said} Nothing was written.",)
        return error
    error.batch_id = batch.batch_id
    error.args = (
        f"{said} {batch.rows_done:,} rows of the file are in; the same import goes on after them,"
        f" and import-undo {batch.batch_id} takes them back.",
    )
    return error
