"""Rows for a table: one page at a time from a source that blocks, what is visible before all else.

No key waits for it. While a page is on its way the cursor moves on, and only what is visible when
the page has come is asked for next. What has to be counted (how many rows, which place a row has)
comes after the rows.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any, Final, Generic, Literal, TypeVar
from uuid import UUID

from textual.timer import Timer
from textual.widget import Widget

from db.errors import CustomerCenterError
from db.rows import Key, Page, PageRequest
from tui.reading import Reader
from tui.waiting import PATIENCE
from tui.widgets.window import PAGE, STEP, Ask, HasId, RowWindow

R = TypeVar("R", bound=HasId)
State = Literal["loading", "ready", "empty", "failed", "stale"]
COUNT_EVERY: Final = 1.0
"""Seconds between two counts of a list of at most ``CHEAP`` rows while others change it."""
CHEAP: Final = 100_000


@dataclass(frozen=True)
class Source(Generic[R]):
    """Where rows come from: pages by request, and the exact number of rows. All of it blocks.

    What a long list has beside that: ``estimate`` guesses the number of rows quickly,
    ``milestones`` returns the key of every so many-th row, ``key`` the key of a row (None where it
    is gone) and ``position`` its place (None where it is not in the list). ``rows`` returns the rows
    of some ids that are still there, in any order, and ``held`` which of them are in the list, where a
    change of a row may move it out.
    """

    page: Callable[[PageRequest], Page[R]]
    count: Callable[[], int]
    estimate: Callable[[], int] | None = None
    milestones: Callable[[int], tuple[Key, ...]] | None = None
    key: Callable[[UUID], Key | None] | None = None
    position: Callable[[UUID], int | None] | None = None
    rows: Callable[[tuple[UUID, ...]], tuple[R, ...]] | None = None
    held: Callable[[tuple[UUID, ...]], frozenset[UUID]] | None = None


@dataclass(frozen=True)
class Opening(Generic[R]):
    """A list as it was opened: the cursor's place, and whether that place is still a guess."""

    window: RowWindow[R]
    at: int
    guessed: bool = False


