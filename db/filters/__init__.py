"""The filter language: ``status:new,ready campaign:"Q3 DACH" sent:<7d -verification:invalid``.

:func:`parse` makes a :class:`Filter` of a text or raises :class:`FilterError`; ``str()`` of a filter
is its canonical text. :mod:`db.queries.filtering` makes SQL of it, with a ``now`` for what counts from
now, such as :func:`local_now`. :func:`complete` says what may be typed at a place in a text, and
:func:`markdown` what there is.
"""

from db.filters.completion import Completion, Completions, complete
from db.filters.errors import FilterError
from db.filters.guide import markdown
from db.filters.parsing import parse
from db.filters.speed import by_index
from db.filters.times import local_now
from db.filters.tree import Filter

__all__ = [
    "Completion",
    "Completions",
    "Filter",
    "FilterError",
    "by_index",
    "complete",
    "local_now",
    "markdown",
    "parse",
]
