"""The one door through which text of others reaches a terminal, a log or a message.

Text from the database may hold escape sequences, bidirectional overrides or ten thousand
combining marks, and Textual and Rich write all of it to the terminal as it is. What leaves this
module holds no control, format, surrogate, private or unassigned character, and every code point
left has one width (0, 1 or 2 cells) wherever it is measured: `rich.cells.cell_len` of the whole
string is the sum of `wcwidth` over its characters.

Markup is no concern here: pass the result on as `Text` or `Content`, never as a bare `str`.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import Literal

from rich.cells import cell_len, get_character_cell_size

Align = Literal["left", "right", "center"]

LIMIT = 20_000
"""Characters of a source text that `safe` looks at; the rest becomes an ellipsis."""

MAX_MARKS = 4
"""Zero-width characters kept on one base; with them it fits the 21 bytes of a cell of tmux."""

TAB_SIZE = 4
"""Columns between the tab stops of multi-line text."""

ELLIPSIS = "…"
_BASE = "◌"  # U+25CC, the base that Unicode uses to show a mark alone
_NEWLINE, _TAB = "↵", "→"

_CACHE_SIZE = 20_000  # code points remembered; a hostile text may hold a million of them


def _ranges(spec: str) -> frozenset[int]:
    """The code points of ``"a-c f"`` (hexadecimal, ends included)."""
    points: set[int] = set()
    for part in spec.split():
        first, _, last = part.partition("-")
        points.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(points)


# Left out without a loss: they only choose a glyph, and terminals disagree about their width.
# Soft hyphen, grapheme joiner, ZWNJ, ZWJ, Khmer inherent vowels, variation selectors, skin tones.
_COSMETIC = _ranges("ad 34f 17b4-17b5 180b-180d 180f 200c-200d fe00-fe0f 1f3fb-1f3ff e0100-e01ef")

# Shown by number though they are ordinary letters or symbols: blank Hangul fillers, and what
# glibc (so tmux and many terminals) measures otherwise than rich and wcwidth do.
_DISPUTED = _ranges(
    "115f-1160 3164 ffa0 302e-302f 16ff0-16ff1 2630-2637 268a-268f 3248-324f 1d300-1d356"
    " 1d360-1d376"
)

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# What a program that is pasted into could obey or be misled by; the rest has at most no glyph.
_OBEYED = _INVISIBLE - {"Co", "Cn"}

_FLAG_A = 0x1F1E6  # the 26 regional indicators; a pair of them is one wide flag or two narrow boxes


class _Replacements(dict[int, str | None]):
    """The table for `str.translate`, filled as code points are met.

    ``marks`` holds the zero-width characters met so far; every character of a text that went
    through the table has been classified.
    """

    def __init__(self) -> None:
        super().__init__()
        self.marks: set[str] = set()

    def __missing__(self, point: int) -> str | None:
        shown = self._shown(point)
        if shown is not None and len(shown) == 1 and get_character_cell_size(shown) == 0:
            self.marks.add(shown)
        if len(self) < _CACHE_SIZE:
            self[point] = shown
        return shown

    @staticmethod
    def _shown(point: int) -> str | None:
        if point == 0x0A:
            return _NEWLINE
        if point == 0x09:
            return _TAB
        if point < 0x20 or point == 0x7F:
            return f"^{chr(point ^ 0x40)}"
        if point in _COSMETIC:
            return None
        if _FLAG_A <= point < _FLAG_A + 26:
            return chr(ord("A") + point - _FLAG_A)
        char = chr(point)
        if point in _DISPUTED or unicodedata.category(char) in _INVISIBLE:
            return f"<{point:02x}>"
        return char


class _Copied(dict[int, str]):
    """The table for `str.translate` of what is copied, filled as code points are met."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        kept = char in "\n\t" or point in _COSMETIC or unicodedata.category(char) not in _OBEYED
        shown = char if kept else _Replacements._shown(point) or ""
        if len(self) < _CACHE_SIZE:
            self[point] = shown
        return shown


_COPIED = _Copied()
_REPLACEMENTS = _Replacements()
_MARKS = _REPLACEMENTS.marks
_LINE_END = re.compile(r"\r?\n")


