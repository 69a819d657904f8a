"""JSON text to values and back, and the rows of a folded tree."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable
from pathlib import Path as File
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.json_paint import key_text, preview, row_parts, value_is_cut
from tui.json_text import DEEPEST, InvalidJson, Number, _Walker, parse, to_json
from tui.json_tree import OPEN_AT_FIRST, ROOT, JsonTree, Node

DOCUMENTS = sorted((File(__file__).parents[1] / "data" / "json").glob("*.json"))

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=30,
)


def painted(node: Node, width: int = 80) -> str:
    return "".join(text for _, text in row_parts(node, width)).rstrip()


def rows(tree: JsonTree) -> list[str]:
    return [painted(tree.node(row)) for row in range(tree.rows)]


def preorder(value: Any) -> list[Any]:
    """All values of a document in its order, the plain way."""
    if isinstance(value, dict | list):
        members = value.values() if isinstance(value, dict) else value
        return [value, *(below for member in members for below in preorder(member))]
    return [value]


# Text


@pytest.mark.parametrize("number", ["1.10", "1e400", "-0", "12345678901234567890" * 3, "1E+2"])
def test_a_number_keeps_its_text(number: str) -> None:
    value = parse(f"[{number}]")[0]
    assert value == number
    assert isinstance(value, Number)
    assert "".join(to_json([value])) == f"[\n  {number}\n]"


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.stem)
def test_a_document_is_written_as_it_was_read(file: File) -> None:
    text = file.read_text(encoding="utf-8")
    assert json.loads("".join(to_json(parse(text)))) == json.loads(text)


@given(json_values)
def test_the_text_of_a_value_is_what_the_standard_library_writes(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=2)
    assert "".join(to_json(parse(text))) == text


@pytest.mark.parametrize("levels", [0, 1, DEEPEST])
@given(value=json_values)
def test_reading_on_a_stack_of_its_own_reads_the_same(levels: int, value: Any) -> None:
    text = json.dumps(value, indent=1)
    assert _Walker(text, levels).document() == parse(text)


@pytest.mark.parametrize("levels", [0, 1, DEEPEST])
@given(text=st.text('[]{}:,"1 antrue', max_size=12))
def test_reading_on_a_stack_of_its_own_refuses_the_same(levels: int, text: str) -> None:
    def outcome(read: Callable[[], Any]) -> Any:
        try:
            return read()
        except (InvalidJson, json.JSONDecodeError):
            return "invalid"

    assert outcome(_Walker(text, levels).document) == outcome(lambda: parse(text))


def test_a_document_deeper_than_the_stack_is_read_and_written() -> None:
    text = "[" * DEEPEST + "1" + "]" * DEEPEST
    assert "".join("".join(to_json(parse(text), indent=0)).split()) == text


def test_a_document_deeper_than_any_that_is_stored_is_refused() -> None:
    with pytest.raises(InvalidJson, match="more than 10,000 levels"):
        parse("[" * 100_000 + "1" + "]" * 100_000)


def test_a_document_of_two_million_members_is_read() -> None:
    count = 2_000_000
    assert len(parse("[" + "1," * (count - 1) + "1]")) == count


def test_other_threads_run_while_a_large_document_is_parsed() -> None:
    text = json.dumps({"items": [{"id": n} for n in range(200_000)]})
    parsing = threading.Thread(target=parse, args=(text,))
    parsing.start()
    turns = 0
    while parsing.is_alive():
        parsing.join(0.001)
        turns += 1
    assert turns > 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "This is not valid JSON: expecting value at line 1, column 1."),
        ('{"a":\n1,}', "This is not valid JSON: expecting property name enclosed in double quotes"),
        ('["ab', "This is not valid JSON: unterminated string at line 1, column 2."),
    ],
)
def test_invalid_json_is_refused_with_its_position(text: str, message: str) -> None:
    with pytest.raises(InvalidJson, match=message.replace(".", r"\.")):
        parse(text)


# Rows


def test_rows_show_keys_counts_and_values_in_columns() -> None:
    tree = JsonTree(parse('{"name": "Ada", "tags": ["x", 1.0], "none": null, "empty": {}}'))
    assert rows(tree) == [
        "▾ {4}",
        '    name   "Ada"',
        "  ▾ tags   [2]",
        '      0  "x"',
        "      1  1.0",
        "    none   null",
        "    empty  {}",
    ]


@given(json_values)
def test_a_small_document_opens_whole_and_in_order(value: Any) -> None:
    tree = JsonTree(value)
    shown = [tree.node(row).value for row in range(tree.rows)]
    assert shown == preorder(value)


@settings(max_examples=60)
@given(json_values, st.randoms(use_true_random=False))
def test_rows_and_paths_agree_whatever_is_folded(value: Any, chance: random.Random) -> None:
    tree = JsonTree(value)
    for _ in range(12):
        node = tree.node(chance.randrange(tree.rows))
        before = tree.rows
        if node.open:
            tree.fold(node.path)
            assert tree.rows < before
        elif node.open is False:
            tree.open(node.path)
            assert tree.rows > before
        nodes = [tree.node(row) for row in range(tree.rows)]
        assert [tree.row_of(node.path) for node in nodes] == list(range(tree.rows))
        paths = [node.path for node in nodes]
        assert paths == sorted(paths)


def test_a_hidden_path_is_on_the_row_that_hides_it() -> None:
    tree = JsonTree({"a": {"b": {"c": 1}}, "z": 0})
    tree.fold((0, 0))
    assert tree.row_of((0, 0, 0, 0)) == tree.row_of((0, 0)) == 1


def test_what_was_unfolded_inside_comes_back() -> None:
    tree = JsonTree({"a": {"b": {"c": 1}, "d": {"e": 1}}})
    tree.fold((0, 0, 0))
    before = rows(tree)
    tree.fold((0, 0))
    tree.open((0, 0))
    assert rows(tree) == before


def test_folding_to_a_depth_shows_no_deeper_level() -> None:
    tree = JsonTree({"a": {"b": {"c": 1}}})
    tree.open_levels(2)
    assert max(tree.node(row).depth for row in range(tree.rows)) == 2
    tree.fold_all()
    assert rows(tree) == ["▾ {1}", "  ▸ a  {1}   b: {…}"]


def test_a_large_document_opens_only_so_far() -> None:
    tree = JsonTree({str(n): list(range(9)) for n in range(200)})
    assert tree.rows == 201 <= OPEN_AT_FIRST


def test_unfolding_all_stops_before_it_would_be_too_much_and_says_where() -> None:
    tree = JsonTree([[[0] * 50] * 50])
    assert tree.open_levels(None, rows=1_000) == 2
    assert tree.rows == 1 + 1 + 50
    assert tree.open_levels(None) is None


def test_the_first_level_is_shown_however_wide() -> None:
    assert JsonTree([0] * 5_000).rows == 5_001


# Paths


@pytest.mark.parametrize(
    ("document", "path", "text", "jq"),
    [
        ({"a": 1}, ROOT, "$", "."),
        ({"pages": [0, {"title": 1}]}, (0, 0, 1, 0), "$.pages[1].title", ".pages[1].title"),
        ({"a b": 1}, (0, 0), '$["a b"]', '.["a b"]'),
        ({"x": {"": 1}}, (0, 0, 0), '$.x[""]', '.x[""]'),
        ({'"\x1b': 1}, (0, 0), '$["\\"\\u001b"]', '.["\\"\\u001b"]'),
        ([[1]], (0, 0, 0), "$[0][0]", ".[0][0]"),
    ],
)
def test_paths_are_written(document: Any, path: tuple[int, ...], text: str, jq: str) -> None:
    tree = JsonTree(document)
    assert tree.path_text(path) == text
    assert tree.jq_text(path) == jq


# Search


def test_a_search_finds_keys_and_scalars_in_document_order() -> None:
    tree = JsonTree(parse('{"Name": {"x": "NAME"}, "n": [1.50, true, null, "no"]}'))
    assert tree.find("name").paths == ((0, 0), (0, 0, 0))
    assert tree.find("name", keys_only=True).paths == ((0, 0),)
    assert tree.find("1.50").paths == ((0, 1, 0),)
    assert tree.find("true").paths == ((0, 1, 1),)
    assert tree.find("").paths == ()


def test_hits_follow_each_other_around_the_end() -> None:
    hits = JsonTree(["a", "b", "a"]).find("a")
    assert hits.after(ROOT) == (0, 0)
    assert hits.after((0, 0)) == (0, 2)
    assert hits.after((0, 2)) == (0, 0)
    assert hits.after((0, 2), -1) == (0, 0)
    assert hits.after((0, 1), -1) == (0, 0)
    assert hits.after((0, 0), -1) == (0, 2)


def test_revealing_a_hit_unfolds_what_it_lies_in() -> None:
    tree = JsonTree({"a": {"b": ["x"]}, "c": 1})
    tree.fold_all()
    row = tree.reveal((0, 0, 0, 0))
    assert tree.node(row).value == "x"


# Painting


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("og:title", "og:title"),
        ("", '""'),
        ("a b", '"a b"'),
        ("\x1b[31m", '"^[[31m"'),
        ("[/red]", '"[/red]"'),
    ],
)
def test_a_key_is_shown_as(key: str, shown: str) -> None:
    assert key_text(key) == shown


def test_a_row_is_never_wider_than_asked() -> None:
    deep: Any = "界" * 300
    for _ in range(60):
        deep = {"clé" * 40: deep, "\n": ["\x9b" * 20]}
    tree = JsonTree(deep)
    for row in range(tree.rows):
        for width in (1, 7, 40, 80):
            assert len(painted(tree.node(row), width)) <= width


def test_only_a_cut_string_has_more_to_read() -> None:
    tree = JsonTree(["short", "long" * 100, "two\nlines", Number("1" * 20)])
    assert [value_is_cut(tree.node(row), 40) for row in range(1, 5)] == [False, True, True, False]


def test_a_preview_shows_first_members_and_nested_ones_as_dots() -> None:
    assert preview({"a": [1], "b": {}, "c": "x\ny"}, 80) == 'a: […], b: {}, c: "x\\ny"'
    assert len(preview(list(range(100_000)), 40)) < 100
