"""The campaigns of the demo, and how far their leads have come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """A campaign of the demo: its age and the weights of the statuses that its leads are in."""

    key: str
    name: str
    description: str
    status: str
    age_days: int
    quiet_days: int
    weights: dict[str, int]


CAMPAIGNS: Final = (
    CampaignPlan(
        "e",
        "DACH manufacturers: energy audit",
        "Plant and operations managers of mid-sized manufacturers in Germany, Austria and "
        "Switzerland.\nOffer: a free reading of one year of meter data. Three mails, ten days apart.",
        "active",
        34,
        0,
        {
            "new": 34,
            "enriching": 8,
            "ready": 14,
            "queued": 7,
            "sent": 22,
            "out_of_office": 4,
            "replied": 9,
            "interested": 6,
            "meeting_booked": 4,
            "not_now": 4,
            "wrong_person": 3,
            "not_interested": 5,
            "no_response": 5,
            "won": 2,
            "lost": 2,
            "disqualified": 5,
            "invalid": 4,
            "bounced": 4,
            "unsubscribed": 3,
            "do_not_contact": 2,
        },
    ),
    CampaignPlan(
        "n",
        "Nordic software teams",
        "Heads of engineering at software companies of 20 to 500 people in the Nordics.",
        "paused",
        61,
        9,
        {
            "new": 6,
            "ready": 10,
            "sent": 20,
            "out_of_office": 3,
            "replied": 4,
            "interested": 4,
            "meeting_booked": 2,
            "won": 1,
            "not_interested": 7,
            "not_now": 3,
            "no_response": 18,
            "bounced": 3,
            "unsubscribed": 2,
        },
    ),
    CampaignPlan(
        "i",
        "Iberia logistics pilot",
        "Pilot of spring: freight forwarders and cold chains in Spain and Portugal.",
        "completed",
        168,
        70,
        {
            "no_response": 30,
            "not_interested": 9,
            "lost": 4,
            "won": 4,
            "wrong_person": 3,
            "bounced": 4,
            "unsubscribed": 3,
            "do_not_contact": 2,
            "disqualified": 5,
        },
    ),
    CampaignPlan(
        "a",
        "Labs and clinics, Asia and Gulf",
        "Starts by itself next Monday. Needs native review of the icebreakers first.",
        "scheduled",
        12,
        0,
        {"new": 18, "enriching": 10, "ready": 24, "invalid": 2, "disqualified": 3},
    ),
    CampaignPlan(
        "w",
        "Win-back, first quarter",
        "Draft: people of earlier campaigns who did not answer or said not now. Wait for the "
        "price list before anything is sent.",
        "draft",
        3,
        0,
        {"new": 1},
    ),
)
