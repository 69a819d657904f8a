"""Reads in worker threads for screens and widgets: the job blocks there, the answer arrives here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from textual.message import Message
from textual.widget import Widget
from textual.worker import get_current_worker

from db.errors import CustomerCenterError

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
    ) -> None:
        """Run ``job`` in a thread and call ``done`` with its answer, or ``failed`` with its error.

        A newer read of the same group takes the place of an older one, whose answer is dropped.
        """

        def work() -> None:
            worker = get_current_worker()

            def deliver(callback: Callable[[], None]) -> None:
                self.post_message(Arrived(lambda: None if worker.is_cancelled else callback()))

            try:
                answer = job()
            except CustomerCenterError as error:
                problem = error
                deliver(lambda: (failed or self.read_failed)(problem))
            else:
                deliver(lambda: done(answer))

        self.run_worker(work, name=group, group=group, thread=True, exclusive=True)

    def read_failed(self, error: CustomerCenterError) -> None:
        """Say that a read failed; screens show it where their state is shown."""
        self.app.bell()

    def on_arrived(self, message: Arrived) -> None:
        message.stop()
        message.deliver()
