"""The names of keys: as Textual gives them, as people write them, and which ones seldom arrive."""

from __future__ import annotations

import unicodedata
from typing import Final

_PUNCTUATION: Final = {
    "exclamation_mark": "!",
    "quotation_mark": '"',
    "number_sign": "#",
    "dollar_sign": "$",
    "percent_sign": "%",
    "ampersand": "&",
    "apostrophe": "'",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "asterisk": "*",
    "plus": "+",
    "comma": ",",
    "minus": "-",
    "full_stop": ".",
    "slash": "/",
    "colon": ":",
    "semicolon": ";",
    "less_than_sign": "<",
    "equals_sign": "=",
    "greater_than_sign": ">",
    "question_mark": "?",
    "at": "@",
    "left_square_bracket": "[",
    "backslash": "\\",
    "right_square_bracket": "]",
    "circumflex_accent": "^",
    "underscore": "_",
    "grave_accent": "`",
    "left_curly_bracket": "{",
    "vertical_line": "|",
    "right_curly_bracket": "}",
    "tilde": "~",
}
_NAMED: Final = {
    "space": "Space",
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "backspace": "Backspace",
    "insert": "Ins",
    "delete": "Del",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
}
_GLYPHS: Final = _PUNCTUATION | _NAMED

FUNCTION_KEYS: Final = frozenset(f"f{number}" for number in range(1, 25))
_BY_WORD: Final = (
    {name: name for name in (*_GLYPHS, *FUNCTION_KEYS)}
    | {glyph.lower(): name for name, glyph in _GLYPHS.items()}
    | {"return": "enter", "page_up": "pageup", "page_down": "pagedown"}
)
"""Textual's names by all words for them, in lower case: ``Esc``, which it does not know, is one."""

_EATEN: Final = frozenset(
    {*(f"ctrl+{letter}" for letter in "sqzabhijm"), "left_square_bracket", "right_square_bracket"}
)


def painted(name: str) -> str:
    """Return how a key is painted, without modifiers, by its name."""
    if name in _GLYPHS:
        return _GLYPHS[name]
    if name in FUNCTION_KEYS:
        return name.upper()
    try:
        return unicodedata.lookup(name.replace("_", " ")) if len(name) > 1 else name
    except KeyError:
        return name


def named(written: str) -> str:
    """Return Textual's name of a key or chord as people write it: ``?`` is ``question_mark``.

    Raises ValueError with what is wrong, as the end of a sentence.
    """
    keys = written.split()
    if not 1 <= len(keys) <= 2:
        raise ValueError("is neither a key nor a chord of two keys with a blank between them")
    return " ".join(_single(key) for key in keys)


def _single(written: str) -> str:
    *modifiers, base = written.split("+") if len(written) > 1 else [written]
    name = _BY_WORD.get(base.lower()) or (_character(base) if len(base) == 1 else "")
    if not name:
        from difflib import get_close_matches

        meant = get_close_matches(base.lower(), _BY_WORD, 1)
        hint = f" (is {_BY_WORD[meant[0]]} meant?)" if meant else ""
        raise ValueError(f"is not the name of a key{hint}")
    _check_modifiers(modifiers, base)
    return "+".join((*modifiers, name))


def _character(char: str) -> str:
    if char.isalnum():
        return char
    name = unicodedata.name(char, "") if char.isprintable() else ""
    return name.lower().replace("-", "_").replace(" ", "_")


def _check_modifiers(modifiers: list[str], base: str) -> None:
    if modifiers != [part for part in ("alt", "ctrl", "shift") if part in modifiers]:
        raise ValueError("may begin with alt+, ctrl+ and shift+, in this order")
    if modifiers and len(base) == 1 and base != base.lower():
        raise ValueError(f"never arrives; write {'+'.join((*modifiers, base.lower()))}")
    if modifiers == ["shift"] and len(base) == 1:
        raise ValueError(f"never arrives; write {base.upper()}")


def seldom_arrives(key: str) -> bool:
    """Tell whether terminals, tmux or keyboard layouts often keep a key or chord to themselves."""
    return any(part in _EATEN for part in key.split(" "))
