"""A queue of leads, one after the other: which one is shown, claimed and read ahead."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final
from uuid import UUID

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from db.errors import CustomerCenterError
from db.rows import (
    DEFAULT_LEAD_SORT,
    Key,
    LeadDetail,
    LeadRow,
    LeadScope,
    Page,
    PageRequest,
    Sort,
    Touched,
)
from tui.desk import Desk, Taken
from tui.format import plural
from tui.keymap import hint
from tui.messages import RowChanged
from tui.queue import PIECE, Queue
from tui.safe import clip, safe
from tui.screens.page import LeadPage
from tui.waiting import PATIENCE
from tui.widgets.bars import StatusBar
from tui.widgets.lead_view import LeadView

BAR: Final = 24
AHEAD: Final = 2
"""How many leads are read ahead."""
RENEW_EVERY: Final = 5.0
"""Seconds between two looks at whether the claims still hold."""
ALONE: Final = "Claims are off, for your role may not write them: others may be on the same lead."


class QueueScreen(LeadPage):
    """A queue of the leads of a scope, without those that are snoozed.

    The next leads are claimed and read ahead, so that a decision shows the next one without a wait;
    it is read once more behind the painted page. Leads that other operators are on come last.
    """

    def __init__(self, scope: LeadScope, sort: Sort = DEFAULT_LEAD_SORT) -> None:
        super().__init__()
        self.scope = replace(scope, awake=True)
        self.sort = sort
        self.queue = Queue(whole=False)
        self._last: Key | None = None
        self._fetching = False
        self.taken: Taken | None = None
        self.ahead: dict[UUID, Taken] = {}
        self._seen: set[UUID] = set()
        self.busy: dict[UUID, str] = {}
        # Where to stay when another operator is on the lead that is gone back to.
        self.back_from: tuple[UUID | None, ...] = ()
        self._told_alone = False

    @property
    def lead(self) -> LeadDetail | None:
        """The lead that is shown."""
        return self.taken.lead if self.taken is not None else None

    def body(self) -> ComposeResult:
        yield Static(id="queue")
        yield LeadView(id="lead")

    def on_mount(self) -> None:
        self._desk = Desk(self.host.gateway)
        self.set_interval(RENEW_EVERY, self._renew)

    def on_unmount(self) -> None:
        self._desk.clear()

    def load(self) -> None:
        self.ahead.clear()
        self.busy.clear()
        if self._last is None:
            self.begin()
        elif self.queue.finished:
            self._last, self.queue = None, self.queue.looked_through_again()
        if self.taken is not None:
            # It can be decided on while it is read again.
            self._read(self.taken.lead_id)
            self._look_ahead()
        else:
            self.show_current()

    def begin(self) -> None:
        """Begin the queue at its first lead; what was decided still counts."""
        gateway = self.host.gateway
        self.workers.cancel_group(self, "queue")
        self._last, self._fetching = None, False
        self.queue = Queue(whole=False, done=self.queue.done)
        self.read(
            lambda: gateway.leads_count(self.scope), self._counted, group="count", patience=None
        )

    # The queue

    def _counted(self, total: int) -> None:
        self.queue = replace(self.queue, counted=total)
        self._show_place()

    def _fetch(self) -> None:
        """Fetch the next piece of the queue."""
        self._fetching = True
        gateway, request = self.host.gateway, PageRequest(PIECE, after=self._last)
        self.read(
            lambda: gateway.queue(self.scope, self.sort, request),
            self._fetched,
            self._not_fetched,
            group="queue",
        )

    def _fetched(self, page: Page[UUID]) -> None:
        self._fetching = False
        waited = self.queue.current is None
        self._last = page.last or self._last
        self.queue = self.queue.extended(page.rows)
        if waited:
            self.show_current()
        else:
            self._show_place()

    def _not_fetched(self, error: CustomerCenterError) -> None:
        self._fetching = False
        self.read_failed(error)

    # The lead

    def show_current(self) -> None:
        """Show the lead that is the current one now, at once where it was read ahead."""
        lead_id = self.queue.current
        # A key pressed before the lead is there must not decide on the one before.
        self.taken = None
        self._show_place()
        if self.queue.runs_low and not self._fetching:
            self._fetch()
        if lead_id is None:
            self._want(())
            if self.queue.whole:
                self._say_done()
            return
        self._want((lead_id, *self.queue.coming(AHEAD)))
        # A lead that was shown may have left the scope by what was decided.
        scope = None if lead_id in self._seen else self.scope
        known = self.ahead.pop(lead_id, None)
        if known is not None:
            self._show(known)
        self._read(lead_id, scope)

    def _want(self, lead_ids: tuple[UUID, ...]) -> None:
        """Keep the claims on these leads, and on all others as long as a decision is on its way."""
        kept = self._desk.wanted if self.host.gateway.writer.unsaved else frozenset()
        self._desk.wanted = kept.union(lead_ids)

    def _renew(self) -> None:
        """Look whether the claims still hold, and whether a lead that others were on is free."""
        if self.taken is None and self.busy:
            self.load()
        elif self._desk.wanted:
            lead_id = self.queue.current
            self._want((lead_id, *self.queue.coming(AHEAD)) if lead_id else ())
            self.read(
                lambda: self._desk.renew(lead_id),
                lambda taken: self._show(taken) if taken else None,
                lambda error: None,
                group="claims",
                patience=None,
            )

    def _say_done(self) -> None:
        done = f"The queue is done: {len(self.queue):,} leads." if self.queue else "No lead here."
        keys = (
            hint("app.undo", "undoes the last decision"),
            hint("triage.previous", "goes back to the last lead"),
            hint("app.refresh", "looks for more"),
            hint("app.back", "leaves"),
        )
        self.say_large(done, f"{', '.join(filter(None, keys))}.")

    def _read(self, lead_id: UUID, scope: LeadScope | None = None) -> None:
        """Read the lead that is to be shown, or once more the one that is."""
        self.read(
            lambda: self._desk.take(lead_id, scope),
            self._show,
            partial(self._not_read, lead_id),
            group="lead",
            patience=None if self.taken is not None else PATIENCE,
        )

    def _show(self, taken: Taken) -> None:
        if taken.lead_id != self.queue.current or taken == self.taken:
            return
        if taken.holder is not None:
            self._pass_by(taken.lead_id, taken.holder)
        elif taken.lead is None:
            self.queue = self.queue.left_out(taken.lead_id)
            self.show_current()
        else:
            another = self.lead is None
            self.taken = taken
            self._paint()
            if another:
                self.busy.clear()
                self.back_from = ()
                self.query_one(LeadView).scroll_home(animate=False)
                self._look_ahead()
                self._tell_alone()

    def _tell_alone(self) -> None:
        if self._desk.alone and not self._told_alone:
            self._told_alone = True
            self.host.say(ALONE, "attention")

    def _pass_by(self, lead_id: UUID, holder: str) -> None:
        """Another operator is on a lead: it comes last, and where only such leads are left, wait."""
        self.taken = None
        if self.back_from:
            self.host.say(f"{safe(holder)} is on that lead now.", "attention")
            self.queue = self.queue.at_lead(self.back_from[0])
            self.back_from = ()
        elif lead_id in self.busy:
            others = ", ".join(sorted({clip(name, 30) for name in self.busy.values()}))
            left = plural(len(self.busy), "lead")
            again = f"{hint('app.refresh', 'looks again')}."
            self.say_large(f"What is left is with others: {left} with {others}.", again)
            return
        else:
            self.busy[lead_id] = holder
            self.queue = self.queue.put_off(lead_id)
        self.show_current()

    def _look_ahead(self) -> None:
        """Claim and read the next leads behind the one that is shown."""
        known = self.ahead.keys() | self.busy.keys()
        wanted = [
            (lead_id, None if lead_id in self._seen else self.scope)
            for lead_id in self.queue.coming(AHEAD)
            if lead_id not in known
        ]
        if wanted:
            self.read(
                lambda: [self._desk.take(*each) for each in wanted],
                self._keep_ahead,
                lambda error: None,
                group="ahead",
                patience=None,
            )

    def _keep_ahead(self, found: list[Taken]) -> None:
        for taken in found:
            if taken.lead_id == self.queue.current:
                continue
            if taken.holder is not None:
                self.busy[taken.lead_id] = taken.holder
                self.queue = self.queue.put_off(taken.lead_id)
            elif taken.lead is None:
                self.queue = self.queue.left_out(taken.lead_id)
            else:
                self.ahead[taken.lead_id] = taken
        if self.queue.current is not None:
            self._want((self.queue.current, *self.queue.coming(AHEAD)))
        if any(taken.lead is None for taken in found):
            self._show_place()
            self._look_ahead()

    def _not_read(self, lead_id: UUID, error: CustomerCenterError) -> None:
        # A lead that is painted stays: what is decided on it is compared when it is written.
        if lead_id != self.queue.current or self.taken is not None:
            return
        self.say_large(safe(str(error)), f"{hint('app.refresh', 'tries again')}.")

    def _paint(self) -> None:
        if self.taken is None or self.taken.lead is None:
            return
        self._seen.add(self.taken.lead_id)
        pending = self.host.pending.get(self.taken.lead_id)
        times = self.host.absolute_times
        self.query_one(LeadView).show(
            self.taken.lead, self.taken.journal, absolute_times=times, pending=pending
        )

    def _show_place(self) -> None:
        self.query_one(StatusBar).show_place(self.queue.place)
        self.query_one("#queue", Static).update(self._progress())

    def _progress(self) -> Content:
        """How far the queue was decided, as a thin line and a number."""
        if self.queue.current is None and not self.queue.whole:
            return Content("Reading the queue …")
        done = BAR * self.queue.decided // max(1, len(self.queue))
        return Content.assemble(
            ("━" * done, "$primary"),
            ("─" * (BAR - done), "$tone-muted"),
            f"  {self.queue.decided:,} decided",
        )

    def say_large(self, text: str, hint: str) -> None:
        """Show a safe sentence, and what may be done, in the place of a lead."""
        self.query_one("#queue", Static).update("")
        self.query_one(LeadView).show_text(Content.assemble((text, "bold"), "\n\n", (hint, "dim")))

    def subject(self) -> LeadDetail | None:
        return self.lead

    def times_changed(self) -> None:
        self._paint()

    def row_changed(self, change: RowChanged) -> None:
        if change.row_id in self.queue.coming(AHEAD):
            self.ahead.pop(change.row_id, None)
            self._look_ahead()
        if self.taken is None or self.taken.lead is None or change.row_id != self.taken.lead_id:
            return
        if isinstance(change.row, LeadRow):
            lead = replace(self.taken.lead, status=change.row.status)
            self.taken = replace(self.taken, lead=lead)
        if change.row_id in self.host.pending:
            self._paint()
        else:
            self._read(change.row_id)

    def catch_up(self, touched: Touched) -> None:
        if touched.kind != "lead" or touched.ids is None:
            self.ahead.clear()
        if touched.kind == "lead" and self.queue.finished:
            self.load()
        super().catch_up(touched)

    def status_refused(self, row_id: UUID) -> None:
        """The decision does not count; the queue stays where the operator is by now."""
        self.queue = self.queue.undecided(row_id)
        self._show_place()

    def undone(self, row_id: UUID) -> None:
        """Go back to the lead whose decision was taken back."""
        self.back_from = (self.queue.current,)
        self.queue = self.queue.back_to(row_id)
        self.show_current()