class RowLoading(Reader, Generic[R]):
    """Mix-in for the table: the window on its list, and what fills it."""

    def __init__(self, *children: Widget, **options: Any) -> None:
        super().__init__(*children, **options)
        self.window: RowWindow[R] = RowWindow()
        self.state: State = "loading"
        self.problem = ""
        self._source: Source[R] | None = None
        self._asked: Ask | None = None
        self._wanted: UUID | None = None
        self._began_at: int | None = None
        self._surveyed = False
        self._recounted_at = 0.0
        self._recount: Timer | None = None

    @property
    def total(self) -> int:
        """The number of rows, as far as it is known."""
        return self.window.total

    # What the table does with it

    @property
    @abstractmethod
    def place_of_cursor(self) -> int:
        """The place at which the cursor stands."""

    @abstractmethod
    def in_sight(self) -> tuple[int, int]:
        """Return the first and the last place that are in sight."""

    @abstractmethod
    def settle(self, at: int) -> None:
        """Show another window with the cursor at a place."""

    @abstractmethod
    def shift(self, at: int) -> None:
        """Follow the row under the cursor, and with it all that is in sight, to another place."""

    @abstractmethod
    def rows_came(self, start: int, stop: int) -> None:
        """Paint the rows from one place up to another, which came."""

    @abstractmethod
    def state_changed(self) -> None:
        """Tell that ``state`` changed."""

    # Opening

    def load(self, source: Source[R], *, at: int = 0, expect: UUID | None = None) -> None:
        """Show a list from its beginning, or with the cursor at a place.

        ``expect`` is the row that should stand there: the cursor goes to it wherever it stands now.
        Rows shown before stay until the new ones are there.
        """
        self._recounted_at = 0.0
        if self._recount is not None:
            self._recount.stop()
            self._recount = None
        self._load(source, at, expect)

    def _load(
        self,
        source: Source[R],
        at: int,
        expect: UUID | None,
        patience: float | None = PATIENCE,
    ) -> None:
        self._source = source
        self._wanted = expect
        self._asked = None
        self._began_at = self.place_of_cursor if expect is not None else None
        self._set_state("loading")
        guess = self.total if expect is not None else 0
        self.read(
            partial(_open, source, at, expect, guess),
            self._opened,
            self._failed,
            group="start",
            patience=patience,
        )

    def stay(self, source: Source[R]) -> None:
        """Give up a list that has not come yet: the rows shown are of this source, as they were."""
        self.workers.cancel_group(self, "start")
        self._source, self._wanted, self._asked = source, None, None
        self._set_state("ready" if self.total else "empty")
        self.fetch_visible()
        self._count()

    def load_whole(self, rows: Callable[[], tuple[R, ...]]) -> None:
        """Show a list that is read at once; ``rows`` blocks. The cursor stays at its place."""
        self._source = None
        self._set_state("loading")
        self.read(rows, self.show_whole, self._failed, group="start")

    def show_whole(self, rows: tuple[R, ...], above: int = 0) -> None:
        """Show a list of which all is there; the first ``above`` rows are new.

        The cursor stays on its row, but for the top of the list: there it stays on top. So does what
        is seen.
        """
        to = self.place_of_cursor and self.place_of_cursor + above
        self.window = RowWindow.whole(rows)
        self._set_state("ready" if rows else "empty")
        move = self.settle if self.in_sight()[0] == 0 else self.shift
        move(max(0, min(to, len(rows) - 1)))

    def _opened(self, opening: Opening[R]) -> None:
        self.window = opening.window
        self._asked = None
        self._surveyed = False
        self._set_state("ready" if self.total else "empty")
        place = self.window.index_of(self._wanted) if self._wanted else None
        wanted, self._wanted = self._wanted, None if place is not None else self._wanted
        at = opening.at if place is None else place
        if wanted is None and self._began_at is not None:
            # Keys have moved on from the row that was wanted.
            at = max(0, min(at + self.place_of_cursor - self._began_at, self.total - 1))
        self.settle(at)
        if opening.guessed and wanted is not None:
            self._find_place(wanted, opening.at)
        else:
            self._count()

    def _find_place(self, row_id: UUID, guess: int) -> None:
        window, source = self.window, self._source
        assert source is not None
        position = source.position
        assert position is not None

        def placed(place: int | None) -> None:
            if window is self.window:
                if place is not None:
                    self._follow(window.placed(place - guess, self.place_of_cursor))
                self._count()

        self.read(lambda: position(row_id), placed, self._failed, group="count", patience=None)

    def _count(self) -> None:
        window, source = self.window, self._source
        if window.exact or source is None or self._recount is not None:
            return
        if (wait := self._recounted_at + self._count_every - monotonic()) > 0:
            self._recount = self.set_timer(wait, self._count_now)
        else:
            self._count_now()

    @property
    def _count_every(self) -> float:
        """The seconds between two counts of a list that others change: the longer the dearer."""
        return max(COUNT_EVERY, self.total * COUNT_EVERY / CHEAP)

    def _count_now(self) -> None:
        self._recount, self._recounted_at = None, monotonic()
        window, source = self.window, self._source
        if source is None:
            return

        def counted(total: int) -> None:
            if window is self.window:
                self._follow(window.counted(total, self.place_of_cursor))

        self.read(source.count, counted, self._failed, group="count", patience=None)

    def _follow(self, at: int) -> None:
        self.shift(max(0, min(at, self.total - 1)))
        self.fetch_visible()

    # Pages

    def fetch_visible(self) -> None:
        """Ask for the first visible page that is missing, then for the ones around."""
        if self._source is None or self._asked is not None or not self.is_attached:
            return
        index = self.window.missing(*self.in_sight())
        if index is not None:
            self._fetch(index)
        elif self._ahead() is not None:
            self.call_after_refresh(self._fetch_ahead)

    def _ahead(self) -> int | None:
        """Return the nearest place out of sight that may come into sight next and is missing."""
        first, last = self.in_sight()
        height = last - first + 1
        below = self.window.missing(last, last + height)
        return self.window.missing(first - height, first) if below is None else below

    def _fetch_ahead(self) -> None:
        """Ask for what comes into sight next, now that the screen is painted."""
        if self._source is not None and self._asked is None and self.is_attached:
            index = self._ahead()
            if index is not None:
                self._fetch(index)

    def _fetch(self, index: int) -> None:
        source, window = self._source, self.window
        assert source is not None
        ask = self._asked = window.ask(index)
        if ask.far and source.milestones is not None and not self._surveyed:
            self._surveyed = True
            survey = source.milestones
            self.read(
                lambda: survey(STEP), partial(self._survey, window), self._failed, group="page"
            )
            return
        self.read(
            lambda: source.page(ask.request),
            partial(self._fetched, window, ask),
            self._failed,
            group="page",
        )

    def _survey(self, window: RowWindow[R], milestones: tuple[Key, ...]) -> None:
        if window is self.window:
            window.milestones = milestones
            self._asked = None
            self.fetch_visible()

    def _fetched(self, window: RowWindow[R], ask: Ask, page: Page[R]) -> None:
        if window is not self.window:
            return
        self._asked = None
        known = window.total, window.exact
        if not window.store(ask, page):
            self._again()
            return
        if self._wanted is not None:
            place, self._wanted = window.index_of(self._wanted), None
            if place is not None:
                self.shift(place)
        if (window.total, window.exact) != known:
            self.shift(max(0, min(self.place_of_cursor, window.total - 1)))
        if self.state == "stale" or (self.state == "empty" and page.rows):
            self._set_state("ready")
        self.rows_came(ask.start, ask.stop)
        self.fetch_visible()

    def _again(self) -> None:
        if self._source is not None:
            at = self.place_of_cursor
            row = self.window.get(at)
            self.load(self._source, at=at, expect=row.id if row else None)

    def _failed(self, error: CustomerCenterError) -> None:
        self.problem = str(error)
        self._asked = None
        self._surveyed = False
        self._set_state("stale" if self.total else "failed")

    def _set_state(self, state: State) -> None:
        self.state = state
        self.state_changed()


def _open(source: Source[R], at: int, expect: UUID | None, guess: int) -> Opening[R]:
    """Read the first rows to be shown; blocks."""
    window: RowWindow[R] = RowWindow()
    key = source.key(expect) if source.key and expect else None
    if key is not None:
        now = window.open_around(key, at, source.page)
        guessed = not window.get(0)
        window.estimated(guess)
        return Opening(window, now, guessed)
    window.open_at_start(source.page(PageRequest(PAGE)))
    if not window.exact and at >= window.total:
        window.counted(source.count(), 0)
    elif not window.exact and source.estimate is not None:
        window.estimated(source.estimate())
    return Opening(window, max(0, min(at, window.total - 1)))
