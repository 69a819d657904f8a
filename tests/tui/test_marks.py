"""Marked rows: one, a range, all that match; what keeps them and what ends them."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from psycopg2.extensions import connection as PsycopgConnection

from db.many import Selection
from db.rows import LeadScope
from tests.support import run
from tests.tui.support import (
    DACH,
    cursor_line,
    insert_lead,
    on_top,
    page,
    painted,
    press,
    row_of,
    running,
    status_line,
    table_of,
    title_line,
    to_leads,
)
from tui.app import CustomerCenter
from tui.marks import Marks
from tui.screens.leads import LeadsScreen
from tui.screens.marking import Marking
from tui.widgets.columns import MARKED, MARKED_CURSOR


def marked_lines(app: CustomerCenter) -> list[int]:
    """The lines of the list that have the sign of a mark."""
    lines = painted(app)[2:-2]
    return [at for at, line in enumerate(lines) if line[0] in (MARKED, MARKED_CURSOR)]


def marks(app: CustomerCenter) -> Marks:
    """The marks of the screen."""
    assert isinstance(app.screen, Marking)
    return app.screen.marks


def counted(app: CustomerCenter) -> str:
    """How many the status line says are marked."""
    return table_of(app).place.rpartition("   ")[0]


# The marks themselves


def test_a_mark_is_put_and_taken_away() -> None:
    row, other = uuid4(), uuid4()
    kept = Marks()
    kept.toggle(row)
    assert (kept.has(row), kept.has(other), bool(kept)) == (True, False, True)
    kept.toggle(row)
    assert not kept


def test_all_but_some_are_marked() -> None:
    row, scope = uuid4(), LeadScope(uuid4())
    kept = Marks()
    kept.mark_all()
    kept.toggle(row)
    assert (kept.has(row), kept.has(uuid4())) == (False, True)
    assert kept.selection(scope) == Selection(frozenset({row}), scope)
    kept.put([row], True)
    assert kept.selection(scope) == Selection(frozenset(), scope)


def test_a_range_that_begins_at_a_mark_takes_marks_away() -> None:
    rows = [UUID(int=number) for number in range(4)]
    kept = Marks(set(rows))
    kept.begin(1, rows[1])
    kept.extend(1, 2)
    assert [kept.has(row, at) for at, row in enumerate(rows)] == [True, False, False, True]
    kept.end(rows[1:3])
    assert kept.ids == {rows[0], rows[3]}


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        (Marks(), ""),
        (Marks({uuid4(), uuid4()}), "2 marked"),
        (Marks(everything=True), "all ~4,329 that match"),
        (Marks({uuid4()}, everything=True), "~4,328 of ~4,329 that match"),
    ],
)
def test_how_many_are_marked_is_told(kept: Marks, told: str) -> None:
    assert kept.told(4_329, exact=False) == told


# One


async def test_space_marks_a_row_and_goes_on(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "space", "j", "space")
        assert marked_lines(app) == [0, 2]
        assert counted(app) == "2 marked"
        assert table_of(app).index == 3
        await press(pilot, "k", "space")
        assert marked_lines(app) == [0]


async def test_a_mark_under_the_cursor_has_a_sign_of_its_own(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "space")
        assert painted(app)[2].startswith(MARKED)
        assert cursor_line(app) == painted(app)[3]
        await press(pilot, "k")
        assert painted(app)[2].startswith(MARKED_CURSOR)


async def test_the_last_row_is_marked_too(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "G", "space")
        assert counted(app) == "1 marked"
        assert table_of(app).place.endswith("149/149")


# A range


@pytest.mark.parametrize("end", ["v", "escape", "space"])
async def test_a_range_follows_the_cursor_until_it_ends(untouched_url: str, end: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j", "v", "j", "j", "j")
        assert marked_lines(app) == [1, 2, 3, 4]
        assert counted(app) == "range of 4"
        await press(pilot, "k", end)
        assert marked_lines(app) == [1, 2, 3]
        assert counted(app) == "3 marked"
        await press(pilot, "j", "j")
        assert marked_lines(app) == [1, 2, 3]
        assert on_top(app, LeadsScreen)


async def test_a_range_goes_upwards_too(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j", "j", "j", "v", "k", "k", "v")
        assert marked_lines(app) == [1, 2, 3]


async def test_a_range_covers_rows_that_were_never_loaded(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    run(
        n8n,
        "INSERT INTO leads (campaign_id, company_id, email) SELECT campaign_id, company_id,"
        " n || email FROM leads JOIN campaigns c USING (campaign_id),"
        " generate_series(1, 9) n WHERE c.name = %s",
        DACH,
    )
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j", "v", "G")
        assert table_of(app).window.get(700) is None
        await press(pilot, "v")
        assert counted(app) == "1,489 marked"
        await press(pilot, "g", "g")
        assert marked_lines(app)[:2] == [1, 2]


async def test_escape_leaves_the_list_where_no_range_is_open(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "space", "escape")
        assert not on_top(app, LeadsScreen)


# All that match


async def test_all_that_match_are_marked_and_some_taken_out(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "asterisk")
        assert counted(app) == "all 149 that match"
        assert len(marked_lines(app)) == 20
        await press(pilot, "space")
        assert counted(app) == "148 of 149 that match"
        assert 0 not in marked_lines(app)
        await press(pilot, "G")
        assert len(marked_lines(app)) == 20


async def test_rows_that_come_later_match_too(demo_url: str, n8n: PsycopgConnection) -> None:
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "asterisk")
        insert_lead(n8n, DACH, "late@example.com", created_at="2030-01-01")
        await press(pilot, "R", "g", "g")
        assert 0 in marked_lines(app)
        assert counted(app) == "all 150 that match"


async def test_unmark_takes_all_marks_away(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        for keys in (("space", "space"), ("asterisk",), ("v", "j")):
            await press(pilot, *keys)
            assert marked_lines(app)
            await press(pilot, "U")
            assert (marked_lines(app), counted(app)) == ([], "")
        assert "Nothing is marked." in status_line(app)


# What keeps them, what ends them


async def test_marks_stay_with_their_rows_at_another_sort(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        row = row_of(app)
        await press(pilot, "space", "S", "4")
        assert counted(app) == "1 marked"
        assert row.id in marks(app).ids
        await press(pilot, "S", "1")
        assert table_of(app).window.index_of(row.id) == 0
        assert marked_lines(app) == [0]


async def test_marks_stay_when_the_list_is_read_again(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "space")
        insert_lead(n8n, DACH, "fresh@example.com", created_at="2030-01-01")
        await press(pilot, "R", "g", "g")
        assert marked_lines(app) == [1]


async def test_another_filter_takes_the_marks_away_and_says_so(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "asterisk", "w", "j", "enter")
        assert marked_lines(app) == []
        assert "The marks are gone" in status_line(app)
        assert "new" in title_line(app)


# Copying


async def test_marked_rows_are_copied_as_csv(demo_url: str, n8n: PsycopgConnection) -> None:
    run(n8n, "UPDATE leads SET title = '=HYPERLINK(1)'")
    async with running(demo_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j")
        emails = [row_of(app).email]
        await press(pilot, "v", "j")
        emails.append(row_of(app).email)
        await press(pilot, "y", "c")
        header, *lines = app.clipboard.splitlines()
        assert header.startswith("first_name,last_name,email,title")
        assert [line.split(",")[2] for line in lines] == emails
        assert all(line.split(",")[3] == "'=HYPERLINK(1)" for line in lines)
        assert "Copied as CSV: 2 leads." in status_line(app)


async def test_without_a_mark_the_row_under_the_cursor_is_copied(untouched_url: str) -> None:
    async with running(untouched_url) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "j", "y", "c")
        assert row_of(app).email in app.clipboard
        assert app.clipboard.count("\r\n") == 2


@pytest.mark.parametrize(("limit", "copied"), [("ROWS", 20), ("BYTES", 6)])
async def test_more_than_a_terminal_takes_is_cut_and_told(
    demo_url: str,
    n8n: PsycopgConnection,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    copied: int,
) -> None:
    monkeypatch.setattr(f"tui.screens.marking.COPIED_{limit}", 20 if limit == "ROWS" else 8_000)
    run(n8n, "UPDATE leads SET title = repeat('x', 1000), first_name = 'A', last_name = 'B'")
    async with running(demo_url, (140, 24)) as (app, pilot):
        await to_leads(pilot)
        await press(pilot, "asterisk", "y", "c")
        assert app.clipboard.count("\r\n") == copied + 1
        assert f"the first {copied} of all 149 that match" in status_line(app)


async def test_the_footer_and_the_help_name_the_keys(untouched_url: str) -> None:
    async with running(untouched_url, (140, 70)) as (app, pilot):
        await to_leads(pilot)
        assert "Space mark" in painted(app)[-1]
        await press(pilot, "question_mark", "pagedown")
        assert "Mark all that match" in page(app)
