"""What a look-up found: each organization above its leads, as rows of one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final
from uuid import UUID, uuid5

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive

from db.rows import LeadRow, LookupHit, LookupResult, OrganizationRow
from db.statuses import LEAD
from tui import format
from tui.safe import clip, fit, safe
from tui.widgets.row_table import GAP, GUTTER, Cell, Column, RowTable
from tui.widgets.window import RowWindow

INDENT: Final = "  "
SHORTEST_TIME: Final = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the answer: an organization, one of its leads, or how many more leads it has."""

    hit: LookupHit
    lead: LeadRow | None = None
    more: int = 0

    @property
    def id(self) -> UUID:
        """The id of the lead or the organization; one of its own for the line of further leads."""
        organization_id = self.organization.id
        return uuid5(organization_id, "more") if self.more else (self.lead or self.organization).id

    @property
    def organization(self) -> OrganizationRow:
        """The organization that the row is about."""
        return self.hit.organization


def entries(result: LookupResult) -> Iterator[Entry]:
    """Yield the rows of an answer."""
    for hit in result.hits:
        yield Entry(hit)
        yield from (Entry(hit, lead) for lead in hit.leads)
        if hit.total_leads > len(hit.leads):
            yield Entry(hit, more=hit.total_leads - len(hit.leads))


class LookupTable(RowTable[Entry]):
    """Organizations and leads; ``pending`` holds the statuses on their way, by the id of the lead."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"lookup-table--name", "lookup-table--detail"}

    # Another number of rows needs another scrollbar, but no layout of the screen at each key.
    virtual_size = reactive(Size(0, 0), layout=False)

    class LeftAtTop(Message):
        """The cursor was moved up from the first row."""

    def __init__(self, pending: Mapping[UUID, str]) -> None:
        super().__init__(())
        self.pending = pending
        self.absolute_times = False

    def show(self, rows: tuple[Entry, ...], at: int) -> None:
        """Show an answer with the cursor at a place."""
        self.window = RowWindow.whole(rows)
        self._set_state("ready" if rows else "empty")
        self.settle(at)

    def show_times(self, *, absolute: bool) -> None:
        """Show times as dates or as ages."""
        self.absolute_times = absolute
        width = format.time_width(absolute)
        self.set_columns(
            (
                Column("status", self._status, 18),
                Column("name", _name, 14, weight=3),
                Column("title", _text(lambda lead: lead.title), 12, weight=2, priority=3),
                Column("e-mail", _text(lambda lead: lead.email), 18, weight=3, priority=2),
                Column(
                    "campaign", _text(lambda lead: lead.campaign_name), 14, weight=2, priority=1
                ),
                Column("contact", self._contact, width, align="right"),
            )
        )

    def action_move(self, by: int) -> None:
        if by < 0 and self.index == 0:
            self.screen.post_message(self.LeftAtTop())
        else:
            super().action_move(by)

    # Painting

    def _segments(self, row: Entry, gutter: str, base: Style) -> list[Segment]:
        if row.lead is not None:
            return super()._segments(row, gutter, base)
        room = self.laid_out().taken - GUTTER
        detail = base + self._style_of("detail")
        if row.more:
            text = f"{INDENT}and {format.plural(row.more, 'more lead')}"
            return [Segment(gutter, base), Segment(fit(text, room), detail)]
        name, place, found = self._heading(row.hit, room)
        rest = fit(found, room - cell_len(name) - cell_len(place), "right")
        return [
            Segment(gutter, base),
            Segment(name, base + self._style_of("name")),
            Segment(place + rest, detail),
        ]

    def _heading(self, hit: LookupHit, room: int) -> tuple[str, str, str]:
        """Return the name, what stands behind it, and what stands at the right end."""
        organization = hit.organization
        contact = format.when(hit.last_contacted_at, absolute=self.absolute_times)
        leads = format.plural(hit.total_leads, "lead") if hit.total_leads else "no lead"
        found = f"{GAP}{leads}{GAP}{contact:>{SHORTEST_TIME}}"
        why = f"{GAP}by {hit.why} ·"
        if cell_len(why + found) < room * 2 // 3:
            found = f"{why} {found.lstrip()}"
        room = max(room - cell_len(found), 0)
        domain = clip(organization.email_domain, room // 2)
        name = clip(organization.name, room - cell_len(domain) - len(GAP))
        place = clip(f"{GAP}{domain}", room - cell_len(name))
        country = f" · {safe(organization.country or '')}"
        if organization.country and cell_len(name + place + country) <= room:
            place += country
        return name, place, found

    def _style_of(self, part: str) -> Style:
        key = f"lookup-{part}"
        if key not in self._styles:
            name = f"lookup-table--{part}"
            self._styles[key] = self.get_component_rich_style(name, partial=True)
        return self._styles[key]

    def _status(self, row: Entry) -> Cell:
        assert row.lead is not None
        pending = self.pending.get(row.id)
        status = LEAD.get(pending or row.lead.status)
        text = format.status_text(status, pending=pending is not None)
        return f"{INDENT}{text}", status.tone

    def _contact(self, row: Entry) -> Cell:
        contacted = row.lead.last_contacted_at if row.lead else None
        return format.when(contacted, absolute=self.absolute_times)


def _name(row: Entry) -> Cell:
    return format.lead_name(row.lead) if row.lead else ""


def _text(of: Callable[[LeadRow], str | None]) -> Callable[[Entry], Cell]:
    return lambda row: safe(of(row.lead) or "") if row.lead else ""
