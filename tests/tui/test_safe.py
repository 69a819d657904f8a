"""What `tui.safe` lets through, measured by rich, wcwidth and an emulated terminal."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from wcwidth import wcwidth

from tests.hostile import obeyed
from tui.safe import MAX_MARKS, clip, copyable, fit, safe, safe_lines, wrap

NAUGHTY: list[str] = json.loads(
    (Path(__file__).parents[1] / "data" / "blns.json").read_text(encoding="utf-8")
)

INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}

NASTY = (
    "\x00\x07\x08\x1b\x7f\x85\x90\x9b\x9d\r\n\t\xad\u0301\u0308\u034f\u061c\u115f\u1160\u11a8"
    "\u200b\u200c\u200d\u200e\u2028\u202e\u2066\u2069\u20e3\u3164\ud800\ue000\ufe0e\ufe0f\ufeff"
    "\uffa0\uffff\U0001f1e9\U0001f1ea\U0001f3fd\U0001f469\U000e0067\U0010ffff \u0bbe\u0940\u754c"
)
any_text = st.text(st.characters() | st.sampled_from(NASTY), max_size=80)
"""Any code points, surrogates among them, and often the troublesome ones."""


def assert_harmless(text: str) -> None:
    assert not [char for char in text if unicodedata.category(char) in INVISIBLE]
    assert cell_len(text) == sum(wcwidth(char) for char in text)


def column_after(text: str) -> int:
    """Where an emulated terminal's cursor stands after the text.

    It is fed by character, for pyte drops what follows a zero-width character of combining
    class 0 in the same write.
    """
    screen = pyte.Screen(cell_len(text) + 8, 2)
    stream = pyte.Stream(screen)
    for char in text:
        stream.feed(char)
    assert screen.cursor.y == 0
    return int(screen.cursor.x)


@given(any_text)
def test_no_control_or_invisible_character_is_left(text: str) -> None:
    assert_harmless(safe(text))


@given(any_text)
def test_a_terminal_moves_its_cursor_by_the_measured_width(text: str) -> None:
    assert column_after(safe(text)) == cell_len(safe(text))


@given(any_text)
def test_safe_text_is_left_alone(text: str) -> None:
    assert safe(safe(text)) == safe(text)


@given(any_text)
def test_lines_are_harmless_and_never_none(text: str) -> None:
    lines = safe_lines(text)
    assert lines
    for line in lines:
        assert_harmless(line)


@given(any_text, st.integers(-1, 40))
def test_clipped_text_is_harmless_and_no_wider_than_asked(text: str, width: int) -> None:
    clipped = clip(text, width)
    assert_harmless(clipped)
    assert cell_len(clipped) <= max(0, width)


@given(any_text, st.integers(0, 40), st.sampled_from(["left", "right", "center"]))
def test_fitted_text_takes_exactly_the_cells(text: str, width: int, align: str) -> None:
    assert cell_len(fit(text, width, align)) == width  # type: ignore[arg-type]


@given(any_text, st.integers(0, 40))
def test_wrapped_lines_are_harmless_and_no_wider_than_asked(text: str, width: int) -> None:
    for line in wrap(text, width):
        assert_harmless(line)
        assert cell_len(line) <= max(2, width)


@given(st.text("ab界 \n", max_size=200), st.integers(2, 20))
def test_wrapping_loses_nothing_but_spaces(text: str, width: int) -> None:
    assert "".join(wrap(text, width)).replace(" ", "") == text.replace(" ", "").replace("\n", "")


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_a_naughty_string_is_shown_harmless(text: str) -> None:
    shown = safe(text)
    assert_harmless(shown)
    assert column_after(shown) == cell_len(shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain [/red] text", "plain [/red] text"),
        ("", ""),
        ("\x1b]52;c;aGk=\x07", "^[]52;c;aGk=^G"),
        ("\x1b[2J", "^[[2J"),
        ("\x1b]8;;https://x\x1b\\", "^[]8;;https://x^[\\"),
        ("a\x9b31mb", "a<9b>31mb"),
        ("a\x00b\x7f", "a^@b^?"),
        ("user\u202egnp.exe", "user<202e>gnp.exe"),
        ("a\u2066b\u2069", "a<2066>b<2069>"),
        ("pay\u200bpal.com", "pay<200b>pal.com"),
        ("\ufeffid", "<feff>id"),
        ("one\ntwo\r\nthree\rfour", "one↵two↵three^Mfour"),
        ("a\tb", "a→b"),
        ("a\u2028b\u2029c\x85d", "a<2028>b<2029>c<85>d"),
        ("\ud83d", "<d83d>"),
        ("\ue0b0", "<e0b0>"),
        ("\U0010ffff", "<10ffff>"),
        ("soft\xadhyphen", "softhyphen"),
        ("👨\u200d👩\u200d👧", "👨👩👧"),
        ("👍🏽", "👍"),
        ("❤\ufe0f", "❤"),
        ("1\ufe0f\u20e3", "1\u20e3"),
        ("🇩🇪 🇦🇹", "DE AT"),
        ("\u1112\u1161\u11ab", "\u1112\u1161\u11ab"),
        ("\u3164", "<3164>"),
        ("مرحبا", "مرحبا"),
        ("தமிழ்", "தமிழ்"),
        ("株式会社", "株式会社"),
        ("\u0301a", "◌\u0301a"),
        ("a \u0301", "a ◌\u0301"),
    ],
)
def test_a_text_is_shown_as(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_a_crowd_of_combining_marks_is_counted_not_stacked() -> None:
    assert safe("e" + "\u0301" * 10_000) == "e" + "\u0301" * MAX_MARKS + f"<+{10_000 - MAX_MARKS}>"


def test_printable_ascii_is_the_same_object() -> None:
    text = "Jane Doe <jane@example.com>"
    assert safe(text) is text


def test_a_long_text_ends_in_an_ellipsis_at_the_limit() -> None:
    assert safe("x" * 30, limit=10) == "x" * 10 + "…"


def test_lines_split_at_both_line_ends_and_expand_tabs() -> None:
    assert safe_lines("a\r\n\tb\n\nc\r") == ["a", "    b", "", "c^M"]


@pytest.mark.parametrize(
    ("text", "width", "clipped"),
    [
        ("hello", 5, "hello"),
        ("hello!", 5, "hell…"),
        ("hello", 1, "…"),
        ("hello", 0, ""),
        ("株式会社", 8, "株式会社"),
        ("株式会社", 7, "株式会…"),
        ("株式会社", 6, "株式…"),
        ("\x1b[31m", 3, "^[…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
    ],
)
def test_clipping_keeps_characters_whole(text: str, width: int, clipped: str) -> None:
    assert clip(text, width) == clipped


@pytest.mark.parametrize(
    ("align", "fitted"), [("left", "ab   "), ("right", "   ab"), ("center", " ab  ")]
)
def test_padding_goes_to_the_other_side(align: str, fitted: str) -> None:
    assert fit("ab", 5, align) == fitted  # type: ignore[arg-type]


def test_a_cut_wide_character_is_padded() -> None:
    assert fit("株式会社", 6) == "株式… "


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("the quick brown fox", 10, ["the quick", "brown fox"]),
        ("one\n\n  two three", 7, ["one", "", "  two", "three"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("at abcdefghij", 5, ["at ab", "cdefg", "hij"]),
        ("株式会社です", 5, ["株式", "会社", "です"]),
        ("", 10, [""]),
        ("exact fit", 9, ["exact fit"]),
    ],
)
def test_text_wraps_at_words(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


@given(any_text)
def test_what_is_copied_holds_nothing_that_a_program_obeys(text: str) -> None:
    assert not obeyed(copyable(text))


@pytest.mark.parametrize(
    ("text", "copied"),
    [
        ("one\n\ttwo\r\nthree", "one\n\ttwo\r\nthree"),
        ("ls\x1b[201~\rrm", "ls^[[201~^Mrm"),
        ("a\u202eb\x9bc\ud800", "a<202e>b<9b>c<d800>"),
        ("👩\u200d👧 ❤\ufe0f 🇩🇪 e\u0301 \ue0b0", "👩\u200d👧 ❤\ufe0f 🇩🇪 e\u0301 \ue0b0"),
    ],
)
def test_a_text_is_copied_as(text: str, copied: str) -> None:
    assert copyable(text) == copied
