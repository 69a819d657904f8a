"""What is known around a lead: contacts with its company, and whom its icebreaker speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import String, bindparam, column, exists, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from db import company_names
from db.models import Campaign, Lead, Organization
from db.rows import Contact, OrganizationDetail

MOST_CONTACTS: Final = 3
"""Contacts with a company that come with a lead."""


def contacts(session: Session, company_id: UUID, campaign_id: UUID) -> tuple[Contact, ...]:
    """Return the latest contacts with a company by other campaigns than one, latest first."""
    name = func.coalesce(
        func.nullif(func.concat_ws(" ", Lead.first_name, Lead.last_name), ""), Lead.email
    )
    query = (
        select(name, Campaign.name, Lead.last_contacted_at)
        .join(Lead.campaign)
        .where(
            Lead.company_id == company_id,
            Lead.campaign_id != campaign_id,
            Lead.last_contacted_at.is_not(None),
        )
        .order_by(Lead.last_contacted_at.desc(), Lead.lead_id)
        .limit(MOST_CONTACTS)
    )
    return tuple(Contact(*row) for row in session.execute(query))


def company_in_icebreaker(
    session: Session, lead: Lead, organization: OrganizationDetail
) -> str | None:
    """Return the company that a lead's icebreaker names in place of its own, None where it names none.

    It is told where the text has no word of the own company's names, no initials of them and not its
    domain, and has the name of another company with leads in the same campaign: so does a text that
    slipped to another row. The limits: a company that has no leads in the campaign, or whose name in
    the text is not the beginning of its name before a legal form, is not known; one that is named
    for another reason, as a former employer is, is told where the own one is not named beside it.
    """
    text = lead.email_icebreaker
    own = filter(None, (organization.name, organization.formatted_organization_name))
    if not text or company_names.speaks_of(text, list(own), organization.email_domain):
        return None
    person = list(filter(None, (lead.first_name, lead.last_name)))
    names = company_names.named(text, person)
    if not names:
        return None
    return company_of_campaign(session, names, lead.campaign_id, organization.email_domain)


def company_of_campaign(
    session: Session, names: Sequence[str], campaign_id: UUID, domain: str
) -> str | None:
    """Return the longest of some names, in small letters, that a company of a campaign has.

    Companies of the given domain are left out. Each name is looked up in the index by name, so that
    it costs the same at any number of companies.
    """
    full = bindparam("names", company_names.registered(names), ARRAY(String))
    wanted = func.unnest(full).table_valued(column("name", String), name="wanted").render_derived()
    in_campaign = exists().where(
        Lead.company_id == Organization.organization_id, Lead.campaign_id == campaign_id
    )
    # Name by name: for many at once PostgreSQL would rather read all organizations.
    found = (
        select(Organization.name)
        .where(
            func.lower(Organization.name).collate("C") == wanted.c.name,
            Organization.email_domain != domain,
            in_campaign,
        )
        .order_by(Organization.name)
        .limit(1)
        .lateral("found")
    )
    query = (
        select(found.c.name)
        .select_from(wanted)
        .join(found, true())
        .order_by(func.length(found.c.name).desc(), found.c.name)
        .limit(1)
    )
    return session.scalar(query)
