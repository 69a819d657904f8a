"""Lists: walked in pages in either direction, in any order, every row comes exactly once."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import pytest
from psycopg2.extensions import connection as PsycopgConnection
from sqlalchemy.orm import Session

from db.queries import leads, organizations
from db.rows import Found, Key, LeadScope, Page, PageRequest, Sort
from tests.support import add_campaign, add_lead, add_organization, run, scalar

EVERYTHING = LeadScope()
LEAD_SORTS = [Sort(name, down) for name in leads.SORTS for down in (False, True)]
ORGANIZATION_SORTS = [Sort(name, down) for name in organizations.SORTS for down in (False, True)]
ROWS = 50
MANY = 1_000

Read = Callable[[Session, Sort, PageRequest], Page[Any]]


def read_leads(session: Session, sort: Sort, request: PageRequest) -> Page[Any]:
    return leads.page(session, EVERYTHING, sort, request)


@dataclass(frozen=True)
class Listing:
    """One list under test: how it is read, and every row of it in one large page."""

    read: Read
    sort: Sort

    def whole(self, session: Session) -> list[Any]:
        return list(self.read(session, self.sort, PageRequest(MANY)).rows)

    def walk(self, session: Session, size: int, *, backwards: bool) -> list[Any]:
        """Collect all rows by following the keys from page to page."""
        walked: list[Any] = []
        after: Key | None = None
        while True:
            request = PageRequest(size, after=after, backwards=backwards)
            page = self.read(session, self.sort, request)
            if not page.rows:
                return walked
            walked = [*page.rows, *walked] if backwards else [*walked, *page.rows]
            after = page.first if backwards else page.last


LISTINGS = [Listing(read_leads, sort) for sort in LEAD_SORTS] + [
    Listing(organizations.page, sort) for sort in ORGANIZATION_SORTS
]


def name_of(listing: Listing) -> str:
    kind = "leads" if listing.read is read_leads else "organizations"
    return f"{kind}-{listing.sort.column}-{'down' if listing.sort.descending else 'up'}"


@pytest.fixture
def rows(session: Session, other: PsycopgConnection) -> None:
    """Rows with many ties and NULLs, in an order of their own, with times before 1970 as well."""
    dice = random.Random(7)
    texts = [None, "", "a", "A", "b", "ß", "é", "z", "Ω", "%", "\u202e", " "]
    moments = [None, None, "2024-05-06", "2024-05-06", "1969-12-31", "1901-01-01", "9998-12-31"]
    first, second = add_campaign(session), add_campaign(session)
    with other.cursor() as cursor:
        for number in range(ROWS):
            cursor.execute(
                "INSERT INTO organizations (name, email_domain, country, estimated_num_employees,"
                " created_at) VALUES (%s, %s, %s, %s, %s) RETURNING organization_id",
                (
                    dice.choice(texts) or "",
                    dice.choice(["a.com", "b.com", ""]),
                    dice.choice(texts),
                    dice.choice([None, 0, 1, 7]),
                    dice.choice(moments[2:]),
                ),
            )
            organization = cursor.fetchone()[0]
            cursor.execute(
                "INSERT INTO leads (campaign_id, company_id, email, first_name, last_name, title,"
                " status, last_contacted_at, created_at)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    dice.choice([first.id, second.id]),
                    organization,
                    f"{dice.choice('aZé%')}{number}@x.com",
                    dice.choice(texts),
                    dice.choice(texts),
                    dice.choice(texts),
                    dice.choice(["new", "ready", "frobnicated"]),
                    dice.choice(moments),
                    dice.choice(moments[2:]),
                ),
            )


@pytest.fixture(params=["UTC", "America/Caracas", "Asia/Kathmandu"])
def zone(request: pytest.FixtureRequest, other: PsycopgConnection) -> None:
    """The server's time zone, in which it writes its times."""
    name = scalar(other, "SELECT current_database()")
    run(other, f"ALTER DATABASE \"{name}\" SET timezone = '{request.param}'")


def test_every_order_is_walked_whole_in_both_directions(rows: None, session: Session) -> None:
    for listing in LISTINGS:
        whole = listing.whole(session)
        assert len({row.id for row in whole}) == ROWS, name_of(listing)
        for size in (4, ROWS):
            assert listing.walk(session, size, backwards=False) == whole, name_of(listing)
            assert listing.walk(session, size, backwards=True) == whole, name_of(listing)


def test_a_list_is_walked_row_by_row(rows: None, session: Session) -> None:
    listing = Listing(read_leads, Sort("name"))
    assert listing.walk(session, 1, backwards=False) == listing.whole(session)
    assert listing.walk(session, 1, backwards=True) == listing.whole(session)


def test_times_are_walked_in_any_time_zone(zone: None, rows: None, session: Session) -> None:
    for name in ("created", "contacted", "updated"):
        for down in (False, True):
            listing = Listing(read_leads, Sort(name, down))
            assert listing.walk(session, 7, backwards=False) == listing.whole(session)


def test_both_directions_of_an_order_mirror_each_other(rows: None, session: Session) -> None:
    for listing in LISTINGS:
        mirrored = Listing(listing.read, Sort(listing.sort.column, not listing.sort.descending))
        assert listing.whole(session) == mirrored.whole(session)[::-1], name_of(listing)


def test_times_are_in_order(rows: None, session: Session) -> None:
    whole = Listing(read_leads, Sort("created")).whole(session)
    assert [row.created_at for row in whole] == sorted(row.created_at for row in whole)


def test_leads_that_were_never_contacted_come_before_the_contacted_ones(
    rows: None, session: Session
) -> None:
    times = [row.last_contacted_at for row in Listing(read_leads, Sort("contacted")).whole(session)]
    never = times.count(None)
    assert times[:never] == [None] * never
    assert times[never:] == sorted(times[never:])


