"""The only door to the data layer: blocking reads for worker threads, and one writer in a queue.

SQLAlchemy is imported when the database is opened, in a thread, after the first frame is painted;
what one kind of read needs is imported by the first of them.
Nothing here knows Textual.
"""

from __future__ import annotations

from tui.gateway.across import AcrossReads
from tui.gateway.campaigns import CampaignReads
from tui.gateway.duplicates import DuplicateReads
from tui.gateway.leads import LeadReads
from tui.gateway.organizations import OrganizationReads
from tui.gateway.suppressions import SuppressionReads
from tui.gateway.triage import TriageReads

__all__ = ["Gateway"]


class Gateway(
    CampaignReads,
    OrganizationReads,
    LeadReads,
    TriageReads,
    DuplicateReads,
    SuppressionReads,
    AcrossReads,
):
    """Reads and writes of one database.

    Every read blocks and raises an error of ``db.errors``: call it in a worker thread.
    """
