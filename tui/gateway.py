"""The only door to the data layer: blocking reads for worker threads, and one writer in a queue.

SQLAlchemy is imported when the database is opened, in a thread, after the first frame is painted.
Nothing here knows Textual.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from db.errors import DatabaseUnavailable
from db.rows import (
    CampaignRow,
    ChangeRow,
    Found,
    LeadDetail,
    LeadRow,
    LeadScope,
    LookupResult,
    OrganizationDetail,
    OrganizationRow,
    Page,
    PageRequest,
    PathResult,
    Sort,
    StatusCounts,
)
from db.settings import Settings
from tui.writer import Writer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from db.database import Database
    from db.transfer import ImportReport, Progress

T = TypeVar("T")


class Gateway:
    """Reads and writes of one database.

    Every read blocks and raises an error of ``db.errors``: call it in a worker thread.
    """

    def __init__(self, settings: Settings, opener: Callable[[Settings], Database] | None = None):
        self.settings = settings
        self._opener = opener
        self._database: Database | None = None
        self.writer = Writer(self._session)

    # Life

    def open(self) -> str:
        """Open the database, bring an embedded one to head, and return the name of its place.

        Raises ConfigurationError, DatabaseUnavailable or SchemaMismatch.
        """
        from db import schema
        from db.database import open_database

        database = (self._opener or open_database)(self.settings)
        try:
            schema.prepare(database)
        except BaseException:
            database.close()
            raise
        self._database = database
        return database.place

    def close(self) -> int:
        """Finish the writes that are under way and close all connections.

        Returns how many changes could not be written because the database did not answer.
        """
        given_up = self.writer.close()
        if self._database is not None:
            self._database.close()
            self._database = None
        return given_up

    @property
    def is_open(self) -> bool:
        """True between open() and close()."""
        return self._database is not None

    # Campaigns

    def campaigns(self) -> tuple[CampaignRow, ...]:
        """Return all campaigns, newest first."""
        from db.queries import campaigns

        return self._read(campaigns.all_rows)

    def campaign(self, campaign_id: UUID) -> CampaignRow:
        """Return one campaign."""
        from db.queries import campaigns

        return self._read(lambda session: campaigns.row(session, campaign_id))

    def campaign_named(self, name: str) -> CampaignRow:
        """Return the campaign of a name, letters in any case."""
        from db.queries import campaigns

        return self._read(lambda session: campaigns.by_name(session, name))

    def campaign_counts(self) -> dict[UUID, StatusCounts]:
        """Return the numbers of leads by status of each campaign."""
        from db.queries import campaigns

        return self._read(campaigns.lead_counts)

    # Organizations

    def organizations_page(self, sort: Sort, request: PageRequest) -> Page[OrganizationRow]:
        """Return some organizations of the list."""
        from db.queries import organizations

        return self._read(lambda session: organizations.page(session, sort, request))

    def organizations_count(self) -> int:
        """Return the number of organizations."""
        from db.queries import organizations

        return self._read(organizations.count)

    def organization_position(self, sort: Sort, organization_id: UUID) -> int | None:
        """Return the place of an organization in the list."""
        from db.queries import organizations

        return self._read(lambda session: organizations.position(session, sort, organization_id))

    def find_organization(
        self, sort: Sort, term: str, after: UUID | None, *, backwards: bool
    ) -> Found[OrganizationRow] | None:
        """Return the next organization that matches a search term."""
        from db.queries import organizations

        return self._read(
            lambda session: organizations.find(
                session, sort, term, after=after, backwards=backwards
            )
        )

    def organization(self, organization_id: UUID) -> OrganizationDetail:
        """Return one organization whole."""
        from db.queries import organizations

        return self._read(lambda session: organizations.detail(session, organization_id))

    def organization_document(self, organization_id: UUID, name: str) -> str | None:
        """Return a document of an organization (``summary``, ``raw``, ``custom``) as JSON text."""
        from db.queries import documents

        return self._read(
            lambda session: documents.organization_document(
                session, organization_id, name, at_most=documents.LARGEST
            )
        )

    def query_document(self, row_id: UUID, name: str, path: str) -> PathResult:
        """Return what a JSONPath finds in a document of an organization, or in a ``lead``'s."""
        from db.queries import documents

        if name == "lead":
            return self._read(lambda session: documents.query_lead(session, row_id, path))
        return self._read(lambda session: documents.query_organization(session, row_id, name, path))

    def organization_row(self, organization_id: UUID) -> OrganizationRow:
        """Return one organization as a list shows it."""
        from db.queries import organizations

        return self._read(lambda session: organizations.row(session, organization_id))

    # Leads

    def lead_row(self, lead_id: UUID) -> LeadRow:
        """Return one lead as a list shows it."""
        from db.queries import leads

        return self._read(lambda session: leads.row(session, lead_id))

    def leads_page(self, scope: LeadScope, sort: Sort, request: PageRequest) -> Page[LeadRow]:
        """Return some leads of a list."""
        from db.queries import leads

        return self._read(lambda session: leads.page(session, scope, sort, request))

    def leads_count(self, scope: LeadScope) -> int:
        """Return the number of leads of a scope."""
        from db.queries import leads

        return self._read(lambda session: leads.count(session, scope))

    def lead_position(self, scope: LeadScope, sort: Sort, lead_id: UUID) -> int | None:
        """Return the place of a lead in a list."""
        from db.queries import leads

        return self._read(lambda session: leads.position(session, scope, sort, lead_id))

    def find_lead(
        self, scope: LeadScope, sort: Sort, term: str, after: UUID | None, *, backwards: bool
    ) -> Found[LeadRow] | None:
        """Return the next lead of a list that matches a search term."""
        from db.queries import leads

        return self._read(
            lambda session: leads.find(session, scope, sort, term, after=after, backwards=backwards)
        )

    def lead(self, lead_id: UUID) -> LeadDetail:
        """Return one lead whole."""
        from db.queries import leads

        return self._read(lambda session: leads.detail(session, lead_id))

    def lead_document(self, lead_id: UUID) -> str | None:
        """Return the columns that an import kept for a lead, as JSON text."""
        from db.queries import documents

        return self._read(
            lambda session: documents.lead_document(session, lead_id, at_most=documents.LARGEST)
        )

    def lead_counts(self, scope: LeadScope) -> StatusCounts:
        """Return the numbers of leads of a scope by status."""
        from db.queries import leads

        return self._read(lambda session: leads.status_counts(session, scope))

    def queue(self, scope: LeadScope, sort: Sort) -> tuple[UUID, ...]:
        """Return the ids of the leads of a scope, in the order of a queue."""
        from db.queries import leads

        return self._read(lambda session: leads.ids(session, scope, sort))

    # Across

    def look_up(self, query: str) -> LookupResult:
        """Answer a look-up."""
        from db.queries import lookup

        return self._read(lambda session: lookup.look_up(session, query))

    def changes(self, row_id: UUID | None = None, limit: int = 500) -> tuple[ChangeRow, ...]:
        """Return the latest journal entries, of one row or of all."""
        from db.queries import changes

        if row_id is None:
            return self._read(lambda session: changes.latest(session, limit=limit))
        return self._read(lambda session: changes.of_row(session, row_id, limit))

    def is_empty(self) -> bool:
        """Tell whether there is neither a campaign nor an organization."""
        from db.queries import campaigns, organizations

        return self._read(
            lambda session: (
                not campaigns.all_rows(session)
                and not organizations.page(session, Sort("created"), PageRequest(1)).rows
            )
        )

    # Long work

    def fill_with_demo(self) -> None:
        """Put the demo data into an empty database."""
        from datetime import UTC, datetime

        from db import demo

        with self._session() as session:
            demo.fill(session, datetime.now(UTC))

    def import_file(
        self,
        path: Path,
        campaign: str | None,
        *,
        dry_run: bool,
        rejects: Path | None,
        progress: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> ImportReport:
        """Import a file; see :func:`db.transfer.import_file`."""
        from db.engine import actor
        from db.transfer import import_file

        return import_file(
            self._open_database().engine,
            path,
            campaign=campaign,
            dry_run=dry_run,
            rejects=rejects,
            progress=progress,
            cancelled=cancelled,
            actor=actor(self.settings),
        )

    def _open_database(self) -> Database:
        if self._database is None:
            raise DatabaseUnavailable("The database is not open yet.")
        return self._database

    def _read(self, job: Callable[[Session], T]) -> T:
        with self._session() as session:
            return job(session)

    @contextmanager
    def _session(self) -> Iterator[Session]:
        """One transaction, its database errors as errors of ours."""
        from sqlalchemy.exc import SQLAlchemyError

        from db.engine import translate

        try:
            with self._open_database().sessions.begin() as session:
                yield session
        except SQLAlchemyError as error:
            raise translate(error) from error
