"""Frozen rows: all that leaves the data layer.

Times are timezone-aware. Documents (JSONB) are never part of a row; they are read on their own, as
JSON text. A *keyset key* is the tuple of values by which a list is ordered, its row's id last.
"""

from db.rows.answers import (
    Finding,
    LookupHit,
    LookupResult,
    PathResult,
)
from db.rows.changes import (
    ANYTHING,
    MOST_TOUCHED,
    WHOLE_ROW,
    ChangeRow,
    News,
    StatusChange,
    Touched,
    summed_up,
)
from db.rows.leads import (
    Contact,
    LeadDetail,
    LeadRow,
    LeadScope,
    StatusCounts,
)
from db.rows.lists import (
    DEFAULT_LEAD_SORT,
    DEFAULT_ORGANIZATION_SORT,
    Found,
    Key,
    Kind,
    Page,
    PageRequest,
    Sort,
)
from db.rows.parents import (
    CampaignRow,
    OrganizationDetail,
    OrganizationRow,
)

__all__ = [
    "ANYTHING",
    "DEFAULT_LEAD_SORT",
    "DEFAULT_ORGANIZATION_SORT",
    "MOST_TOUCHED",
    "WHOLE_ROW",
    "CampaignRow",
    "ChangeRow",
    "Contact",
    "Finding",
    "Found",
    "Key",
    "Kind",
    "LeadDetail",
    "LeadRow",
    "LeadScope",
    "LookupHit",
    "LookupResult",
    "News",
    "OrganizationDetail",
    "OrganizationRow",
    "Page",
    "PageRequest",
    "PathResult",
    "Sort",
    "StatusChange",
    "StatusCounts",
    "Touched",
    "summed_up",
]
