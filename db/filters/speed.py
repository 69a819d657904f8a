"""Which filters an index narrows down, for whoever waits for the leads of one."""

from __future__ import annotations

from typing import Final

from db.filters.fields import UNKNOWN, Kind, named
from db.filters.tree import Filter, Term, Text, Value

_BY_WORD: Final = ("status", "campaign", "id")
_BY_START: Final = ("first", "last", "organization", "email", "domain")
_BY_END: Final = ("email", "domain")
_BY_TIME: Final = ("created", "updated")


def by_index(wanted: Filter) -> bool:
    """Tell whether one of the conditions is looked up in an index; else all leads are read.

    Times of sending and of replies have no index. It would be one more to write at each import,
    forty megabytes for a million leads, and a list that stands in the order of another date gains
    only where few leads match: so much is said in place of it.
    """
    return any(map(_term, wanted.terms))


def _term(term: Term) -> bool:
    if term.negated or not term.field:
        return False
    return all(_value(term.field, value) for value in term.values) and bool(term.values)


def _value(name: str, value: Value) -> bool:
    field = named(name)
    if field is None or field.kind is Kind.PATH:
        return False
    if not isinstance(value, Text):
        return name in _BY_TIME
    if value.exact is not None:
        known = name == "group" and value.exact != UNKNOWN
        return known or name in (*_BY_WORD, *_BY_START)
    if value.contains:
        return False
    begins, ends = value.parts[0] != "", value.parts[-1] != ""
    return (begins and name in (*_BY_START, "campaign")) or (ends and name in _BY_END)
