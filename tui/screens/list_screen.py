"""What the lists of leads and organizations share: sorting, searching, and keeping their place."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import ClassVar, Final, Generic, Protocol, TypeVar
from uuid import UUID

from textual.content import Content
from textual.worker import get_current_worker

from db.errors import CustomerCenterError, NotFound, ReadCancelled
from db.rows import Found, Kind, LeadRow, OrganizationRow, Sort, Touched
from tui.format import plural
from tui.keymap import hint, hints
from tui.messages import RowChanged
from tui.reading import Arrived
from tui.safe import safe
from tui.screens.menus import PickScreen, PromptScreen
from tui.screens.status_keys import StatusKeys
from tui.state import Whereabouts
from tui.widgets.row_table import Column, RowTable, Source

R = TypeVar("R", LeadRow, OrganizationRow)


SLOW: Final = "slow on a long list: no index"


class Finder(Protocol[R]):
    """Finds the next row that holds a text: beyond one row, at most up to another one; blocks.

    ``go_on`` is told now and then how many rows were walked over, and ends the search by False.
    """

    def __call__(
        self,
        *,
        after: UUID | None,
        until: UUID | None,
        backwards: bool,
        go_on: Callable[[int], bool],
    ) -> Found[R] | None: ...


class ListScreen(StatusKeys[None], Generic[R]):
    """A list in keyset pages that can be sorted and searched."""

    sorts: ClassVar[dict[str, str]] = {}
    noun: ClassVar[str] = "row"
    kind: ClassVar[Kind] = "lead"
    borrowed: ClassVar[tuple[str, ...]] = ("name",)
    """The fields of other kinds of rows that the list shows something of."""

    def __init__(self, sort: Sort, at: Whereabouts | None = None) -> None:
        super().__init__()
        self.sort = at.sort if at and at.sort and at.sort.column in self.sorts else sort
        self._reopened = at
        self._term = ""
        self._searching = False

    @property
    def table(self) -> RowTable[R]:
        """The table of the list."""
        return self.query_one(RowTable)

    @abstractmethod
    def columns(self) -> tuple[Column[R], ...]:
        """Return the columns; those of times are wide enough for how times are shown now."""

    @abstractmethod
    def source(self) -> Source[R]:
        """Return where the rows come from."""

    @abstractmethod
    def finder(self, term: str) -> Finder[R]:
        """Return what finds the next row that holds a text."""

    def subject(self) -> R | None:
        return self.table.row

    def load(self) -> None:
        """Read the list again; the cursor stays on its row, wherever that stands now."""
        row, reopened = self.table.row, self._reopened
        self._reopened = None
        if reopened is not None:
            self.table.load(self.source(), at=reopened.index, expect=reopened.row_id)
            return
        self.table.load(self.source(), at=self.table.index, expect=row.id if row else None)

    def row_changed(self, change: RowChanged) -> None:
        if change.row is not None and isinstance(change.row, LeadRow | OrganizationRow):
            self._written(change.row)  # type: ignore[arg-type]
        elif change.row_id in self.host.pending:
            self.table.repaint(change.row_id)
        else:
            self.reread(change.row_id)

    def catch_up(self, touched: Touched) -> None:
        if touched.kind == self.kind:
            self.table.catch_up(touched)
        elif touched.concerns(*self.borrowed):
            self.table.freshen(None)

    @abstractmethod
    def one(self, row_id: UUID) -> R:
        """Return one row as it is now; blocks."""

    def reread(self, row_id: UUID) -> None:
        """Read one row again that was edited; where it is gone, the list."""
        if self.table.window.index_of(row_id) is not None:
            self.read(
                lambda: self.one(row_id),
                self._written,
                self._not_read,
                group="reread",
                patience=None,
            )

    def _written(self, row: R) -> None:
        self.table.replace(row)
        if self.app.screen is self:
            self.table.look_again(row.id)
        else:
            # A list below another screen is not read again with each decision there.
            self.missed(Touched(self.kind, frozenset({row.id})))

    def _not_read(self, error: CustomerCenterError) -> None:
        if isinstance(error, NotFound):
            self.load()
        else:
            self.read_failed(error)

    def times_changed(self) -> None:
        self.table.set_columns(self.columns())

    # Sorting

    def offered(self) -> tuple[str, ...]:
        """Return the columns by which an index sorts the list as it is now."""
        return tuple(self.sorts)

    def action_sort(self) -> None:
        """Choose the column to sort by; the same column again turns the order round."""
        offered: tuple[str, ...] = self.offered()
        names = (*offered, *(name for name in self.sorts if name not in offered))
        width = max(map(len, self.sorts.values())) + 6
        choices = tuple(
            (
                name,
                Content.assemble(
                    f"{self.sorts[name] + self._arrow(name):<{width}}",
                    ("" if name in offered else SLOW, "dim"),
                ),
            )
            for name in names
        )
        self.app.push_screen(PickScreen("Sort by", choices, self.sort.column), self._sort_by)

    def _arrow(self, name: str) -> str:
        if name != self.sort.column:
            return ""
        return "  ↓" if self.sort.descending else "  ↑"

    def _sort_by(self, column: str | None) -> None:
        if column is None:
            return
        dates = ("created", "updated", "contacted", "size")
        turned = not self.sort.descending if column == self.sort.column else column in dates
        self.sort = Sort(column, turned)
        self.table.move_to(0)
        self.table.load(self.source())
        order = "descending" if turned else "ascending"
        self.host.say(f"Sorted by {self.sorts[column]}, {order}.")

    # Searching

    def action_search(self) -> None:
        """Ask for a text and go to the next row that holds it."""
        prompt = PromptScreen(f"Search the {self.noun}s", "name, e-mail, company …", self._term)
        self.app.push_screen(prompt, self._search)

    def _search(self, term: str | None) -> None:
        if term:
            self._term = term
            self._find(1)

    def action_search_again(self, direction: int) -> None:
        """Go to the next or the previous match."""
        if self._term:
            self._find(direction)
        else:
            searches = hint(f"{self.scopes[0]}.search", "searches")
            self.host.say(hints("Nothing was searched for yet.", searches))

    def _find(self, direction: int) -> None:
        row, at, total, backwards = (
            self.table.row,
            self.table.index,
            self.table.total,
            direction < 0,
        )
        find = self.finder(self._term)

        def job() -> tuple[R, int] | None:
            """Search up to the end of the list, then from its other end up to the cursor."""
            if row is not None:
                go_on = self._progress(0)
                beyond = find(after=row.id, until=None, backwards=backwards, go_on=go_on)
                if beyond is not None:
                    return beyond.row, at + direction * beyond.steps
            walked = (at if backwards else total - at) if row is not None else 0
            go_on = self._progress(walked)
            until = row.id if row is not None else None
            found = find(after=None, until=until, backwards=backwards, go_on=go_on)
            if found is None:
                return None
            return found.row, total - found.steps if backwards else found.steps - 1

        self._searching = True
        self._searched(0)
        self.read(job, self._found, self._search_failed, group="search", patience=0)

    def _progress(self, before: int) -> Callable[[int], bool]:
        """Return what a search calls as it goes on: it tells how far it is, and ends it."""
        worker = get_current_worker()

        def go_on(walked: int) -> bool:
            if not worker.is_cancelled:
                self.post_message(Arrived(lambda: self._searched(before + walked)))
            return not worker.is_cancelled

        return go_on

    def _searched(self, rows: int) -> None:
        if self._searching:
            far = f"{rows:,} of {self.counted()}   " if rows else ""
            self.host.say(f"Searching {safe(self._term, limit=60)} …   {far}Esc stops")

    def _search_failed(self, error: CustomerCenterError) -> None:
        self._searching = False
        if isinstance(error, ReadCancelled):
            self.host.say("The search was stopped.")
        else:
            self.read_failed(error)

    def _found(self, found: tuple[R, int] | None) -> None:
        self._searching = False
        term = safe(self._term, limit=60)
        if found is None:
            self.host.say(f"No {self.noun} holds {term}.", "attention")
            return
        row, place = found
        self.table.go_to(place, row.id)
        here = self.scopes[0]
        again = hint(f"{here}.next", "next"), hint(f"{here}.previous", "previous")
        self.host.say(hints(f"{term}: found", *again))

    def counted(self) -> str:
        """Return how many rows the list holds, in words."""
        return plural(self.table.total, self.noun)
