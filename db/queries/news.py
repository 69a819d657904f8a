"""What was written since one looked last, for who hears of no announcement."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import Session

from db.models import Campaign, Change, Lead, Organization
from db.queries import changes
from db.rows import ANYTHING, WHOLE_ROW, ChangeRow, Kind, Touched, summed_up

KINDS: Final[dict[str, Kind]] = {
    "campaigns": "campaign",
    "organizations": "organization",
    "leads": "lead",
}
MADE: Final = (Campaign, Organization, Lead)
MOST: Final = 1_000
"""Entries of the journal that are read at a look; of more, no row is named."""
RECENT: Final = timedelta(seconds=30)
"""How long before a look new rows are counted again: their transactions may end late."""


@dataclass(frozen=True, slots=True)
class Place:
    """Up to where one has looked: a place in the journal, and the numbers of rows made since a time.

    The journal has no entry for a row that is new.
    """

    journal: str
    counted_from: datetime
    made: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a transaction announced by one of its statements."""

    transaction: str
    touched: Touched

    def covers(self, transaction: str, told: Touched) -> bool:
        """Tell whether an entry of the journal says no more than this does."""
        mine = self.touched
        return (
            (transaction, told.kind) == (self.transaction, mine.kind)
            and (mine.ids is None or (told.ids is not None and told.ids <= mine.ids))
            and (mine.fields is None or (told.fields is not None and told.fields <= mine.fields))
        )


def written_within(session: Session, seconds: float) -> bool:
    """Tell whether anything was written in the last seconds, as far as the server's clock tells."""
    latest = select(Change.changed_at).order_by(Change.change_id.desc()).limit(1)
    newest = (select(func.max(model.created_at)).scalar_subquery() for model in MADE)
    since = func.clock_timestamp() - timedelta(seconds=seconds)
    return bool(session.scalar(select(func.greatest(latest.scalar_subquery(), *newest) >= since)))


@dataclass(frozen=True, slots=True)
class Look:
    """What was written between two looks, and the place up to which this one went.

    ``entries`` are what the journal has, each with the number of its transaction; ``further`` is
    what it does not tell.
    """

    place: Place
    further: tuple[Touched, ...]
    entries: tuple[tuple[str, Touched], ...] = ()

    def but(self, announced: Collection[Announcement] = ()) -> tuple[Touched, ...]:
        """Return what was written and not announced."""
        told = (
            touched
            for transaction, touched in self.entries
            if not any(one.covers(transaction, touched) for one in announced)
        )
        return summed_up((*told, *self.further))


def look(session: Session, place: Place | None) -> Look:
    """Return what was written since ``place``; without one, anything.

    Of rows that are new it is told that there are more, whether that was announced or not.
    """
    recent = func.now() - RECENT
    if place is None:
        now, *made = session.execute(select(recent, *_made_since(recent))).one()
        return Look(Place(changes.place(session), now, tuple(made)), ANYTHING)
    then = _made_since(place.counted_from)
    now, *counts = session.execute(select(recent, *then, *_made_since(recent))).one()
    news = changes.since(session, place.journal, MOST)
    here = Place(news.place, now, tuple(counts[len(MADE) :]))
    if not news.complete:
        return Look(here, ANYTHING)
    came = (
        Touched(kind, frozenset(), frozenset(), came_or_went=True)
        for kind, before, made in zip(KINDS.values(), place.made, counts, strict=False)
        if before != made
    )
    told = zip(news.transactions, map(_named, news.rows), strict=True)
    entries = ((transaction, touched) for transaction, touched in told if touched is not None)
    return Look(here, tuple(came), tuple(entries))


def _made_since(moment: ColumnElement[datetime] | datetime) -> tuple[ScalarSelect[int], ...]:
    """Return, as queries, how many rows of each kind were made since, in the order of ``KINDS``."""
    return tuple(
        select(func.count()).select_from(model).where(model.created_at >= moment).scalar_subquery()
        for model in MADE
    )


def _named(row: ChangeRow) -> Touched | None:
    kind = KINDS.get(row.table_name)
    if kind is None:
        return None
    ids = None if row.row_id is None else frozenset((row.row_id,))
    gone = row.field == WHOLE_ROW or ids is None
    return Touched(kind, ids, frozenset((row.field,)), came_or_went=gone)