def test_sizes_are_in_order_of_numbers_unknown_first(session: Session) -> None:
    for size in (10, None, 9, 0):
        add_organization(session, estimated_num_employees=size)
    page = organizations.page(session, Sort("size"), PageRequest(9))
    assert [row.estimated_num_employees for row in page.rows] == [None, 0, 9, 10]


def test_an_offset_counts_beyond_the_key(rows: None, session: Session) -> None:
    listing = Listing(read_leads, Sort("name"))
    whole = listing.whole(session)
    key = leads.page(session, EVERYTHING, listing.sort, PageRequest(10)).last
    ahead = PageRequest(5, after=key, offset=20)
    assert list(read_leads(session, listing.sort, ahead).rows) == whole[30:35]
    back = PageRequest(5, after=key, offset=2, backwards=True)
    assert list(read_leads(session, listing.sort, back).rows) == whole[2:7]
    assert (
        list(read_leads(session, listing.sort, PageRequest(3, backwards=True)).rows) == whole[-3:]
    )


def test_a_page_beyond_the_end_is_empty(rows: None, session: Session) -> None:
    page = read_leads(session, Sort("email"), PageRequest(5, offset=ROWS))
    assert page == Page(())


def test_positions_are_places_in_the_list(rows: None, session: Session) -> None:
    for sort in LEAD_SORTS:
        whole = Listing(read_leads, sort).whole(session)
        for place in (0, 1, 29, ROWS - 1):
            assert leads.position(session, EVERYTHING, sort, whole[place].id) == place
    for sort in ORGANIZATION_SORTS:
        whole = Listing(organizations.page, sort).whole(session)
        for place in (0, 1, 29, ROWS - 1):
            assert organizations.position(session, sort, whole[place].id) == place


def test_a_row_that_is_not_in_the_list_has_no_place(session: Session) -> None:
    lead = add_lead(session)
    scope = LeadScope(statuses=("ready",))
    assert leads.position(session, scope, Sort("name"), lead.id) is None
    assert leads.position(session, EVERYTHING, Sort("name"), lead.company_id) is None
    assert organizations.position(session, Sort("name"), lead.id) is None


def found_leads(session: Session, sort: Sort, term: str, backwards: bool) -> list[Found[Any]]:
    """Follow a search from hit to hit."""
    hits: list[Found[Any]] = []
    while True:
        after = hits[-1].row.id if hits else None
        hit = leads.find(session, EVERYTHING, sort, term, after=after, backwards=backwards)
        if hit is None:
            return hits
        hits.append(hit)


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("term", ["é", "%", "z", "1@"])
def test_a_search_visits_every_match_in_the_order_of_the_list(
    rows: None, session: Session, term: str, backwards: bool
) -> None:
    sort = Sort("name", descending=True)
    whole = Listing(read_leads, sort).whole(session)
    wanted = [
        (row.id, place)
        for place, row in enumerate(whole)
        if term
        in "\n".join(
            (
                row.email,
                f"{row.first_name or ''} {row.last_name or ''}",
                row.title or "",
                row.company_name,
            )
        ).lower()
    ]
    hits = found_leads(session, sort, term, backwards)
    assert wanted
    places = list(accumulate((hit.steps for hit in hits), initial=0))[1:]
    found = [
        (hit.row.id, len(whole) - place if backwards else place - 1)
        for hit, place in zip(hits, places, strict=True)
    ]
    assert found == (wanted[::-1] if backwards else wanted)


@pytest.mark.parametrize("term", ["100%", "a_b", "back\\slash", "'quoted'"])
def test_a_search_takes_its_term_literally(session: Session, term: str) -> None:
    wanted = add_organization(session, f"x{term.upper()}y")
    add_organization(session, "100x axb backslash quoted")
    hit = organizations.find(session, Sort("name"), term)
    assert hit is not None
    assert hit.row.id == wanted.id


def test_a_search_without_a_match_finds_nothing(rows: None, session: Session) -> None:
    assert leads.find(session, EVERYTHING, Sort("name"), "no such thing") is None
    assert organizations.find(session, Sort("name"), "no such thing") is None


def test_a_scope_narrows_list_count_queue_and_numbers(session: Session) -> None:
    campaign, organization = add_campaign(session), add_organization(session)
    mine = add_lead(session, campaign, organization, status="ready")
    add_lead(session, campaign, status="ready")
    add_lead(session, campaign, organization, status="new")
    add_lead(session, None, organization, status="ready")
    scope = LeadScope(campaign.id, organization.id, ("ready", "sent"))
    assert leads.page(session, scope, Sort("name"), PageRequest(9)).rows == (mine,)
    assert leads.count(session, scope) == 1
    assert leads.ids(session, scope, Sort("name"), PageRequest(9)).rows == (mine.id,)
    assert leads.status_counts(session, scope).by_status == {"ready": 1}
    assert leads.status_counts(session, EVERYTHING).by_status == {"ready": 3, "new": 1}
    assert organizations.count(session) == 2


def test_lists_load_no_documents(session: Session, other: PsycopgConnection) -> None:
    """A list of rows with megabytes of documents reads none of them."""
    organization = add_organization(session, website_raw_data=["x" * 1_000_000])
    lead = add_lead(session, None, organization, custom_data=["y" * 1_000_000])
    texts = [
        str(leads.page(session, EVERYTHING, Sort("name"), PageRequest(9))),
        str(organizations.page(session, Sort("name"), PageRequest(9))),
        str(leads.detail(session, lead.id)),
        str(organizations.detail(session, organization.id)),
    ]
    assert max(len(text) for text in texts) < 5_000
