"""Likely duplicates, and what is merged of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from tui.gateway.door import Door

if TYPE_CHECKING:
    from db.duplicates import Duplicates, DuplicateSearch
    from db.merging import MergeKind, MergeRow


class DuplicateReads(Door):
    """Rows that are probably one."""

    def duplicates(
        self,
        search: DuplicateSearch,
        go_on: Callable[[int, int], bool],
    ) -> Duplicates:
        """Return likely duplicates; see :func:`db.queries.duplicates.find`."""
        from db.queries import duplicates

        # In a transaction, which may be given more time than other reads.
        with self._session() as session:
            return duplicates.find(session, search, go_on)

    def merge_rows(self, kind: MergeKind, ids: Sequence[UUID]) -> tuple[MergeRow, ...]:
        """Return rows that may be merged; see :func:`db.services.merging.rows`."""
        from db.services import merging

        return self._read(lambda session: merging.rows(session, kind, ids))
