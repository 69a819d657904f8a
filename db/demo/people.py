"""The leads of the demo: people of the cast in their campaigns, each with a history."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import cycle
from random import Random
from typing import Any, Final
from uuid import UUID, uuid5

from db.demo.cast import (
    COMPANIES,
    COUNTRIES,
    HOSTILE_COMPANY,
    HOSTILE_FIRST,
    HOSTILE_LAST,
    TITLES,
    Company,
)
from db.demo.history import Step, contacted, reached, steps_to
from db.demo.plans import CAMPAIGNS, CampaignPlan

SPACE: Final = UUID("6b0f5f0e-2d3c-5c53-9f3e-5c1b0d1c0a11")
"""The name space of all ids of the demo."""

WIN_BACK: Final = "w"
# Who may be asked again in another campaign; one who unsubscribed is there to be noticed.
_LAPSED: Final = frozenset({"no_response", "not_now", "lost", "unsubscribed"})

_NO_ACCENT: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "æ": "ae", "å": "a", "ł": "l", "ı": "i"}
)
_VERIFICATIONS: Final = (
    "valid", "valid", "valid", "catch_all", "valid", "valid", "unknown", "valid", "risky", "valid",
    "valid", "role", "valid", "catch_all", "valid", "valid",
)  # fmt: skip
_EARLIER: Final = timedelta(hours=9)
_BAD: Final = ("invalid", "disposable", "spamtrap")
_MESSAGES: Final = {
    "valid": "mailbox answered",
    "catch_all": "server takes every address",
    "unknown": "server did not answer in 10 s",
    "risky": "mailbox nearly full",
    "role": "address of a role, not of a person",
    "invalid": "no such mailbox (550 5.1.1)",
    "disposable": "throw-away domain",
    "spamtrap": "known trap",
}
_ICEBREAKERS: Final = {
    "de": "Guten Tag, auf der Seite von {company} habe ich von der neuen Linie gelesen. Wer den "
    "Strom dafür einkauft, kennt die Lastspitzen sicher gut.\n\nDarf ich fragen, wie Sie sie messen?",
    "es": "Hola: he visto que {company} amplía sus servicios de {industry}. Enhorabuena.\n\n"
    "¿Cómo miden hoy los tiempos de espera en puerta?",
    "pt": "Olá, vi que a {company} abriu uma nova rota. Parabéns!\n\nComo medem hoje as esperas?",
    "ja": "{company}の新しい発表を拝見しました。測定の自動化についてお話を伺えますか。",
    "en": "I read the note on your news page about {industry} at {company}.\n\n"
    "Who looks after the figures behind it?",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Someone at a company."""

    first: str
    last: str
    email: str
    title: str
    company: Company


@dataclass(frozen=True, slots=True)
class Story:
    """A lead as a row to insert, and the changes that led to it."""

    row: dict[str, Any]
    steps: tuple[Step, ...]


def organization_id(company: Company) -> UUID:
    """Return the id of a company of the demo."""
    return uuid5(SPACE, f"organization {company.name}")


def campaign_id(plan: CampaignPlan) -> UUID:
    """Return the id of a campaign of the demo."""
    return uuid5(SPACE, f"campaign {plan.name}")


def lead_id(plan: CampaignPlan, email: str) -> UUID:
    """Return the id of the lead with this address in a campaign of the demo."""
    return uuid5(SPACE, f"lead {plan.name} {email}")


def stories(random: Random, now: datetime) -> Iterator[Story]:
    """Yield all leads, campaign by campaign."""
    people = list(_people(random))
    lapsed: list[Person] = []
    for plan in CAMPAIGNS:
        chosen = [person for person in people if plan.key in person.company.campaigns]
        if plan.key == WIN_BACK:
            chosen = lapsed[::3]
        statuses = _statuses(plan, len(chosen), random)
        lapsed += [
            person for person, status in zip(chosen, statuses, strict=True) if status in _LAPSED
        ]
        for place, (person, status) in enumerate(zip(chosen, statuses, strict=True)):
            yield _story(plan, person, status, place, random, now)
        if plan.key == "e":
            yield _hostile_story(plan, len(chosen), random, now)


