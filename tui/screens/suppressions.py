"""The suppression list: whom nobody may write to, since when, and why."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from textual.app import ComposeResult

from db.filters import local_now, parse
from db.rows import LeadScope
from db.snoozing import FORMS
from db.snoozing import until as moment
from db.suppression import Added, Covered, SuppressionRow, read_value
from tui import format
from tui.bindings import bindings
from tui.keymap import hint, hints
from tui.messages import RowChanged
from tui.safe import clip, safe
from tui.screens.base import AppScreen
from tui.screens.menus import ConfirmScreen, PromptScreen
from tui.widgets.list_view import ListView
from tui.widgets.row_table import Column, RowTable
from tui.writes import Suppress, Unsuppress

FOR_GOOD: Final = "for good"
MOST: Final = 2_000
"""Entries that are shown at once, the newest; a search finds the others."""


class SuppressionsScreen(AppScreen[None]):
    """The list, or what a search finds of it; Enter opens the leads that an entry covers."""

    scopes = ("suppressions", "table")
    BINDINGS = bindings("suppressions")

    def __init__(self) -> None:
        super().__init__()
        self.term = ""

    def body(self) -> ComposeResult:
        yield ListView(self.columns(), self._empty())

    def _empty(self) -> str:
        """Return what is said where there are no rows."""
        if self.term:
            nothing = f"Nothing on the list holds {safe(self.term, limit=60)}."
            return hints(nothing, hint("suppressions.clear", "shows all of it"))
        return hints("Nobody is suppressed.", hint("suppressions.add", "adds an address or domain"))

    def columns(self) -> tuple[Column[SuppressionRow], ...]:
        """Return the columns; the one of times is wide enough for how times are shown now."""
        width = format.time_width(self.host.absolute_times)
        return (
            Column("address or domain", lambda row: safe(row.value), 24, weight=3),
            Column("reason", lambda row: safe(row.reason or ""), 14, weight=3),
            Column("until", _until, 10, priority=1),
            Column("since", self._since, width),
            Column("by", lambda row: safe(row.created_by), 10, weight=1, priority=2),
            Column("source", lambda row: safe(row.source or ""), 12, weight=1, priority=3),
        )

    @property
    def table(self) -> RowTable[SuppressionRow]:
        """The table of the list."""
        return self.query_one(RowTable)

    def load(self) -> None:
        self.table.load_whole(partial(self.host.gateway.suppressions, self.term, MOST))

    def _since(self, row: SuppressionRow) -> str:
        return format.when(row.created_at, absolute=self.host.absolute_times)

    def crumbs(self) -> tuple[str, ...]:
        return ("Suppression list", f"search: {clip(self.term, 30)}")[: 2 if self.term else 1]

    def times_changed(self) -> None:
        self.table.set_columns(self.columns())

    def row_changed(self, change: RowChanged) -> None:
        """Leads that change are none of the list's."""

    def on_row_table_opened(self, message: RowTable.Opened) -> None:
        value = message.row.value
        pattern = value if "@" in value else f"*@{value},*.{value}"
        scope = LeadScope(filter=parse(f"email:{pattern}"), now=local_now())
        self.host.open_leads(scope, safe(value))

    # Searching

    def action_search(self) -> None:
        """Ask for a text and show the entries that hold it."""
        prompt = PromptScreen("Search the suppression list", "value, reason or source", self.term)
        self.app.push_screen(prompt, self._search)

    def _search(self, term: str | None) -> None:
        if term is not None:
            self.term = term
            self.query_one(ListView).empty = self._empty()
            self.show_title()
            self.load()

    def action_clear(self) -> None:
        """Show the whole list again."""
        self._search("")

    def action_copy_value(self) -> None:
        """Copy the address or domain."""
        row = self.table.row
        if row is not None:
            self.host.copy_to_clipboard(row.value)
            self.host.say(f"Copied: {safe(row.value, limit=200)}")

    # Writing

    def action_add(self) -> None:
        """Ask for an address or domain, for a reason, until when, and whether it is meant."""
        prompt = PromptScreen("Suppress an address or a domain", "anna@acme.com or acme.com")
        self.app.push_screen(prompt, self._add)

    def _add(self, text: str | None) -> None:
        if text is None:
            return
        try:
            value = read_value(text)
        except ValueError as error:
            self.host.say(safe(str(error)), "bad")
            return
        prompt = PromptScreen(f"Why must nobody write to {clip(value, 40)}?", "asked by phone …")
        self.app.push_screen(prompt, partial(self._ask_until, value))

    def _ask_until(self, value: str, reason: str | None) -> None:
        if reason is not None:
            title = f"Until when must nobody write to {clip(value, 40)}?\n{FOR_GOOD}, {FORMS}"
            prompt = PromptScreen(title, value=FOR_GOOD)
            self.app.push_screen(prompt, partial(self._count, Suppress(value, reason)))

    def _count(self, write: Suppress, text: str | None) -> None:
        if text is None:
            return
        try:
            until = None if text.casefold() == FOR_GOOD else moment(text, local_now())
        except ValueError as error:
            prompt = PromptScreen(safe(str(error)), FORMS, text)
            self.app.push_screen(prompt, partial(self._count, write))
            return
        ask = partial(self._ask, replace(write, expires_at=until))
        self.read(lambda: self.host.gateway.covered(write.value), ask, group="covered")

    def _ask(self, write: Suppress, covered: Covered) -> None:
        stopped = (
            f" {format.plural(covered.sendable, 'lead')} to be sent to will be do not contact."
            if covered.sendable and write.expires_at is None
            else ""
        )
        until = f" until {write.expires_at:%Y-%m-%d}" if write.expires_at else ""
        leads = format.plural(covered.leads, "lead")
        question = f"{clip(write.value, 40)} covers {leads}.{stopped} Suppress it{until}?"

        def answered(yes: bool | None) -> None:
            if yes:
                self.host.write(write)

        self.app.push_screen(ConfirmScreen(question), answered)

    def action_remove(self) -> None:
        """Ask whether the entry is to be taken off the list."""
        row = self.table.row
        if row is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.host.write(Unsuppress(row.value))

        question = f"Take {clip(row.value, 40)} off the list? It may be written to again."
        self.app.push_screen(ConfirmScreen(question), answered)


def outcome(write: Suppress | Unsuppress, result: object) -> str:
    """Return what became of the list, as a safe sentence."""
    value = safe(write.value, limit=60)
    if isinstance(write, Unsuppress):
        gone = f"{value} is off the list; leads stay as they are."
        return gone if result else f"{value} was not on the list."
    if not isinstance(result, Added):
        return f"{value} is suppressed."
    if not result.added:
        return f"{value} was on the list already."
    stopped = format.plural(result.stopped, "lead")
    until = f" until {write.expires_at:%Y-%m-%d}" if write.expires_at else ""
    return f"{value} is suppressed{until}." + (f" {stopped} stopped." if result.stopped else "")


def _until(row: SuppressionRow) -> str:
    if row.expires_at is None:
        return FOR_GOOD
    day = f"{row.expires_at.astimezone():%Y-%m-%d}"
    return day if row.in_force(local_now()) else "ended"
