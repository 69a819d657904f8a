"""What was written since one looked last, for who hears of no announcement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session

from db.models import Campaign, Change, Lead, Organization
from db.queries import changes
from db.rows import ANYTHING, WHOLE_ROW, ChangeRow, Kind, Touched, summed_up

KINDS: Final[dict[str, Kind]] = {
    "campaigns": "campaign",
    "organizations": "organization",
    "leads": "lead",
}
MOST: Final = 1_000
"""Entries of the journal that are read at a look; of more, no row is named."""


@dataclass(frozen=True, slots=True)
class Place:
    """Up to where one has looked: a place in the journal, and when the newest rows were made.

    The journal has no entry for a row that is new.
    """

    journal: str
    newest: tuple[datetime | None, ...]


def written_within(session: Session, seconds: float) -> bool:
    """Tell whether anything was written in the last seconds, as far as the server's clock tells."""
    latest = select(Change.changed_at).order_by(Change.change_id.desc()).limit(1)
    times = (latest.scalar_subquery(), *_newest())
    since = func.clock_timestamp() - timedelta(seconds=seconds)
    return bool(session.scalar(select(func.greatest(*times) >= since)))


def _newest() -> tuple[ScalarSelect[datetime], ...]:
    """Return, as queries, when the newest row of each kind was made, in the order of ``KINDS``."""
    return tuple(
        select(func.max(model.created_at)).scalar_subquery()
        for model in (Campaign, Organization, Lead)
    )


def look(session: Session, place: Place | None) -> tuple[Place, tuple[Touched, ...]]:
    """Return up to where this looks, and what was written since ``place``; without one, anything."""
    newest = tuple(session.execute(select(*_newest())).one())
    if place is None:
        return Place(changes.place(session), newest), ANYTHING
    news = changes.since(session, place.journal, MOST)
    here = Place(news.place, newest)
    if not news.complete:
        return here, ANYTHING
    came = (
        Touched(kind, frozenset(), frozenset(), came_or_went=True)
        for kind, before, now in zip(KINDS.values(), place.newest, newest, strict=True)
        if before != now
    )
    return here, summed_up((*_named(news.rows), *came))


def _named(rows: Iterable[ChangeRow]) -> Iterator[Touched]:
    for row in rows:
        kind = KINDS.get(row.table_name)
        if kind is not None:
            ids = None if row.row_id is None else frozenset((row.row_id,))
            gone = row.field == WHOLE_ROW or ids is None
            yield Touched(kind, ids, frozenset((row.field,)), came_or_went=gone)
