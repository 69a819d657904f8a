"""Long texts in the operator's own editor, on a private file, while the application stands aside."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import copyfile, which
from tempfile import TemporaryDirectory, mkstemp
from typing import Final

from platformdirs import user_state_path
from textual.app import SuspendNotSupported

from db.rows import LeadDetail
from db.settings import without_secrets
from tui.host import Host
from tui.safe import safe
from tui.writes import EditFields

LARGEST: Final = 1_000_000
"""Bytes that are taken back from an editor."""

USUAL: Final = ("nano", "vi")


class EditorFailed(Exception):
    """The text was not edited; the text of the error is a safe sentence that says why."""


def edit_text(app: Host, text: str, suffix: str = ".txt") -> str | None:
    """Let the operator edit a text in $VISUAL, $EDITOR, nano or vi, and return the new one.

    None where it was left unchanged or the editor failed; the status line says which, and where a
    text is kept that can't be taken. Blocks until the editor ends; writes that are under way go on.
    The file is in a folder of its own that only this user can enter, and is gone afterwards.
    """
    try:
        with TemporaryDirectory(prefix="customer-center-") as folder:
            path = Path(folder, f"text{suffix}")
            edited = _edited(app, path, text)
    except EditorFailed as error:
        app.say(str(error), "bad")
        return None
    except OSError as error:
        app.say(f"The text could not be given to an editor: {safe(str(error))}.", "bad")
        return None
    if not text.endswith("\n"):  # most editors end the last line
        edited = edited.removesuffix("\n").removesuffix("\r")
    if edited == text:
        app.say("Nothing was changed.")
        return None
    return edited


def _edited(app: Host, path: Path, text: str) -> str:
    """Return what an editor makes of a text on a path; what can't be taken of it is kept elsewhere."""
    _write(path, text)
    command = [*_command(), str(path)]
    try:
        _run(app, command)
        return _read(path)
    except EditorFailed as error:
        kept = _keep(path, text)
        raise EditorFailed(f"Kept as {kept}: {error}" if kept else str(error)) from None


def _keep(path: Path, text: str) -> str:
    """Keep the file of an editor if it holds anything new; return its safe name, or nothing."""
    with suppress(OSError):
        given = text.encode("utf-8", "surrogatepass")
        if path.stat().st_size != len(given) or path.read_bytes() != given:
            folder = user_state_path("customer-center")
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = mkstemp(path.suffix, "not-taken-", folder)
            os.close(handle)
            copyfile(path, name)
            return safe(name.replace(str(Path.home()), "~", 1))
    return ""


def edit_icebreaker(app: Host, lead: LeadDetail) -> None:
    """Let the operator edit a lead's icebreaker, and send the new one on its way."""
    edited = edit_text(app, lead.email_icebreaker or "")
    if edited is not None:
        before = {"email_icebreaker": lead.email_icebreaker}
        after = {"email_icebreaker": edited or None}
        app.write(EditFields("lead", lead.id, lead.name, before, after))


def _command() -> list[str]:
    for variable in ("VISUAL", "EDITOR"):
        given = os.environ.get(variable, "").strip()
        if not given:
            continue
        try:
            words = shlex.split(given)
        except ValueError as error:
            raise EditorFailed(f"${variable} is not understood: {error}.") from None
        if words:
            return words
    for name in USUAL:
        if which(name):
            return [name]
    raise EditorFailed("There is no editor: set $EDITOR to the one you use.")


def _write(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        file.write(text)


def _run(app: Host, command: list[str]) -> None:
    name = safe(command[0])
    failure: OSError | None = None
    status = 0
    try:
        # Nothing may be raised in here, or the screen would not come back.
        with app.suspend(), _interrupts_ignored():
            try:
                environment = without_secrets(os.environ)
                status = subprocess.run(command, env=environment, check=False).returncode
            except OSError as error:
                failure = error
    except SuspendNotSupported:
        raise EditorFailed("This terminal can not be handed over to an editor.") from None
    if isinstance(failure, FileNotFoundError):
        raise EditorFailed(f"The editor {name} was not found; set $EDITOR to another one.")
    if failure is not None:
        raise EditorFailed(f"The editor {name} did not start: {failure.strerror}.")
    if status != 0:
        how = f"exit status {status}" if status > 0 else f"signal {-status}"
        raise EditorFailed(f"The editor {name} ended with {how}; nothing was taken from it.")


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Leave ctrl+c to the editor; a handler, unlike SIG_IGN, is not passed on to it."""
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise EditorFailed("The editor removed the file; nothing was taken from it.") from None
    if len(content) > LARGEST:
        raise EditorFailed("The text from the editor is longer than 1 MB and was not taken.")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise EditorFailed(
            f"The text from the editor is not UTF-8 (byte {error.start + 1}) and was not taken."
        ) from None
    if "\0" in text:
        raise EditorFailed(
            "The text from the editor holds a NUL character, which no database takes."
        )
    return text
