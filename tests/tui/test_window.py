"""The window on a long list against the plain list that it stands for."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from db.rows import Page, PageRequest
from tui.widgets.window import KEPT_PAGES, PAGE, RowWindow

LENGTHS = st.one_of(
    st.integers(0, 3),
    st.integers(0, 25).map(lambda pages: pages * PAGE),
    st.integers(0, 25 * PAGE),
)


@dataclass(frozen=True)
class Row:
    """A row of a list in the order of its numbers."""

    number: int
    version: int = 0

    @property
    def id(self) -> UUID:
        return UUID(int=self.number)


def rows(length: int) -> list[Row]:
    return [Row(10 * number) for number in range(length)]


def serve(listed: list[Row], request: PageRequest) -> Page[Row]:
    """Answer as the database does."""
    ordered = listed[::-1] if request.backwards else listed
    if request.after is not None:
        (bound,) = request.after
        beyond = operator.lt if request.backwards else operator.gt
        ordered = [row for row in ordered if beyond(row.number, bound)]
    taken = ordered[request.offset : request.offset + request.limit]
    taken = taken[::-1] if request.backwards else taken
    if not taken:
        return Page(())
    return Page(tuple(taken), (taken[0].number,), (taken[-1].number,))


def opened(listed: list[Row], *, counted: bool = True) -> RowWindow[Row]:
    window: RowWindow[Row] = RowWindow()
    window.open_at_start(serve(listed, PageRequest(PAGE)))
    if counted:
        window.counted(len(listed), 0)
    return window


def look_at(window: RowWindow[Row], listed: list[Row], first: int, last: int) -> None:
    """Fetch what is missing between two places, as the table does."""
    for _ in range(10):
        index = window.missing(first, last)
        if index is None:
            return
        ask = window.ask(index)
        window.store(ask, serve(listed, ask.request))
    raise AssertionError("a fetched page is still missing")


@given(LENGTHS, st.lists(st.floats(0, 1), max_size=12))
def test_each_place_visited_in_any_order_shows_its_row(length: int, visits: list[float]) -> None:
    listed = rows(length)
    window = opened(listed)
    for visit in visits if listed else ():
        at = int(visit * (length - 1))
        look_at(window, listed, at, at)
        assert window.get(at) == listed[at]


def test_a_full_first_page_is_a_guess_until_it_is_counted() -> None:
    listed = rows(3 * PAGE)
    window = opened(listed, counted=False)
    assert (window.total, window.exact) == (PAGE, False)
    window.counted(len(listed), 0)
    assert (window.total, window.exact) == (3 * PAGE, True)


@given(LENGTHS)
def test_paging_up_from_the_end_finds_every_row(length: int) -> None:
    listed = rows(length)
    window = opened(listed)
    seen = []
    for at in range(length - 1, -1, -1):
        look_at(window, listed, at, at)
        seen.append(window.get(at))
    assert seen == listed[::-1]


@given(LENGTHS, st.integers(0, 5 * PAGE))
def test_a_page_counts_no_more_rows_than_were_asked_for_beyond_its_nearest_anchor(
    length: int, visit: int
) -> None:
    listed = rows(length)
    window = opened(listed)
    request = window.ask(min(visit, max(length - 1, 0))).request
    assert request.offset <= max(length - PAGE, 0) // 2 + PAGE


def test_a_walk_over_a_long_list_keeps_a_bounded_number_of_pages() -> None:
    listed = rows(40 * PAGE)
    window = opened(listed)
    for at in range(0, len(listed), PAGE):
        look_at(window, listed, at, at)
    assert len(list(window.loaded())) == KEPT_PAGES * PAGE


def test_the_page_before_one_that_was_visited_last_is_kept() -> None:
    listed = rows(40 * PAGE)
    window = opened(listed)
    for at in range(0, len(listed), PAGE):
        look_at(window, listed, 0, 0)
        look_at(window, listed, at, at)
    assert window.get(0) == listed[0]


@given(st.integers(1, 10 * PAGE), st.integers(0, 10 * PAGE))
def test_a_longer_list_shows_its_rows_in_order(length: int, more: int) -> None:
    listed = rows(length)
    window = opened(listed)
    listed += [Row(10 * length + number) for number in range(more)]
    look_at(window, listed, length - 1, length - 1)
    shown = [row.number for _, row in sorted(window.loaded(), key=lambda entry: entry[0])[-PAGE:]]
    assert shown == sorted(shown)


@given(st.integers(1, 10 * PAGE), st.floats(0, 1), st.floats(0, 1))
def test_a_list_that_became_shorter_shows_only_rows_that_are_left(
    length: int, left: float, visit: float
) -> None:
    listed = rows(length)
    window = opened(listed)
    del listed[max(PAGE, int(left * length)) :]
    at = int(visit * (length - 1))
    for _ in range(20):
        index = window.missing(at, at)
        if index is None:
            break
        ask = window.ask(index)
        window.store(ask, serve(listed, ask.request))
    assert window.get(at) in {None, *listed}


@given(LENGTHS.filter(bool), st.floats(0, 1))
def test_a_newer_version_stands_in_the_place_of_its_row(length: int, where: float) -> None:
    listed = rows(length)
    window = opened(listed)
    at = int(where * (length - 1))
    look_at(window, listed, at, at)
    newer = Row(listed[at].number, version=1)
    assert window.replace(newer) == [at]
    assert window.get(at) == newer


def test_the_place_of_a_row_that_is_not_loaded_is_not_known() -> None:
    listed = rows(3 * PAGE)
    window = opened(listed)
    assert window.index_of(listed[PAGE].id) is None
    assert window.index_of(listed[PAGE - 1].id) == PAGE - 1


def test_an_empty_list_is_exact_at_once() -> None:
    window = opened([], counted=False)
    assert (window.total, window.exact) == (0, True)
