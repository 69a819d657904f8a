"""Marking leads in a list, and what is done to all that are marked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from textual import events

from db.errors import NotFound
from db.rows import WHOLE_ROW, CampaignRow, LeadRow, LeadScope, PageRequest, Sort
from db.statuses import LEAD
from tui.format import plural
from tui.keymap import hint, hints, key_of
from tui.lead_actions import LeadActions
from tui.marks import Marks, Range
from tui.safe import safe
from tui.widgets.row_table import RowTable

if TYPE_CHECKING:
    from db.many import BulkField, Selection

LONGEST_RANGE: Final = 50_000
COPIED_ROWS: Final = 1_000
COPIED_BYTES: Final = 74_000
"""What terminals take through OSC 52 in any case: 100,000 bytes, of base64."""


class Marking(LeadActions):
    """Mix-in for a list of leads, whose ``scope`` and ``sort`` its source follows."""

    scope: LeadScope
    sort: Sort

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.marks = Marks()
        self._marked_in = LeadScope()

    @property
    def _list(self) -> RowTable[LeadRow]:
        return self.query_one(RowTable)

    def on_mount(self) -> None:
        self._list.marks = self.marks

    def on_row_table_state_changed(self, message: RowTable.StateChanged) -> None:
        """Forget the marks where the list is another one."""
        now = replace(self.scope, now=None)
        if self.marks and now != self._marked_in:
            self._unmark("The marks are gone: this is another list.")
        self._marked_in = now

    # Marking

    def action_mark(self) -> None:
        """Mark the row, or take its mark away, and go on to the next one."""
        row, at = self._list.row, self._list.index
        if self.marks.range is not None:
            self._end_range()
        elif row is not None:
            self.marks.toggle(row.id)
            self._list.marks_changed(at)
            self._list.move_to(at + 1)

    def action_mark_range(self) -> None:
        """Begin a range at the row, or end it."""
        row = self._list.row
        if self.marks.range is not None:
            self._end_range()
        elif row is not None:
            self.marks.begin(self._list.index, row.id)
            self._list.marks_changed(self._list.index)
            does = "mark" if self.marks.range and self.marks.range.marks else "unmark"
            ends = f"{key_of(f'{self.scopes[0]}.range')} or Esc"
            self.host.say(f"Move to {does} a range, {ends} ends it.")

    def action_mark_all(self) -> None:
        """Mark all that match, loaded or not."""
        self.marks.mark_all()
        self._list.marks_changed()
        here = self.scopes[0]
        keys = hint(f"{here}.mark", "takes one out"), hint(f"{here}.unmark", "all")
        self.host.say(hints("All that match are marked.", *keys))

    def action_unmark(self) -> None:
        """Take all marks away."""
        self._unmark("Nothing is marked." if self.marks else "Nothing was marked.")

    def _unmark(self, told: str) -> None:
        self.marks.clear()
        self._list.marks_changed()
        self.host.say(told)

    def on_key(self, event: events.Key) -> None:
        """End a range by Escape, which leaves the list otherwise."""
        if event.key == "escape" and self.marks.range is not None:
            event.stop()
            self._end_range()

    def on_row_table_moved(self, message: RowTable.Moved) -> None:
        """Let the range follow the cursor."""
        covered, table = self.marks.range, self._list
        if covered is None:
            return
        start = table.window.index_of(covered.row_id)
        far = abs(table.index - covered.now) > 1
        if self.marks.extend(covered.start if start is None else start, table.index):
            table.marks_changed(None if far else table.index)

    def _end_range(self, then: Callable[[], None] | None = None) -> None:
        """Settle what the range covers, some of which may not be loaded."""
        covered = self.marks.range
        assert covered is not None
        if covered.length > LONGEST_RANGE:
            self.host.say(
                f"A range holds {LONGEST_RANGE:,} rows at most: * marks all.", "attention"
            )
            return
        loaded = [self._list.window.get(at) for at in range(covered.first, covered.last + 1)]
        ids = [row.id for row in loaded if row is not None]
        if len(ids) == covered.length:
            self._marked(then, ids)
        else:
            self.read(
                partial(self._covered, covered, self.scope, self.sort),
                partial(self._marked, then),
                group="range",
            )

    def _covered(self, covered: Range, scope: LeadScope, sort: Sort) -> list[UUID]:
        """Return the ids of the rows of a range; blocks."""
        gateway, key = self.host.gateway, self.host.gateway.lead_key(sort, covered.row_id)
        if key is None:
            raise NotFound("The row where the range began was deleted.")
        upwards = covered.now < covered.start
        request = PageRequest(covered.length - 1, after=key, backwards=upwards)
        return [covered.row_id, *gateway.queue(scope, sort, request).rows]

    def _marked(self, then: Callable[[], None] | None, ids: list[UUID]) -> None:
        self.marks.end(ids)
        self._list.marks_changed()
        if then is not None:
            then()
        else:
            here = self.scopes[0]
            does = {"status": "status", "campaign": "campaign", "edit": "a field"}
            does |= {"copy_marked": "copies", "unmark": "unmarks"}
            keys = (hint(f"{here}.{name}", what) for name, what in does.items())
            self.host.say(hints(self.marked(), *keys))

    # What is done to all that are marked

    def marked(self) -> str:
        """Return how many are marked, in words."""
        return self.marks.told(self._list.total, self._list.window.exact) or "nothing marked"

    def selection(self) -> Selection:
        """Return the leads that are marked, or the one under the cursor."""
        row = self._list.row
        if self.marks or row is None:
            return self.marks.selection(self.scope)
        from db.many import Selection

        return Selection(frozenset({row.id}))

    def _with_marks(self, then: Callable[[], None]) -> None:
        if self.marks.range is not None:
            self._end_range(then)
        elif self.marks or self._list.row is not None:
            then()

    def _chosen(self) -> str:
        """Return in words what the next question is about."""
        row = self._list.row
        return self.marked() if self.marks or row is None else safe(row.name, limit=30)

    def change_status(self, target: str, *, judged: bool = False) -> bool:
        if not self.marks:
            return super().change_status(target, judged=judged)
        what = f"→ {LEAD.get(target).label}"
        self._with_marks(lambda: self._change("status", target, what))
        return False

    def action_status_menu(self) -> None:
        if not self.marks:
            super().action_status_menu()
            return

        def choose() -> None:
            from tui.screens.bulk import status_menu

            self.app.push_screen(status_menu(self.marked()), chosen)

        def chosen(target: str | None) -> None:
            if target:
                self.change_status(target)

        self._with_marks(choose)

    def action_to_campaign(self) -> None:
        """Move what is marked, or the row, to another campaign."""
        self._with_marks(
            lambda: self.read(self.host.gateway.campaigns, self._choose_campaign, group="many")
        )

    def _choose_campaign(self, campaigns: tuple[CampaignRow, ...]) -> None:
        from tui.screens.bulk import campaign_menu

        others = {str(row.id): row for row in campaigns if row.id != self.scope.campaign_id}

        def chosen(choice: str | None) -> None:
            if choice:
                row = others[choice]
                self._change("campaign_id", row.id, f"→ {safe(row.name, limit=40)}")

        self.app.push_screen(campaign_menu(self._chosen(), tuple(others.values())), chosen)

    def action_edit(self) -> None:
        """Edit the lead, or one field of all that are marked."""
        if not self.marks:
            super().action_edit()
            return

        def choose() -> None:
            from tui.screens.bulk import field_menu

            self.app.push_screen(field_menu(self.marked()), self._choose_value)

        self._with_marks(choose)

    def _choose_value(self, choice: str | None) -> None:
        from tui.screens.bulk import FIELDS, verification_menu
        from tui.screens.menus import PromptScreen

        if choice is None:
            return
        field, name = FIELDS[choice]

        def chosen(value: str | None) -> None:
            if value is not None:
                self._change(field, value, f"→ {name} {safe(value, limit=30)}")

        if choice.startswith("clear"):
            self._change(field, None, f"→ no {name}")
        elif field == "email_verification_status":
            self.app.push_screen(verification_menu(self.marked()), chosen)
        else:
            self.app.push_screen(PromptScreen(f"{self.marked()}: {name}"), chosen)

    def _change(self, field: BulkField, value: str | UUID | None, what: str) -> None:
        """Say what the change would do and ask whether it is meant."""
        from db.many import BulkRequest

        self.ask_many(BulkRequest(self.selection(), field, value), what, self._forget_marks)

    def _forget_marks(self) -> None:
        if self.marks:
            self.marks.clear()
            self._list.marks_changed()

    def action_delete(self) -> None:
        """Delete what is marked, or the row, if that is meant."""
        if self.marks:
            self._with_marks(lambda: self._change(WHOLE_ROW, None, "deleted"))
        else:
            super().action_delete()

    def action_export(self) -> None:
        """Write what is marked, or all that the list shows, to a file."""
        if self.marks.range is not None:
            self._end_range(self._choose_format)
        else:
            self._choose_format()

    def _choose_format(self) -> None:
        from db.exports import ExportRequest
        from db.many import Selection
        from tui.screens.export_file import ExportScreen, format_menu

        which = self.selection() if self.marks else Selection(scope=self.scope)
        what, sort = (self.marked() if self.marks else self.triage_scope()[1]), self.sort

        def chosen(fmt: str | None) -> None:
            if fmt:
                self.app.push_screen(ExportScreen(ExportRequest(which, fmt, sort), what))

        self.app.push_screen(format_menu(what), chosen)

    def action_copy_marked(self) -> None:
        """Copy what is marked, or the row, as CSV."""
        self._with_marks(self._copy_csv)

    def _copy_csv(self) -> None:
        which, sort, gateway = self.selection(), self.sort, self.host.gateway

        def copied(answer: tuple[str, int, bool]) -> None:
            text, number, complete = answer
            self.host.copy_to_clipboard(text)
            if complete:
                self.host.say(f"Copied as CSV: {plural(number, 'lead')}.", "good")
            else:
                first = f"the first {number:,} of {self.marked()}"
                self.host.say(f"Copied as CSV: {first}. More is too much here.", "attention")

        self.read(
            lambda: gateway.marked_csv(which, sort, limit=COPIED_ROWS, at_most=COPIED_BYTES),
            copied,
            group="copy",
        )