def _people(random: Random) -> Iterator[Person]:
    taken: set[str] = set()
    jobs = {language: cycle(titles.split("|")) for language, titles in TITLES.items()}
    for company in COMPANIES:
        country = COUNTRIES[company.country]
        first = random.sample(country.first, len(country.first))
        last = random.sample(country.last, len(country.last))
        for place in range(company.people):
            # A second round of first names meets other last names.
            given = first[place % len(first)]
            family = last[(place + place // len(first)) % len(last)]
            email = f"{_latin(given)}.{_latin(family)}@{company.domain}"
            if email in taken:
                continue
            taken.add(email)
            title = next(jobs[country.language])
            yield Person(given.split("/")[0], family.split("/")[0], email, title, company)


def _hostile_story(plan: CampaignPlan, place: int, random: Random, now: datetime) -> Story:
    """Someone whose texts would do harm; others were added later, and are met first."""
    title = "Leiter\x1b]0;owned\x07\tEinkauf\r\n[/] \u202eknaD"
    address = "r.szabo@rheinwerk.example"
    person = Person(HOSTILE_FIRST, HOSTILE_LAST, address, title, HOSTILE_COMPANY)
    story = _story(plan, person, "new", place, random, now)
    added = story.row["created_at"] - _EARLIER
    return replace(story, row=story.row | {"created_at": added, "updated_at": added})


def _latin(name: str) -> str:
    """Return the part of an address that stands for a name."""
    text = name.split("/")[-1].lower().translate(_NO_ACCENT)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(char for char in plain if char.isalnum() or char == "-")


def _statuses(plan: CampaignPlan, number: int, random: Random) -> list[str]:
    """Return a status for each of so many leads: every one of the plan once, then by weight."""
    chosen = list(plan.weights)[:number]
    weights = list(plan.weights.values())
    chosen += random.choices(list(plan.weights), weights, k=number - len(chosen))
    random.shuffle(chosen)
    return chosen


def _story(
    plan: CampaignPlan, person: Person, status: str, place: int, random: Random, now: datetime
) -> Story:
    # What nobody has looked at yet came in with a later file.
    later = status in ("new", "enriching") and plan.age_days > 5
    begun = now - timedelta(days=2 if later else plan.age_days)
    until = now - timedelta(days=0 if later else plan.quiet_days, minutes=5 + random.randrange(600))
    created = (begun + timedelta(minutes=7 * place, seconds=random.randrange(400))).replace(
        microsecond=0
    )
    steps = steps_to(status, created, until, random)
    country = COUNTRIES[person.company.country]
    verified = _verification(status, random)
    row = {
        "lead_id": lead_id(plan, person.email),
        "campaign_id": campaign_id(plan),
        "company_id": organization_id(person.company),
        "first_name": person.first,
        "last_name": person.last,
        "email": person.email,
        "external_id": f"demo-{place:04d}",
        "title": person.title,
        "headline": f"{person.title} · {person.company.name}",
        "linkedin_url": f"https://www.linkedin.example/in/{person.email.split('@')[0]}",
        "email_verification_status": verified,
        "email_verification_message": _MESSAGES.get(verified or ""),
        "email_icebreaker": _icebreaker(person.company) if reached(steps, "ready") else None,
        "status": status,
        "language": country.language,
        "source": "apollo" if place % 3 else "scraper",
        "email_sent_at": reached(steps, "sent"),
        "reply_received_at": reached(steps, "replied"),
        "last_contacted_at": contacted(steps),
        "created_at": created,
        "updated_at": steps[-1].at if steps else created,
        "row_version": 1 + len(steps),
        "custom_data": {
            "Seniority": random.choice(("manager", "head", "director", "c_suite")),
            "Departments": random.choice(("Operations", "Engineering", "Purchasing")),
            "Lists": [plan.name],
        },
    }
    return Story(row, steps)


def _verification(status: str, random: Random) -> str | None:
    if status == "new":
        return random.choice((None, "pending", "valid", "catch_all"))
    if status == "enriching":
        return "pending"
    if status in ("invalid", "bounced"):
        return random.choice(_BAD)
    return random.choice(_VERIFICATIONS)


def _icebreaker(company: Company) -> str:
    language = COUNTRIES[company.country].language
    text = _ICEBREAKERS.get(language, _ICEBREAKERS["en"])
    return text.format(company=company.name, industry=company.industry)
