"""What concerns more than one kind of row: look-up, journal, many leads at once, files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from tui.gateway.door import Door

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from db.exports import ExportReport, ExportRequest
    from db.many import BulkOutcome, BulkRequest, Selection
    from db.rights import Rights
    from db.rows import ChangeRow, LookupResult, Sort
    from db.steps import Preview, Purpose
    from db.transfer import ImportReport, Progress
    from db.transfer.peeking import Peek
    from db.transfer.undoing import Undone
    from tui.import_options import ImportOptions


class AcrossReads(Door):
    """Reads and long work across the tables."""

    def preview_many(self, request: BulkRequest) -> BulkOutcome:
        """Return what a change of many leads would do; see :func:`db.services.bulk.preview`."""
        from db.services import bulk

        # In a transaction, which may be given more time than other reads.
        with self._session() as session:
            return bulk.preview(session, request)

    def deletable(self, kind: Literal["campaign", "organization"], row_id: UUID) -> int:
        """Return the version of a row that can be deleted; see :func:`db.services.deletion.check`."""
        from db.services import deletion

        return self._read(lambda session: deletion.check(session, kind, row_id))

    def marked_csv(
        self, which: Selection, sort: Sort, *, limit: int, at_most: int
    ) -> tuple[str, int, bool]:
        """Return marked leads as CSV of at most so many rows and bytes.

        With it come the number of rows, and whether these are all.
        """
        from db.queries import marked
        from db.transfer.clipboard import leads_csv

        rows = self._read(lambda session: marked.rows(session, which, sort, limit + 1))
        text, number = leads_csv(rows[:limit], at_most)
        return text, number, number == len(rows)

    def look_up(self, query: str) -> LookupResult:
        """Answer a look-up, with whether one may write there."""
        from db.queries import lookup, suppressions

        def read(session: Session) -> LookupResult:
            result = lookup.look_up(session, query)
            return replace(result, verdict=suppressions.may_write(session, query))

        return self._read(read)

    def changes(self, row_id: UUID | None = None, limit: int = 500) -> tuple[ChangeRow, ...]:
        """Return the latest journal entries, of one row or of all."""
        from db.queries import changes

        if row_id is None:
            return self._read(lambda session: changes.latest(session, limit=limit))
        return self._read(lambda session: changes.of_row(session, row_id, limit))

    def next_step(self, purpose: Purpose, without: frozenset[UUID]) -> Preview | None:
        """Return the operator's latest step of the journal to take back, or to do again."""
        from db.connect import actor
        from db.services import undo

        def read(session: Session) -> Preview | None:
            who = actor(self.settings)
            found = undo.steps(session, who, purpose, without=without, limit=1)
            return undo.preview(session, found[0]) if found else None

        return self._read(read)

    def step(self, step_id: UUID, origin: UUID, purpose: Purpose) -> Preview | None:
        """Return one step of the journal; see :class:`db.steps.Step`."""
        from db.services import undo

        def read(session: Session) -> Preview | None:
            found = undo.step(session, step_id, origin, purpose)
            return undo.preview(session, found) if found else None

        return self._read(read)

    def revert_preview(self, actor: str, since: datetime, until: datetime) -> Preview:
        """Return what taking back an actor's changes in a span meets. Raises CannotTakeBack."""
        from db.services.revert import RevertRequest, preview

        request = RevertRequest(actor, since, until)
        return self._read(lambda session: preview(session, request))

    def campaign_changes(self, campaign_id: UUID, limit: int) -> tuple[ChangeRow, ...]:
        """Return the latest journal entries of a campaign and of its leads."""
        from db.queries import changes

        return self._read(lambda session: changes.of_campaign(session, campaign_id, limit))

    def rights(self, needs: Iterable[str]) -> Rights:
        """Return the session's role and which of these rights it lacks; see :mod:`db.rights`."""
        from db.queries import rights

        return self._read(lambda session: rights.lacking(session, needs))

    def is_empty(self) -> bool:
        """Tell whether there is neither a campaign nor an organization."""
        from db.queries import presence

        return self._read(presence.is_empty)

    def fill_with_demo(self) -> None:
        """Put the demo data into an empty database."""
        from datetime import UTC, datetime

        from db import demo

        with self._session() as session:
            demo.fill(session, datetime.now(UTC))

    def peek(self, path: Path) -> Peek:
        """Return the first rows of a file and what its columns mean."""
        from db.transfer import Remembered
        from db.transfer.peeking import peek

        return peek(path, Remembered())

    def foresee_undo(self, batch_id: UUID) -> Undone:
        """Return what taking an import back would do. Raises NotFound for what is no import."""
        from db.transfer.undoing import foresee_undo

        # In a transaction, which may be given more time than other reads.
        with self._session() as session:
            return foresee_undo(session, batch_id)

    def undo_import(self, batch_id: UUID) -> Undone:
        """Take an import back; see :func:`db.transfer.undoing.undo_import`."""
        from db.transfer.undoing import undo_import

        with self._session() as session:
            return undo_import(session, batch_id)

    def import_file(
        self,
        path: Path,
        campaign: str | None,
        *,
        mapping: Mapping[str, str],
        options: ImportOptions,
        dry_run: bool,
        rejects: Path | None,
        progress: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> ImportReport:
        """Import a file; see :func:`db.transfer.import_file`."""
        from db.connect import actor
        from db.transfer import ImportMode, Remembered, import_file

        return import_file(
            self._open_database().engine,
            path,
            campaign=campaign,
            mapping=mapping,
            remembered=Remembered(),
            mode=ImportMode(options.mode),
            keep_going=options.keep_going,
            dry_run=dry_run,
            rejects=rejects,
            progress=progress,
            cancelled=cancelled,
            actor=actor(self.settings),
        )

    def foresee_export(self, request: ExportRequest) -> ExportReport:
        """Return how many leads an export would write, and how many it would leave out."""
        from db.transfer.export import foresee

        return self._read(lambda session: foresee(session, request))

    def export_file(
        self, request: ExportRequest, path: Path, go_on: Callable[[int, int], bool]
    ) -> ExportReport:
        """Write leads to a file; see :func:`db.transfer.export_file`."""
        from db.transfer import export_file

        with self._session() as session:
            return export_file(session, request, path, go_on)
