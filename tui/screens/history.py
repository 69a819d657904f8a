"""The journal: who changed what, and when; of all rows, of one, or of a campaign and its leads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import UUID

from textual.app import ComposeResult

from db import moments
from db.errors import CustomerCenterError, NotFound
from db.rows import WHOLE_ROW, ChangeRow, Touched
from db.steps import Preview, reason_shown
from tui import format
from tui.bindings import bindings
from tui.gateway import Gateway
from tui.messages import RowChanged
from tui.report import undo_question, undone_sentence
from tui.safe import clip, safe
from tui.screens.base import AppScreen
from tui.screens.menus import MENU_WIDTH, ConfirmScreen, PromptScreen
from tui.step_words import revert_question
from tui.widgets.lead_view import change_text
from tui.widgets.list_view import ListView
from tui.widgets.row_table import Column, RowTable
from tui.writes import Revert

if TYPE_CHECKING:
    from db.transfer.undoing import Undone

_MOST: Final = 1000
_AHEAD: Final = 200
"""Entries that are read when something happened; where more are new all are read again."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A journal entry as a row of a table."""

    change: ChangeRow

    @property
    def id(self) -> UUID:
        """The entry's number as an id, for tables know rows by UUID."""
        return UUID(int=self.change.change_id)


@dataclass(frozen=True, slots=True)
class Journal:
    """Which part of the journal: of one row, of a ``campaign`` and its leads, or, without id, all."""

    row_id: UUID | None = None
    campaign: bool = False

    def read(self, gateway: Gateway, limit: int) -> tuple[ChangeRow, ...]:
        """Return the latest entries, newest first; blocks."""
        if self.campaign and self.row_id is not None:
            return gateway.campaign_changes(self.row_id, limit)
        return gateway.changes(self.row_id, limit)

    def may_hold(self, touched: Touched) -> bool:
        """Tell whether there may be entries of what was touched."""
        return self.row_id is None or touched.touches(self.row_id) or self.campaign


