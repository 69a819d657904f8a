"""From a database that is not open yet to the room where the operator was, and keeping where that is."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from rich.text import Text
from textual.worker import get_current_worker

from db.errors import CustomerCenterError, SchemaMismatch
from tui.host import Host
from tui.permissions import NEEDS
from tui.safe import safe
from tui.screens import rooms
from tui.screens.start import StartScreen

if TYPE_CHECKING:
    from db.rights import Rights
    from db.settings import Settings
    from tui.opening import Opening
    from tui.state import StateFile, Whereabouts
    from tui.views import Views

REST_AFTER: Final = 1.0
"""Seconds after which a list that was reopened is painted, and what it did without is opened."""
AGAIN_AFTER: Final = 5.0
"""Seconds after which that is tried again where the database could not be reached."""
NOTED_EVERY: Final = 1.0
"""Seconds between two looks at where the operator is: a line that drops gives no time for it."""


class Entering:
    """Opens the database in a worker, goes in, and from then on notes where the operator is.

    ``answer`` takes the worker's outcome over to the application, which hands it to
    :meth:`answered`. ``problem`` is why the database is not open. ``state`` finds the file that
    keeps where the operator was, ``views`` the saved views; ``listen`` begins to listen to others.
    """

    def __init__(
        self,
        host: Host,
        answer: Callable[[Opening | CustomerCenterError], object],
        state: Callable[[Settings], StateFile] | None,
        views: Callable[[], Views] | None,
        listen: Callable[[], object],
    ) -> None:
        self._host = host
        self._listen = listen
        self._answer = answer
        self._find_state = state
        self._find_views = views
        self._problem_of_views = ""
        self._state: StateFile | None = None
        self._noted: Whereabouts | None = None
        self.problem: CustomerCenterError | None = None

    def begin(self) -> None:
        """Open the database in a worker, unless one is at it already."""
        host = self._host
        if any(worker.group == "open" and not worker.is_finished for worker in host.workers):
            return
        if isinstance(host.screen, StartScreen):
            host.screen.show_opening()
        host.run_worker(self._open, name="open", group="open", thread=True)

    def _open(self) -> None:
        from tui.opening import opened

        worker = get_current_worker()
        try:
            if self._find_state is not None:
                self._state = self._find_state(self._host.settings)
            self._read_views()
            opening = opened(self._host.gateway, self._state)
        except CustomerCenterError as error:
            self._answer(error)
            return
        if not worker.is_cancelled:
            self._answer(opening)

    def _read_views(self) -> None:
        if self._find_views is None:
            return
        self._host.views = self._find_views()
        try:
            self._host.views.read()
        except CustomerCenterError as error:
            self._problem_of_views = str(error)

    def answered(self, outcome: Opening | CustomerCenterError) -> None:
        """Go in, or say why that is not possible."""
        # What the start has made stays: the collector, off until now, need not look at it again.
        gc.freeze()
        gc.enable()
        if not isinstance(outcome, CustomerCenterError):
            self.problem = None
            self._go_in(outcome)
            return
        self.problem = outcome
        if isinstance(outcome, SchemaMismatch):
            self._host.exit(return_code=3, message=Text(safe(str(outcome))))
        elif isinstance(self._host.screen, StartScreen):
            self._host.screen.show_problem(safe(str(outcome)))

    def _go_in(self, opening: Opening) -> None:
        host = self._host
        host.place = opening.place
        if opening.at is not None:
            rooms.reopen(host, opening.at, opening.title)
        else:
            host.switch_mode("campaigns")
        host.set_timer(REST_AFTER, self._begin_rest)
        for warning in (*host.settings.warnings, self._problem_of_views):
            if warning:
                host.say(safe(warning), "attention")
        if opening.empty:
            host.push_screen(rooms.welcome())
        if self._state is not None:
            host.set_interval(NOTED_EVERY, self._note)

    def _begin_rest(self) -> None:
        self._open_rest()
        self._listen()

    def _open_rest(self) -> None:
        """Open all of the database, so that no key waits for it, and learn what may be done there."""
        host = self._host

        def work() -> None:
            try:
                host.gateway.open()
            except CustomerCenterError:  # the next read tells it
                host.call_later(host.set_timer, AGAIN_AFTER, self._open_rest)
            else:
                host.call_later(self.learn_rights)

        host.run_worker(work, name="rest", group="rest", thread=True)

    def learn_rights(self) -> None:
        """Ask the server, in a worker, what the session may do there now."""
        host = self._host

        def work() -> None:
            # Where it does not answer, it is asked again when it is back.
            with suppress(CustomerCenterError):
                host.call_later(self._learn, host.gateway.rights(NEEDS))

        host.run_worker(work, name="rights", group="rights", thread=True)

    def _learn(self, rights: Rights) -> None:
        self._host.permissions.learn(rights)
        if rights.reads_only:
            # A key may have been quicker than this answer; its write would be tried for ever.
            self._host.gateway.refuse_writes()
        self._host.permissions_changed()

    def _note(self) -> None:
        """Keep where the operator is, in a worker, where that is another place than the last time."""
        at = rooms.whereabouts(self._host)
        if self._state is not None and at is not None and at != self._noted:
            self._noted = at
            self._host.run_worker(partial(self._state.write, at), group="state", thread=True)

    def leave(self) -> None:
        """Keep where the operator was."""
        at = rooms.whereabouts(self._host) if self._state is not None else None
        if self._state is not None and at is not None:
            self._state.write(at)
