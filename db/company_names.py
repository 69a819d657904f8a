"""Names of companies in a text: whether it speaks of one, and which words of it may name others."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from db import legal_forms

LONGEST_TEXT: Final = 2_000
"""Characters of a text that are looked at."""
MOST_NAMES: Final = 40
"""Names that are taken from a text at most."""
LONGEST_NAME: Final = 5
"""Words of a name that is looked for."""

_AFTER_NAMES: Final = (*legal_forms.FREQUENT, "group", "holding")
_SHARED: Final = """
    and associates consulting der die digital for global international labs les media of partners
    services solutions systems technologies technology the und
"""
# Words that many names share, so that none of them tells which company is meant.
_COMMON: Final = frozenset((*_SHARED.split(), *(form.replace(".", "") for form in _AFTER_NAMES)))
_WORD: Final = re.compile(r"\w(?:[\w&+.\-'’]*\w)?")
_OWNED: Final = re.compile(r"['’]s?$")
_NOT_ALNUM: Final = re.compile(r"[\W_]+")
# Between two words of a name; after anything else a new sentence or clause begins.
_WITHIN: Final = re.compile(r" ?& ?| |\. (?=& )|, (?=(?:inc|llc|ltd)\b)", re.IGNORECASE)
_SENTENCE: Final = re.compile(r"(?:^|[.!?:\n…]['\"”»)]*\s*)['\"“«(]*$")


def speaks_of(text: str, names: Collection[str], domain: str) -> bool:
    """Tell whether a text has a word of one of a company's names, its initials or its domain.

    Words after the first telling one count where they are written large, for many are those of a
    trade. A company whose names have no word of their own counts as named, for nothing can be told
    of it.
    """
    telling = [words for name in names if (words := _telling(name))]
    if not telling:
        return True
    words = _WORD.findall(text)
    large = {_bare(word) for word in words if _large(word)}
    if any(word in large for of_name in telling for word in of_name):
        return True
    pressed = _NOT_ALNUM.sub("", text).casefold()
    parts = [of_name[0] for of_name in telling] + [_bare(part) for part in domain.split(".")[:-1]]
    if any(part in pressed for part in parts if len(part) > 3 or not part.isascii()):
        return True
    return any(_initials(name) in large for name in names)


def named(text: str, without: Collection[str] = ()) -> tuple[str, ...]:
    """Return what may be a company's name in a text, in small letters, longest first.

    These are runs of up to five words that begin and end with a capital letter, a digit or a sign of
    a script that has no small letters. One word at the beginning of a sentence is none, for it is
    written large anyway; nor are those of ``without``, as the names of the person spoken to.
    """
    not_meant = {word.casefold() for word in without}
    found = dict.fromkeys(name for name in _runs(text[:LONGEST_TEXT]) if name not in not_meant)
    return tuple(sorted(found, key=lambda name: -len(name)))[:MOST_NAMES]


def registered(names: Collection[str]) -> list[str]:
    """Return names as they are and with each frequent legal form after them."""
    return [full for name in names for full in (name, *(f"{name} {form}" for form in _AFTER_NAMES))]


def _runs(text: str) -> Iterator[str]:
    words = list(_WORD.finditer(text))
    for place, first in enumerate(words):
        if not _large(first[0]):
            continue
        for length in range(LONGEST_NAME):
            last = words[place + length] if place + length < len(words) else None
            if last is None:
                break
            before = words[place + length - 1]
            if length and not _WITHIN.fullmatch(text[before.end() : last.start()]):
                break
            if _large(last[0]) and (length or _alone(text, first)):
                yield _OWNED.sub("", text[first.start() : last.end()]).lower()


def _large(word: str) -> bool:
    return not word[0].islower()


def _alone(text: str, word: re.Match[str]) -> bool:
    """Tell whether a single word may be a name: it is written large where others are not."""
    whole = len(_OWNED.sub("", word[0])) > 2 and not word[0].isdecimal()
    owned = _OWNED.search(word[0]) is not None
    return whole and (owned or not _SENTENCE.search(text[: word.start()]))


def _telling(name: str) -> list[str]:
    """Return the words of a name that few other names have, in their order."""
    words = (_bare(word) for word in _WORD.findall(name))
    return [word for word in words if len(word) > 1 and word not in _COMMON]


def _bare(word: str) -> str:
    return _NOT_ALNUM.sub("", _OWNED.sub("", word)).casefold()


def _initials(name: str) -> str:
    return "".join(word[0] for word in _WORD.findall(name) if word[0].isupper()).casefold()
