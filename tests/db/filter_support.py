"""Random filters, and what a filter means in plain Python, apart from the SQL."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from db.filters.fields import DOCUMENTS, OPTIONAL, STORED, Field, Kind
from db.filters.tree import (
    Ago,
    Between,
    Compared,
    Day,
    Filter,
    Near,
    Path,
    Term,
    Text,
    Time,
    Value,
)

# What texts of rows are, too, so that filters find some.
LETTERS = ("a", "B", "ab", "a b", "A%", "a_b", "a\\b", 'a"b', "äB", "Äß", "b*", "<5", "-", "a.b~c")

_ANY = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=8)
_LETTERS = (
    st.sampled_from(LETTERS)
    | st.sampled_from(LETTERS).map(str.swapcase)
    | st.text("aBäÄß%_\\*", min_size=1, max_size=2)
    | _ANY.filter(bool)
)


@st.composite
def texts(draw: st.DrawFn, letters: st.SearchStrategy[str] = _LETTERS) -> Text:
    """Whole texts, beginnings, ends and parts."""
    parts = draw(st.lists(letters, min_size=1, max_size=2))
    before, after, contains = (draw(st.booleans()) for _ in range(3))
    return Text((*([""] * before), *parts, *([""] * after)), contains)


@st.composite
def days(draw: st.DrawFn) -> Day:
    date = draw(st.dates())
    year = draw(st.integers(2023, 2027))
    month = draw(st.none() | st.integers(1, 12))
    return Day(year, month, min(date.day, 28) if month and draw(st.booleans()) else None)


_AGES = st.builds(Ago, st.integers(0, 90), st.sampled_from(["min", "h", "d", "w", "mo", "y"]))
_NEAR = st.builds(Near, st.sampled_from(["now", "today", "yesterday"]))
_OPERATORS = st.sampled_from(["=", "<", "<=", ">", ">="])


@st.composite
def _ranges(draw: st.DrawFn) -> Between:
    low: Time = draw(days() | _AGES | _NEAR)
    high: Time = draw(days() | _AGES | _NEAR)
    if isinstance(low, Day) and isinstance(high, Day) and low.first > high.first:
        low, high = high, low
    return Between(low, high)


_NUMBERS = st.integers(0, 300)


def values_of(field: Field) -> st.SearchStrategy[Value]:
    """Values that may be compared with a field."""
    match field.kind:
        case Kind.NUMBER:
            ranges = st.tuples(_NUMBERS, _NUMBERS).map(lambda ends: Between(*sorted(ends)))
            return st.builds(Compared, _OPERATORS, _NUMBERS) | ranges
        case Kind.TIME:
            return st.builds(Compared, _OPERATORS, days() | _AGES | _NEAR) | _ranges()
        case Kind.WORD:
            known = st.sampled_from(field.choices).map(lambda choice: Text((choice,)))
            free = texts(st.text("abinvw_", min_size=1, max_size=3))
            return known if field.closed else known | free
        case Kind.ID:
            return st.uuids().map(lambda row_id: Text((str(row_id),)))
        case _:
            return texts()


_STEPS = st.sampled_from(["a", "b", "a b", 'q"\\', "ä"]) | st.integers(0, 2) | st.none()
_PATHS = st.builds(
    Path,
    st.sampled_from([field.name for field in DOCUMENTS]),
    st.lists(_STEPS, max_size=3).map(tuple),
)
_DECIMALS = st.decimals(-9, 300, places=1).filter(lambda number: number or not number.is_signed())
_PATH_VALUES: st.SearchStrategy[Value] = texts() | st.builds(
    Compared, st.sampled_from(["<", "<=", ">", ">="]), _DECIMALS.map(Decimal)
)


def terms() -> st.SearchStrategy[Term]:
    """Terms of every kind."""

    def some(values: st.SearchStrategy[Value], least: int = 1) -> st.SearchStrategy[object]:
        return st.lists(values, min_size=least, max_size=2).map(tuple)

    negated = st.booleans()
    stored = st.sampled_from(STORED).flatmap(
        lambda field: st.builds(Term, st.just(field.name), some(values_of(field)), negated)
    )
    names = st.sampled_from([field.name for field in OPTIONAL]).map(lambda name: Text((name,)))
    present = st.builds(Term, st.sampled_from(["has", "no"]), some(names), negated)
    words = texts().map(lambda text: Text(text.parts, contains=True))
    anywhere = st.builds(Term, st.just(""), some(words), negated)
    within = st.builds(Term, st.just("json"), some(_PATH_VALUES, 0), negated, _PATHS)
    # Columns are many: they take their turn twice.
    return st.one_of(stored, stored, present, anywhere, within)


def filters() -> st.SearchStrategy[Filter]:
    """Filters of up to three terms."""
    return st.lists(terms(), max_size=3).map(lambda made: Filter(tuple(made)))
