"""Cells of other programs: which numbers, ranges and times are understood, and which not guessed."""

from __future__ import annotations

import pytest

from db.transfer.cells import at_least, moment, whole_number


@pytest.mark.parametrize(
    ("cell", "number"),
    [("1200", 1200), ("1,200", 1200), ("1.200", 1200), ("1 200 000", 1_200_000), ("50.0", 50)],
)
def test_numbers_with_separators_are_whole(cell: str, number: int) -> None:
    assert whole_number(cell) == number


@pytest.mark.parametrize("cell", ["51-200", "50+", "1,20", "3.5", "-1", "9999999999", "²"])
def test_other_numbers_are_not_guessed(cell: str) -> None:
    with pytest.raises(ValueError):
        whole_number(cell)


@pytest.mark.parametrize(
    ("cell", "utc"),
    [
        ("2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05+00:00"),
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05+00:00"),
        ("2026-01-02", "2026-01-02T00:00:00+00:00"),
    ],
)
def test_times_become_utc(cell: str, utc: str) -> None:
    assert moment(cell).isoformat() == utc


@pytest.mark.parametrize("cell", ["0001-01-01T00:00:00+14:00", "yesterday"])
def test_what_is_no_time_is_not_guessed(cell: str) -> None:
    with pytest.raises(ValueError):
        moment(cell)


@pytest.mark.parametrize(
    ("cell", "utc"),
    [
        ("2026-01-02 03:04", "2026-01-02T03:04:00+00:00"),
        ("02.01.2026", "2026-01-02T00:00:00+00:00"),
        ("Jan 2, 2026", "2026-01-02T00:00:00+00:00"),
        ("2 January 2026", "2026-01-02T00:00:00+00:00"),
        ("12/31/2025 11:30 PM", "2025-12-31T23:30:00+00:00"),
        ("31/12/2025", "2025-12-31T00:00:00+00:00"),
        ("Fri, 02 Jan 2026 03:04:05 +0200", "2026-01-02T01:04:05+00:00"),
        ("1767323045000", "2026-01-02T03:04:05+00:00"),
    ],
)
def test_dates_of_other_programs_are_understood(cell: str, utc: str) -> None:
    assert moment(cell).isoformat() == utc


@pytest.mark.parametrize("cell", ["03/04/2026", "31/31/2026", "99.99.2026", "2026", "Jan 2026"])
def test_a_date_that_could_be_two_days_or_none_is_not_guessed(cell: str) -> None:
    with pytest.raises(ValueError):
        moment(cell)


@pytest.mark.parametrize(
    ("cell", "number"), [("51-200", 51), ("10,001+", 10_001), ("11 – 50", 11), ("7", 7)]
)
def test_a_range_is_its_lower_bound(cell: str, number: int) -> None:
    assert at_least(cell) == number
