"""What the lists of leads and organizations share: sorting, searching, and keeping their place."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Generic, TypeVar
from uuid import UUID

from db.errors import CustomerCenterError, NotFound
from db.rows import Found, LeadRow, OrganizationRow, Sort
from tui.format import plural
from tui.messages import RowChanged
from tui.safe import safe
from tui.screens.base import StatusKeys
from tui.screens.menus import PickScreen, PromptScreen
from tui.widgets.row_table import Column, RowTable, Source

R = TypeVar("R", LeadRow, OrganizationRow)


class ListScreen(StatusKeys[None], Generic[R]):
    """A list in keyset pages that can be sorted and searched."""

    sorts: ClassVar[dict[str, str]] = {}
    noun: ClassVar[str] = "row"

    def __init__(self, sort: Sort) -> None:
        super().__init__()
        self.sort = sort
        self._term = ""

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
    def find(self, term: str, after: UUID | None, *, backwards: bool) -> Found[R] | None:
        """Return the next row that matches; blocks."""

    def subject(self) -> R | None:
        return self.table.row

    def load(self) -> None:
        """Read the list again; the cursor stays on its row, wherever that stands now."""
        row = self.table.row
        self.table.load(self.source(), at=self.table.index, expect=row.id if row else None)

    def row_changed(self, change: RowChanged) -> None:
        if change.row is not None and isinstance(change.row, LeadRow | OrganizationRow):
            self.table.replace(change.row)  # type: ignore[arg-type]
        elif change.row_id in self.host.pending:
            self.table.repaint(change.row_id)
        else:
            self.reread(change.row_id)

    @abstractmethod
    def one(self, row_id: UUID) -> R:
        """Return one row as it is now; blocks."""

    def reread(self, row_id: UUID) -> None:
        """Read one row again that was edited; where it is gone, the list."""
        if self.table.window.index_of(row_id) is not None:
            self.read(lambda: self.one(row_id), self.table.replace, self._not_read, group="reread")

    def _not_read(self, error: CustomerCenterError) -> None:
        if isinstance(error, NotFound):
            self.load()
        else:
            self.read_failed(error)

    def times_changed(self) -> None:
        self.table.set_columns(self.columns())

    # Sorting

    def action_sort(self) -> None:
        """Choose the column to sort by; the same column again turns the order round."""
        choices = tuple((name, f"{title}{self._arrow(name)}") for name, title in self.sorts.items())
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
            self.host.say("Nothing was searched for yet: / searches.")

    def _find(self, direction: int) -> None:
        row, term, backwards = self.table.row, self._term, direction < 0

        def job() -> Found[R] | None:
            beyond = self.find(term, row.id, backwards=backwards) if row is not None else None
            return beyond or self.find(term, None, backwards=backwards)

        self.host.say(f"Searching {safe(term, limit=60)} …")
        self.read(job, self._found, group="search")

    def _found(self, found: Found[R] | None) -> None:
        term = safe(self._term, limit=60)
        if found is None:
            self.host.say(f"No {self.noun} holds {term}.", "attention")
            return
        self.table.go_to(found.index, found.row.id)
        self.host.say(f"{term}: found   n next, N previous")

    def counted(self) -> str:
        """Return how many rows the list holds, in words."""
        return plural(self.table.total, self.noun)
