"""How a list is ordered and read, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Generic, Literal, TypeVar

T = TypeVar("T")
Kind = Literal["campaign", "organization", "lead"]
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of a list: a column that the list offers, and the direction."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list in its order, with the keyset keys of the first and the last one."""

    rows: tuple[T, ...]
    first: Key | None = None
    last: Key | None = None


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which rows of a list: ``limit`` rows, ``offset`` rows beyond the row of key ``after``.

    Without ``after`` counting begins at the start of the list, with ``backwards`` at its end and
    towards the start; the rows of the page are in the order of the list either way.
    """

    limit: int
    after: Key | None = None
    offset: int = 0
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A row found in a list, so many rows beyond where the search began (the next one is 1)."""

    row: T
    steps: int


DEFAULT_LEAD_SORT: Final = Sort("created", descending=True)
DEFAULT_ORGANIZATION_SORT: Final = Sort("name")
