"""What can be done with a lead wherever it is shown: edit, rewrite its icebreaker, read documents."""

from __future__ import annotations

from collections.abc import Callable

from db.rows import LeadDetail, LeadRow
from tui.screens.base import StatusKeys


class LeadActions(StatusKeys[None]):
    """Mix-in for screens whose subject is a lead."""

    def action_edit(self) -> None:
        """Edit the fields of the lead."""
        self._with_lead(self._edit)

    def action_edit_long(self) -> None:
        """Write the icebreaker in $EDITOR."""
        self._with_lead(self._edit_icebreaker)

    def action_json(self) -> None:
        """Read the documents of the lead's organization."""
        subject = self.subject()
        if isinstance(subject, LeadRow):
            self.host.open_documents(subject.company_id, subject.id, subject.name)
        elif isinstance(subject, LeadDetail):
            self.host.open_documents(subject.organization.id, subject.id, subject.name)

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
