"""A place in the text of a filter that moves on, and what can be read there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from db.filters.errors import FilterError

MOST_VALUES: Final = 200
LONGEST: Final = 1_000  # letters of one value or key
_LONGEST_WRITTEN: Final = 10 * LONGEST  # with all its quotes and backslashes
OPERATOR: Final = re.compile(r"<=|>=|[<>=~]")
_LETTERS: Final = re.compile(r'[^\s,"*]+')
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_ESCAPED: Final = re.compile(r'\\(["\\])')


@dataclass(frozen=True, slots=True)
class Raw:
    """A value as it stands in the text, from ``start`` (after its operator) to ``end``."""

    operator: str
    start: int
    end: int
    parts: tuple[str, ...]
    in_quotes: bool

    @property
    def bare(self) -> bool:
        """Whether all of it is letters outside of quotes."""
        return not self.in_quotes and len(self.parts) == 1


class Reader:
    """A place in a text that moves on."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._values = 0

    def skip_space(self) -> bool:
        """Go to the next term; False where there is none."""
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.at < len(self.text)

    def take(self, wanted: str) -> bool:
        """Go beyond a text that stands here; False where it does not."""
        found = self.text.startswith(wanted, self.at)
        self.at += len(wanted) if found else 0
        return found

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Go beyond what matches here."""
        found = pattern.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
        return found

    def ended(self) -> bool:
        """Tell whether a term ends here."""
        return self.at >= len(self.text) or self.text[self.at].isspace()

    def error(
        self, sentence: str, start: int, end: int | None = None, expected: tuple[str, ...] = ()
    ) -> FilterError:
        """Return the error for the text from ``start`` to ``end``, by default to this place."""
        end = self.at if end is None else end
        return FilterError(sentence, self.text, start, end - start, expected)

    def raw(self) -> Raw:
        """Read one value."""
        self._values += 1
        before = self.at
        operator = self.match(OPERATOR)
        start = self.at
        parts, in_quotes = [""], False
        while not self.ended() and self.text[self.at] != ",":
            if self.text[self.at] == '"':
                parts[-1] += self.quoted()
                in_quotes = True
            elif self.take("*"):
                parts.append("")
            else:
                letters = self.match(_LETTERS)
                parts[-1] += letters[0] if letters else ""
            if self.at - start > _LONGEST_WRITTEN:
                break
        if sum(map(len, parts)) > LONGEST or self.at - start > _LONGEST_WRITTEN:
            raise self.error(f"A value has at most {LONGEST:,} letters.", start)
        if self._values > MOST_VALUES:
            raise self.error(f"A filter has at most {MOST_VALUES} values.", before)
        # Two wildcards side by side say no more than one.
        kept = (parts[0], *filter(None, parts[1:-1]), *parts[-1:][: len(parts) - 1])
        return Raw(operator[0] if operator else "", start, self.at, kept, in_quotes)

    def quoted(self) -> str:
        r"""Read a text in quotes, in which ``\"`` is a quote and ``\\`` a backslash."""
        found = self.match(_QUOTED)
        if found is None:
            raise self.error("This quote is never closed.", self.at, self.at + 1, ('"',))
        return _ESCAPED.sub(r"\1", found[1])
