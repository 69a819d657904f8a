"""A filter as a tree of frozen values, and its canonical text: ``parse(str(f)) == f``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from db.filters.fields import Kind, named

Operator = Literal["=", "<", "<=", ">", ">="]
Unit = Literal["min", "h", "d", "w", "mo", "y"]

_PLAIN: Final = re.compile(r"[\w@+/%&#'.][\w@+/%&#'.-]*")  # needs no quotes anywhere
_PLAIN_KEY: Final = re.compile(r"[\w-]+")


def quoted(text: str) -> str:
    """Return a text in quotes, so that nothing in it has a meaning."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def written(text: str) -> str:
    """Return a text as a filter has it: in quotes where it needs them."""
    return text if _PLAIN.fullmatch(text) else quoted(text)


@dataclass(frozen=True, slots=True)
class Text:
    """Letters to compare with, in any case; between two ``parts`` there may be anything.

    One part is the whole text, ``("acme.", "")`` is all that begins so. With ``contains`` anything
    may stand before and after it too.
    """

    parts: tuple[str, ...]
    contains: bool = False

    def __str__(self) -> str:
        if self.parts == ("",):
            return f"{'~' * self.contains}{quoted('')}"
        return "~" * self.contains + "*".join(written(part) if part else "" for part in self.parts)

    @property
    def exact(self) -> str | None:
        """The whole text where nothing else may stand around or within it."""
        return self.parts[0] if len(self.parts) == 1 and not self.contains else None


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day, month or year, in the zone of the operator."""

    year: int
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        rest = (part for part in (self.month, self.day) if part is not None)
        return "-".join((f"{self.year:04}", *(f"{part:02}" for part in rest)))

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month or 1, self.day or 1)


@dataclass(frozen=True, slots=True)
class Near:
    """A moment or a day by its name."""

    name: Literal["now", "today", "yesterday"]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Ago:
    """A length of time back from now."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"


Time: TypeAlias = Day | Near | Ago
Operand: TypeAlias = int | Decimal | Time


@dataclass(frozen=True, slots=True)
class Compared:
    """A number or time to compare with.

    Of an age (``Ago``) less is newer: ``<7d`` is within the last seven days.
    """

    operator: Operator
    operand: Operand

    def __str__(self) -> str:
        sign = "" if self.operator == "=" else self.operator
        number = f"{self.operand:f}" if isinstance(self.operand, Decimal) else str(self.operand)
        return sign + number


@dataclass(frozen=True, slots=True)
class Between:
    """From ``low`` to ``high``, both included; ages may stand in either order."""

    low: int | Time
    high: int | Time

    def __str__(self) -> str:
        return f"{self.low}..{self.high}"


Value: TypeAlias = Text | Compared | Between
Step: TypeAlias = str | int | None


@dataclass(frozen=True, slots=True)
class Path:
    """A place in a document: keys, positions in arrays, None for every element of an array."""

    document: str
    steps: tuple[Step, ...] = ()

    def __str__(self) -> str:
        return self.document + "".join(map(_step, self.steps))


def _step(step: Step) -> str:
    if isinstance(step, str):
        return f".{step if _PLAIN_KEY.fullmatch(step) else quoted(step)}"
    return "[*]" if step is None else f"[{step}]"


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: any of the values holds, or with ``negated`` none does.

    ``field`` is the name of a field in :mod:`db.filters.fields`, empty for words that are looked
    for in a lead's name, address and title and its organization's name. ``path`` belongs to
    ``json``, which without values asks whether there is anything at that place.
    """

    field: str
    values: tuple[Value, ...]
    negated: bool = False
    path: Path | None = None

    def __str__(self) -> str:
        return "-" * self.negated + self._condition()

    def _condition(self) -> str:
        if self.path is not None:
            values = ",".join(map(_with_operator, self.values))
            return f"{self.field}:{self.path}{values}"
        if not self.field:
            return ",".join(str(Text(value.parts)) for value in self._texts())
        field = named(self.field)
        if field is not None and field.kind is Kind.WORD:
            return f"{self.field}:{','.join(_word(text, field.choices) for text in self._texts())}"
        return f"{self.field}:{','.join(map(str, self.values))}"

    def _texts(self) -> tuple[Text, ...]:
        return tuple(value for value in self.values if isinstance(value, Text))


def _word(text: Text, choices: tuple[str, ...]) -> str:
    """A word of a vocabulary stands bare; in quotes one may be any other."""
    return quoted(text.exact) if text.exact is not None and text.exact not in choices else str(text)


def _with_operator(value: Value) -> str:
    text = str(value)
    return text if text[:1] in "~<>" else f"={text}"


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter: all terms hold. ``str()`` is its canonical text; without terms all leads pass."""

    terms: tuple[Term, ...] = ()

    def __str__(self) -> str:
        return " ".join(map(str, self.terms))

    def __bool__(self) -> bool:
        return bool(self.terms)
