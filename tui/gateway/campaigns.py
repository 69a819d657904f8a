"""Reads of campaigns."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from tui.gateway.door import Door

if TYPE_CHECKING:
    from db.rows import CampaignRow, StatusCounts


class CampaignReads(Door):
    """Campaigns, and the numbers of their leads."""

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
