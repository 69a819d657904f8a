"""Frozen rows: all that leaves the data layer.

Times are timezone-aware. Documents (JSONB) are never part of a row; they are read on their own, as
JSON text. A *keyset key* is the tuple of values by which a list is ordered, its row's id last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeVar, get_args
from uuid import UUID

if TYPE_CHECKING:
    from db.filters.tree import Filter
    from db.suppression import MayWrite, SuppressionRow

T = TypeVar("T")
Kind = Literal["campaign", "organization", "lead"]
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of a list: a column that the list offers, and the direction."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list in its order, with the keyset keys of the first and the last one."""

    rows: tuple[T, ...]
    first: Key | None = None
    last: Key | None = None


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which rows of a list: ``limit`` rows, ``offset`` rows beyond the row of key ``after``.

    Without ``after`` counting begins at the start of the list, with ``backwards`` at its end and
    towards the start; the rows of the page are in the order of the list either way.
    """

    limit: int
    after: Key | None = None
    offset: int = 0
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A row found in a list, so many rows beyond where the search began (the next one is 1)."""

    row: T
    steps: int


@dataclass(frozen=True, slots=True)
class StatusCounts:
    """Numbers of leads by status."""

    by_status: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All leads."""
        return sum(self.by_status.values())

    def group(self, values: tuple[str, ...]) -> int:
        """Leads in any of these statuses."""
        return sum(self.by_status.get(value, 0) for value in values)


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign."""

    campaign_id: UUID
    name: str
    description: str | None
    status: str
    created_at: datetime
    updated_at: datetime
    row_version: int

    @property
    def id(self) -> UUID:
        """The primary key, under the name that all rows share."""
        return self.campaign_id


@dataclass(frozen=True, slots=True)
class OrganizationRow:
    """An organization as a list shows it."""

    organization_id: UUID
    name: str
    email_domain: str
    country: str | None
    estimated_num_employees: int | None
    leads: int
    created_at: datetime
    row_version: int

    @property
    def id(self) -> UUID:
        """The primary key, under the name that all rows share."""
        return self.organization_id


@dataclass(frozen=True, slots=True)
class OrganizationDetail:
    """An organization with every field but its documents, whose sizes in bytes are told."""

    organization_id: UUID
    name: str
    email_domain: str
    external_id: str | None
    external_source: str | None
    website_url: str | None
    linkedin_url: str | None
    estimated_num_employees: int | None
    country: str | None
    language: str | None
    time_zone: str | None
    source: str | None
    formatted_organization_name: str | None
    raw_address: str | None
    created_at: datetime
    updated_at: datetime
    row_version: int
    summary_bytes: int | None
    raw_bytes: int | None
    custom_bytes: int | None

    @property
    def id(self) -> UUID:
        """The primary key, under the name that all rows share."""
        return self.organization_id


@dataclass(frozen=True, slots=True)
class LeadRow:
    """A lead as a list shows it, with the names of its organization and campaign."""

    lead_id: UUID
    first_name: str | None
    last_name: str | None
    email: str
    title: str | None
    status: str
    email_verification_status: str | None
    last_contacted_at: datetime | None
    created_at: datetime
    updated_at: datetime
    row_version: int
    campaign_id: UUID
    campaign_name: str
    company_id: UUID
    company_name: str
    snoozed_until: datetime | None = None

    @property
    def id(self) -> UUID:
        """The primary key, under the name that all rows share."""
        return self.lead_id

    @property
    def name(self) -> str:
        """First and last name, or the e-mail address where both are missing."""
        return " ".join(part for part in (self.first_name, self.last_name) if part) or self.email


@dataclass(frozen=True, slots=True)
class Contact:
    """When somebody at a company was contacted last, by which campaign."""

    name: str
    campaign: str
    contacted_at: datetime


@dataclass(frozen=True, slots=True)
class LeadDetail:
    """A lead with every field, its campaign and its organization.

    ``contacts`` are the latest ones with the same company by other campaigns, latest first.
    ``company_in_icebreaker`` is another company of the campaign that the icebreaker names where it
    names its own with no word. ``suppressed`` is what keeps the address from being written to.
    """

    lead_id: UUID
    first_name: str | None
    last_name: str | None
    email: str
    external_id: str | None
    title: str | None
    headline: str | None
    linkedin_url: str | None
    email_verification_status: str | None
    email_verification_message: str | None
    email_icebreaker: str | None
    status: str
    language: str | None
    source: str | None
    email_sent_at: datetime | None
    reply_received_at: datetime | None
    last_contacted_at: datetime | None
    created_at: datetime
    updated_at: datetime
    row_version: int
    custom_bytes: int | None
    campaign: CampaignRow
    organization: OrganizationDetail
    contacts: tuple[Contact, ...] = ()
    snoozed_until: datetime | None = None
    company_in_icebreaker: str | None = None
    suppressed: SuppressionRow | None = None

    @property
    def id(self) -> UUID:
        """The primary key, under the name that all rows share."""
        return self.lead_id

    @property
    def name(self) -> str:
        """First and last name, or the e-mail address where both are missing."""
        return " ".join(part for part in (self.first_name, self.last_name) if part) or self.email

    @property
    def row(self) -> LeadRow:
        """The same lead as a list shows it."""
        return LeadRow(
            self.lead_id,
            self.first_name,
            self.last_name,
            self.email,
            self.title,
            self.status,
            self.email_verification_status,
            self.last_contacted_at,
            self.created_at,
            self.updated_at,
            self.row_version,
            self.campaign.campaign_id,
            self.campaign.name,
            self.organization.organization_id,
            self.organization.name,
            self.snoozed_until,
        )


