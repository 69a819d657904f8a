"""Keys that change the status of the row at hand: quick ones by number, and a menu of all."""

from __future__ import annotations

from typing import TypeVar

from db.rows import CampaignRow, LeadDetail, LeadRow
from db.statuses import CAMPAIGN, LEAD, Vocabulary
from tui.keymap import quick_keys
from tui.screens.base import AppScreen
from tui.widgets.bars import KeyBar

ResultT = TypeVar("ResultT")

QUICK_CAMPAIGN = CAMPAIGN.values()


class StatusKeys(AppScreen[ResultT]):
    """A screen on whose subject the status keys work."""

    def status_subject(self) -> LeadRow | CampaignRow | None:
        """Return the row whose status the keys change."""
        subject = self.subject()
        if isinstance(subject, LeadDetail):
            return subject.row
        return subject if isinstance(subject, LeadRow | CampaignRow) else None

    def quick_statuses(self) -> tuple[str, ...]:
        """Return the statuses of the keys 1 to 9."""
        return self.host.config.quick_statuses

    def on_mount(self) -> None:
        vocabulary = self.vocabulary()
        self.query_one(KeyBar).show_quick(
            tuple(
                (key, vocabulary.get(value).label)
                for key, value in zip(quick_keys(self.scopes), self.quick_statuses(), strict=False)
                if key
            )
        )

    def vocabulary(self) -> Vocabulary:
        """Return the vocabulary of the statuses on this screen."""
        return CAMPAIGN if self.quick_statuses() is QUICK_CAMPAIGN else LEAD

    def change_status(self, target: str, *, judged: bool = False) -> bool:
        """Ask for a status change of the subject; tell whether it is on its way."""
        subject = self.status_subject()
        return subject is not None and self.host.set_status(subject, target, judged=judged)

    def take_status(self, target: str) -> None:
        """Do what a key of a status, or the menu of them, asks for."""
        self.change_status(target)

    def action_quick_status(self, number: int) -> None:
        """Change to the status of a number key."""
        quick = self.quick_statuses()
        if number <= len(quick):
            self.take_status(quick[number - 1])

    def action_status_menu(self) -> None:
        """Let the operator choose among all statuses."""
        subject = self.status_subject()
        if subject is not None:
            self.host.choose_status(subject, self.take_status)
