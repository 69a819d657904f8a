"""Connecting to a server: a connection string is tried, and kept where the next start finds it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from db.errors import ConfigurationError, CustomerCenterError, SchemaMismatch
from db.settings import load, redact
from tui.bindings import bindings
from tui.gateway import Gateway
from tui.keymap import key_of
from tui.safe import safe
from tui.screens.typing import TypingScreen
from tui.widgets.inputs import LineInput
from tui.widgets.typing_bar import TypingBar

# After "://name:" all up to the last @; without an @ yet, all but what can only be a port.
_SECRETS: Final = (
    re.compile(r"://[^\s/?#:@]*:(?P<secret>\S*)@"),
    re.compile(r"://[^\s/?#:@]*:(?P<secret>(?!\d{1,5}[/?])[^\s/?#@]*)(?!\S*@)"),
    re.compile(
        r"\b(?:\w*password|oauth_client_secret)\s*=\s*(?P<secret>'(?:[^'\\]|\\.)*'?|[^\s&]*)", re.I
    ),
)


def masked(text: str) -> str:
    """Return a connection string, whole or half typed, with a dot for each character of a password."""
    for pattern in _SECRETS:
        text = pattern.sub(_dots, text)
    return text


def _dots(found: re.Match[str]) -> str:
    start, end = (place - found.start() for place in found.span("secret"))
    return found[0][:start] + "•" * (end - start) + found[0][end:]


def env_line(url: str) -> str:
    """Return the line of a ``.env`` file that names a server."""
    quoted = url.replace("\\", "\\\\").replace("'", "\\'")
    return f"DATABASE_URL='{quoted}'"


def write_env(path: Path, url: str) -> None:
    """Write a new ``.env`` file that only its owner can read. Raises OSError, also where it exists."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="utf-8") as file:
        file.write(f"{env_line(url)}\n")


class UrlInput(LineInput):
    """A connection string whose password is never painted."""

    @property
    def _value(self) -> Text:
        return Text(masked(self.value), no_wrap=True, overflow="ignore", end="")

    def action_copy(self) -> None:
        """A password does not go to the clipboard either."""

    def action_cut(self) -> None:
        self.delete_selection()


class ConnectScreen(TypingScreen[None]):
    """Ask for a connection string, try it, and say how to go on with it."""

    scopes = ("connect",)
    BINDINGS = bindings("connect")

    def __init__(self) -> None:
        super().__init__()
        self.works = ""
        self.env = Path.cwd() / ".env"

    def body(self) -> ComposeResult:
        with Vertical(id="connect"):
            yield Static("Connect to a server", id="connect-title")
            yield Static(
                "A PostgreSQL 15 or later, as libpq writes it. The password stays hidden.",
                classes="connect-hint",
            )
            yield UrlInput(placeholder="postgresql://user:password@host/database")
            yield Static(id="connect-result")

    def crumbs(self) -> tuple[str, ...]:
        return ("Connect",)

    def on_mount(self) -> None:
        self.query_one(UrlInput).focus()
        self._offer()

    def show(self, *parts: str | tuple[str, str]) -> None:
        """Show safe text under the input, in parts with styles."""
        self.query_one("#connect-result", Static).update(Content.assemble(*parts))

    def on_input_changed(self, event: Input.Changed) -> None:
        self.workers.cancel_group(self, "connect")  # its answer would be about another text
        self.works = ""
        self.show("")
        self._offer()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.action_try()

    def _offer(self) -> None:
        words = {"try": "try", "leave": "back"}
        if self.works and not self.env.exists():
            words = {"write": "write .env", "leave": "back"}
        self.query_one(TypingBar).offer(**words)

    # Keys

    def action_try(self) -> None:
        """Open the server's database once."""
        typed = self.query_one(UrlInput).value.strip()
        if typed and not self.works:
            self.show(("Connecting …", "$tone-busy"))
            self.read(lambda: _tried(typed), self._connected, self._failed, group="connect")

    def action_write(self) -> None:
        """Keep the connection string in a file that the next start reads."""
        if not self.works or self.env.exists():
            return
        try:
            write_env(self.env, self.works)
        except OSError as error:
            self.show((f"✗ {safe(str(self.env))} was not written: {error.strerror}.", "$tone-bad"))
            return
        self._offer()
        self.show(
            ("✓ ", "$tone-good"),
            f"{safe(str(self.env))} is written, for you alone to read.\n\n",
            *_restart(),
        )

    def action_leave(self) -> None:
        """Go back to the choices."""
        self.dismiss()

    # What came of it

    def _connected(self, result: tuple[str, str, str]) -> None:
        url, place, problem = result
        self.works = url
        answer = self.query_one("#connect-result")
        answer.can_focus = True
        answer.focus()
        said: list[str | tuple[str, str]] = [("✓ ", "$tone-good"), f"Connected to {safe(place)}.\n"]
        if problem:
            said = [("✓ ", "$tone-good"), "The server answers.\n"]
            said.append((f"⚠ {safe(problem)}\n", "$tone-attention"))
        said.append("\nThe next start uses it when this stands in the environment or in .env:\n\n")
        said.append((f"  {safe(masked(env_line(url)))}\n\n", "$tone-muted"))
        if self.env.exists():
            said.append(f"{safe(str(self.env))} exists already: put the line in there.\n")
        else:
            said += [
                (key_of("connect.write"), "bold $accent"),
                f" writes it to {safe(str(self.env))}\n",
            ]
        self.show(*said, *_restart())
        self._offer()

    def _failed(self, error: CustomerCenterError) -> None:
        self.show((f"✗ {safe(redact(str(error)))}", "$tone-bad"))


def _restart() -> list[str | tuple[str, str]]:
    return [("ctrl+q", "bold $accent"), " quits; then start customer-center again."]


def _tried(typed: str) -> tuple[str, str, str]:
    """Return the connection string as it is kept, its place, and what is missing on the server."""
    try:
        settings = load({"DATABASE_URL": typed})
    except ConfigurationError as error:
        raise ConfigurationError(str(error).replace("DATABASE_URL (environment)", "This")) from None
    gateway = Gateway(settings)
    try:
        return settings.database_url, gateway.open(), ""
    except SchemaMismatch as error:
        return settings.database_url, "", str(error)
    finally:
        gateway.close()