class HistoryScreen(AppScreen[None]):
    """The latest journal entries, newer ones on top as they come; Enter opens the changed row."""

    scopes = ("history", "table")
    BINDINGS = bindings("history")

    def __init__(self, journal: Journal | None = None, name: str = "") -> None:
        super().__init__()
        self.journal = journal or Journal()
        self.row_name = name
        self._following = False
        self._more = False

    def body(self) -> ComposeResult:
        yield ListView(self.columns(), "Nothing was changed yet.")

    def columns(self) -> tuple[Column[Entry], ...]:
        """Return the columns; the one of times is wide enough for how times are shown now."""
        return (
            Column("when", self._when, format.time_width(self.host.absolute_times)),
            Column("who", lambda row: safe(row.change.actor), 10, weight=1),
            *(() if self._of_one_row else (Column("of", _whose, 16, weight=2, priority=1),)),
            Column("change", lambda row: change_text(row.change, 200), 30, weight=5),
            Column(
                "reason", lambda row: safe(reason_shown(row.change.reason)), 8, weight=1, priority=2
            ),
        )

    @property
    def _of_one_row(self) -> bool:
        return self.journal.row_id is not None and not self.journal.campaign

    @property
    def table(self) -> RowTable[Entry]:
        """The table of entries."""
        return self.query_one(RowTable)

    def load(self) -> None:
        self.table.load_whole(self._read_entries)

    def _read_entries(self, limit: int = _MOST) -> tuple[Entry, ...]:
        return tuple(map(Entry, self.journal.read(self.host.gateway, limit)))

    # Following

    def catch_up(self, touched: Touched) -> None:
        if self.journal.may_hold(touched):
            self._follow()

    def _follow(self) -> None:
        """Read the newest entries, once more afterwards where that is asked for meanwhile."""
        if self._following:
            self._more = True
            return
        self._following, self._more = True, False
        self.read(
            lambda: self._read_entries(_AHEAD),
            self._came,
            self._not_came,
            group="follow",
            patience=None,
        )

    def _came(self, newest: tuple[Entry, ...]) -> None:
        self._following = False
        shown = tuple(entry for _, entry in self.table.window.loaded())
        known = {entry.id for entry in shown}
        new = tuple(entry for entry in newest if entry.id not in known)
        if len(new) == _AHEAD:
            self.load()
        elif new:
            self.table.mark_changed({entry.id for entry in new})
            # Entries of a transaction that took long are older than some that are shown.
            entries = sorted((*new, *shown), key=_number, reverse=True)
            self.table.show_whole(tuple(entries[:_MOST]), above=len(new))
        if self._more:
            self._follow()

    def _not_came(self, error: CustomerCenterError) -> None:
        self._following = False

    def _when(self, row: Entry) -> str:
        return format.when(row.change.changed_at, absolute=self.host.absolute_times)

    # Taking back what a writer did

    def action_revert(self) -> None:
        """Ask from when on what the writer of the entry did is to be taken back."""
        row = self.table.row
        if row is None:
            return
        at = f"{row.change.changed_at.astimezone():%Y-%m-%dT%H:%M:%S}"
        prompt = PromptScreen(
            f"Take back what {clip(row.change.actor, 24)} did since", moments.EXAMPLES, at
        )
        self.app.push_screen(prompt, partial(self._preview, row.change.actor))

    def _preview(self, actor: str, text: str | None) -> None:
        if text is None:
            return
        try:
            since = moments.moment(text)
        except ValueError as error:
            self.host.say(f"{safe(str(error))}.", "bad")
            return
        # What is not shown yet was not looked at; times are the server's.
        newest = max(entry.change.changed_at for _, entry in self.table.window.loaded())
        write = Revert(actor, since, newest + timedelta(microseconds=1))
        self.read(
            lambda: self.host.gateway.revert_preview(actor, since, write.until),
            partial(self._ask, write),
            lambda error: self.host.say(safe(str(error)), "bad"),
            group="revert",
        )

    def _ask(self, write: Revert, preview: Preview) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                self.host.write(replace(write, left=preview.conflicts))

        question = revert_question(write.actor, write.since, preview)
        self.app.push_screen(ConfirmScreen(question), answered)

    # Taking back an import

    def action_undo_import(self) -> None:
        """Tell what taking back the entry's import would do, and ask whether it is meant."""
        row = self.table.row
        if row is None:
            return
        batch, gateway = row.change.batch_id, self.host.gateway
        if batch is None:
            self._of_no_import()
            return
        self.host.say("Looking what there is to take back …")
        self.read(
            lambda: gateway.foresee_undo(batch),
            self._ask_import,
            self._not_foreseen,
            group="undo-import",
        )

    def _of_no_import(self) -> None:
        self.host.say("This entry is of no import.")

    def _not_foreseen(self, error: CustomerCenterError) -> None:
        if isinstance(error, NotFound):
            self._of_no_import()
        else:
            self.read_failed(error)

    def _ask_import(self, foreseen: Undone) -> None:
        if not foreseen.changes:
            left = format.plural(foreseen.left_in_all, "row")
            self.host.say(f"Nothing of this import can be taken back; {left} of it left to others.")
            return
        self.host.say("")
        question = undo_question(foreseen, MENU_WIDTH)
        self.app.push_screen(ConfirmScreen(question), partial(self._undo_import, foreseen))

    def _undo_import(self, foreseen: Undone, yes: bool | None) -> None:
        if yes:
            gateway = self.host.gateway
            self.host.say("The import is being taken back …")
            self.read(
                lambda: gateway.undo_import(foreseen.batch_id),
                self._import_undone,
                group="undo-import",
            )

    def _import_undone(self, done: Undone) -> None:
        self.host.say(undone_sentence(done), "good" if done.changes else "attention")
        self.host.reloads.publish(None)

    def crumbs(self) -> tuple[str, ...]:
        return ("Journal", safe(self.row_name)) if self.row_name else ("Journal",)

    def times_changed(self) -> None:
        self.table.set_columns(self.columns())

    def row_changed(self, change: RowChanged) -> None:
        if change.row_id not in self.host.pending and (
            not self._of_one_row or change.row_id == self.journal.row_id
        ):
            self.load_when_shown()

    def on_row_table_opened(self, message: RowTable.Opened) -> None:
        change = message.row.change
        gone = change.field == WHOLE_ROW and change.new is None
        if change.row_id is None or gone:
            self.host.say("There is no row to open behind this entry.")
        elif change.table_name == "leads":
            self.host.open_lead(change.row_id)
        elif change.table_name == "organizations":
            self.host.open_organization(change.row_id)
        else:
            self.host.go("campaigns")


def _number(entry: Entry) -> int:
    return entry.change.change_id


def _whose(row: Entry) -> str:
    change = row.change
    return safe(change.row_name or change.table_name.removesuffix("s"))
