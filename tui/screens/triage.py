"""Triage: one lead large, one key decides, the next one is there."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from db.rows import DEFAULT_LEAD_SORT, LeadDetail, LeadRow, LeadScope, Sort, StatusCounts
from db.statuses import LEAD
from tui.bindings import bindings
from tui.keymap import hint, hints
from tui.safe import clip, safe
from tui.screens.menus import PickScreen
from tui.screens.queue_screen import QueueScreen


class TriageScreen(QueueScreen):
    """Decisions on a queue of leads; a scope that is not narrowed down is asked for a status.

    ``title`` is the safe name of the scope, with what it is narrowed down to.
    """

    scopes = ("triage", "scroll")
    BINDINGS = bindings("triage", "scroll")

    def __init__(self, scope: LeadScope, title: str, sort: Sort = DEFAULT_LEAD_SORT) -> None:
        super().__init__(scope, sort)
        self.title_of_scope = title
        self._narrowed = self._asked = bool(scope.statuses or scope.filter)

    def load(self) -> None:
        if self._asked:
            super().load()
            return
        gateway = self.host.gateway
        self.read(lambda: gateway.lead_counts(self.scope), self._choose, group="queue")

    def _choose(self, counts: StatusCounts) -> None:
        if not counts.total:
            self.say_large("There is no lead to triage here.", f"{hint('app.back', 'goes back')}.")
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

    def crumbs(self) -> tuple[str, ...]:
        parts = [self.title_of_scope]
        if self._asked and not self._narrowed:
            labels = (LEAD.get(status).label for status in self.scope.statuses)
            parts.append(", ".join(labels) or "all statuses")
        return ("Triage", " · ".join(map(safe, parts)))

    def triage_scope(self) -> tuple[LeadScope, str]:
        return replace(self.scope, statuses=()), self.title_of_scope

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

    def take_status(self, target: str) -> None:
        self.action_decide(target)

    def status_sent(self, row_id: UUID) -> None:
        """A decision that was asked about first was confirmed."""
        if self.lead is not None and self.lead.id == row_id:
            self._go_on(True)

    def go_on(self) -> None:
        self._go_on(True)

    def _go_on(self, decided: bool) -> None:
        if decided:
            self.back_from = ()
            self.queue = self.queue.decide()
            self.show_current()

    def action_step(self, by: int) -> None:
        """Go to the next or the previous lead without a decision."""
        self.back_from = (self.queue.current,) if by < 0 else ()
        self.queue = self.queue.step(by)
        self.show_current()

    def action_defer(self) -> None:
        """Put the lead at the end of the queue."""
        self.back_from = ()
        if self.queue.current is not None:
            self.queue = self.queue.put_off(self.queue.current)
        self.show_current()

    def action_turn(self) -> None:
        """Begin the queue from its other end."""
        if not self._asked:
            return
        self.back_from = ()
        self.sort = replace(self.sort, descending=not self.sort.descending)
        self.ahead.clear()
        self.busy.clear()
        self.begin()
        self.show_current()
        by_date = self.sort.column == "created"
        first = ("Newest" if self.sort.descending else "Oldest") if by_date else "The other end"
        self.host.say(hints(f"{first} first.", hint("triage.turn", "turns the order")))

    def back_at(self) -> UUID | None:
        return self.queue.current

    def put_aside(self, lead: LeadRow | LeadDetail) -> None:
        if self.lead is not None and lead.id == self.lead.id:
            self._go_on(True)

    def action_open(self) -> None:
        """Open the lead with all there is."""
        if self.lead is not None:
            self.host.open_lead(self.lead.id)
