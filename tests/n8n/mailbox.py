"""A mail server that keeps what it is given, for workflows that send."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller

from tests.servers import free_port


class Mailbox:
    """The mails that arrived, oldest first."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.port = free_port()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a mail; the name is the library's."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append(cast(EmailMessage, mail))
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """Return what was sent to an address."""
        return [mail for mail in self.mails if address in str(mail["To"])]


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """Yield a mailbox behind a mail server on the loopback."""
    kept = Mailbox()
    controller = Controller(kept, hostname="127.0.0.1", port=kept.port)
    controller.start()
    try:
        yield kept
    finally:
        controller.stop()
