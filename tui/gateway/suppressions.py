"""What the screen of the suppression list asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.gateway.door import Door

if TYPE_CHECKING:
    from db.suppression import Covered, SuppressionRow


class SuppressionReads(Door):
    """Reads of the suppression list."""

    def suppressions(self, term: str, limit: int) -> tuple[SuppressionRow, ...]:
        """Return the newest entries that hold a text."""
        from db.queries import suppressions

        return self._read(lambda session: suppressions.latest(session, limit, term))

    def suppressed_among(self, emails: frozenset[str]) -> frozenset[str]:
        """Return those of some addresses, in stored form, that are suppressed now."""
        from db.queries import suppressions

        return self._read(lambda session: suppressions.among(session, emails))

    def covered(self, value: str) -> Covered:
        """Return how many leads an address or domain in stored form covers."""
        from db.queries import suppressions

        return self._read(lambda session: suppressions.covered(session, value))
