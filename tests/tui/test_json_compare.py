"""Two JSON documents compared."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given

from tests.tui.test_json_tree import json_values
from tui.json_compare import DIFFERENCES_AT_MOST, compare
from tui.json_text import parse

NAMES = ("summary", "raw")


def compared(left: Any, right: Any) -> dict[str, Any]:
    return compare(parse(json.dumps(left)), parse(json.dumps(right)), NAMES).value


def test_what_differs_is_told_with_both_values_and_the_rest_where_it_is_missing() -> None:
    left = {"name": "Ada", "tags": ["a", "b"], "old": {"deep": 1}, "same": {"x": True}}
    right = {"name": "Bob", "tags": ["a"], "same": {"x": True}, "new key": None}
    assert compared(left, right) == {
        "different": {"$.name": {"summary": "Ada", "raw": "Bob"}},
        "only_in_summary": {"$.tags[1]": "b", "$.old": {"deep": "1"}},
        "only_in_raw": {'$["new key"]': None},
        "equal_values": "2",
    }


def test_values_of_another_kind_differ() -> None:
    for left, right in ((1, "1"), (1, True), (None, False), ({}, []), ([], None)):
        assert compared(left, right)["different"] == {
            "$": {"summary": parse(json.dumps(left)), "raw": parse(json.dumps(right))}
        }


@given(json_values, json_values)
def test_documents_have_no_difference_where_they_are_equal(one: Any, other: Any) -> None:
    left, right = parse(json.dumps(one)), parse(json.dumps(other))
    assert compare(left, left, NAMES).differences == 0
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (compare(left, right, NAMES).differences == 0) == same


def test_a_comparison_stops_where_nobody_reads_on() -> None:
    count = DIFFERENCES_AT_MOST + 1
    found = compare(parse(json.dumps([0] * count)), parse(json.dumps([1] * count)), NAMES)
    assert (found.differences, found.complete) == (DIFFERENCES_AT_MOST, False)


def test_documents_of_any_depth_are_compared() -> None:
    deep = parse("[" * 9_000 + "1" + "]" * 9_000)
    other = parse("[" * 9_000 + "2" + "]" * 9_000)
    assert list(compare(deep, other, NAMES).value["different"]) == ["$" + "[0]" * 9_000]
