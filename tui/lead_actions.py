"""What can be done with a lead wherever it is shown: edit, rewrite its icebreaker, snooze, read."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from db.rows import WHOLE_ROW, LeadDetail, LeadRow
from db.statuses import allows
from tui.format import stamp
from tui.keymap import undoable
from tui.safe import clip, safe
from tui.screens.menus import PromptScreen
from tui.screens.status_keys import StatusKeys

if TYPE_CHECKING:
    from db.many import BulkOutcome, BulkRequest


class LeadActions(StatusKeys[None]):
    """Mix-in for screens whose subject is a lead."""

    def action_edit(self) -> None:
        """Edit the fields of the lead."""
        self._with_lead(self._edit)

    def action_edit_long(self) -> None:
        """Write the icebreaker in $EDITOR."""
        self._with_lead(self._edit_icebreaker)

    def action_edit_here(self) -> None:
        """Write the icebreaker in a form of its own."""
        self._with_lead(self._edit_only_icebreaker)

    def action_clear_icebreaker(self) -> None:
        """Take the icebreaker away and the lead back to new, so that another one is written."""
        self._with_lead(self._clear_icebreaker)

    def action_snooze(self) -> None:
        """Ask until when the lead is to be left alone."""
        subject = self.subject()
        if isinstance(subject, LeadRow | LeadDetail):
            self._ask_until(subject, f"Snooze {clip(subject.name, 40)} until when?")

    def action_json(self) -> None:
        """Read the documents of the lead's organization."""
        subject = self.subject()
        if isinstance(subject, LeadRow):
            self.host.open_documents(subject.company_id, subject.id, subject.name)
        elif isinstance(subject, LeadDetail):
            self.host.open_documents(subject.organization.id, subject.id, subject.name)

    def action_delete(self) -> None:
        """Delete the lead, if that is meant."""
        from db.many import BulkRequest, Selection

        subject = self.subject()
        if isinstance(subject, LeadRow | LeadDetail):
            request = BulkRequest(Selection(frozenset({subject.id})), WHOLE_ROW, None)
            self.ask_many(request, f"deleted: {clip(subject.name, 20)}", self.deleted)

    def deleted(self) -> None:
        """Take note that the lead is deleted, or will be at once."""

    def ask_many(self, request: BulkRequest, what: str, sent: Callable[[], None]) -> None:
        """Say what a change of leads would do and ask whether it is meant; ``what`` is safe."""
        gateway = self.host.gateway
        self.host.say("Looking what would change …")
        self.read(
            lambda: gateway.preview_many(request),
            partial(self._ask_many, request, what, sent),
            group="many",
        )

    def _ask_many(
        self, request: BulkRequest, what: str, sent: Callable[[], None], foreseen: BulkOutcome
    ) -> None:
        from tui.screens.bulk import BulkScreen

        if self.app.screen is not self:
            return  # The operator went elsewhere meanwhile.
        self.host.say("")
        self.app.push_screen(
            BulkScreen(request, what, foreseen), lambda is_sent: sent() if is_sent else None
        )

    def put_aside(self, lead: LeadRow | LeadDetail) -> None:
        """Take note that the operator is done with a lead for now."""

    def _with_lead(self, use: Callable[[LeadDetail], None]) -> None:
        subject = self.subject()
        if isinstance(subject, LeadRow | LeadDetail):
            lead_id = subject.id
            self.read(lambda: self.host.gateway.lead(lead_id), use, group="edit")

    def _edit(self, lead: LeadDetail) -> None:
        from tui.screens.forms import EditScreen, before_lead

        self.app.push_screen(EditScreen("lead", lead.id, lead.name, before_lead(lead)))

    def _edit_icebreaker(self, lead: LeadDetail) -> None:
        from tui.editor import edit_icebreaker

        edit_icebreaker(self.host, lead)

    def _edit_only_icebreaker(self, lead: LeadDetail) -> None:
        from tui.screens.forms import EditScreen

        before = {"email_icebreaker": lead.email_icebreaker}
        self.app.push_screen(EditScreen("lead", lead.id, lead.name, before))

    def _clear_icebreaker(self, lead: LeadDetail) -> None:
        status = self.host.pending.get(lead.id, lead.status)
        back = status != "new" and allows("lead", status, "new")
        if lead.email_icebreaker is None and not back:
            self.host.say("There is no icebreaker to clear.")
            return
        if lead.email_icebreaker is None:
            self.host.set_status(lead.row, "new")
        else:
            from tui.writes import EditFields

            before, after = {"email_icebreaker": lead.email_icebreaker}, {"email_icebreaker": None}
            done = undoable(f"{clip(lead.name, 30)}: the icebreaker was cleared")
            move = (status, "new") if back else None
            self.host.write(EditFields("lead", lead.id, lead.name, before, after, done, move))
        self.put_aside(lead)

    def _ask_until(self, lead: LeadRow | LeadDetail, title: str, typed: str = "") -> None:
        from db.snoozing import FORMS

        forms = f"{FORMS}; now wakes it" if lead.snoozed_until else FORMS
        self.app.push_screen(PromptScreen(title, forms, typed), partial(self._snooze, lead))

    def _snooze(self, lead: LeadRow | LeadDetail, typed: str | None) -> None:
        from db.filters import local_now
        from db.snoozing import until

        if not typed:
            return
        try:
            moment = None if typed.lower() == "now" else until(typed, local_now())
        except ValueError as error:
            self._ask_until(lead, safe(str(error)), typed)
            return
        from tui.writes import EditFields

        before, after = (
            {"snoozed_until": None if value is None else str(value)}
            for value in (lead.snoozed_until, moment)
        )
        name = clip(lead.name, 30)
        done = f"{name}: snoozed until {stamp(moment)}" if moment else f"{name}: snoozed no more"
        self.host.write(EditFields("lead", lead.id, lead.name, before, after, undoable(done)))
        if moment is not None:
            self.put_aside(lead)
