"""What happened to a lead of the demo: the way to its status, step by step, with who and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final

OPERATOR: Final = "anna"
AUTOMATION: Final = "n8n"

# Each status with the one before it on the usual way; a lead begins as new.
_BEFORE: Final = {
    "enriching": "new",
    "ready": "enriching",
    "queued": "ready",
    "sent": "queued",
    "out_of_office": "sent",
    "replied": "sent",
    "no_response": "sent",
    "bounced": "sent",
    "interested": "replied",
    "not_now": "replied",
    "wrong_person": "replied",
    "not_interested": "replied",
    "unsubscribed": "replied",
    "do_not_contact": "not_interested",
    "meeting_booked": "interested",
    "lost": "interested",
    "won": "meeting_booked",
    "disqualified": "enriching",
    "invalid": "enriching",
}
_BY_OPERATOR: Final = frozenset(
    {
        "ready",
        "interested",
        "not_now",
        "wrong_person",
        "not_interested",
        "do_not_contact",
        "meeting_booked",
        "lost",
        "won",
        "disqualified",
    }
)


@dataclass(frozen=True, slots=True)
class Step:
    """A status change of a lead."""

    at: datetime
    old: str
    new: str
    actor: str


def way_to(status: str) -> tuple[str, ...]:
    """Return the statuses on the way from ``new`` to this one, both included."""
    way = [status]
    while way[-1] in _BEFORE:
        way.append(_BEFORE[way[-1]])
    return tuple(reversed(way))


def steps_to(status: str, created: datetime, until: datetime, random: Random) -> tuple[Step, ...]:
    """Return the changes that led to a status, in order, between ``created`` and ``until``."""
    way = way_to(status)
    places = sorted(random.uniform(0.02, 0.98) for _ in way[1:])
    return tuple(
        Step(
            (created + (until - created) * place).replace(microsecond=0),
            old,
            new,
            OPERATOR if new in _BY_OPERATOR else AUTOMATION,
        )
        for place, old, new in zip(places, way, way[1:], strict=False)
    )


def reached(steps: tuple[Step, ...], status: str) -> datetime | None:
    """Return when a lead came to a status, None where it never did."""
    return next((step.at for step in steps if step.new == status), None)


def contacted(steps: tuple[Step, ...]) -> datetime | None:
    """Return the last moment at which a mail went out or came in."""
    touched = ("sent", "replied", "out_of_office", "meeting_booked")
    return max((step.at for step in steps if step.new in touched), default=None)
