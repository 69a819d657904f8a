"""The last change of this session, done again on another row."""

from __future__ import annotations

from functools import partial
from typing import Any

from db.rows import CampaignRow, Kind, LeadDetail, LeadRow, OrganizationDetail, OrganizationRow
from db.statuses import CAMPAIGN, LEAD
from tui.host import Host
from tui.safe import clip, safe
from tui.screens import rooms
from tui.screens.base import AppScreen, Subject
from tui.writes import EditFields, SetStatus, Write


class Repeating:
    """What ``.`` does: the same status, or the same values of the same fields, on the row at hand."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._last: SetStatus | EditFields | None = None
        self._before: SetStatus | EditFields | None = None

    def noted(self, write: Write) -> None:
        """Keep a change; what takes one back, or does it again, is none."""
        if isinstance(write, EditFields) or (
            isinstance(write, SetStatus) and write.purpose == "change"
        ):
            self._before, self._last = self._last, write

    def refused(self, write: Write) -> None:
        """Forget an edit that was not made; a status is asked about again, row by row."""
        if isinstance(write, EditFields) and write is self._last:
            self._last = self._before

    def repeat(self) -> None:
        """Do the last change on the row at hand, and go on to the next one."""
        screen, last = rooms.ours(self._host.screen), self._last
        subject = screen.subject() if screen is not None else None
        if screen is None or last is None:
            self._host.say("There is no change to repeat yet.")
        elif subject is None or _kind(subject) != last.kind:
            self._host.say(f"The last change was one of a {last.kind}; here is none.")
        elif isinstance(last, SetStatus):
            self._set_status(screen, subject, last)
        else:
            self._edit(screen, subject, last)

    def _set_status(self, screen: AppScreen[Any], subject: Subject, last: SetStatus) -> None:
        row = subject.row if isinstance(subject, LeadDetail) else subject
        if not isinstance(row, LeadRow | CampaignRow):
            return
        there = self._host.pending.get(row.id, row.status) == last.target
        label = (LEAD if last.kind == "lead" else CAMPAIGN).get(last.target).label
        self._host.say(f"Again: {clip(row.name, 30)} to {safe(label)}")
        if self._host.set_status(row, last.target, judged=last.judged) or there:
            screen.go_on()

    def _edit(self, screen: AppScreen[Any], subject: Subject, last: EditFields) -> None:
        gateway = self._host.gateway
        # A form tells of all its fields.
        values = {
            name: value
            for name, value in last.after.items()
            if (value or None) != (last.before.get(name) or None)
        }
        reads = {
            "lead": gateway.lead,
            "organization": gateway.organization,
            "campaign": gateway.campaign,
        }

        def write(found: object) -> None:
            before = {name: _text(getattr(found, name)) for name in values}
            self._host.write(EditFields(last.kind, subject.id, subject.name, before, values))

        # A group for each row: the next one must not take the place of this one.
        job = partial(reads[last.kind], subject.id)
        screen.read(job, write, group=f"repeat {subject.id}")
        self._host.say(f"Again: {', '.join(values)} of {clip(subject.name, 30)}")
        screen.go_on()


def _kind(subject: Subject) -> Kind:
    if isinstance(subject, LeadRow | LeadDetail):
        return "lead"
    return (
        "organization" if isinstance(subject, OrganizationRow | OrganizationDetail) else "campaign"
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
