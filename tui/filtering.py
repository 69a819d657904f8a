"""The filter of a list of leads and its scope: the one is made of the other.

Statuses that stand alone in a filter are statuses of the scope: indexes and menus go by those.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from db.filters import Filter, parse
from db.filters.tree import Term, Text
from db.rows import LeadScope, Sort
from tui.views import View

if TYPE_CHECKING:
    from tui.gateway import Gateway


def narrowed(scope: LeadScope, wanted: Filter) -> LeadScope:
    """Return the scope with this filter in the place of the one that it has."""
    terms = [term for term in wanted.terms if term.field == "status"]
    statuses = _statuses(terms[0]) if len(terms) == 1 else ()
    rest = tuple(term for term in wanted.terms if not (statuses and term.field == "status"))
    return replace(scope, statuses=statuses, filter=Filter(rest) if rest else None, now=None)


def filter_of(scope: LeadScope) -> Filter:
    """Return the filter that a scope has, its statuses first."""
    terms = scope.filter.terms if scope.filter is not None else ()
    if scope.statuses:
        values = tuple(Text((status,)) for status in scope.statuses)
        terms = (Term("status", values), *terms)
    return Filter(terms)


def viewed(scope: LeadScope, view: View) -> LeadScope:
    """Return the leads of a saved view within a scope. Raises FilterError.

    A view that names a campaign or an organization is of all leads.
    """
    wanted = parse(view.filter)
    return narrowed(LeadScope() if roams(view) else scope, wanted)


def roams(view: View) -> bool:
    """Tell whether a view names a campaign or an organization. Raises FilterError."""
    return any(term.field in ("campaign", "organization") for term in parse(view.filter).terms)


def counter(gateway: Gateway, scope: LeadScope) -> Callable[[View], int]:
    """Return what counts the leads of a view within a scope; it blocks and raises as a read does."""
    return lambda view: gateway.leads_count(gateway.settled(viewed(scope, view)))


def saved_as(
    name: str,
    asked: LeadScope,
    sort: Sort,
    columns: tuple[tuple[str, int], ...] = (),
    campaign: str = "",
) -> View:
    """Return a list of leads as a view; ``campaign`` is the name of the campaign it is of."""
    terms = filter_of(asked).terms
    if asked.organization_id is not None:
        terms = (Term("organization", (Text((str(asked.organization_id),)),)), *terms)
    if campaign:
        terms = (Term("campaign", (Text((campaign,)),)), *terms)
    return View(name, str(Filter(terms)), sort, columns)


def _statuses(term: Term) -> tuple[str, ...]:
    """Return the statuses that a condition asks for, none where it asks for more than that."""
    exact = [value.exact for value in term.values if isinstance(value, Text)]
    found = tuple(dict.fromkeys(value for value in exact if value is not None))
    return found if not term.negated and None not in exact else ()
