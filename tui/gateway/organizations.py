"""Reads of organizations and of documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from tui.gateway.door import Door

if TYPE_CHECKING:
    from db.rows import (
        Found,
        Key,
        OrganizationDetail,
        OrganizationRow,
        Page,
        PageRequest,
        PathResult,
        Sort,
    )


class OrganizationReads(Door):
    """Organizations, whole or as lists show them, and what is kept with them as JSON."""

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
