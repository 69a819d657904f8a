"""Which part of a long list is in memory, and how to ask for another one.

Free of Textual. A page is asked for by the key of a row nearby (of a neighbouring page, a milestone
or an end of the list), so that its price does not grow with its place. A page may come before its
place is known: the last one before the list is counted, or the surroundings of a row. It is shown
at a place that is a guess until a count comes, and then moves there whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, Generic, Literal, Protocol, TypeVar
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
STEP: Final = 2_000
"""Rows from one milestone to the next one."""

Held = Literal["start", "row", "end"]
"""What a place is counted from: the start of the list; a row whose place is a guess; the end."""


@dataclass(frozen=True)
class Piece(Generic[R]):
    """Loaded rows that follow one another, the first of them at the place ``start``."""

    start: int
    page: Page[R]
    held: Held

    @cached_property
    def stop(self) -> int:
        """The place after the last row."""
        return self.start + len(self.page.rows)


@dataclass(frozen=True)
class Ask:
    """A page to be asked for; its rows are to stand from ``start`` on, up to ``stop``."""

    request: PageRequest
    start: int
    stop: int
    held: Held
    turn: int = 0

    @property
    def far(self) -> bool:
        """True where the database has to walk over more rows than milestones would let it."""
        return self.request.offset > STEP


class RowWindow(Generic[R]):
    """Some pages of a list of ``total`` rows; ``exact`` is False while that is a guess."""

    def __init__(self) -> None:
        self.total = 0
        self.exact = False
        self.milestones: tuple[Key, ...] = ()
        self._pieces: list[Piece[R]] = []
        self._turn = 0

    @classmethod
    def whole(cls, rows: tuple[R, ...]) -> RowWindow[R]:
        """Return the window on a list of which all rows are there."""
        window: RowWindow[R] = cls()
        window.total, window.exact = len(rows), True
        if rows:
            window._pieces = [Piece(0, Page(rows), "start")]
        return window

    # Opening

    def open_at_start(self, page: Page[R], asked: int = PAGE) -> None:
        """Take the first rows of the list, of which so many were asked for."""
        self.store(Ask(PageRequest(asked), 0, asked, "start"), page)

    def open_around(self, key: Key, at: int, read: Callable[[PageRequest], Page[R]]) -> int:
        """Take the rows around the row of a key, which stands at about the place ``at``.

        Returns the place that it has now. It is a guess where as many rows as were asked for stand
        before it.
        """
        before = read(PageRequest(PAGE, after=key, backwards=True))
        known = len(before.rows) < PAGE
        at = len(before.rows) if known else max(at, PAGE)
        held: Held = "start" if known else "row"
        if before.rows:
            self._pieces.append(Piece(at - len(before.rows), before, held))
        after = PageRequest(PAGE, after=before.last)
        self.total = at
        self.store(Ask(after, at, at + PAGE, held), read(after))
        return at

    # What is there

    def get(self, index: int) -> R | None:
        """Return the row at a place of the list, None where it is not loaded."""
        piece = self._at(index)
        return None if piece is None else piece.page.rows[index - piece.start]

    def missing(self, first: int, last: int) -> int | None:
        """Return the first place from one to another whose row is not loaded."""
        index = max(first, 0)
        while index <= min(last, self.total - 1):
            piece = self._at(index)
            if piece is None:
                return index
            self._pieces.remove(piece)
            self._pieces.append(piece)
            index = piece.stop
        return None

    def index_of(self, row_id: UUID) -> int | None:
        """Return the place of a loaded row."""
        return next((index for index, row in self.loaded() if row.id == row_id), None)

    def loaded(self) -> Iterator[tuple[int, R]]:
        """Yield the loaded rows with their places."""
        for piece in self._pieces:
            yield from enumerate(piece.page.rows, piece.start)

    def replace(self, *rows: R) -> list[int]:
        """Put newer versions of rows in their places; return the places that changed."""
        newer = {row.id: row for row in rows}
        places: list[int] = []
        for number, piece in enumerate(self._pieces):
            known = piece.page.rows
            found = [place for place, row in enumerate(known, piece.start) if row.id in newer]
            if found:
                page = replace(piece.page, rows=tuple(newer.get(row.id, row) for row in known))
                self._pieces[number] = replace(piece, page=page)
                places += found
        return places

    def keep(self, first: int, last: int) -> None:
        """Forget the pages that hold no row from one place to another; they can be asked for again."""
        self._pieces = [
            piece for piece in self._pieces if piece.start <= last and piece.stop > first
        ]

    def _at(self, index: int) -> Piece[R] | None:
        for piece in reversed(self._pieces):
            if piece.start <= index < piece.stop:
                return piece
        return None

    # Asking for more

    def ask(self, index: int) -> Ask:
        """Return how to ask for a page with the row of a place: the way over the fewest rows."""
        before = max((p for p in self._pieces if p.stop <= index), key=_stop, default=None)
        after = min((p for p in self._pieces if p.start > index), key=_start, default=None)
        low, high = before.stop if before else 0, after.start if after else self.total
        # Beside a page that is there the new one joins it; elsewhere pages begin at round places.
        start = low if index - low < PAGE else index // PAGE * PAGE
        stop = high if high - index <= PAGE else index // PAGE * PAGE + PAGE
        ahead = min(PAGE, after.start - start) if after else PAGE
        ways: list[Ask] = []
        if before is not None:
            ways.append(self._forward(start, ahead, before.stop, before.page.last, before.held))
        ways.append(self._forward(start, ahead, 0, None, "start"))
        if passed := min(start // STEP, len(self.milestones)):
            key = self.milestones[passed - 1]
            ways.append(self._forward(start, ahead, passed * STEP, key, "start"))
        back = min(PAGE, stop - low)
        if after is not None:
            ways.append(self._backward(stop, back, after.start, after.page.first, after.held))
        from_end: Held = "start" if self.exact else "end"
        ways.append(self._backward(stop, back, self.total, None, from_end))
        return min(ways, key=lambda way: way.request.offset)

    def _forward(self, start: int, limit: int, base: int, key: Key | None, held: Held) -> Ask:
        request = PageRequest(limit, after=key, offset=start - base)
        return Ask(request, start, start + limit, held, self._turn)

    def _backward(self, stop: int, limit: int, base: int, key: Key | None, held: Held) -> Ask:
        request = PageRequest(limit, after=key, offset=base - stop, backwards=True)
        return Ask(request, stop - limit, stop, held, self._turn)

    def store(self, ask: Ask, page: Page[R]) -> bool:
        """Take a page that was asked for; a short one tells where the list begins or ends.

        Returns False where it does not fit what is known: the list is another one by now.
        """
        if ask.held != "start" and ask.turn != self._turn:
            return True  # Its place moved meanwhile; it is asked for again where it is missing.
        short = len(page.rows) < ask.request.limit
        if ask.request.backwards:
            start = ask.stop - len(page.rows)
            if short and ask.held == "start" and start > 0:
                return False
            self._put(Piece(start, page, ask.held))
            if short and ask.held == "end":
                self.total, self.exact = self.total - start, True
            if short:
                self._move(ask.held, -start)
            return True
        stop = ask.start + len(page.rows)
        if not short:
            self.total = max(self.total, stop)
        elif stop < min(ask.stop, self.total) and (
            self.exact or any(piece.start >= stop for piece in self._pieces)
        ):
            return False
        elif page.rows or ask.start == 0:
            self.total, self.exact = stop, self.exact or ask.held == "start"
        else:
            self.total = min(self.total, ask.start)
        self._put(Piece(ask.start, page, ask.held))
        return True

    def _put(self, piece: Piece[R]) -> None:
        if piece.page.rows:
            self._pieces.append(piece)
        del self._pieces[:-KEPT_PAGES]

    # Places that were guesses

    def estimated(self, total: int) -> None:
        """Take a guess of the number of rows, where that is not known."""
        if not self.exact:
            self.total = max(self.total, total)

    def counted(self, total: int, at: int) -> int:
        """Take the number of rows of the list; return the place that the row at ``at`` has now."""
        at_end = at == self.total - 1 and self._at(at) is None
        at = self._move("end", total - self.total, at)
        known = max((piece.stop for piece in self._pieces if piece.held == "start"), default=0)
        self.total, self.exact = max(total, known), True
        return self.total - 1 if at_end else at

    def placed(self, by: int, at: int) -> int:
        """Move the surroundings of a row, whose place was a guess, by so many places.

        Returns the place that the row at ``at`` has now.
        """
        at = self._move("row", by, at)
        self.total = max((self.total, *map(_stop, self._pieces)))
        return at

    def _move(self, held: Held, by: int, at: int = 0) -> int:
        """Settle the pages whose place was counted from somewhere that was a guess."""
        here = self._at(at)
        moved = [
            replace(p, start=p.start + by, held="start") for p in self._pieces if p.held == held
        ]
        moved = [piece for piece in moved if piece.start >= 0]
        self._pieces = [
            piece
            for piece in self._pieces
            if piece.held != held
            and not any(piece.start < new.stop and new.start < piece.stop for new in moved)
        ] + moved
        self._turn += 1
        return at + by if here is not None and here.held == held else at


def _start(piece: Piece[Any]) -> int:
    return piece.start


def _stop(piece: Piece[Any]) -> int:
    return piece.stop
