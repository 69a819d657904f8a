"""Which part of a long list is in memory: a bounded set of pages, and how to ask for another one.

Free of Textual. A page is fetched by the keyset key that stands nearest before it, or from the end of
the list, so that its price does not grow with its place.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Final, Generic, Protocol, TypeVar
from uuid import UUID

from db.rows import Key, Page, PageRequest


class HasId(Protocol):
    """A row that has an id."""

    @property
    def id(self) -> UUID:
        """The row's primary key."""


R = TypeVar("R", bound=HasId)
PAGE: Final = 100
KEPT_PAGES: Final = 12


class RowWindow(Generic[R]):
    """Pages of ``PAGE`` rows of a list of ``total`` rows; ``exact`` is False while that is a guess."""

    def __init__(self) -> None:
        self.total = 0
        self.exact = False
        self._pages: OrderedDict[int, tuple[R, ...]] = OrderedDict()
        self._anchors: dict[int, Key | None] = {0: None}

    def get(self, index: int) -> R | None:
        """Return the row at a place of the list, None where it is not loaded."""
        number, place = divmod(index, PAGE)
        page = self._pages.get(number)
        if page is None or place >= len(page):
            return None
        return page[place]

    def missing(self, first: int, last: int) -> int | None:
        """Return the first page between two places that is not loaded."""
        last = min(last, self.total - 1)
        if last < first:
            return None
        for number in range(first // PAGE, last // PAGE + 1):
            if number in self._pages:
                self._pages.move_to_end(number)
            else:
                return number
        return None

    def request(self, number: int) -> PageRequest:
        """Return how to ask for a page."""
        from_end = max(0, self.total - (number + 1) * PAGE)
        anchor = max(known for known in self._anchors if known <= number)
        from_anchor = (number - anchor) * PAGE
        if self.exact and from_end < from_anchor:
            limit = min(PAGE, self.total - number * PAGE)
            return PageRequest(limit, offset=from_end, backwards=True)
        return PageRequest(PAGE, after=self._anchors[anchor], offset=from_anchor)

    def store(self, number: int, page: Page[R]) -> None:
        """Take a page that was fetched; a short one tells where the list ends."""
        self._pages[number] = page.rows
        self._pages.move_to_end(number)
        while len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)
        end = number * PAGE + len(page.rows)
        if len(page.rows) == PAGE:
            self._anchors[number + 1] = page.last
            self.total = max(self.total, end)
        elif page.rows or number == 0:
            self.total, self.exact = end, True
        else:
            # The list became shorter since it was counted: the page before tells the end.
            self.total = min(self.total, number * PAGE)

    def counted(self, total: int) -> None:
        """Take the number of rows of the whole list."""
        self.total, self.exact = max(total, self.total), True

    def index_of(self, row_id: UUID) -> int | None:
        """Return the place of a loaded row."""
        return next((index for index, row in self.loaded() if row.id == row_id), None)

    def replace(self, row: R) -> list[int]:
        """Put a newer version of a row in its place; return the places that changed."""
        places = [index for index, known in self.loaded() if known.id == row.id]
        for index in places:
            number, place = divmod(index, PAGE)
            page = self._pages[number]
            self._pages[number] = (*page[:place], row, *page[place + 1 :])
        return places

    def loaded(self) -> Iterator[tuple[int, R]]:
        """Yield the loaded rows with their places."""
        for number, page in self._pages.items():
            for place, row in enumerate(page):
                yield number * PAGE + place, row
