"""Changes on their way: asked about where needed, queued, painted as they come back, taken back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal
from uuid import UUID

from db.errors import CustomerCenterError, StaleRow, Suppressed, WriteCancelled
from db.merging import Merged
from db.rows import CampaignRow, LeadRow, StatusChange
from db.statuses import CAMPAIGN, LEAD, allows, judgement_allows
from db.steps import TakenBack
from tui.format import plural
from tui.host import Host
from tui.keymap import undoable
from tui.messages import RowChanged, WriteRefused, WriteWaiting, Written
from tui.repeating import Repeating
from tui.safe import clip, safe
from tui.screens import answers, rooms
from tui.screens.base import AppScreen
from tui.taking_back import TakingBack
from tui.writer import Outcome
from tui.writes import (
    AddCampaign,
    ChangeMany,
    DeleteRow,
    EditFields,
    MergeRows,
    Revert,
    SetStatus,
    Suppress,
    TakeBack,
    Unsuppress,
    Write,
)


class Changing:
    """The application's way of a change; ``answer`` takes an outcome over from the writer's thread."""

    def __init__(self, host: Host, answer: Callable[[Outcome], None]) -> None:
        self._host = host
        self._answer = answer
        self._taking_back = TakingBack(host, self.write)
        self._repeating = Repeating(host)
        self._latest: dict[UUID, UUID] = {}
        # Why leads were refused by the suppression list: the same key once more asks for a reason.
        self._suppressed: dict[UUID, str] = {}

    def set_status(
        self,
        row: LeadRow | CampaignRow,
        target: str,
        *,
        judged: bool = False,
        forced: bool = False,
        reason: str | None = None,
    ) -> bool:
        """Send a status change on its way; False where it was not, or is being asked about first."""
        host = self._host
        kind: Literal["lead", "campaign"] = "lead" if isinstance(row, LeadRow) else "campaign"
        seen = host.pending.get(row.id, row.status)
        vocabulary = LEAD if kind == "lead" else CAMPAIGN
        if seen == target:
            host.say(f"{safe(row.name)} is {vocabulary.get(target).label} already.")
            return False
        allowed = judgement_allows(seen, target) if judged else allows(kind, seen, target)
        if not forced and not allowed:
            answers.ask_to_force(host, row, seen, target)
            return False
        if not forced and row.id in self._suppressed and target in vocabulary.sendable:
            answers.ask_for_reason(host, row, target, self._suppressed.pop(row.id))
            return False
        self.write(
            SetStatus(kind, row.id, row.name, seen, target, judged, forced=forced, reason=reason)
        )
        if forced and isinstance(host.screen, AppScreen):
            host.screen.status_sent(row.id)
        return True

    def choose_status(self, row: LeadRow | CampaignRow, choose: Callable[[str], object]) -> None:
        """Let the operator choose a status for a row."""
        seen = self._host.pending.get(row.id, row.status)

        def chosen(target: str | None) -> None:
            if target:
                choose(target)

        self._host.push_screen(rooms.status_menu(row, seen), chosen)

    def write(self, write: Write) -> None:
        """Queue a write."""
        host = self._host
        self._taking_back.stack.sent(write)
        self._repeating.noted(write)
        if isinstance(write, SetStatus):
            host.pending[write.row_id] = write.target
            self._latest[write.row_id] = write.change_id
            host.changes.publish(RowChanged(write.kind, write.row_id))
        elif not isinstance(write, ChangeMany):
            # What shows neither as pending nor how far it is: only the wait for it tells.
            host.sent(write.change_id, partial(host.gateway.writer.cancel, write.change_id))
        host.gateway.writer.submit(write, self._answer)

    def undo(self) -> None:
        """Take the last change back."""
        self._taking_back.step("undo")

    def redo(self) -> None:
        """Do again what was taken back."""
        self._taking_back.step("redo")

    def repeat(self) -> None:
        """Do the last change on the row at hand."""
        self._repeating.repeat()

    def answered(self, outcome: Outcome) -> None:
        """Take the writer's outcome: paint the row as it is now and say what happened."""
        if isinstance(outcome.write, ChangeMany):
            if isinstance(outcome, WriteRefused):
                self._taking_back.stack.refused(outcome.write)
            answers.many_answered(self._host, outcome.write, outcome)
            return
        self._host.settled(outcome.write.change_id)
        match outcome:
            case Written(write, result):
                self._written(write, result)
            case WriteRefused(write, error):
                self._refused(write, error)
            case WriteWaiting(_, unsaved, error):
                problem = safe(str(error))
                self._tell(f"{plural(unsaved, 'change')} unsaved, trying again: {problem}", "bad")

    def _written(self, write: Write, result: object) -> None:
        host = self._host
        if isinstance(write, SetStatus) and isinstance(result, StatusChange):
            self._settle(write)
            host.changes.publish(RowChanged(write.kind, write.row_id, result.row))
            self._tell(answers.status_sentence(write))
            if write.purpose == "undo" and isinstance(host.screen, AppScreen):
                host.screen.undone(write.row_id)
        elif isinstance(write, TakeBack):
            self._taking_back.written(write, result if isinstance(result, TakenBack) else None)
        elif isinstance(write, Revert):
            self._taking_back.reverted(result if isinstance(result, TakenBack) else None)
        elif isinstance(write, EditFields):
            host.changes.publish(RowChanged(write.kind, write.row_id))
            if isinstance(result, tuple) and result:
                from tui.step_words import field_label

                names = ", ".join(map(field_label, result))
                self._tell(write.done or undoable(f"{safe(write.name)}: saved {names}"))
            else:
                host.say("Nothing was changed.")
        elif isinstance(write, DeleteRow):
            host.changes.publish(RowChanged(write.kind, write.row_id))
            self._tell(undoable(f"{clip(write.name, 40)}: deleted"))
        elif isinstance(write, Suppress | Unsuppress):
            answers.list_changed(host, write, result)
        elif isinstance(write, MergeRows) and isinstance(result, Merged):
            for row_id in (write.request.keep, *write.request.others):
                host.changes.publish(RowChanged(write.request.kind, row_id))
            self._tell(answers.merge_sentence(write, result))
        elif isinstance(result, CampaignRow):
            host.changes.publish(RowChanged("campaign", result.id, result))
            host.say(f"Added the campaign {safe(result.name)}.", "good")

    def _refused(self, write: Write, error: CustomerCenterError) -> None:
        host = self._host
        if isinstance(write, SetStatus):
            self._settle(write)
            current = error.current if isinstance(error, StaleRow) else None
            row = current if isinstance(current, LeadRow | CampaignRow) else None
            host.changes.publish(RowChanged(write.kind, write.row_id, row))
            self._tell_refused(write.row_id)
            if isinstance(error, Suppressed) and not write.forced:
                self._suppressed[write.row_id] = str(error)
        elif isinstance(write, EditFields) and write.done:
            host.changes.publish(RowChanged(write.kind, write.row_id))
            self._tell_refused(write.row_id)
        elif isinstance(write, EditFields | AddCampaign):
            host.push_screen(answers.edit_again(write, error))
        self._taking_back.refused(write, error)
        self._repeating.refused(write)
        named = SetStatus | EditFields | DeleteRow | MergeRows
        stopped = isinstance(error, WriteCancelled)
        name = f"{clip(write.name, 30)}: " if isinstance(write, named) and not stopped else ""
        again = " The same key asks for one." if isinstance(error, Suppressed) and name else ""
        host.say(f"{name}{safe(str(error))}{again}", "attention" if stopped else "bad")

    def _tell(self, sentence: str, tone: str = "good") -> None:
        """Say what became of a change: it is true on every screen, until there is another one."""
        self._host.say(sentence, tone, lasting=True)

    def _tell_refused(self, row_id: UUID) -> None:
        for screen in self._host.screen_stack:
            if isinstance(screen, AppScreen):
                screen.status_refused(row_id)

    def _settle(self, write: SetStatus) -> None:
        """Take the pending mark away unless a later key on the same row waits too."""
        if self._latest.get(write.row_id) == write.change_id:
            del self._latest[write.row_id]
            del self._host.pending[write.row_id]
