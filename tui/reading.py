"""Reads in worker threads for screens and widgets: the job blocks there, the answer arrives here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from textual.message import Message
from textual.widget import Widget
from textual.worker import get_current_worker

from db.errors import CustomerCenterError
from db.stopping import Stop
from tui.waiting import PATIENCE, ReadWait, Waiting

T = TypeVar("T")


class Arrived(Message, bubble=False):
    """The answer of a read, on its way from the worker's thread; nothing waits for its delivery."""

    def __init__(self, deliver: Callable[[], None]) -> None:
        super().__init__()
        self.deliver = deliver


class Reader(Widget):
    """Mix-in for screens and widgets that read from the gateway."""

    def read(
        self,
        job: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[CustomerCenterError], None] | None = None,
        *,
        group: str,
        patience: float | None = PATIENCE,
    ) -> None:
        """Run ``job`` in a thread and call ``done`` with its answer, or ``failed`` with its error.

        A newer read of the same group takes the place of an older one, whose answer is dropped.
        After ``patience`` seconds the operator is told that the database lets wait, and Escape ends
        the read with ReadGivenUp; None is for what nobody waits for.
        """
        app, give_up, stop = self._awaiting, failed or self.read_failed, Stop()

        def work() -> None:
            worker = get_current_worker()
            if worker.is_cancelled:
                return
            wait.begun = True

            def deliver(callback: Callable[[], None]) -> None:
                self.post_message(Arrived(lambda: None if worker.is_cancelled else callback()))

            try:
                with stop.in_force():
                    answer = job()
            except CustomerCenterError as error:
                problem = error
                deliver(lambda: give_up(problem))
            else:
                deliver(lambda: done(answer))
            finally:
                app.ended(wait)

        worker = self.run_worker(work, name=group, group=group, thread=True, exclusive=True)
        wait = ReadWait(self, group, worker, stop, give_up)
        app.began(wait, patience)

    def stop_read(self, group: str) -> None:
        """Tell the server to stop a read, which ends with an error then."""
        self._awaiting.stop_read(self, group)

    def read_failed(self, error: CustomerCenterError) -> None:
        """Say that a read failed; screens show it where their state is shown."""
        self.app.bell()

    def on_arrived(self, message: Arrived) -> None:
        message.stop()
        message.deliver()

    def on_unmount(self) -> None:
        """Stop what nobody will see."""
        self._awaiting.left(self)

    @property
    def _awaiting(self) -> Waiting:
        assert isinstance(self.app, Waiting)
        return self.app
