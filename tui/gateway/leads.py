"""Reads of leads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from tui.gateway.door import Door

if TYPE_CHECKING:
    from db.rows import (
        Found,
        Key,
        LeadDetail,
        LeadRow,
        LeadScope,
        Page,
        PageRequest,
        Sort,
        StatusCounts,
    )


class LeadReads(Door):
    """Leads, whole or as lists show them."""

    def lead_row(self, lead_id: UUID) -> LeadRow:
        """Return one lead as a list shows it."""
        from db.queries import leads

        return self._read(lambda session: leads.row(session, lead_id))

    def lead_rows(self, lead_ids: Sequence[UUID]) -> tuple[LeadRow, ...]:
        """Return these leads as a list shows them, those that are there."""
        from db.queries import leads

        return self._read(lambda session: leads.rows(session, lead_ids))

    def leads_held(self, scope: LeadScope, lead_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Return which of these leads are in a scope."""
        from db.queries import leads

        return self._read(lambda session: leads.held(session, scope, lead_ids))

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

        Raises NotFound where there is no campaign or organization as it names one.
        """
        if scope.filter is None:
            return scope
        from db.filters import local_now

        asked = found = scope.filter
        if any(term.field in ("campaign", "organization") for term in asked.terms):
            from db.queries import filtering

            found = self._read(lambda session: filtering.settled(session, asked))
        return replace(scope, filter=found, now=local_now())
