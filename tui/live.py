"""Live beside other writers: what the database tells, on its way to the screens, and its pause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from uuid import UUID

from db.errors import CustomerCenterError
from db.rows import ANYTHING, Touched
from tui.host import Host
from tui.keymap import hint, hints
from tui.messages import RowChanged

if TYPE_CHECKING:
    from db.listening import Report

AGAIN_AFTER: Final = 5.0
"""Seconds after which listening is begun again where the database could not be opened."""
PAINTED: Final = 64
"""Rows kept in mind that were painted from what their own write returned."""


class Live:
    """Publishes what was written by anyone; ``take`` takes a report over from the listener's thread.

    ``refreshes`` counts how often screens were told. What is told of this application's own writes
    is left out where the answer of the write is painted anyway.
    """

    def __init__(self, host: Host, take: Callable[[Report], object]) -> None:
        self._host = host
        self._take = take
        self._on = True
        self._live: bool | None = None
        self._painted: dict[UUID, None] = {}
        self.refreshes = 0
        host.changes.subscribe(host, self._written, immediate=True)

    def listen(self) -> None:
        """Begin to listen, in a worker."""

        def work() -> None:
            try:
                self._host.gateway.listen(self._take)
            except CustomerCenterError:
                self._host.call_from_thread(self._host.set_timer, AGAIN_AFTER, self.listen)

        self._host.run_worker(work, name="listen", group="listen", thread=True)

    def told(self, report: Report) -> None:
        """Take a report of the listener."""
        again, self._live = self._live is False and report.live, report.live
        self._show()
        if again and self._on:
            self._host.say("Live again: what is shown was read anew.", "good")
            self._host.learn_rights()
        if self._on:
            self._publish(tuple(filter(None, map(self._unpainted, report.touched))))

    def toggle(self) -> None:
        """Let nothing move but by R, or let all move again."""
        self._on = not self._on
        self._show()
        if self._on:
            self._publish(ANYTHING)
        self._host.say(
            "Live: what others change is shown."
            if self._on
            else hints("Nothing moves now.", hint("app.live", "lets it move again"))
        )

    @property
    def word(self) -> str:
        """How the screens come to know of changes, nothing before it is known."""
        if not self._on:
            return "live off"
        return {None: "", True: "live", False: "polling 5 s"}[self._live]

    def _show(self) -> None:
        if self._host.link != self.word:
            self._host.link = self.word
            self._host.link_changed()

    def _publish(self, touched: tuple[Touched, ...]) -> None:
        if touched:
            self.refreshes += 1
            self._host.touches.publish(touched)

    def _written(self, change: RowChanged) -> None:
        if change.row is not None:
            self._painted[change.row_id] = None
            if len(self._painted) > PAINTED:
                del self._painted[next(iter(self._painted))]

    def _unpainted(self, touched: Touched) -> Touched | None:
        known = {
            row_id
            for row_id in touched.ours
            if row_id in self._painted or row_id in self._host.pending
        }
        if not known or touched.ids is None:
            return touched
        left = replace(touched, ids=touched.ids - known, ours=touched.ours - known)
        return left if left.ids or left.came_or_went else None