@dataclass(frozen=True, slots=True)
class LeadScope:
    """Which leads a list or a queue holds; all conditions apply together.

    ``now`` (timezone-aware) is what the times of the filter count from, so that a list stays the
    same while one pages through it; without it each query takes the moment at which it is made.
    ``awake`` leaves out the leads that are snoozed.
    """

    campaign_id: UUID | None = None
    organization_id: UUID | None = None
    statuses: tuple[str, ...] = ()
    filter: Filter | None = None
    now: datetime | None = None
    awake: bool = False

    @property
    def sorts(self) -> tuple[str, ...]:
        """The columns that a list of these leads is sorted by: an index holds each such order.

        Another sort is possible, at the price of reading all leads of the scope.
        """
        if self.organization_id is not None or self.statuses or self.filter is not None:
            return ("created",)
        if self.campaign_id is not None:
            return ("created", "contacted", "name", "email", "status")
        return ("created", "updated", "contacted", "name", "email", "status")


WHOLE_ROW: Final = "*"
"""What the journal names for a field where a row was deleted, or came back."""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One entry of the journal: a field of a row went from ``old`` to ``new``, as text.

    ``field`` is ``*`` for a row that was deleted, whose ``old`` is the row as JSON without large
    documents, or that came back; it is ``import`` for a batch of rows, whose report is ``new``.
    ``row_name`` names the row for people where the row is still there.
    """

    change_id: int
    changed_at: datetime
    table_name: str
    row_id: UUID | None
    field: str
    old: str | None
    new: str | None
    actor: str
    batch_id: UUID | None
    reason: str | None
    row_name: str | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What was committed between two looks at the journal, in the order in which it was written.

    ``transactions`` holds the transaction's number of each row, in the same order. ``place`` is
    where the next look begins. ``complete`` is False where there was more than asked
    for; the rest is not told later: what is shown is to be read again.
    """

    rows: tuple[ChangeRow, ...]
    transactions: tuple[str, ...]
    place: str
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Touched:
    """What was written to one kind of row between two looks, by anyone.

    ``ids`` are None where the rows are too many to be named, ``fields`` where these are not known.
    ``ours`` are the rows that this program alone wrote. ``came_or_went`` is True where there are
    more rows, or fewer.
    """

    kind: Kind
    ids: frozenset[UUID] | None = None
    fields: frozenset[str] | None = None
    ours: frozenset[UUID] = frozenset()
    came_or_went: bool = False

    def concerns(self, *fields: str) -> bool:
        """Tell whether any of these fields may have another value."""
        return self.came_or_went or self.fields is None or not self.fields.isdisjoint(fields)

    def touches(self, row_id: UUID) -> bool:
        """Tell whether this row may be another by now."""
        return self.ids is None or row_id in self.ids

    def __or__(self, other: Touched) -> Touched:
        """Return both as one, for rows of the same kind."""
        ids = None if self.ids is None or other.ids is None else self.ids | other.ids
        if ids is not None and len(ids) > MOST_TOUCHED:
            ids = None
        fields = None if self.fields is None or other.fields is None else self.fields | other.fields
        theirs = ((self.ids or frozenset()) - self.ours) | ((other.ids or frozenset()) - other.ours)
        ours = (self.ours | other.ours) - theirs if ids is not None else frozenset()
        return Touched(self.kind, ids, fields, ours, self.came_or_went or other.came_or_went)


MOST_TOUCHED: Final = 500
"""Rows that are named in one :class:`Touched`."""
ANYTHING: Final = tuple(Touched(kind, came_or_went=True) for kind in get_args(Kind))


def summed_up(touched: Iterable[Touched]) -> tuple[Touched, ...]:
    """Return what was touched as one for each kind of row."""
    found: dict[Kind, Touched] = {}
    for one in touched:
        known = found.get(one.kind)
        found[one.kind] = one if known is None else known | one
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class LookupHit:
    """An organization that a look-up found, and some of its leads over all campaigns.

    ``why`` says how it was found: ``domain``, ``registrable domain``, ``subdomain``, ``e-mail``,
    ``prefix``, ``name`` or ``id``. ``total_leads`` counts all leads, ``leads`` holds the latest.
    """

    organization: OrganizationRow
    why: str
    leads: tuple[LeadRow, ...]
    total_leads: int
    last_contacted_at: datetime | None


@dataclass(frozen=True, slots=True)
class LookupResult:
    """The answer to a look-up: what was asked, as what it was read, and the hits, best first.

    ``verdict`` says of an address or a domain whether one may write there, where that was asked.
    """

    query: str
    read_as: str
    hits: tuple[LookupHit, ...]
    verdict: MayWrite | None = None


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A status change that was written: enough to take it back.

    ``row`` is the row as it is now.
    """

    kind: Kind
    row_id: UUID
    old: str
    new: str
    row: LeadRow | CampaignRow


DEFAULT_LEAD_SORT: Final = Sort("created", descending=True)
DEFAULT_ORGANIZATION_SORT: Final = Sort("name")


@dataclass(frozen=True, slots=True)
class PathResult:
    """What a path query found in a document: ``text`` is a JSON array of its ``count`` results.

    ``complete`` is False where there are more.
    """

    text: str
    count: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong in a database, and what to do; ``area`` groups findings."""

    severity: Literal["error", "warning"]
    area: str
    what: str
    advice: str
