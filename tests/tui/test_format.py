"""Rows as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from rich.cells import cell_len

from db.statuses import LEAD
from tui import format

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "now"),
        (59, "now"),
        (60, "1m"),
        (3599, "59m"),
        (3600, "1h"),
        (86_399, "23h"),
        (86_400, "1d"),
        (6 * 86_400, "6d"),
        (7 * 86_400, "1w"),
        (29 * 86_400, "4w"),
        (30 * 86_400, "1mo"),
        (364 * 86_400, "12mo"),
        (365 * 86_400, "1y"),
        (-59, "now"),
        (-60, "in 1m"),
        (-7200, "in 2h"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(seconds: int, text: str) -> None:
    assert format.age(NOON - timedelta(seconds=seconds), NOON) == text


def test_no_moment_is_a_dash_in_a_column_and_never_in_a_sentence() -> None:
    assert (format.when(None), format.ago(None)) == ("–", "never")


def test_a_moment_in_a_sentence_is_some_time_ago() -> None:
    assert format.ago(datetime.now(UTC) - timedelta(hours=3, minutes=1)) == "3h ago"


def test_a_moment_to_come_is_not_ago() -> None:
    assert format.ago(datetime.now(UTC) + timedelta(hours=3, minutes=1)) == "in 3h"


def test_an_absolute_time_is_a_date_and_a_minute_in_the_operators_zone() -> None:
    local = NOON.astimezone()
    assert format.when(NOON, absolute=True) == local.strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize("absolute", [True, False])
def test_a_time_fits_its_column(absolute: bool) -> None:
    text = format.when(NOON - timedelta(days=900), absolute=absolute)
    assert cell_len(text) <= format.time_width(absolute)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "·"),
        (1, "1"),
        (99_999, "99,999"),
        (100_000, "100.0k"),
        (999_949, "999.9k"),
        (999_950, "1.0M"),
        (12_345_678, "12.3M"),
    ],
)
def test_a_count_takes_six_cells_at_most(value: int, text: str) -> None:
    assert format.count(value) == text
    assert len(text) <= 6


@pytest.mark.parametrize(
    ("value", "word", "text"),
    [
        (1, "lead", "1 lead"),
        (0, "lead", "0 leads"),
        (1200, "lead", "1,200 leads"),
        (2, "company", "2 companies"),
        (1, "company", "1 company"),
        (2, "day", "2 days"),
    ],
)
def test_a_number_agrees_with_its_noun(value: int, word: str, text: str) -> None:
    assert format.plural(value, word) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "none"), (999, "999 B"), (1000, "1 kB"), (999_999, "1000 kB"), (5_200_000, "5.2 MB")],
)
def test_a_size_is_told_in_its_largest_unit(value: int | None, text: str) -> None:
    assert format.size(value) == text


def test_a_status_is_a_glyph_and_a_word() -> None:
    assert format.status_text(LEAD.get("ready")) == "◆ ready"


def test_a_status_on_its_way_has_a_mark_in_the_place_of_its_glyph() -> None:
    assert format.status_text(LEAD.get("ready"), pending=True) == "⋯ ready"


def test_a_status_that_nobody_knows_is_shown_flagged_and_harmless() -> None:
    assert format.status_text(LEAD.get("\x1b[2Jfoo")) == "? ^[[2Jfoo"


def test_the_glyphs_of_statuses_take_one_cell_each() -> None:
    assert {cell_len(status.glyph) for status in LEAD.statuses} == {1}


def test_an_unverified_address_is_told_as_such() -> None:
    assert format.verification_text(None) == "? unverified"


def test_a_verification_that_nobody_knows_is_harmless() -> None:
    assert format.verification_text("\x9bm") == "? <9b>m"
