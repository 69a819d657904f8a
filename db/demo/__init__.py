"""Demo data: the same rows each time, plausible enough to try every key on.

It feeds the ``demo`` command, tests and pictures alike, so ids and times follow from the arguments
alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from db.demo import documents
from db.demo.cast import COMPANIES, COUNTRIES, HOSTILE_COMPANY, Company
from db.demo.history import AUTOMATION, OPERATOR
from db.demo.people import Story, campaign_id, organization_id, stories
from db.demo.plans import CAMPAIGNS, CampaignPlan
from db.models import Campaign, Change, Lead, Organization

if TYPE_CHECKING:
    from db.database import Database
    from db.settings import Settings

SEED: Final = 20261125
# What is thrown away need not survive a crash.
_QUICK: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """How many rows the demo has of each kind."""

    campaigns: int
    organizations: int
    leads: int
    changes: int


def fill(session: Session, now: datetime) -> DemoSummary:
    """Insert the demo's rows into an empty schema; all times are relative to ``now``.

    The caller commits. ``now`` is timezone-aware.
    """
    random = Random(SEED)
    companies = (*COMPANIES, HOSTILE_COMPANY)
    session.execute(insert(Campaign), [_campaign(plan, now) for plan in CAMPAIGNS])
    session.execute(
        insert(Organization),
        [_organization(company, place, random, now) for place, company in enumerate(companies)],
    )
    told = list(stories(random, now))
    session.execute(insert(Lead), [story.row for story in told])
    changes = _journal(told, now)
    session.execute(insert(Change), changes)
    return DemoSummary(len(CAMPAIGNS), len(companies), len(told), len(changes))


def open_demo(settings: Settings) -> Database:
    """Return a throw-away embedded database with the demo's rows; it vanishes when it is closed.

    Only the time-outs and the actor of the settings count. Raises DatabaseUnavailable.
    """
    from db.database import on_lease
    from db.embedded import attach, throwaway_home
    from db.schema import upgrade

    lease = attach(throwaway_home(), ephemeral=True, settings=_QUICK)
    database = on_lease(lease, settings, "demo")
    try:
        upgrade(database)
        with database.sessions.begin() as session:
            fill(session, datetime.now(UTC))
    except BaseException:
        database.close()
        raise
    return database


def _campaign(plan: CampaignPlan, now: datetime) -> dict[str, Any]:
    created = now - timedelta(days=plan.age_days, hours=2)
    return {
        "campaign_id": campaign_id(plan),
        "name": plan.name,
        "description": plan.description,
        "status": plan.status,
        "created_at": created,
        "updated_at": now - timedelta(days=plan.quiet_days, hours=1),
        "row_version": 1 + len(_CAMPAIGN_STEPS[plan.status]),
    }


def _organization(company: Company, place: int, random: Random, now: datetime) -> dict[str, Any]:
    country = COUNTRIES[company.country]
    age = max(plan.age_days for plan in CAMPAIGNS if plan.key in company.campaigns)
    created = now - timedelta(days=age, hours=1, minutes=-place)
    # Some were never crawled, and one website is large.
    crawled = place % 7 != 5
    pages = documents.LARGE_PAGES if place == 8 else 4 + place % 5
    return {
        "organization_id": organization_id(company),
        "name": company.name,
        "email_domain": company.domain,
        "external_id": f"demo-{place:04d}",
        "external_source": "apollo" if place % 3 else "scraper",
        "website_url": f"https://www.{company.domain}",
        "linkedin_url": f"https://www.linkedin.example/company/{company.domain.split('.')[0]}",
        "estimated_num_employees": company.employees,
        "website_summary_data": documents.summary(company, random, now) if crawled else None,
        "website_raw_data": documents.raw(company, random, now, pages) if crawled else None,
        "country": company.country,
        "language": country.language,
        "time_zone": country.time_zone,
        "source": "apollo" if place % 3 else "scraper",
        "formatted_organization_name": company.name.split(" GmbH")[0].split(" AG")[0],
        "raw_address": country.addresses[place % len(country.addresses)],
        "created_at": created,
        "updated_at": created,
        "custom_data": {"Industry": company.industry, "Account Stage": "Cold"},
    }


_CAMPAIGN_STEPS: Final = {
    "draft": (),
    "scheduled": (("draft", "scheduled"),),
    "active": (("draft", "active"),),
    "paused": (("draft", "active"), ("active", "paused")),
    "completed": (("draft", "active"), ("active", "completed")),
}


def _journal(told: list[Story], now: datetime) -> list[dict[str, Any]]:
    """Return what the triggers would have written had all of this happened, in order of time."""
    entries = [
        _entry("leads", story.row["lead_id"], step.at, step.old, step.new, step.actor)
        for story in told
        for step in story.steps
    ]
    for plan in CAMPAIGNS:
        changes = _CAMPAIGN_STEPS[plan.status]
        for place, (old, new) in enumerate(changes):
            days = plan.quiet_days if place else plan.age_days - 1
            at = now - timedelta(days=days, hours=1)
            entries.append(_entry("campaigns", campaign_id(plan), at, old, new, OPERATOR))
    for story in told:
        sent = story.row["email_sent_at"]
        if sent is not None:
            row_id = story.row["lead_id"]
            entries.append(
                _entry("leads", row_id, sent, None, str(sent), AUTOMATION, "email_sent_at")
            )
    return sorted(entries, key=lambda entry: (entry["changed_at"], str(entry["row_id"])))


def _entry(
    table: str,
    row_id: object,
    at: datetime,
    old: str | None,
    new: str | None,
    actor: str,
    field: str = "status",
) -> dict[str, Any]:
    return {
        "changed_at": at,
        "table_name": table,
        "row_id": row_id,
        "field": field,
        "old_value": old,
        "new_value": new,
        "actor": actor,
        "reason": None,
    }
