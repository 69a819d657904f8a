"""A scope is narrowed down by a filter, and tells it again; views are made of both."""

from __future__ import annotations

from uuid import uuid4

import pytest

from db.filters import parse
from db.rows import LeadScope, Sort
from tui.filtering import filter_of, narrowed, roams, saved_as, viewed
from tui.views import View

CAMPAIGN = LeadScope(campaign_id=uuid4())


@pytest.mark.parametrize(
    ("text", "statuses", "rest"),
    [
        ("", (), None),
        ("status:new", ("new",), None),
        ('country:DE status:new,"waiting room"', ("new", "waiting room"), "country:DE"),
        ("-status:new", (), "-status:new"),
        ("status:new status:ready", (), "status:new status:ready"),
        ('status:"wait"*', (), 'status:"wait"*'),
    ],
)
def test_statuses_that_stand_alone_become_those_of_the_scope(
    text: str, statuses: tuple[str, ...], rest: str | None
) -> None:
    found = narrowed(CAMPAIGN, parse(text))
    assert found.campaign_id == CAMPAIGN.campaign_id
    assert found.statuses == statuses
    assert found.filter == (None if rest is None else parse(rest))
    assert set(filter_of(found).terms) == set(parse(text).terms)


def test_a_filter_takes_the_place_of_the_one_before() -> None:
    before = narrowed(CAMPAIGN, parse("status:new country:DE"))
    assert narrowed(before, parse("has:title")) == narrowed(CAMPAIGN, parse("has:title"))


def test_a_view_shows_what_was_saved() -> None:
    asked = narrowed(LeadScope(), parse('status:new name:"A b"* -has:title'))
    view = saved_as("Mine", asked, Sort("name"))
    assert viewed(LeadScope(), view) == asked
    assert viewed(CAMPAIGN, view).campaign_id == CAMPAIGN.campaign_id


def test_a_view_of_a_campaign_or_an_organization_is_one_of_all_leads() -> None:
    of_campaign = saved_as("C", CAMPAIGN, Sort("name"), campaign='Q3 "DACH"')
    of_organization = saved_as("O", LeadScope(organization_id=uuid4()), Sort("name"))
    for view in (of_campaign, of_organization):
        assert roams(view)
        assert viewed(CAMPAIGN, view).campaign_id is None
    assert not roams(View("New", "status:new"))