def _bind_marks(text: str) -> str:
    """Give marks that stand alone a base, and write out how many are left off a crowded one."""
    parts: list[str] = []
    for marks, run in groupby(text, _MARKS.__contains__):
        part = "".join(run)
        if marks:
            if not parts or parts[-1].endswith(" "):
                parts.append(_BASE)
            if len(part) > MAX_MARKS:
                part = f"{part[:MAX_MARKS]}<+{len(part) - MAX_MARKS}>"
        parts.append(part)
    return "".join(parts)


def safe(text: str, *, limit: int = LIMIT) -> str:
    """The text as one harmless line.

    Controls are shown as in ``^[`` and ``<9b>``, a line break as ``↵``, a tab as ``→``, invisible
    and unassigned characters by their number as in ``<202e>``; joiners, variation selectors and
    skin tones are left out, a flag is its two letters. At most ``limit`` characters of the source
    are shown, then an ellipsis.
    """
    if len(text) > limit:
        text = text[:limit] + ELLIPSIS
    if text.isascii():
        if text.isprintable():
            return text
        return text.replace("\r\n", "\n").translate(_REPLACEMENTS)
    text = text.replace("\r\n", "\n").translate(_REPLACEMENTS)
    return text if _MARKS.isdisjoint(text) else _bind_marks(text)


def safe_lines(text: str, *, limit: int = 50 * LIMIT) -> list[str]:
    """The text as harmless lines: split at LF and CRLF, tabs expanded, the rest as in `safe`.

    Never empty. At most ``limit`` characters of the source are shown, then an ellipsis.
    """
    if len(text) > limit:
        text = text[:limit] + ELLIPSIS
    lines = _LINE_END.split(text)
    return [safe(line.expandtabs(TAB_SIZE), limit=8 * limit) for line in lines]


def copyable(text: str) -> str:
    """The whole text as it may be pasted anywhere: controls and overrides are shown as in `safe`.

    Line ends, tabs, joiners, marks and characters without a glyph stay.
    """
    if text.isascii() and text.isprintable():
        return text
    return "\r\n".join(part.translate(_COPIED) for part in text.split("\r\n"))


def _cut(text: str, start: int, width: int) -> int:
    """The end of the longest piece from ``start`` that takes at most ``width`` cells."""
    if text.isascii():
        return min(len(text), start + width)
    used = 0
    for index in range(start, len(text)):
        used += get_character_cell_size(text[index])
        if used > width:
            return index
    return len(text)


def clip(text: str, width: int) -> str:
    """The text made safe and cut to at most ``width`` cells; an ellipsis says that more follows.

    A wide character that would stick out is left off whole, so one cell may stay unused.
    """
    if width <= 0:
        return ""
    source = text[: 8 * width + 64]  # bounds the work for a long value; marks take some of it
    shown = safe(source)
    if len(source) == len(text) and cell_len(shown) <= width:
        return shown
    return shown[: _cut(shown, 0, width - 1)] + ELLIPSIS


def fit(text: str, width: int, align: Align = "left") -> str:
    """The text made safe, cut and padded with spaces to exactly ``width`` cells."""
    if align != "center" and len(text) <= width and text.isascii() and text.isprintable():
        return text.ljust(width) if align == "left" else text.rjust(width)
    shown = clip(text, width)
    space = max(0, width) - cell_len(shown)
    before = {"left": 0, "right": space, "center": space // 2}[align]
    return " " * before + shown + " " * (space - before)


def wrap(text: str, width: int) -> list[str]:
    """Safe lines of at most ``width`` cells, broken at spaces where there are any.

    Indentation and blank lines stay; a word longer than a line fills it. A width under two cells
    counts as two, for a wide character needs them.
    """
    width = max(2, width)
    return [piece for line in safe_lines(text) for piece in _wrap_line(line, width)]


def _wrap_line(line: str, width: int) -> list[str]:
    pieces: list[str] = []
    start = 0
    indent = len(line) - len(line.lstrip(" "))
    while (end := _cut(line, start, width)) < len(line):
        space = line.rfind(" ", max(start, indent) + 1, end + 1)
        word_end = line.find(" ", end)
        word = (len(line) if word_end < 0 else word_end) - space - 1
        if space > 0 and word <= width:  # a longer word is broken anyway: begin it here
            pieces.append(line[start:space].rstrip(" "))
            start = space + 1
        else:
            pieces.append(line[start:end])
            start = end
    pieces.append(line[start:])
    return pieces
