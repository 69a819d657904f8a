"""Filters that an index narrows down, and those for which all leads are read."""

from __future__ import annotations

import pytest

from db.filters import by_index, parse


@pytest.mark.parametrize(
    "text",
    [
        "status:new,ready",
        "group:open title:~cto",
        'campaign:"Q3 "*',
        "domain:acme.*",
        "email:*@acme.com",
        "last:Ada",
        "organization:Acme",
        "created:<7d",
        "sent:<7d status:sent",
    ],
)
def test_an_index_narrows_it_down(text: str) -> None:
    assert by_index(parse(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sent:<7d",
        "replied:today",
        "title:~cto",
        "-status:new",
        "group:unknown",
        "domain:~acme",
        "last:*ada",
        "status:~ne",
        "email:ada@acme.com,~bob",
        "has:icebreaker",
        "country:DE",
        "acme",
        "json:summary.industry=software",
        "json:custom.score",
    ],
)
def test_all_leads_are_read_for_it(text: str) -> None:
    assert not by_index(parse(text))
