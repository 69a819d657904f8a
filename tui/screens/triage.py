"""Triage: one lead large, one key decides, the next one is there."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final
from uuid import UUID

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from db.errors import CustomerCenterError, NotFound
from db.rows import (
    DEFAULT_LEAD_SORT,
    ChangeRow,
    Key,
    LeadDetail,
    LeadRow,
    LeadScope,
    Page,
    PageRequest,
    StatusCounts,
    Touched,
)
from db.statuses import LEAD
from tui.bindings import bindings
from tui.messages import RowChanged
from tui.queue import PIECE, Queue
from tui.safe import clip, safe
from tui.screens.menus import PickScreen
from tui.screens.page import LeadPage
from tui.widgets.bars import StatusBar
from tui.widgets.lead_view import LeadView

BAR: Final = 24
Loaded = tuple[LeadDetail, tuple[ChangeRow, ...]]


class TriageScreen(LeadPage):
    """A queue of the leads of a scope; a scope without a status is asked for one.

    The next lead is read ahead, so that a decision shows it without a wait.
    """

    scopes = ("triage", "scroll")
    BINDINGS = bindings("triage", "scroll")

    def __init__(self, scope: LeadScope, title: str) -> None:
        super().__init__()
        self.scope = scope
        self.title_of_scope = title
        self._asked = bool(scope.statuses)
        self.queue = Queue(whole=False)
        self._last: Key | None = None
        self._fetching = False
        self.lead: LeadDetail | None = None
        self._journal: tuple[ChangeRow, ...] = ()
        self._ahead: dict[UUID, Loaded] = {}

    def body(self) -> ComposeResult:
        yield Static(id="queue")
        yield LeadView(id="lead")

    def load(self) -> None:
        gateway = self.host.gateway
        if not self._asked:
            self.read(lambda: gateway.lead_counts(self.scope), self._choose, group="queue")
            return
        self._ahead.clear()
        if self._last is None:
            self.queue = Queue(whole=False)
            self.read(lambda: gateway.leads_count(self.scope), self._counted, group="count")
        self._show_current()

    def _choose(self, counts: StatusCounts) -> None:
        if not counts.total:
            self._say_large("There is no lead to triage here.", "q goes back.")
            return
        menu = PickScreen.of_statuses(
            f"Triage {self.title_of_scope}: which leads?", counts.by_status, ()
        )
        self.app.push_screen(menu, self._chosen)

    def _chosen(self, status: str | None) -> None:
        if status is None:
            self.app.pop_screen()
            return
        self._asked = True
        self.scope = replace(self.scope, statuses=(status,) if status else ())
        self.show_title()
        self.load()

    # The queue

    def _counted(self, total: int) -> None:
        self.queue = replace(self.queue, counted=total)
        self._show_place()

    def _fetch(self) -> None:
        """Fetch the next piece of the queue."""
        self._fetching = True
        gateway, request = self.host.gateway, PageRequest(PIECE, after=self._last)
        self.read(
            lambda: gateway.queue(self.scope, DEFAULT_LEAD_SORT, request),
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
            self._show_current()
        else:
            self._show_place()

    def _not_fetched(self, error: CustomerCenterError) -> None:
        self._fetching = False
        self.read_failed(error)

    # The lead

    def _show_current(self) -> None:
        lead_id = self.queue.current
        # A key pressed before the lead is there must not decide on the one before.
        self.lead = None
        self._show_place()
        if self.queue.runs_low and not self._fetching:
            self._fetch()
        if lead_id is None and not self.queue.whole:
            return
        if lead_id is None:
            done = (
                f"The queue is done: {len(self.queue):,} leads." if self.queue else "No lead here."
            )
            self._say_large(
                done, "u undoes the last decision, , goes back to the last lead, q leaves."
            )
            return
        known = self._ahead.pop(lead_id, None)
        if known is not None:
            self._show(known)
        else:
            self._read(lead_id)

    def _read(self, lead_id: UUID) -> None:
        failed = partial(self._not_read, lead_id)
        self.read(lambda: self._loaded(lead_id), self._show, failed, group="lead")

    def _loaded(self, lead_id: UUID) -> Loaded:
        gateway = self.host.gateway
        return gateway.lead(lead_id), gateway.changes(lead_id, 8)

    def _show(self, loaded: Loaded) -> None:
        lead, journal = loaded
        if lead.id != self.queue.current:
            return
        anew = self.lead is not None and self.lead.id == lead.id
        self.lead, self._journal = lead, journal
        self._paint()
        if not anew:
            self.query_one(LeadView).scroll_home(animate=False)
        following = self.queue.following
        if following is not None and following not in self._ahead:
            self.read(
                lambda: self._loaded(following),
                lambda ahead: self._ahead.update({following: ahead}),
                lambda error: None,
                group="ahead",
            )

    def _not_read(self, lead_id: UUID, error: CustomerCenterError) -> None:
        if lead_id != self.queue.current:
            return
        if isinstance(error, NotFound):
            self.queue = self.queue.without_current()
            self._show_current()
            return
        self.lead = None
        self._say_large(safe(str(error)), "R tries again.")

    def _paint(self) -> None:
        if self.lead is None:
            return
        pending = self.host.pending.get(self.lead.id)
        times = self.host.absolute_times
        self.query_one(LeadView).show(
            self.lead, self._journal, absolute_times=times, pending=pending
        )

    def _show_place(self) -> None:
        self.query_one(StatusBar).show_place(self.queue.place)
        self.query_one("#queue", Static).update(self._progress())

    def _progress(self) -> Content:
        """How far the queue was decided, as a thin line and a number."""
        if self.queue.current is None and not self.queue.whole:
            return Content("Reading the queue …")
        done = BAR * self.queue.decided // len(self.queue)
        return Content.assemble(
            ("━" * done, "$primary"),
            ("─" * (BAR - done), "$tone-muted"),
            f"  {self.queue.decided:,} decided",
        )

    def _say_large(self, text: str, hint: str) -> None:
        self.query_one("#queue", Static).update("")
        self.query_one(LeadView).show_text(Content.assemble((text, "bold"), "\n\n", (hint, "dim")))

    def crumbs(self) -> tuple[str, ...]:
        statuses = self.scope.statuses
        label = LEAD.get(statuses[0]).label if len(statuses) == 1 else "all statuses"
        return (
            "Triage",
            f"{self.title_of_scope} · {safe(label)}" if self._asked else self.title_of_scope,
        )

    def subject(self) -> LeadDetail | None:
        return self.lead

    def triage_scope(self) -> tuple[LeadScope, str]:
        return replace(self.scope, statuses=()), self.title_of_scope

    def times_changed(self) -> None:
        self._paint()

    def row_changed(self, change: RowChanged) -> None:
        self._ahead.pop(change.row_id, None)
        if self.lead is None or change.row_id != self.lead.id:
            return
        if isinstance(change.row, LeadRow):
            self.lead = replace(self.lead, status=change.row.status)
        if change.row_id in self.host.pending:
            self._paint()
        else:
            self._read(change.row_id)

    def catch_up(self, touched: Touched) -> None:
        if touched.kind != "lead" or touched.ids is None:
            self._ahead.clear()
        super().catch_up(touched)

    def status_refused(self, row_id: UUID) -> None:
        """The decision does not count; the queue stays where the operator is by now."""
        self.queue = self.queue.undecided(row_id)
        self._show_place()

    def undone(self, row_id: UUID) -> None:
        """Go back to the lead whose decision was taken back."""
        self.queue = self.queue.back_to(row_id)
        self._show_current()

    # Decisions

    def action_decide(self, target: str) -> None:
        """Change the status and go on; a lead that has it already is left as it is."""
        subject = self.status_subject()
        if subject is None:
            return
        if self.host.pending.get(subject.id, subject.status) == target:
            self.host.say(f"{clip(subject.name, 30)} stays {LEAD.get(target).label}.", "good")
            self._go_on(True)
            return
        self._go_on(self.change_status(target))

    def action_judge(self, target: str) -> None:
        """Take a reply as what it says, and go on."""
        self._go_on(self.change_status(target, judged=True))

    def action_quick_status(self, number: int) -> None:
        quick = self.quick_statuses()
        if number <= len(quick):
            self.action_decide(quick[number - 1])

    def action_status_menu(self) -> None:
        subject = self.status_subject()
        if subject is not None:
            self.host.choose_status(subject, self.action_decide)

    def status_sent(self, row_id: UUID) -> None:
        """A decision that was asked about first was confirmed."""
        if self.lead is not None and self.lead.id == row_id:
            self._go_on(True)

    def _go_on(self, decided: bool) -> None:
        if decided:
            self.queue = self.queue.decide()
            self._show_current()

    def action_step(self, by: int) -> None:
        """Go to the next or the previous lead without a decision."""
        self.queue = self.queue.step(by)
        self._show_current()

    def action_defer(self) -> None:
        """Put the lead at the end of the queue."""
        self.queue = self.queue.defer()
        self._show_current()

    def action_open(self) -> None:
        """Open the lead with all there is."""
        if self.lead is not None:
            self.host.open_lead(self.lead.id)
