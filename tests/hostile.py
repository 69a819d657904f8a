"""Text as a stranger may have written it, and what of it must never come out of a terminal."""

from __future__ import annotations

import base64
import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

import pyte
from rich.cells import cell_len
from wcwidth import wcwidth

MARK: Final = "7357"
"""Stands in every planted escape sequence, and in none of the program's own."""
LINKED: Final = ("https://", "http://", "mailto:")
INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

Piece = Callable[[random.Random], str]


def values(number: int, seed: int = 7) -> Iterator[str]:
    """Yield so many hostile texts, the same ones for the same seed; some hold NUL or surrogates."""
    chance = random.Random(seed)
    for _ in range(number):
        yield "".join(chance.choice(PIECES)(chance) for _ in range(chance.randint(1, 6)))


def storable(text: str) -> str:
    """Return the text without what PostgreSQL can not store."""
    return re.sub("[\0\ud800-\udfff]", "", text)


def harmless(text: str, *, lines: bool = False) -> bool:
    """Tell whether a text holds nothing that a terminal obeys or hides, and is as wide as measured.

    With ``lines`` it may have line feeds.
    """
    shown = text.replace("\n", "") if lines else text
    return not INVISIBLE & {unicodedata.category(char) for char in shown} and cell_len(
        shown
    ) == sum(wcwidth(char) for char in shown)


def obeyed(text: str) -> str:
    """Return what a program could obey of a text that is pasted into it, line ends and tabs aside."""
    left = text.replace("\r\n", "\n")
    return "".join(
        char
        for char in left
        if (char not in "\n\t" and unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"})
        or unicodedata.bidirectional(char) in {"LRE", "RLE", "LRO", "RLO", "PDF"}
        or unicodedata.bidirectional(char) in {"LRI", "RLI", "FSI", "PDI"}
    )


class Emulator(pyte.Screen):
    """A screen that takes characters one by one.

    Of several at once pyte drops what follows a zero-width one of combining class 0.
    """

    def draw(self, data: str) -> None:
        for char in data:
            super().draw(char)


class Ruler:
    """Measures by the cursor of an emulated terminal how many cells a text takes."""

    def __init__(self, columns: int = 4_000) -> None:
        self._screen = Emulator(columns, 2)
        self._stream = pyte.Stream(self._screen)

    def width(self, text: str) -> int:
        """Return the column of the cursor after the text; fails where it leaves the line."""
        self._screen.cursor.x = 0
        self._stream.feed(text)
        assert self._screen.cursor.y == 0, repr(text)
        return int(self._screen.cursor.x)


# What is written to a terminal

_OWN: Final = re.compile(
    r"\x1b\[(?:"
    r"[0-9;]*m"  # colours
    r"|\d+;\d+H"  # where to paint
    r"|\?(?:7|25|1000|1003|1004|1006|1015|1049|2004|2026|2048)[hl]"  # modes of the terminal
    r"|\?(?:2026|2048)\$p|>\d+u|<u"  # what the terminal can do
    r")|\x1b\]22;(?:default|pointer|text)\x07"  # the mouse's pointer
    r"|(?<=\r)\x1b\[K"  # a line of progress over the one before
    r"|(?<=H)\a+(?=\x1b)"  # the bell between two places
    r"|\x1b\]8;id=[-0-9]+;(?P<link>[!-~]+)\x1b\\|\x1b\]8;;\x1b\\"  # a hyperlink and its end
    r"|\x1b\]52;c;(?P<copied>[A-Za-z0-9+/=]*)\x07"
)


def own_sequences_only(raw: bytes) -> list[str]:
    """Check that a program wrote no sequence but its own, and no other control or hidden character.

    Returns what it copied to the clipboard by OSC 52.
    """
    text = raw.decode("utf-8")
    copied: list[str] = []

    def taken(found: re.Match[str]) -> str:
        if found["copied"] is not None:
            text = base64.b64decode(found["copied"], validate=True).decode("utf-8")
            assert not obeyed(text), f"copied: {text!r}"
            copied.append(text)
        elif found["link"] is not None:
            assert found["link"].startswith(LINKED), f"a link to {found['link']}"
        else:
            assert MARK not in found[0], f"from data: {found[0]!r}"
        return ""

    left = _OWN.sub(taken, text)
    for at, char in enumerate(left):
        assert char in "\r\n" or unicodedata.category(char) not in INVISIBLE, (
            f"{char!r} in {left[max(0, at - 30) : at + 30]!r}"
        )
    return copied


# Pieces of hostile text


def _one_of(*texts: str) -> Piece:
    return lambda chance: chance.choice(texts)


def _code_point(first: int, last: int) -> Piece:
    return lambda chance: chr(chance.randint(first, last))


def _csi(chance: random.Random) -> str:
    start = chance.choice(["\x1b[", "\x9b", "\x1b[?", "\x1b[>"])
    return f"{start}{MARK}{chance.choice('@ABCDEFGHJKLMPSTXZ`cdfhlmnqrstu')}"


def _string(chance: random.Random) -> str:
    """OSC, DCS, SOS, PM or APC, ended or not."""
    start = chance.choice(["\x1b]", "\x9d", "\x1bP", "\x90", "\x1bX", "\x1b^", "\x1b_"])
    what = chance.choice(
        ["0;", "2;", "52;c;", "8;;http://", "4;1;", "10;?", "1337;File=", "$q", "+q"]
    )
    return f"{start}{what}{MARK}{chance.choice(['', chr(7), chr(0x9C), chr(27) + chr(92)])}"


def _marks(chance: random.Random) -> str:
    number = (
        chance.choice([1, 2, 5, 30, 10_000]) if chance.random() < 0.05 else chance.randint(1, 9)
    )
    return chr(chance.choice([0x301, 0x308, 0x20DD, 0x489, 0x64B, 0xE49])) * number


PIECES: Final[tuple[Piece, ...]] = (
    _code_point(0x00, 0x1F),
    _code_point(0x7F, 0x9F),
    _csi,
    _string,
    # Questions to the terminal, whose answer would be typed; a reset; other character sets.
    _one_of("\x1b[c", "\x1b[>c", "\x1b[6n", "\x1b[5n", "\x05", "\x1bZ", "\x1bc", "\x1b(0", "\x0e"),
    _one_of("\x1b[201~", "\x1b[200~", "\r\n", "\n", "\t", "\r", "\x08\x08", "\x7f"),
    _code_point(0x200B, 0x200F),
    _code_point(0x2028, 0x202E),
    _code_point(0x2060, 0x206F),
    _one_of("\u061c", "\xad", "\ufeff", "\u180e", "\u034f", "\u115f", "\u3164", "\uffa0"),
    _code_point(0xD800, 0xDFFF),
    _code_point(0xE000, 0xF8FF),
    _code_point(0x10000, 0x1FFFF),
    _code_point(0xE0000, 0x10FFFF),
    _code_point(0x80, 0xFFFF),
    _code_point(0x1F1E6, 0x1F1FF),
    _marks,
    _one_of("[/red]", "[b ", "[@click=app.quit]x[/]", "[0]", "[[", "\\[", "$var", "{x}", "%s"),
    _one_of("漢字", "한글", "👩\u200d👩\u200d👧", "❤\ufe0f", "1\ufe0f\u20e3", "👍🏽", "﷽", "தமிழ்"),
    _one_of("مرحبا", "שלום", "Zoë", "Jürgen", "O'Brien", '"; DROP', "=1+1", "@SUM", "-2", "+3"),
    _one_of("Ada", "plain words", "x" * 40, "' OR 1=1 --", "\\u001b]", "%1b", "&#27;", " ", ""),
)
