"""The only door to the data layer: blocking reads for worker threads, and one writer in a queue.

SQLAlchemy is imported when the database is opened, in a thread, after the first frame is painted;
what one kind of read needs is imported by the first of them.
Nothing here knows Textual.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID
from weakref import WeakSet

from db.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from psycopg2.extensions import connection as PsycopgConnection
    from sqlalchemy.orm import Session

    from db.claims import Claims, Holders
    from db.connect import Server
    from db.database import Database
    from db.early import EarlyReads
    from db.listening import Listener, Report
    from db.many import BulkOutcome, BulkRequest, Selection
    from db.rows import (
        CampaignRow,
        ChangeRow,
        Found,
        Key,
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
        Touched,
    )
    from db.settings import Settings
    from db.steps import Preview, Purpose
    from db.transfer import ImportReport, Progress
    from tui.writer import Writer

T = TypeVar("T")


class Gateway:
    """Reads and writes of one database.

    Every read blocks and raises an error of ``db.errors``: call it in a worker thread.
    """

    def __init__(self, settings: Settings, opener: Callable[[Settings], Database] | None = None):
        self.settings = settings
        self._opener = opener
        self._server: Server | None = None
        self._early: EarlyReads | None = None
        self._database: Database | None = None
        self._opening = Lock()
        self._claims: WeakSet[Claims] = WeakSet()
        self._listener: Listener | None = None
        self._since = monotonic()
        self._listening = Lock()
        self._closed = False

    # Life

    @cached_property
    def writer(self) -> Writer:
        """The one writer; imported with the first write."""
        from tui.writer import Writer

        return Writer(self._session)

    def open(self) -> str:
        """Open the database whole, bring an embedded one to head, and return the name of its place.

        Raises ConfigurationError, DatabaseUnavailable or SchemaMismatch.
        """
        with self._opening:
            return self._opened().place

    def open_early(self) -> bool:
        """Open as much as the first list of leads needs; False where only :meth:`open` will do.

        The rest is opened by the first read that needs it. Raises as :meth:`open` does.
        """
        if self._opener is not None:
            return False
        from db.connect import server
        from db.early import early_reads

        self._server = server(self.settings)
        self._early = early_reads(self._server, self.settings)
        return self._early is not None

    def listen(self, tell: Callable[[Report], object]) -> None:
        """Tell of all that is written from now on, by anyone, in a thread until this is closed."""
        database = self._open_database()
        with self._listening:
            if self._closed or self._listener is not None:
                return
            from db.listening import Listener
            from db.queries import news

            def look(place: news.Place | None) -> tuple[news.Place, tuple[Touched, ...]]:
                return self._read(lambda session: news.look(session, place))

            def within(seconds: float) -> bool:
                return self._read(lambda session: news.written_within(session, seconds))

            self._listener = Listener(
                database.connect, look, within, tell, database.backends, self._since
            )
            self._listener.start()

    @property
    def place(self) -> str:
        """The name of the database for people, empty before it is open."""
        found = self._database or self._server
        return found.place if found else ""

    @property
    def whole(self) -> bool:
        """True where the database is open whole."""
        return self._database is not None

    def _opened(self) -> Database:
        """Return the database; open it where that was not done yet."""
        if self._database is not None:
            return self._database
        from db import schema
        from db.database import open_database

        on, self._server = self._server, None
        if self._opener is not None:
            database = self._opener(self.settings)
        else:
            database = open_database(self.settings, on)
        try:
            schema.prepare(database)
        except BaseException:
            database.close()
            raise
        self._database = database
        self._close_early()
        return database

    def _close_early(self) -> None:
        early, self._early = self._early, None
        if early is not None:
            early.close()

    def close(self) -> int:
        """Finish the writes that are under way and close all connections.

        Returns how many changes could not be written because the database did not answer.
        """
        given_up = self.writer.close() if "writer" in vars(self) else 0
        for claims in self._claims:
            claims.close()
        with self._listening:
            self._closed = True
            if self._listener is not None:
                self._listener.close()
                self._listener = None
        self._close_early()
        if self._database is not None:
            self._database.close()
            self._database = None
        elif self._server is not None and self._server.lease is not None:
            self._server.lease.release()
        return given_up

    # Campaigns

    def campaigns(self) -> tuple[CampaignRow, ...]:
        """Return all campaigns, newest first."""
        from db.queries import campaigns

        return self._read(campaigns.all_rows)

    def campaign(self, campaign_id: UUID) -> CampaignRow:
        """Return one campaign."""
        from db.queries import campaigns

        return self._read(lambda session: campaigns.row(session, campaign_id))

    def campaign_name(self, campaign_id: UUID) -> str:
        """Return the name of a campaign. Raises NotFound."""
        name = self._soon(lambda early: early.campaign_name(campaign_id))
        return name or self.campaign(campaign_id).name

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

    def organizations_estimate(self) -> int:
        """Return a guess of the number of organizations, at once."""
        from db.queries import organizations

        return self._read(organizations.estimate)

    def organization_milestones(self, sort: Sort, step: int) -> tuple[Key, ...]:
        """Return the keyset key of every ``step``-th organization of the list."""
        from db.queries import organizations

        return self._read(lambda session: organizations.milestones(session, sort, step))

    def organization_key(self, sort: Sort, organization_id: UUID) -> Key | None:
        """Return the keyset key of an organization, None where it is gone."""
        from db.queries import organizations

        return self._read(lambda session: organizations.key(session, sort, organization_id))

    def organization_position(self, sort: Sort, organization_id: UUID) -> int | None:
        """Return the place of an organization in the list."""
        from db.queries import organizations

        return self._read(lambda session: organizations.position(session, sort, organization_id))

    def find_organization(
        self,
        sort: Sort,
        term: str,
        *,
        after: UUID | None,
        until: UUID | None,
        backwards: bool,
        go_on: Callable[[int], bool],
    ) -> Found[OrganizationRow] | None:
        """Return the next organization that matches a search term; see db.queries.search."""
        from db.queries import organizations

        return self._read(
            lambda session: organizations.find(
                session, sort, term, after=after, until=until, backwards=backwards, go_on=go_on
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

        # Where a path fails is found out behind savepoints, so in a transaction.
        with self._session() as session:
            if name == "lead":
                return documents.query_lead(session, row_id, path)
            return documents.query_organization(session, row_id, name, path)

    def organization_row(self, organization_id: UUID) -> OrganizationRow:
        """Return one organization as a list shows it."""
        from db.queries import organizations

        return self._read(lambda session: organizations.row(session, organization_id))

    def organization_rows(self, organization_ids: Sequence[UUID]) -> tuple[OrganizationRow, ...]:
        """Return these organizations as a list shows them, those that are there."""
        from db.queries import organizations

        return self._read(lambda session: organizations.rows(session, organization_ids))

    # Leads

    def lead_row(self, lead_id: UUID) -> LeadRow:
        """Return one lead as a list shows it."""
        from db.queries import leads

        return self._read(lambda session: leads.row(session, lead_id))

    def lead_rows(self, lead_ids: Sequence[UUID]) -> tuple[LeadRow, ...]:
        """Return these leads as a list shows them, those that are there."""
        from db.queries import leads

        return self._read(lambda session: leads.rows(session, lead_ids))

    def leads_page(self, scope: LeadScope, sort: Sort, request: PageRequest) -> Page[LeadRow]:
        """Return some leads of a list."""
        page = self._soon(lambda early: early.leads(scope, request), sort)
        if page is not None:
            return page
        from db.queries import leads

        return self._read(lambda session: leads.page(session, scope, sort, request))

    def leads_count(self, scope: LeadScope) -> int:
        """Return the number of leads of a scope."""
        number = self._soon(lambda early: early.count(scope))
        if number is not None:
            return number
        from db.queries import leads

        return self._read(lambda session: leads.count(session, scope))

    def leads_estimate(self, scope: LeadScope) -> int:
        """Return a guess of the number of leads of a scope, at once."""
        guess = self._soon(lambda early: early.estimate(scope))
        if guess is not None:
            return guess
        from db.queries import leads

        return self._read(lambda session: leads.estimate(session, scope))

    def lead_milestones(self, scope: LeadScope, sort: Sort, step: int) -> tuple[Key, ...]:
        """Return the keyset key of every ``step``-th lead of a list."""
        from db.queries import leads

        return self._read(lambda session: leads.milestones(session, scope, sort, step))

    def lead_key(self, sort: Sort, lead_id: UUID) -> Key | None:
        """Return the keyset key of a lead, None where it is gone."""
        key = self._soon(lambda early: early.key(lead_id), sort)
        if key is not None:
            return key
        from db.queries import leads

        return self._read(lambda session: leads.key(session, sort, lead_id))

    def lead_position(self, scope: LeadScope, sort: Sort, lead_id: UUID) -> int | None:
        """Return the place of a lead in a list."""
        place = self._soon(lambda early: early.position(scope, lead_id), sort)
        if place is not None:
            return place
        from db.queries import leads

        return self._read(lambda session: leads.position(session, scope, sort, lead_id))

    def find_lead(
        self,
        scope: LeadScope,
        sort: Sort,
        term: str,
        *,
        after: UUID | None,
        until: UUID | None,
        backwards: bool,
        go_on: Callable[[int], bool],
    ) -> Found[LeadRow] | None:
        """Return the next lead of a list that matches a search term; see db.queries.search."""
        from db.queries import leads

        return self._read(
            lambda session: leads.find(
                session,
                scope,
                sort,
                term,
                after=after,
                until=until,
                backwards=backwards,
                go_on=go_on,
            )
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

    def settled(self, scope: LeadScope) -> LeadScope:
        """Return a scope to read by: its filter has ids for the names of campaigns, and a moment.

        Raises NotFound where a campaign of that name is none.
        """
        if scope.filter is None:
            return scope
        from db.filters import local_now

        asked = found = scope.filter
        if any(term.field == "campaign" for term in asked.terms):
            from db.queries import filtering

            found = self._read(lambda session: filtering.settled(session, asked))
        return replace(scope, filter=found, now=local_now())

    def queue(self, scope: LeadScope, sort: Sort, request: PageRequest) -> Page[UUID]:
        """Return the ids of some leads of a scope, in the order of a queue."""
        from db.queries import leads

        return self._read(lambda session: leads.ids(session, scope, sort, request))

    def holds(self, scope: LeadScope, lead_id: UUID) -> bool:
        """Tell whether a lead is in a scope."""
        from db.queries import leads

        return self._read(lambda session: leads.holds(session, scope, lead_id))

    # Claims

    def claims(self) -> Claims:
        """Return claims for one triage; nothing is connected yet."""
        from db.claims import Claims
        from db.connect import actor

        made = Claims(self._own_connection, actor(self.settings))
        self._claims.add(made)
        return made

    def claim(self, claims: Claims, lead_id: UUID, wanted: frozenset[UUID]) -> bool:
        """Claim a lead, and let go of all that is not wanted; False where another one is on it."""
        with self._translated():
            return claims.take(lead_id, wanted)

    def keep_claims(self, claims: Claims, wanted: frozenset[UUID]) -> None:
        """Let go of all claims that are not wanted; the others are claimed again where need be."""
        with self._translated():
            claims.keep(wanted)

    def claim_holders(self) -> Holders:
        """Return who is on which lead now."""
        from db.queries import claims

        return self._read(claims.holders)

    def _own_connection(self) -> PsycopgConnection:
        """A connection of psycopg2 that belongs to nobody else."""
        pooled = self._open_database().engine.raw_connection()
        connection: PsycopgConnection = pooled.dbapi_connection
        pooled.detach()
        connection.rollback()
        return connection

    # Many leads

    def preview_many(self, request: BulkRequest) -> BulkOutcome:
        """Return what a change of many leads would do; see :func:`db.services.bulk.preview`."""
        from db.services import bulk

        # In a transaction, which may be given more time than other reads.
        with self._session() as session:
            return bulk.preview(session, request)

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

    def campaign_changes(self, campaign_id: UUID, limit: int) -> tuple[ChangeRow, ...]:
        """Return the latest journal entries of a campaign and of its leads."""
        from db.queries import changes

        return self._read(lambda session: changes.of_campaign(session, campaign_id, limit))

    def is_empty(self) -> bool:
        """Tell whether there is neither a campaign nor an organization."""
        from db.queries import presence

        return self._read(presence.is_empty)

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
        from db.connect import actor
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

    def cancel_reads(self) -> None:
        """Stop what the database is reading for us: each such read ends with an error."""
        if self._database is not None:
            self._database.cancel_reads()

    def _open_database(self) -> Database:
        if self._database is not None:
            return self._database
        with self._opening:
            if self._database is None and self._early is None:
                raise DatabaseUnavailable("The database is not open yet.")
            return self._opened()

    def _soon(self, read: Callable[[EarlyReads], T], sort: Sort | None = None) -> T | None:
        """Read before SQLAlchemy is there; None where that is no more needed or not possible."""
        from db.rows import DEFAULT_LEAD_SORT

        early = self._early
        if early is None or sort not in (None, DEFAULT_LEAD_SORT):
            return None
        try:
            return read(early)
        except DatabaseUnavailable:
            return None

    def _read(self, job: Callable[[Session], T]) -> T:
        """Run a job that only reads; it is done again where its connection turned out to be dead."""
        from sqlalchemy.exc import DBAPIError

        with self._translated():
            reads = self._open_database().reads
            try:
                with reads() as session:
                    return job(session)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
            with reads() as session:
                return job(session)

    @contextmanager
    def _session(self) -> Iterator[Session]:
        """One transaction, its database errors as errors of ours."""
        with self._translated(), self._open_database().sessions.begin() as session:
            yield session

    @contextmanager
    def _translated(self) -> Iterator[None]:
        import psycopg2
        from sqlalchemy.exc import SQLAlchemyError

        from db.engine import translate

        try:
            yield
        except (SQLAlchemyError, psycopg2.Error) as error:
            raise translate(error) from error
